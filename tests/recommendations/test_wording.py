"""Pages in the profile's language, with the rating of the board where it is."""

from uuid import UUID

import pytest

from matinee.contracts.catalog import Artwork, LocalArtwork, TitleText
from matinee.contracts.events import ProfileChanged, ProfileTraits
from matinee.contracts.ratings import Rating
from matinee.contracts.recommendations import HomePage, SearchPage
from matinee.kernel import settings
from matinee.kernel.http import flask_edge
from matinee.kernel.ids import uuid7
from matinee.kernel.tokens import Caller
from matinee.recommendations.api import app
from matinee.recommendations.rules.wording import Wordings
from tests.recommendations import builders

pytestmark = pytest.mark.django_db(databases=["recommendations"])

GERMAN = TitleText(language="de", name="Ebbe", description="Ein Dorf am Meer.")
FSK = Rating(system="fsk", mark="FSK 16", age=16)


class Reader:
    """A profile with a language and a ceiling."""

    def __init__(self, language: str, ceiling: int = 18) -> None:
        self.profile_id, self.ceiling = uuid7(), ceiling
        traits = ProfileTraits(
            id=self.profile_id, maturity_age=ceiling, is_kids=False, language=language
        )
        builders.tell(ProfileChanged(account_id=uuid7(), profile=traits))

    def get(self, path: str) -> str:
        caller = Caller(uuid7(), uuid7(), self.profile_id, self.ceiling)
        token, _ = flask_edge.access_tokens().issue(caller)
        headers = {"Authorization": f"Bearer {token}"}
        answer = app.test_client().get(f"/api/recommendations{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def home(self) -> HomePage:
        return HomePage.model_validate_json(self.get("/home"))

    def names(self) -> set[str]:
        return {card.name for row in self.home().rows for card in row.cards}

    def found(self, query: str) -> list[str]:
        page = SearchPage.model_validate_json(self.get(f"/search?q={query}"))
        return [card.name for card in page.cards]


@pytest.fixture
def _films() -> None:
    for number in range(1, 4):
        builders.tell(builders.title_changed(builders.title(number)))
    builders.tell(
        builders.title_changed(
            builders.title(0, name="Low Tide", texts=[GERMAN], ratings=[FSK], keywords=["whales"])
        )
    )


@pytest.mark.usefixtures("_films")
def test_a_page_is_read_in_the_profiles_language() -> None:
    assert "Ebbe" in Reader("de-CH").names()
    english = Reader("en").names()
    assert "Low Tide" in english
    assert "Ebbe" not in english
    hero = Reader("de").home().hero
    assert hero is not None
    if hero.card.name == "Ebbe":
        assert hero.description == "Ein Dorf am Meer."


@pytest.mark.usefixtures("_films")
def test_search_finds_every_languages_names() -> None:
    reader = Reader("en")
    assert reader.found("ebbe") == ["Low Tide"]
    assert reader.found("low tide") == ["Low Tide"]
    assert reader.found("whales") == ["Low Tide"]
    assert Reader("de").found("low tide") == ["Ebbe"]


@pytest.mark.usefixtures("_films")
def test_a_board_decides_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    teen = Reader("en", ceiling=12)
    assert "Low Tide" in teen.names()
    chosen = settings.get().model_copy(update={"country": "DE"})
    monkeypatch.setattr(settings, "get", lambda: chosen)
    assert "Low Tide" not in teen.names()
    assert teen.found("low tide") == []
    grown_up = Reader("en").home()
    marks = {card.mark for row in grown_up.rows for card in row.cards if card.name == "Low Tide"}
    assert marks == {"FSK 16"}


def test_a_languages_pictures_are_shown_and_nothing_else_changes() -> None:
    own = Artwork(poster="/artwork/own.jpg", backdrop="/artwork/wide.jpg", poster_is_still=True)
    local = LocalArtwork(language="de", poster="/artwork/german.jpg")
    shown = builders.catalogue(
        [
            builders.title(0, artwork=own, local_artwork=[local]),
            builders.title(1),
        ]
    )
    wording = Wordings(shown).of("de", "")
    first, second = wording.cards(shown.cards)
    assert first.artwork == Artwork(
        poster="/artwork/german.jpg", backdrop="/artwork/wide.jpg", poster_is_still=False
    )
    assert second is shown.cards[1], "what is not said otherwise stays the same card"
    assert wording.cards(shown.cards)[0] is first, "and what was said once is kept"
    assert Wordings(shown).of("fr", "").cards(shown.cards) == list(shown.cards)


def test_shorts_stand_beside_films_and_trailers_do_not() -> None:
    film: UUID = builders.title_id(0)
    shown = builders.catalogue(
        [
            builders.title(0),
            builders.title(1, kind="short"),
            builders.title(2, kind="trailer", belongs_to_id=film),
            builders.title(3, kind="extra", belongs_to_id=film),
            builders.title(4, kind="collection", play_title_id=None, duration_s=None),
        ]
    )
    assert [card.kind for card in shown.cards] == ["film", "short"]
