"""Files that somebody dropped: guessed, confirmed, and made into titles, all or none."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from matinee.catalog import settings
from matinee.catalog.models import Title
from matinee.contracts.catalog.files import FILES_MAX, FileGuesses, FileTitles, OpenUploads
from tests.catalog.conftest import Asker, code_of
from tests.catalog.tus_client import VERSION, begun, encoded, film

pytestmark = pytest.mark.django_db(databases=["catalog"])


def guesses(owner: Asker, *paths: str) -> FileGuesses:
    answer = owner.ask("POST", "studio/files/guesses", {"paths": list(paths)})
    assert answer.status_code == 200, answer.content
    return FileGuesses.model_validate_json(answer.content)


def make(owner: Asker, *files: dict[str, Any]) -> FileTitles:
    answer = owner.ask("POST", "studio/files/titles", {"files": list(files)})
    assert answer.status_code == 201, answer.content
    return FileTitles.model_validate_json(answer.content)


def episode(number: int, **more: Any) -> dict[str, Any]:
    known = {"kind": "episode", "series": "Dark", "season": 1, "episode": number}
    return {"path": f"Dark/S1/{number}.mkv", **known, **more}


def test_guesses_name_the_titles_that_are_there(owner: Asker) -> None:
    known = owner.make("Metropolis", year=1927)
    made = make(owner, episode(1))
    found = guesses(owner, "metropolis (1927).mkv", "Metropolis (1999).mkv", "DARK S01E01.mkv")
    assert [one.title_id for one in found.files] == [known.id, None, made.titles[0].title_id]
    assert guesses(owner, "Other S01E01.mkv").files[0].title_id is None


def test_a_season_becomes_a_series_with_its_episodes(owner: Asker) -> None:
    film_draft = {"path": "f.mkv", "kind": "film", "name": "Film", "year": 2001}
    made = make(owner, episode(2, name="Lies"), episode(1), film_draft)
    assert [(one.name, one.is_new) for one in made.titles] == [
        ("Lies", True),
        ("Episode 1", True),
        ("Film", True),
    ]
    series = owner.title("dark")
    assert series.kind == "series"
    more = make(owner, episode(3, series="DARK"))
    assert owner.title(more.titles[0].title_id).series_id == series.id


def test_trailers_and_extras_stand_on_the_page_of_their_title(owner: Asker) -> None:
    owner.make("Metropolis", year=2001)
    paths = ["Metropolis (1927)/Metropolis (1927)-trailer.mkv", "Dark/Extras/Making of.mkv"]
    trailer, extra = guesses(owner, *paths).files
    assert (trailer.kind, trailer.belongs_to, trailer.year) == ("trailer", "Metropolis", 1927)
    assert trailer.belongs_to_id is not None, "the only one of its name, though of another year"
    assert (extra.kind, extra.name, extra.belongs_to_id) == ("extra", "Making of", None)
    film_draft = {"path": "f.mkv", "kind": "film", "name": "Metropolis", "year": 1927}
    belongs = {"path": paths[0], "kind": "trailer", "belongs_to": "metropolis", "year": 1927}
    making = {"path": paths[1], "kind": "extra", "name": "Making of", "belongs_to": "Dark"}
    made = make(owner, belongs, film_draft, making, episode(1))
    assert [one.name for one in made.titles[:3]] == ["Trailer", "Metropolis", "Making of"]
    beside = [owner.title(one.title_id).belongs_to_id for one in made.titles[:3]]
    assert beside == [made.titles[1].title_id, None, owner.title("dark").id]
    unsure = {**belongs, "year": None}
    answer = owner.ask("POST", "studio/files/titles", {"files": [unsure]})
    assert code_of(answer) == "unknown_owner"


def test_all_or_none(owner: Asker) -> None:
    make(owner, episode(1))
    before = Title._default_manager.count()
    for wrong, code in (
        (episode(1), "episode_taken"),
        ({"path": "x.mkv", "kind": "film", "name": " "}, "no_name"),
        ({"path": "x.mkv", "kind": "episode", "name": "One", "series": "New"}, "no_place"),
    ):
        files = [episode(7, series="Another"), wrong]
        answer = owner.ask("POST", "studio/files/titles", {"files": files})
        assert code_of(answer) == code
        assert json.loads(answer.content)["detail"].startswith(f"{wrong['path']}: ")
        assert Title._default_manager.count() == before


def test_a_film_is_replaced_where_its_title_is_named(owner: Asker) -> None:
    title, series = owner.make("Film"), owner.make("Series", kind="series")
    draft = {"path": "f.mkv", "kind": "film", "name": "Film"}
    made = make(owner, {**draft, "title_id": str(title.id)})
    assert (made.titles[0].title_id, made.titles[0].is_new) == (title.id, False)
    answer = owner.ask(
        "POST", "studio/files/titles", {"files": [{**draft, "title_id": str(series.id)}]}
    )
    assert code_of(answer) == "series_has_no_film"


def test_more_than_anybody_looks_through_is_refused(owner: Asker) -> None:
    paths = [f"{number}.mkv" for number in range(FILES_MAX + 1)]
    assert owner.ask("POST", "studio/files/guesses", {"paths": paths}).status_code == 422
    assert len(guesses(owner, *paths[:-1]).files) == FILES_MAX


@pytest.mark.parametrize("count", [1, 30])
def test_guessing_costs_the_same_however_many(
    owner: Asker, django_assert_max_num_queries: Callable[..., Any], count: int
) -> None:
    make(owner, *(episode(number) for number in range(count)))
    paths = [f"Dark S01E{n}.mkv" for n in range(count)] + [f"F{n} (2001).mkv" for n in range(count)]
    with django_assert_max_num_queries(3, connection=connections["catalog"]):
        assert all(one.title_id for one in guesses(owner, *paths).files[:count])


def test_an_upload_is_found_again_by_its_fingerprint(owner: Asker) -> None:
    title = owner.make("Film")
    other = begun(owner.make("Other").id, 500)
    headers = {
        **VERSION,
        "Upload-Length": "1000",
        "Upload-Metadata": encoded(
            title_id=str(title.id), filename="Film.mkv", fingerprint="Film.mkv-1000-17"
        ),
    }
    path = owner.send("POST", "uploads", headers)["Location"].removeprefix("/api/catalog/")
    chunk = {**VERSION, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert owner.send("PATCH", path, chunk, film(400)).status_code == 204
    answer = owner.ask("GET", "studio/uploads")
    found = OpenUploads.model_validate_json(answer.content)
    assert found.chunk_bytes == settings.get().upload_chunk_bytes
    newest, oldest = found.uploads
    assert (newest.name, newest.title_id) == ("Film", title.id)
    assert (newest.offset_bytes, newest.size_bytes) == (400, 1000)
    assert newest.fingerprint == "Film.mkv-1000-17"
    assert newest.url == f"/api/catalog/{path}"
    assert (oldest.id, oldest.fingerprint) == (other.id, "")
    chunk["Upload-Offset"] = "400"
    owner.send("PATCH", path, chunk, film(1000)[400:])
    answer = owner.ask("GET", "studio/uploads")
    assert [one.id for one in OpenUploads.model_validate_json(answer.content).uploads] == [other.id]
