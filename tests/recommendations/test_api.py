"""The HTTP edge over a real database: pages change with what was heard, and only then."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.events import ThumbChanged, TitleRemoved
from matinee.contracts.recommendations import HomePage, SearchPage, SimilarPage
from matinee.kernel import clock
from matinee.kernel.ids import uuid7
from matinee.recommendations.actions.fits import models_fit
from matinee.recommendations.api import app
from tests.recommendations import builders
from tests.recommendations.conftest import Get

pytestmark = pytest.mark.django_db(databases=["recommendations"])


def stock(count: int, **change: Any) -> None:
    for number in range(count):
        builders.tell(builders.title_changed(builders.title(number, **change)))


def home(get: Get, **options: Any) -> HomePage:
    response = get("/home", **options)
    assert response.status_code == 200, response.text
    return HomePage.model_validate_json(response.data)


def test_a_page_needs_a_signed_in_profile() -> None:
    assert app.test_client().get("/api/recommendations/home").status_code == 401


def test_an_empty_catalogue_gives_an_empty_page(get: Get) -> None:
    page = home(get)
    assert page.hero is None
    assert page.rows == []


@pytest.mark.parametrize("count", [1, 2, 5, 12, 80])
def test_a_new_viewer_gets_a_page(get: Get, count: int) -> None:
    stock(count)
    page = home(get)
    assert page.hero is not None
    assert page.rows
    assert page.rows[0].cards


def test_what_was_just_watched_changes_the_very_next_page(get: Get, profile_id: UUID) -> None:
    stock(12)
    first = get("/home")
    builders.tell(builders.progressed(profile_id, 3, 0.4, clock.now()))
    page = home(get)
    assert get("/home").headers["ETag"] != first.headers["ETag"]
    assert page.rows[0].kind == "continue_watching"
    card = page.rows[0].cards[0]
    assert (card.id, card.play_title_id) == (builders.title_id(3), builders.title_id(3))
    assert card.progress == pytest.approx(0.4)


def test_an_unchanged_page_is_not_sent_again(get: Get) -> None:
    stock(3)
    etag = get("/home").headers["ETag"]
    again = get("/home", **{"If-None-Match": etag})
    assert again.status_code == 304
    assert again.data == b""
    stock(4)
    assert get("/home", **{"If-None-Match": etag}).status_code == 200


def test_a_page_is_not_anothers(get: Get) -> None:
    stock(3)
    etag = get("/home").headers["ETag"]
    assert get("/home", who=uuid7(), **{"If-None-Match": etag}).status_code == 200
    assert get("/home", ceiling=6, **{"If-None-Match": etag}).status_code == 200
    with clock.shifted(timedelta(minutes=-1)):
        assert get("/home").headers["Cache-Control"] == "private, no-cache"


def test_a_removed_title_is_gone_and_stays_so(get: Get) -> None:
    stock(3)
    assert str(builders.title_id(1)) in get("/home").text
    builders.tell(TitleRemoved(title_id=builders.title_id(1)))
    builders.tell(builders.title_changed(builders.title(1), clock.now()))
    assert str(builders.title_id(1)) not in get("/home").text


def test_fitting_makes_the_top_ten(get: Get) -> None:
    stock(12)
    for number in (4, 4, 4, 5, 5, 6, 7, 8):
        builders.tell(builders.progressed(uuid7(), number, 1.0, clock.now() - timedelta(hours=2)))
    assert models_fit() is not None
    assert models_fit() is None
    rows = {row.kind: row for row in home(get).rows}
    assert [card.id for card in rows["top_10"].cards][:2] == [
        builders.title_id(4),
        builders.title_id(5),
    ]


def test_search_answers_near_titles_when_nothing_matches(get: Get) -> None:
    builders.tell(builders.title_changed(builders.title(0, name="Night Ferry")))
    builders.tell(builders.title_changed(builders.title(1, name="Aurora")))
    found = SearchPage.model_validate_json(get("/search?q=nigth").data)
    assert [card.name for card in found.cards] == ["Night Ferry"]
    assert found.near == []
    missed = SearchPage.model_validate_json(get("/search?q=night+train").data)
    assert missed.cards == []
    assert [card.name for card in missed.near] == ["Night Ferry", "Aurora"]


@pytest.mark.parametrize("query", ["", "%20", "%F0%9F%8D%BF"])
def test_a_query_without_words_finds_nothing(get: Get, query: str) -> None:
    stock(2)
    response = get(f"/search?q={query}")
    assert response.status_code == 200
    assert response.get_json()["cards"] == []


@pytest.mark.parametrize("path", ["/search", f"/search?q={'x' * 101}"])
def test_a_wrong_query_is_refused(get: Get, path: str) -> None:
    response = get(path)
    assert response.status_code == 422
    assert response.get_json()["code"] == "invalid"


def test_similar_titles_respect_the_ceiling(get: Get) -> None:
    for number, age in enumerate((0, 0, 18)):
        one = builders.title(number, maturity_age=age, genres=["Noir"])
        builders.tell(builders.title_changed(one))
    path = f"/titles/{builders.title_id(0)}/similar"
    grown = SimilarPage.model_validate_json(get(path).data)
    child = SimilarPage.model_validate_json(get(path, ceiling=12).data)
    assert {card.id for card in grown.cards} == {builders.title_id(1), builders.title_id(2)}
    assert {card.id for card in child.cards} == {builders.title_id(1)}
    assert get(f"/titles/{builders.title_id(2)}/similar", ceiling=12).status_code == 404
    assert get(f"/titles/{uuid7()}/similar").status_code == 404


def test_a_thumb_down_hides_a_title_everywhere(get: Get, profile_id: UUID) -> None:
    stock(8)
    hidden = builders.title_id(2)
    builders.tell(builders.progressed(profile_id, 2, 0.5, clock.now()))
    builders.tell(ThumbChanged(profile_id=profile_id, title_id=hidden, value="down"))
    assert str(hidden) not in get("/home").text
    assert str(hidden) not in get("/search?q=film").text
    builders.tell(ThumbChanged(profile_id=profile_id, title_id=hidden, value=None))
    assert str(hidden) in get("/home").text
