"""Facts in a bucket: what holds for a folder holds there, and each file is fetched once."""

import os
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import obstore
import pytest
from obstore.store import S3Store

from matinee.insights import actions, columns, settings
from matinee.insights.models import Part, Waiting
from matinee.kernel import clock
from matinee.kernel import settings as kernel_settings
from tests.insights.test_filing import (
    file_all,
    search,
    searches,
    test_files_are_written_anew_without_whoever_wants_to_be_forgotten,
    test_many_files_of_a_day_become_one,
    watched,
)
from tests.kernel.test_storage import s3_address
from tests.patience import PATIENCE_S

assert s3_address  # a fixture
assert watched  # another
WHEREVER_THEY_ARE = (
    test_files_are_written_anew_without_whoever_wants_to_be_forgotten,
    test_many_files_of_a_day_become_one,
)

pytestmark = pytest.mark.django_db(databases=["insights"])


def forget() -> None:
    """What was read of settings, and the store that they named."""
    for known in (settings.get, kernel_settings.get, columns.storage):
        known.cache_clear()


@pytest.fixture(autouse=True)
def bucket(
    request: pytest.FixtureRequest,
    s3_address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """A bucket of each test's own, in which the facts are; its name."""
    name = f"facts-{abs(hash(request.node.nodeid)):x}"
    known = {
        "MATINEE_S3_ENDPOINT": s3_address,
        "MATINEE_INSIGHTS_FACTS_URL": f"s3://{name}/of-insights",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }
    for variable, value in known.items():
        monkeypatch.setenv(variable, value)
    forget()
    make(name)
    yield name
    monkeypatch.undo()
    forget()


def make(bucket: str) -> None:
    """Make a bucket."""
    endpoint = os.environ["MATINEE_S3_ENDPOINT"]
    asked = urllib.request.Request(f"{endpoint}/{bucket}", method="PUT")  # noqa: S310 - loopback
    urllib.request.urlopen(asked, timeout=PATIENCE_S).close()  # noqa: S310 - loopback


def keys_in(bucket: str) -> set[str]:
    """All that lies in a bucket, asked of it by another way than ours."""
    endpoint = os.environ["MATINEE_S3_ENDPOINT"]
    store = S3Store(bucket, endpoint=endpoint, client_options={"allow_http": True})
    return {meta["path"] for page in obstore.list(store) for meta in page}


def test_files_lie_in_the_bucket_and_a_copy_of_what_was_read_here(bucket: str) -> None:
    search("far away")
    file_all()
    (part,) = Part.objects.filter(kind="search")
    assert keys_in(bucket) == {f"of-insights/{part.key}"}
    home = kernel_settings.get().home
    kept = home / "cache" / "insights" / part.key
    assert not kept.exists()
    assert searches() == ["far away"]
    assert kept.is_file()
    assert not (home / "insights" / part.key).exists()
    # What was fetched once is right for ever: nobody asks for it again.
    columns.storage().remove(part.key)
    assert searches() == ["far away"]


def test_copies_make_room_for_newer_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for query in ("first", "second"):
        search(query)
        actions.facts_file()
    tight = settings.get().model_copy(update={"cache_mb": 0})
    monkeypatch.setattr(settings, "get", lambda: tight)
    assert searches() == ["first", "second"], "what is read now stays, however much it is"
    first, second = (columns.path_of(part.key) for part in Part.objects.order_by("id"))
    search("third")
    actions.facts_file()
    (third,) = Part.objects.exclude(key__endswith=first.name).exclude(key__endswith=second.name)
    with clock.shifted(timedelta(hours=1)):
        columns.there([third.key])
    assert (first.exists(), second.exists()) == (False, False)
    assert searches() == ["first", "second", "third"]


def test_facts_wait_until_there_is_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_INSIGHTS_FACTS_URL", "s3://not-made-yet/x")
    forget()
    search("kept")
    with pytest.raises(FileNotFoundError, match="NoSuchBucket"):
        actions.facts_file()
    assert Waiting.objects.count() == 1
    assert not Part.objects.exists()
    make("not-made-yet")
    assert actions.facts_file() == 1
    assert searches() == ["kept"]
    assert keys_in("not-made-yet") == {f"x/{Part.objects.get().key}"}
