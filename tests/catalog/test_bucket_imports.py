"""A prefix of a bucket is looked through, and its films are taken in."""

import urllib.request
from collections.abc import Callable
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from matinee.catalog import places
from matinee.catalog.actions import taking
from matinee.kernel import clock
from matinee.kernel import settings as kernel_settings
from tests.catalog.conftest import Asker, code_of, forget_settings
from tests.catalog.tus_client import film
from tests.catalog.watched import listed, stored
from tests.kernel.test_storage import s3_address  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture
def bucket(
    s3_address: str,  # noqa: F811 - the fixture
    folder: Path,  # noqa: ARG001 - its store and spool are used
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str, bytes], None]:
    """Puts objects into the bucket `incoming`."""
    known = {
        "MATINEE_S3_ENDPOINT": s3_address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    forget_settings()
    make = urllib.request.Request(f"{s3_address}/incoming", method="PUT")  # noqa: S310 - loopback
    urllib.request.urlopen(make, timeout=60).close()  # noqa: S310 - loopback
    store = S3Store("incoming", endpoint=s3_address, client_options={"allow_http": True})
    return lambda key, content: obstore.put(store, key, content) and None


def test_a_prefix_of_a_bucket_is_imported(
    owner: Asker, bucket: Callable[[str, bytes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = film(300_000)
    bucket("films/Metropolis (1927).mkv", content)
    bucket("films/Line/Season 1/Line S01E01.mkv", film(1000))
    bucket("elsewhere/Other (2001).mkv", film(1000))
    monkeypatch.setattr(taking, "PIECE_BYTES", 70_000)
    answer = owner.ask("POST", "studio/arrivals/import", {"url": "s3://incoming/films"})
    assert answer.status_code == 200, answer.content
    assert {one.state for one in listed(owner).arrivals} == {"waiting"}
    assert taking.arrivals_take(clock.monotonic_s() + 60) == 2
    assert stored("Metropolis (1927).mkv") == content
    assert owner.title("episode-1").series_id == owner.title("line").id
    assert code_of(owner.ask("GET", "titles/other")) == "unknown_title"


def test_a_prefix_is_imported_whole_or_not_at_all(
    owner: Asker, bucket: Callable[[str, bytes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        bucket(f"many/Film {number} (2001).mkv", film(1000))
    monkeypatch.setattr(places, "FILES_MAX", 2)
    wanted = {"url": "s3://incoming/many"}
    assert code_of(owner.ask("POST", "studio/arrivals/import", wanted)) == "place_too_large"
    assert listed(owner).arrivals == []
    monkeypatch.setattr(places, "FILES_MAX", 3)
    assert owner.ask("POST", "studio/arrivals/import", wanted).status_code == 200
    assert len(listed(owner).arrivals) == 3


def test_an_object_that_is_replaced_meanwhile_is_not_mixed(
    bucket: Callable[[str, bytes], None],
) -> None:
    bucket("swapped/Film (2001).mkv", film(1000))
    place = places.opened("s3://incoming/swapped", kernel_settings.get())
    (found,) = place.files().files
    bucket("swapped/Film (2001).mkv", film(2000))
    with pytest.raises(places.ChangedError), place.reading(found, 500) as read:
        read(100)


def test_an_import_says_what_is_wrong(
    owner: Asker, bucket: Callable[[str, bytes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket("x/film.mkv", film(1000))
    publisher = Asker(roles=("publisher",))
    wanted = {"url": "s3://incoming/nothing-here"}
    assert publisher.ask("POST", "studio/arrivals/import", wanted).status_code == 403
    assert code_of(owner.ask("POST", "studio/arrivals/import", wanted)) == "place_empty"
    for absent in ("s3://no-such-bucket/films", "s3://incoming/a//b", "s3://incoming/%7f"):
        told = owner.ask("POST", "studio/arrivals/import", {"url": absent})
        assert code_of(told) == "place_unreadable"
    for url in ("file:///etc", "s3://", "s3://UPPER/x", "http://x/y"):
        assert owner.ask("POST", "studio/arrivals/import", {"url": url}).status_code == 422
    monkeypatch.setenv("MATINEE_MEDIA_URL", "s3://incoming/media")
    kernel_settings.get.cache_clear()
    for url in ("s3://incoming", "s3://incoming/media/", "s3://incoming/media/sources"):
        assert code_of(owner.ask("POST", "studio/arrivals/import", {"url": url})) == (
            "own_media_store"
        )
