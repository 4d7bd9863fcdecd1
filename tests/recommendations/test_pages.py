"""What holds for every home page, whatever the catalogue and the history."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.contracts.catalog import Title
from matinee.contracts.recommendations import HomePage, Row
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.page import home_page
from matinee.recommendations.rules.shelves import ENOUGH_FOR_ROWS, SMALL
from matinee.recommendations.rules.showing import Showing
from matinee.recommendations.rules.taste import PlayFact, ViewerFacts
from tests.recommendations import builders

FIXED = {"continue_watching", "my_list", "top_10"}
GENRES = ["Drama", "Comedy", "Nature", "Noir", "Family"]


@st.composite
def titles(draw: st.DrawFn) -> list[Title]:
    """Films, and every tenth a series with three episodes that are numbered from 1000 on."""
    count = draw(st.one_of(st.integers(1, 14), st.integers(SMALL, 90)))
    seed = draw(st.randoms(use_true_random=False))
    made = []
    for number in range(count):
        change: dict[str, Any] = {
            "maturity_age": seed.choice([0, 6, 12, 16, 18]),
            "genres": seed.sample(GENRES, seed.randint(0, 3)),
        }
        if number % 10 == 4:
            first = 1000 + 10 * number
            made += builders.series(number, range(first, first + 3), **change)
        else:
            made.append(builders.title(number, **change))
    return made


@st.composite
def showings(draw: st.DrawFn) -> Showing:
    shown = builders.catalogue(draw(titles()))
    own = [title_id.int - 1 for title_id in shown.index]
    some = st.lists(st.sampled_from(own), max_size=12, unique=True)
    others = draw(st.lists(st.lists(st.integers(0, len(shown) - 1), unique=True), max_size=6))
    models = Models().fit(shown, builders.plays_of(others, age_s=3600))
    fractions = st.sampled_from([0.01, 0.3, 0.7, 1.0])
    plays = tuple(
        builders.play(number, draw(fractions), timedelta(hours=place + 1))
        for place, number in enumerate(draw(some))
    )
    thumbs = {builders.title_id(number): draw(st.booleans()) for number in draw(some)}
    listed = tuple(builders.title_id(number) for number in draw(some))
    viewer = ViewerFacts(1, plays, thumbs, listed)
    return Showing(shown, models, viewer, draw(st.sampled_from([0, 12, 18])), builders.NOW)


def twice(row: Row) -> list[Any]:
    counts = Counter(card.id for card in row.cards)
    return [one for one, count in counts.items() if count > 1]


def in_view(page: HomePage, first: int, height: int) -> list[Any]:
    """What stands in some rows that follow each other, those apart that are always whole."""
    rows = [row for row in page.rows[first : first + height] if row.kind not in FIXED]
    top = [page.hero.card.id] if page.hero and first == 0 else []
    return top + [card.id for row in rows for card in row.cards]


@settings(max_examples=60, deadline=None)
@given(showings())
def test_every_page_keeps_its_promises(showing: Showing) -> None:
    page = home_page(showing)
    shown = [card for row in page.rows for card in row.cards]
    visible = {
        item.id
        for number, item in enumerate(showing.catalogue.items)
        if item.card.maturity_age <= showing.ceiling
    }
    assert all(card.id in visible for card in shown), "above the ceiling, or an episode"
    assert bool(visible) == bool(shown), "empty, though something is published"
    assert (page.hero is None) == (not visible)
    down = {
        showing.catalogue.items[showing.catalogue.index[one]].id
        for one, up in showing.viewer.thumbs.items()
        if not up
    }
    assert not (down & {card.id for card in shown}) or visible <= down, "thumbed down"
    assert not [row.kind for row in page.rows if twice(row)]
    assert all(row.cards and row.name for row in page.rows)
    assert len({row.id for row in page.rows}) == len(page.rows)


@settings(max_examples=40, deadline=None)
@given(showings())
def test_nothing_is_twice_in_view(showing: Showing) -> None:
    page = home_page(showing)
    if int(showing.visible.sum()) < ENOUGH_FOR_ROWS:
        return  # the page shows all that there is below the first
    large = int(showing.visible.sum()) >= SMALL
    height = len(page.rows) if large else 2
    for first in range(max(1, len(page.rows) - height + 1)):
        seen = Counter(in_view(page, first, height))
        assert max(seen.values(), default=1) == 1


@settings(max_examples=10, deadline=None)
@given(showings())
def test_the_same_facts_make_the_same_page(showing: Showing) -> None:
    again = Showing(
        showing.catalogue, showing.models, showing.viewer, showing.ceiling, builders.NOW
    )
    assert home_page(showing).model_dump_json() == home_page(again).model_dump_json()


@settings(max_examples=10, deadline=None)
@given(showings())
def test_what_is_sent_is_a_valid_message(showing: Showing) -> None:
    text = home_page(showing).model_dump_json()
    assert HomePage.model_validate_json(text).model_dump_json() == text


def page_of(made: list[Title], *plays: PlayFact, others: list[list[int]] | None = None) -> HomePage:
    shown = builders.catalogue(made)
    models = Models().fit(shown, builders.plays_of(others or []))
    return home_page(Showing(shown, models, ViewerFacts(1, plays), 18, builders.NOW))


def row_of(page: HomePage, kind: str) -> Row:
    found = [row for row in page.rows if row.kind == kind]
    assert found, f"no row {kind} among {[row.kind for row in page.rows]}"
    return found[0]


def test_a_series_goes_on_with_the_episode_that_was_left() -> None:
    made = builders.series(0, [10, 11, 12])
    card = row_of(page_of(made, builders.play(11, 0.4)), "continue_watching").cards[0]
    assert (card.id, card.play_title_id) == (builders.title_id(0), builders.title_id(11))
    assert (card.season, card.episode) == (1, 2)


def test_a_series_goes_on_with_the_next_episode_over_seasons() -> None:
    made = builders.series(0, [10, 11, 12, 13])
    seen = [builders.play(10, 1.0, timedelta(hours=2)), builders.play(11, 1.0)]
    card = row_of(page_of(made, *seen), "continue_watching").cards[0]
    assert (card.play_title_id, card.season, card.episode) == (builders.title_id(12), 2, 1)
    assert card.progress == 0


def test_a_finished_series_is_not_gone_on_with() -> None:
    made = builders.series(0, [10, 11])
    page = page_of(made, builders.play(10, 1.0), builders.play(11, 1.0))
    assert not [row for row in page.rows if row.kind == "continue_watching"]


def test_what_is_left_in_the_middle_comes_newest_first() -> None:
    made = [builders.title(number) for number in range(8)]
    plays = [builders.play(n, 0.5, timedelta(hours=n + 1)) for n in (2, 5, 7)]
    row = row_of(page_of(made, *plays, builders.play(3, 0.01), builders.play(4, 1.0)), FIRST)
    assert [card.name for card in row.cards] == ["Film 2", "Film 5", "Film 7"]


FIRST = "continue_watching"


def test_finished_titles_go_behind_the_others() -> None:
    made = [builders.title(number) for number in range(12)]
    page = page_of(made, *(builders.play(number, 1.0) for number in range(7)))
    seen = {f"Film {number}" for number in range(7)}
    assert page.hero is not None
    assert page.hero.card.name not in seen
    names = [card.name for card in row_of(page, "for_you").cards]
    assert [name in seen for name in names] == [False] * 4 + [True] * 2


def test_because_you_watched_follows_those_who_watched_it_too() -> None:
    made = [builders.title(number, genres=[f"G{number}"]) for number in range(70)]
    others = [[0, 60, 61, 62, 63, 64]] * 30 + [list(range(20, 30))] * 40
    page = page_of(made, builders.play(0, 1.0), others=others)
    assert page.hero is not None
    first = [page.hero.card, *page.rows[0].cards[:4]]
    assert {card.name for card in first} == {f"Film {number}" for number in range(60, 65)}


def test_because_you_watched_uses_content_where_nobody_watched() -> None:
    genres = [["Noir"] if number >= 60 else ["Drama"] for number in range(100)]
    made = [builders.title(number, genres=own) for number, own in enumerate(genres)]
    row = row_of(page_of(made, builders.play(99, 1.0)), "because_you_watched")
    assert row.name == "Because you watched Film 99"
    assert all("Noir" in card.genres for card in row.cards)


def test_favourite_genres_come_first() -> None:
    genres = ["Nature", "Drama", "Noir", "Nature"]
    made = [builders.title(number, genres=[genres[number % 4]]) for number in range(300)]
    page = page_of(made, builders.play(3, 1.0), builders.play(7, 1.0), builders.play(2, 0.4))
    rows = [row.name for row in page.rows if row.kind == "genre"]
    assert rows[:2] == ["Nature", "Noir"]
