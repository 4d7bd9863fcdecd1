"""Watched folders when things go wrong: killed takers, changed files, full disks, places away."""

from pathlib import Path
from typing import Any

import pytest

from matinee.catalog import tasks
from matinee.catalog.actions import arrivals, taking, uploads
from matinee.catalog.models.uploads import Arrival, Upload
from matinee.kernel import clock
from tests.catalog.conftest import Asker, announced, code_of, forget_settings
from tests.catalog.tus_client import film
from tests.catalog.watched import LATER, listed, look, put, states, stored

pytestmark = pytest.mark.django_db(databases=["catalog"])


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


def test_our_own_files_are_not_watched(
    owner: Asker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = folder.parent / "media"
    put(media, "sources/x/Film (2001).mkv", film(1000))
    (folder / "way-round").symlink_to(media)
    for own in (media, media / "sources", media.parent, folder / "way-round"):
        monkeypatch.setenv("MATINEE_CATALOG_WATCHED", f'["{own.as_uri()}"]')
        forget_settings()
        look()
        found = listed(owner)
        assert "Name another place" in found.places[0].problem
        assert found.arrivals == []


def test_a_full_disk_is_waited_for(
    owner: Asker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "Film (2001).mkv", film(1000))
    monkeypatch.setenv("MATINEE_CATALOG_DISK_SPARE_BYTES", str(2**62))
    forget_settings()
    look()
    ((state, note),) = states(owner).values()
    assert (state, "Make room" in note) == ("taking", True)
    assert code_of(owner.ask("GET", "titles/film")) == "unknown_title"
    monkeypatch.setenv("MATINEE_CATALOG_DISK_SPARE_BYTES", "0")
    forget_settings()
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
