"""Watched folders: films become titles by themselves, or wait for a person's word."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from matinee.catalog import places
from matinee.catalog.actions import arrivals, taking
from matinee.kernel import clock, ids
from tests.catalog.conftest import Asker, announced, code_of
from tests.catalog.tus_client import film
from tests.catalog.watched import LATER, listed, look, put, states, stored

pytestmark = pytest.mark.django_db(databases=["catalog"])


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


def test_a_place_with_too_many_files_says_so_and_forgets_nothing(
    owner: Asker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a/One (2001).mkv", film(1000))
    put(folder, "b/Two (2002).mkv", film(1000))
    look()
    assert listed(owner).places[0].problem == ""
    monkeypatch.setattr(places, "FILES_MAX", 1)
    arrivals.places_look()
    assert "others are not looked at" in listed(owner).places[0].problem
    assert len(listed(owner).arrivals) == 2
    monkeypatch.setattr(arrivals, "_FILES_A_SECOND", 1 / 3600)
    monkeypatch.setattr(places, "FILES_MAX", 9)
    arrivals.places_look()
    assert listed(owner).places[0].problem, "a large place is not looked at again so soon"
    with clock.shifted(timedelta(hours=3)):
        arrivals.places_look()
    assert listed(owner).places[0].problem == ""


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
