"""Who buys single titles sees what can be bought, and what is theirs; collections and labels."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from matinee.contracts.catalog import RightsWindow
from matinee.contracts.catalog.labels import LabelName, LabelNames, LabelsChanged
from matinee.contracts.events import ProfileChanged, ProfileTraits, TitleGranted
from matinee.contracts.offers import TitleOffered
from matinee.contracts.recommendations import HomePage, SearchPage
from matinee.kernel import clock
from matinee.kernel.http import flask_edge
from matinee.kernel.ids import uuid7
from matinee.kernel.people import Person
from matinee.kernel.tokens import Caller
from matinee.recommendations import person
from matinee.recommendations.api import app
from tests.recommendations import builders

pytestmark = pytest.mark.django_db(databases=["recommendations"])
FAMILY = RightsWindow(plans=["family"])
HOUR = timedelta(hours=1)


class Buyer:
    """Somebody without a plan, whose profile reads a language."""

    def __init__(self, language: str = "en") -> None:
        self.account_id, self.profile_id = uuid7(), uuid7()
        traits = ProfileTraits(
            id=self.profile_id, maturity_age=18, is_kids=False, language=language
        )
        builders.tell(ProfileChanged(account_id=self.account_id, profile=traits))

    def get(self, path: str) -> str:
        caller = Caller(self.account_id, uuid7(), self.profile_id, 18)
        token, _ = flask_edge.access_tokens().issue(caller)
        headers = {"Authorization": f"Bearer {token}"}
        answer = app.test_client().get(f"/api/recommendations{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def home(self) -> HomePage:
        return HomePage.model_validate_json(self.get("/home"))

    def row(self, kind: str) -> list[tuple[str, bool]]:
        rows = [row for row in self.home().rows if row.kind == kind]
        return [(card.name, card.on_offer) for row in rows for card in row.cards]

    def search(self, query: str) -> SearchPage:
        return SearchPage.model_validate_json(self.get(f"/search?q={query}"))

    def buys(self, number: int) -> None:
        title_id = builders.title_id(number)
        builders.tell(TitleGranted(account_id=self.account_id, title_id=title_id, ends_at=None))


def offer(number: int, *, offered: bool = True, ago: timedelta = timedelta()) -> None:
    at = clock.now() - ago
    told = TitleOffered(title_id=builders.title_id(number), offered=offered, occurred_at=at)
    builders.tell(told)


def films(count: int) -> None:
    """Films of which the first two are for one plan only."""
    for number in range(count):
        rights = [FAMILY] if number < 2 else []
        builders.tell(builders.title_changed(builders.title(number, rights=rights)))


@pytest.mark.parametrize("count", [4, 20, 90])
def test_what_can_be_bought_is_shown_until_it_is_theirs(count: int) -> None:
    films(count)
    ada, other = Buyer(), Buyer()
    assert ada.row("offers") == []
    offer(1)
    offer(1, offered=False, ago=HOUR)
    assert ada.row("offers") == [("Film 1", True)]
    names = {card.name for row in ada.home().rows for card in row.cards if not card.on_offer}
    assert not names & {"Film 0", "Film 1"}
    assert [(one.name, one.on_offer) for one in ada.search("film 1").cards[:1]] == [
        ("Film 1", True)
    ]
    ada.buys(1)
    assert (ada.row("offers"), ada.row("own_titles")) == ([], [("Film 1", False)])
    assert not ada.search("film 1").cards[0].on_offer
    assert other.row("offers") == [("Film 1", True)], "and nobody else's"
    offer(1, offered=False)
    assert other.row("offers") == []
    assert ada.row("own_titles") == [("Film 1", False)]


def test_whom_nothing_else_is_open_to_sees_what_is_sold() -> None:
    builders.tell(builders.title_changed(builders.title(0, rights=[FAMILY])))
    ada = Buyer()
    assert ada.home().rows == []
    offer(0)
    assert ada.row("offers") == [("Film 0", True)]
    ada.buys(0)
    page = ada.home()
    assert page.hero is not None
    assert page.hero.card.name == "Film 0"


def test_what_was_bought_is_gathered_and_erased() -> None:
    ada = Buyer()
    ada.buys(0)
    who = Person(account_id=ada.account_id, profile_ids=[ada.profile_id])
    kept = {one.name: one.rows for one in person.gather(who).sheets}
    assert [row["title_id"] for row in kept["own_titles"]] == [str(builders.title_id(0))]
    assert person.erase(who).rows > 0
    assert all(not one.rows for one in person.gather(who).sheets)


def collection(number: int, members: list[UUID], **fields: object) -> None:
    made = builders.title(
        number, kind="collection", duration_s=None, members=members, play_title_id=None, **fields
    )
    builders.tell(builders.title_changed(made))


def test_collections_are_found_by_those_who_may_see_any_of_them() -> None:
    films(4)
    german = {"language": "de", "name": "Die Eisreihe"}
    collection(50, [builders.title_id(3)], name="The Ice Cycle", texts=[german])
    collection(51, [builders.title_id(0)], name="Ice for the family")
    collection(52, [builders.title_id(2)], name="Ice of adults", maturity_age=18, rights=[FAMILY])
    ada = Buyer()
    assert [one.name for one in ada.search("ice").collections] == ["The Ice Cycle"]
    assert [one.name for one in ada.search("ice cylce").collections] == ["The Ice Cycle"]
    assert ada.search("desert").collections == []
    (found,) = Buyer("de").search("eisreihe").collections
    assert (found.kind, found.name) == ("collection", "Die Eisreihe")
    assert "The Ice Cycle" not in {card.name for row in ada.home().rows for card in row.cards}, (
        "collections stand in no row"
    )


@pytest.fixture
def named() -> Callable[..., None]:
    def tell(*said: tuple[str, str, str], ago: timedelta = timedelta()) -> None:
        labels = [
            LabelNames.model_validate(
                {"kind": kind, "label": label, "names": [LabelName(language="de", name=name)]}
            )
            for kind, label, name in said
        ]
        builders.tell(LabelsChanged(labels=labels, occurred_at=clock.now() - ago))

    return tell


def test_genres_are_read_and_found_in_the_profiles_language(named: Callable[..., None]) -> None:
    for number in range(90):
        genres = ["War"] if number % 2 else ["Drama"]
        own = builders.title(number, genres=genres, moods=["tense"], keywords=["ice"])
        builders.tell(builders.title_changed(own))
    german, english = Buyer("de-AT"), Buyer("en")
    assert german.search("krieg").cards == []
    named(("genre", "war", "Krieg"), ("mood", "tense", "spannend"), ("keyword", "ice", "Eis"))
    named(ago=HOUR)  # heard late: nothing is forgotten
    rows = {row.id: row for row in german.home().rows}
    assert rows["genre:war"].name == "Krieg"
    assert {genre for row in rows.values() for card in row.cards for genre in card.genres} == {
        *("Krieg", "Drama"),
    }
    assert {row.name for row in english.home().rows if row.kind == "genre"} == {"War", "Drama"}
    assert len(german.search("krieg").cards) == 40
    assert len(german.search("eis").cards) == 40
    assert [(one.kind, one.name) for one in german.search("kri").labels] == [("genre", "Krieg")]
    assert [(one.kind, one.name) for one in english.search("krieg").labels] == [("genre", "War")]
    named()
    assert german.search("krieg").cards == []
