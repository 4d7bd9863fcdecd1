"""Watched folders and buckets: films become titles by themselves, or wait for a person's word."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
import pytest
from django.db import connections
from obstore.store import S3Store

from matinee.catalog import places, settings, tasks
from matinee.catalog.actions import arrivals, taking, uploads
from matinee.catalog.models.uploads import Arrival, Upload
from matinee.contracts.catalog import files as messages
from matinee.kernel import clock, ids, storage
from matinee.kernel import settings as kernel_settings
from tests.catalog.conftest import Asker, announced, code_of
from tests.catalog.tus_client import film
from tests.kernel.test_storage import s3_address  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(databases=["catalog"])

LATER = timedelta(seconds=61)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A watched folder, and a media store of the test's own."""
    watched = tmp_path / "incoming"
    watched.mkdir()
    monkeypatch.setenv("MATINEE_MEDIA_URL", (tmp_path / "media").as_uri())
    monkeypatch.setenv("MATINEE_CATALOG_UPLOAD_FOLDER", str(tmp_path / "spool"))
    monkeypatch.setenv("MATINEE_CATALOG_WATCHED", f'["{watched.as_uri()}"]')
    monkeypatch.setenv("MATINEE_CATALOG_DISK_SPARE_BYTES", "0")
    _forget()
    yield watched
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    settings.get.cache_clear()
    kernel_settings.get.cache_clear()


def put(folder: Path, path: str, content: bytes) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def look() -> None:
    """Two looks between which files have settled, and all that waits is taken."""
    arrivals.places_look()
    with clock.shifted(LATER):
        arrivals.places_look()
        taking.arrivals_take(clock.monotonic_s() + 60)


def listed(owner: Asker) -> messages.Arrivals:
    answer = owner.ask("GET", "studio/arrivals")
    assert answer.status_code == 200, answer.content
    return messages.Arrivals.model_validate_json(answer.content)


def states(owner: Asker) -> dict[str, tuple[str, str]]:
    return {one.path: (one.state, one.note) for one in listed(owner).arrivals}


def stored(path: str) -> bytes:
    row = Arrival._default_manager.get(path=path)
    assert row.upload_id is not None
    upload = Upload._default_manager.get(pk=row.upload_id)
    found = storage.open_storage(kernel_settings.get()).local_path(upload.source_key)
    assert found is not None
    return found.read_bytes()


def test_films_and_episodes_become_titles(owner: Asker, folder: Path) -> None:
    content = film(400_000)
    put(folder, "Metropolis (1927).mkv", content)
    put(folder, "Dark/Season 1/Dark S01E01 Secrets.mkv", film(1000))
    put(folder, "Dark/Season 1/Dark S01E02.mkv", film(2000))
    arrivals.places_look()
    assert {state for state, _ in states(owner).values()} == {"settling"}
    look()
    assert set(states(owner).values()) == {("taken", "")}
    assert stored("Metropolis (1927).mkv") == content
    title = owner.title("metropolis")
    assert (title.kind, title.year, title.status) == ("film", 1927, "processing")
    episodes = [owner.title(one) for one in ("secrets", "episode-2")]
    assert {(one.kind, one.season, one.episode) for one in episodes} == {
        ("episode", 1, 1),
        ("episode", 1, 2),
    }
    assert {one.series_id for one in episodes} == {owner.title("dark").id}
    assert len(announced("upload.completed")) == 3
    look()
    assert len(announced("upload.completed")) == 3, "what is taken is not taken again"


def test_a_file_that_grows_is_left_alone(owner: Asker, folder: Path) -> None:
    file = put(folder, "Film (2001).mkv", film(1000))
    arrivals.places_look()
    with clock.shifted(LATER):
        with file.open("ab") as more:
            more.write(b"more")
        arrivals.places_look()
        assert taking.arrivals_take(clock.monotonic_s() + 60) == 0
    assert states(owner) == {"Film (2001).mkv": ("settling", "")}


def test_what_is_no_film_is_told_and_leaves_no_title(owner: Asker, folder: Path) -> None:
    put(folder, "Document (2001).mkv", b"%PDF-1.7" + bytes(2000))
    put(folder, "notes.txt", b"notes")
    put(folder, "Empty (2002).mkv", b"")
    put(folder, ".hidden/Film (2003).mkv", film(1000))
    look()
    found = states(owner)
    assert found["Document (2001).mkv"] == (
        "refused",
        "This file is a PDF document, not a film.",
    )
    assert found["notes.txt"][0] == found["Empty (2002).mkv"][0] == "refused"
    assert len(found) == 3, "hidden folders are not looked into"
    assert code_of(owner.ask("GET", "titles/document")) == "unknown_title"


def test_a_link_does_not_lead_out(owner: Asker, folder: Path, tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/Secret (2001).mkv", film(1000))
    (folder / "Secret (2001).mkv").symlink_to(outside)
    (folder / "away").symlink_to(outside.parent)
    os.mkfifo(folder / "Pipe (2001).mkv")
    look()
    assert states(owner) == {}
    place = places.FolderPlace(folder)
    swapped = places.Found("away/Secret (2001).mkv", 1000, "1")
    with pytest.raises(places.ChangedError), place.reading(swapped, 0):
        pass


def test_a_doubt_waits_for_a_persons_word(owner: Asker, folder: Path) -> None:
    owner.make("Known", year=2001)
    put(folder, "Known (2001).mkv", film(1000))
    put(folder, "s01e03.mkv", film(1500))
    look()
    found = {one.path: one for one in listed(owner).arrivals}
    assert found["Known (2001).mkv"].note == arrivals.KNOWN
    assert found["Known (2001).mkv"].guess.title_id == owner.title("known").id
    asked = found["s01e03.mkv"]
    assert (asked.state, asked.guess.episode) == ("asking", 3)
    draft = {"path": asked.path, "kind": "episode", "series": "Line", "season": 1, "episode": 3}
    take = f"studio/arrivals/{asked.id}/take"
    assert code_of(owner.ask("POST", take, {**draft, "path": "x"})) == "other_file"
    assert owner.ask("POST", take, draft).status_code == 204
    left = found["Known (2001).mkv"].id
    assert owner.ask("POST", f"studio/arrivals/{left}/refuse").status_code == 204
    look()
    assert states(owner) == {
        "s01e03.mkv": ("taken", ""),
        "Known (2001).mkv": ("refused", arrivals.LEFT_OUT),
    }
    assert owner.title("episode-3").series_id == owner.title("line").id
    assert code_of(owner.ask("POST", take, draft)) == "arrival_taken"
    assert code_of(owner.ask("POST", f"studio/arrivals/{ids.uuid7()}/refuse")) == "unknown_arrival"


def test_a_better_copy_replaces_the_film_if_somebody_says_so(owner: Asker, folder: Path) -> None:
    file = put(folder, "Film (2001).mkv", film(1000))
    look()
    title = owner.title("film")
    file.write_bytes(film(3000))
    with clock.shifted(LATER * 2):
        look()
        (asked,) = listed(owner).arrivals
        assert asked.state == "asking"
        draft = {"path": asked.path, "kind": "film", "name": "Film", "title_id": str(title.id)}
        assert owner.ask("POST", f"studio/arrivals/{asked.id}/take", draft).status_code == 204
        look()
    assert stored("Film (2001).mkv") == film(3000)
    assert [told["title_id"] for told in announced("upload.completed")] == [str(title.id)] * 2


def test_a_killed_taker_is_followed_by_one_that_goes_on(
    owner: Asker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = film(300_000)
    put(folder, "Film (2001).mkv", content)
    monkeypatch.setattr(taking, "PIECE_BYTES", 50_000)
    append, calls = uploads.upload_append, []

    class Death(BaseException):
        """What a kill looks like from inside."""

    def dying(upload_id: Any, chunk: Any) -> Upload:
        calls.append(chunk.offset_bytes)
        if len(calls) == 4:
            raise Death
        return append(upload_id, chunk)

    monkeypatch.setattr(taking, "upload_append", dying)
    with pytest.raises(Death):
        look()
    (half,) = listed(owner).arrivals
    assert (half.state, half.fraction) == ("taking", 0.5)
    with clock.shifted(LATER):
        taking.arrivals_take(clock.monotonic_s() + 60)
    assert calls == [0, 50_000, 100_000, 150_000, 150_000, 200_000, 250_000]
    assert stored("Film (2001).mkv") == content
    assert len(announced("upload.completed")) == 1


def test_a_file_that_changes_while_it_is_taken_is_taken_anew(
    owner: Asker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(folder, "Film (2001).mkv", film(300_000))
    monkeypatch.setattr(taking, "PIECE_BYTES", 100_000)
    append = uploads.upload_append

    def meddling(upload_id: Any, chunk: Any) -> Upload:
        if chunk.offset_bytes:
            file.write_bytes(film(200_000))
        return append(upload_id, chunk)

    monkeypatch.setattr(taking, "upload_append", meddling)
    look()
    assert not announced("upload.completed")
    monkeypatch.undo()
    begun = Arrival._default_manager.get().upload_id
    assert begun is not None
    monkeypatch.setenv("MATINEE_CATALOG_WATCHED", f'["{folder.as_uri()}"]')
    with clock.shifted(LATER * 2):
        arrivals.places_look()
    assert states(owner) == {"Film (2001).mkv": ("settling", "")}
    assert not Upload._default_manager.filter(pk=begun).exists()


def test_subtitles_go_with_their_film(owner: Asker, folder: Path) -> None:
    put(folder, "Film (2001).en.srt", b"1\n00:00:01,000 --> 00:00:03,000\nHello\n")
    put(folder, "Lonely (2002).de.srt", b"1\n00:00:01,000 --> 00:00:03,000\nHallo\n")
    look()
    assert states(owner)["Film (2001).en.srt"] == ("waiting", taking.NO_FILM_BESIDE)
    put(folder, "Film (2001).mkv", film(1000))
    with clock.shifted(LATER * 2):
        look()
        look()
    assert states(owner) == {
        "Film (2001).mkv": ("taken", ""),
        "Film (2001).en.srt": ("taken", ""),
        "Lonely (2002).de.srt": ("waiting", taking.NO_FILM_BESIDE),
    }
    answer = owner.ask("GET", f"studio/titles/{owner.title('film').id}/subtitles")
    assert b'"en"' in answer.content


def test_a_place_that_is_away_is_told_and_forgets_nothing(owner: Asker, folder: Path) -> None:
    put(folder, "s01e03.mkv", film(1500))
    look()
    folder.rename(folder.with_name("away"))
    arrivals.places_look()
    found = listed(owner)
    assert "There is no folder" in found.places[0].problem
    assert [one.state for one in found.arrivals] == ["asking"]
    folder.with_name("away").rename(folder)
    (folder / "s01e03.mkv").unlink()
    arrivals.places_look()
    assert listed(owner).arrivals == []
    assert listed(owner).places[0].problem == ""


def test_a_full_disk_is_waited_for(
    owner: Asker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "Film (2001).mkv", film(1000))
    monkeypatch.setenv("MATINEE_CATALOG_DISK_SPARE_BYTES", str(2**62))
    _forget()
    look()
    ((state, note),) = states(owner).values()
    assert (state, "Make room" in note) == ("taking", True)
    assert code_of(owner.ask("GET", "titles/film")) == "unknown_title"
    monkeypatch.setenv("MATINEE_CATALOG_DISK_SPARE_BYTES", "0")
    _forget()
    look()
    assert states(owner) == {"Film (2001).mkv": ("taken", "")}


@pytest.mark.django_db(databases=["catalog"], transaction=True)
def test_one_process_watches_at_a_time(owner: Asker, folder: Path) -> None:
    put(folder, "s01e03.mkv", film(1500))
    with arrivals.alone() as first, arrivals.alone() as second:
        assert (first, second) == (True, False)
        tasks.watch()
    assert listed(owner).arrivals == []
    tasks.watch()
    assert [one.state for one in listed(owner).arrivals] == ["settling"]


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
    _forget()
    import urllib.request  # noqa: PLC0415 - makes the bucket, nothing else

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


def test_an_object_that_is_replaced_meanwhile_is_not_mixed(
    bucket: Callable[[str, bytes], None],
) -> None:
    bucket("swapped/Film (2001).mkv", film(1000))
    place = places.opened("s3://incoming/swapped", kernel_settings.get())
    (found,) = place.files()
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
    absent = {"url": "s3://no-such-bucket/films"}
    assert code_of(owner.ask("POST", "studio/arrivals/import", absent)) == "place_unreadable"
    for url in ("file:///etc", "s3://", "s3://UPPER/x", "http://x/y"):
        assert owner.ask("POST", "studio/arrivals/import", {"url": url}).status_code == 422
    monkeypatch.setenv("MATINEE_MEDIA_URL", "s3://incoming/media")
    kernel_settings.get.cache_clear()
    for url in ("s3://incoming", "s3://incoming/media/", "s3://incoming/media/sources"):
        assert code_of(owner.ask("POST", "studio/arrivals/import", {"url": url})) == (
            "own_media_store"
        )


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_costs_the_same_however_long(
    owner: Asker,
    folder: Path,
    django_assert_max_num_queries: Callable[..., Any],
    count: int,
) -> None:
    for number in range(count):
        put(folder, f"s01e{number:02}.mkv", film(1000 + number))
    look()
    with django_assert_max_num_queries(6, connection=connections["catalog"]):
        assert len(listed(owner).arrivals) == count
