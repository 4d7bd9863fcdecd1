"""The record of a title: kinds, people, languages, ratings, numbers, and Studio's search."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.catalog import rules
from matinee.contracts.catalog import Credit, Person, StudioPage, Title
from matinee.contracts.events import TitleChanged
from matinee.kernel import ids, settings
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.tokens import Caller
from tests.catalog.conftest import Asker, announced, code_of, ready, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nThe tide.\n"


@dataclass(frozen=True)
class Reader(Asker):
    """A viewer who reads a language."""

    language: str = "en"

    def headers(self) -> dict[str, str]:
        who = Caller(
            account_id=ids.uuid7(),
            session_id=ids.uuid7(),
            profile_id=ids.uuid7(),
            maturity_age=self.maturity_age,
            language=self.language,
            roles=frozenset(self.roles),
        )
        return {"Authorization": f"Bearer {access_tokens().issue(who)[0]}"}


def change(owner: Asker, title: Title, **said: Any) -> Title:
    answer = owner.ask("PATCH", f"studio/titles/{title.id}", said)
    assert answer.status_code == 200, answer.content
    return Title.model_validate_json(answer.content)


def in_country(monkeypatch: pytest.MonkeyPatch, country: str) -> None:
    chosen = settings.get().model_copy(update={"country": country})
    monkeypatch.setattr(settings, "get", lambda: chosen)


def found(owner: Asker, query: str) -> list[str]:
    answer = owner.ask("GET", f"studio/titles?{query}")
    assert answer.status_code == 200, answer.content
    page = StudioPage.model_validate_json(answer.content)
    return [row.title.name for row in page.titles]


def test_a_trailer_stands_on_its_films_page_and_falls_with_it(owner: Asker) -> None:
    viewer = Reader()
    film = owner.make("Low Tide")
    extra = owner.make("How it was made", kind="extra", belongs_to_slug=film.slug)
    trailer = owner.make("Trailer", kind="trailer", belongs_to_slug=film.slug)
    assert trailer.belongs_to_id == film.id
    tell(ready(film.id), ready(extra.id))
    assert [card.name for card in viewer.title(film.id).extras] == ["How it was made"]
    tell(ready(trailer.id))
    page = viewer.title(film.id)
    assert [(card.kind, card.name) for card in page.extras] == [
        ("trailer", "Trailer"),
        ("extra", "How it was made"),
    ]
    assert owner.ask("DELETE", f"studio/titles/{film.id}").status_code == 409
    owner.ask("POST", f"studio/titles/{film.id}/withdraw")
    assert viewer.ask("GET", f"titles/{trailer.id}").status_code == 404
    owner.ask("POST", f"studio/titles/{film.id}/publish")
    assert viewer.title(trailer.id).status == "published"
    assert found(owner, f"within={film.id}") == ["Trailer", "How it was made"]


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"kind": "trailer"}, "unknown_owner"),
        ({"kind": "extra", "belongs_to_slug": "nowhere"}, "unknown_owner"),
        ({"kind": "film", "belongs_to_slug": "a-film"}, "belongs_to_nothing"),
        ({"kind": "trailer", "belongs_to_slug": "a-collection"}, "unknown_owner"),
        ({"kind": "film", "members": [str(ids.uuid7())]}, "no_collection"),
        ({"kind": "collection", "members": [str(ids.uuid7())]}, "unknown_members"),
    ],
)
def test_what_belongs_nowhere_is_refused(owner: Asker, draft: dict[str, Any], code: str) -> None:
    owner.make("A Film")
    owner.make("A Collection", kind="collection")
    answer = owner.ask("POST", "studio/titles", {"name": "X", **draft})
    assert (answer.status_code, code_of(answer)) == (422, code)
    assert found(owner, "q=x") == [], "nothing is half made"


def test_a_collection_is_there_as_long_as_anything_in_it(owner: Asker) -> None:
    viewer = Reader()
    first, second = owner.make("One"), owner.make("Two")
    both = owner.make("Both", kind="collection", members=[second.id, first.id])
    assert (both.status, both.members) == ("draft", [second.id, first.id])
    tell(ready(first.id))
    assert [card.name for card in viewer.title(both.id).entries] == ["One"]
    tell(ready(second.id))
    assert [card.name for card in viewer.title(both.id).entries] == ["Two", "One"]
    assert [one.slug for one in viewer.title(first.id).collections] == ["both"]
    put = {"Content-Type": "application/octet-stream"}
    refused = owner.send("PUT", f"studio/titles/{both.id}/subtitles?language=de", put, SRT)
    assert (refused.status_code, code_of(refused)) == (422, "collection_has_no_film")
    assert change(owner, both, members=[str(first.id)]).members == [first.id]
    owner.ask("POST", f"studio/titles/{first.id}/withdraw")
    assert viewer.ask("GET", f"titles/{both.id}").status_code == 404
    assert owner.ask("DELETE", f"studio/titles/{first.id}").status_code == 204
    assert owner.title(both.id).members == []


def test_people_have_a_page_of_what_may_be_seen_of_theirs(owner: Asker) -> None:
    ada = Credit(name="Ada", role="director")
    role = Credit(name="Ada", role="cast", character="The Keeper")
    seen = owner.make("Seen", year=2001, credits=[ada, role, Credit(name="Bo", role="composer")])
    grim = owner.make("Grim", year=2005, maturity_age=16, credits=[ada])
    owner.make("Draft", credits=[ada])
    tell(ready(seen.id), ready(grim.id))
    title = Reader().title(seen.id)
    assert [(one.name, one.role, one.character) for one in title.credits] == [
        ("Ada", "director", ""),
        ("Ada", "cast", "The Keeper"),
        ("Bo", "composer", ""),
    ]
    person = title.credits[0].person_id
    page = Person.model_validate_json(Reader().ask("GET", f"people/{person}").content)
    assert [(one.card.name, [part.character for part in one.parts]) for one in page.titles] == [
        ("Grim", [""]),
        ("Seen", ["", "The Keeper"]),
    ]
    child = Reader(maturity_age=12)
    young = Person.model_validate_json(child.ask("GET", f"people/{person}").content)
    assert [one.card.name for one in young.titles] == ["Seen"]
    assert child.ask("GET", f"people/{ids.uuid7()}").status_code == 404


def test_a_viewer_reads_their_own_language_and_staff_all(owner: Asker) -> None:
    title = owner.make(
        "Low Tide",
        tagline="It comes back.",
        texts=[
            {"language": "de", "name": "Ebbe", "tagline": "Sie kommt zurück."},
            {"language": "pt-BR", "name": "Maré baixa"},
        ],
    )
    tell(ready(title.id))
    german = Reader(language="de-AT").title(title.id)
    assert (german.name, german.tagline, german.texts) == ("Ebbe", "Sie kommt zurück.", [])
    brazilian = Reader(language="pt-BR").title(title.id)
    assert (brazilian.name, brazilian.tagline) == ("Maré baixa", "It comes back.")
    assert Reader(language="fr").title(title.id).name == "Low Tide"
    assert [text.language for text in owner.title(title.id).texts] == ["de", "pt-BR"]
    told = TitleChanged.model_validate(announced("title.changed")[-1])
    assert (told.title.name, len(told.title.texts)) == ("Low Tide", 2)
    cards = json.loads(Reader(language="de").ask("GET", f"titles?ids={title.id}").content)
    assert [card["name"] for card in cards] == ["Ebbe"]


def test_the_board_of_a_country_decides_who_sees_a_title(
    owner: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    mild_there = owner.make(
        "Tide", maturity_age=16, ratings=[{"system": "fsk", "mark": "FSK 12", "age": None}]
    )
    tell(ready(mild_there.id))
    teen = Reader(maturity_age=12)
    assert teen.ask("GET", f"titles/{mild_there.id}").status_code == 404
    in_country(monkeypatch, "DE")
    page = teen.title(mild_there.id)
    assert (page.maturity_age, page.mark, page.ratings) == (12, "FSK 12", [])
    in_country(monkeypatch, "AT")
    assert teen.ask("GET", f"titles/{mild_there.id}").status_code == 404
    assert [one.mark for one in owner.title(mild_there.id).ratings] == ["FSK 12"]


def test_a_number_elsewhere_belongs_to_one_title(owner: Asker) -> None:
    first = owner.make("First", external_ids={"imdb": "tt0133093"})
    second = owner.make("Second")
    taken = owner.ask(
        "PATCH", f"studio/titles/{second.id}", {"external_ids": {"imdb": "tt0133093"}}
    )
    assert (taken.status_code, code_of(taken)) == (409, "imdb_taken")
    assert "First (first)" in json.loads(taken.content)["detail"]
    assert owner.title(second.id).external_ids.imdb == ""
    made = owner.ask("POST", "studio/titles", {"name": "X", "external_ids": {"imdb": "tt0133093"}})
    assert (made.status_code, code_of(made)) == (409, "imdb_taken")
    change(owner, first, external_ids={"tmdb": "movie/603"})
    assert change(owner, second, external_ids={"imdb": "tt0133093"}).external_ids.imdb


def test_studio_finds_a_title_by_every_name_and_number(owner: Asker) -> None:
    title = owner.make(
        "Überfahrt",
        texts=[{"language": "ja", "name": "渡し船"}, {"language": "en", "name": "The Crossing"}],
        external_ids={"tmdb": "movie/603"},
    )
    owner.make("Another", kind="series")
    for words in ("uberf", "ÜBERFAHRT", "crossing the", "渡し船", "movie/603", "cr", title.slug):
        assert found(owner, f"q={words}") == ["Überfahrt"], words
    assert found(owner, "q=rossing+nothing") == []
    assert found(owner, "q=%25") == [], "what the database takes for a joker is a sign here"
    assert found(owner, "kind=series") == ["Another"]
    assert found(owner, "status=published") == []
    change(owner, title, name="Passage", texts=[])
    assert found(owner, "q=crossing") == []
    assert found(owner, "q=passage") == ["Passage"]


@given(st.text(max_size=30), st.text(max_size=30))
def test_every_name_is_found_by_each_of_its_words(name: str, other: str) -> None:
    text = rules.search_text([other, name])
    assert all(piece in text for piece in rules.search_pieces(name))


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = rules.folded(text)
    assert rules.folded(once) == once
