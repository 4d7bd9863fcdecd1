"""Which rows make a page: calibrated, varied, each for a reason, the operator's in their place."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.contracts.catalog import EditorialRow, RightsWindow
from matinee.contracts.recommendations import HomePage
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.by_country import VIEWERS_MIN, CountryPopularity
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.diversity import Mix, calibrated, unlike
from matinee.recommendations.rules.labels import Labels
from matinee.recommendations.rules.page import home_page
from matinee.recommendations.rules.showing import Showing
from matinee.recommendations.rules.taste import Dismissed, ViewerFacts
from matinee.recommendations.rules.writing import CardWriter
from tests.recommendations import builders
from tests.recommendations.builders import NOW
from tests.recommendations.test_pages import showings

Floats = npt.NDArray[np.float32]


def mixes(count: int) -> st.SearchStrategy[Floats]:
    parts = st.lists(st.integers(0, 5), min_size=count, max_size=count)
    return parts.map(lambda own: np.array(own, np.float32) / np.float32(max(sum(own), 1)))


@given(mixes(4), st.lists(mixes(4), min_size=1, max_size=6))
def test_divergence_is_least_where_the_mix_is_the_wanted_one(
    wanted: Floats, shown: list[Floats]
) -> None:
    mix = Mix(wanted)
    apart = mix.apart(mix.known(np.stack([wanted, *shown])))
    assert np.all(apart >= -1e-4)
    assert apart[0] <= apart.min() + 1e-4


@given(st.lists(st.tuples(st.floats(0, 1), mixes(3)), min_size=1, max_size=30), mixes(3))
def test_calibrating_chooses_each_once_and_without_strictness_the_best(
    candidates: list[tuple[float, Floats]], wanted: Floats
) -> None:
    gains = np.array([gain for gain, _ in candidates], dtype=np.float32)
    shares = np.stack([own for _, own in candidates])
    strict = calibrated(gains, shares, Mix(wanted), 10, 0.6)
    assert len(set(strict.tolist())) == len(strict) == min(10, len(candidates))
    free = calibrated(gains, shares, Mix(wanted), 10, 0.0)
    assert np.allclose(gains[free], np.sort(gains)[::-1][: len(free)])


def test_calibration_gives_the_small_taste_its_part() -> None:
    gains = np.array([1.0] * 10 + [0.5] * 10, dtype=np.float32)
    shares = np.zeros((20, 2), dtype=np.float32)
    shares[:10, 0] = shares[10:, 1] = 1
    wanted = np.array([0.7, 0.3], dtype=np.float32)
    chosen = calibrated(gains, shares, Mix(wanted), 10, 0.7)
    assert shares[chosen].sum(axis=0).tolist() == [7, 3]


def test_variety_moves_twins_apart_and_keeps_the_best_first() -> None:
    gains = np.array([[1.0, 0.99, 0.9, -np.inf]], dtype=np.float32)
    traits = np.array([[[1, 0], [1, 0], [0, 1], [0, 1]]], dtype=np.float32)
    assert unlike(gains, traits, 4, 0.3).tolist() == [[0, 2, 1, -1]]
    assert unlike(gains, traits, 2, 0.0).tolist() == [[0, 1]]


def test_labels_that_differ_in_case_are_one_and_common_ones_come_first() -> None:
    labels = Labels([["Noir"], ["noir", "Drama"], ["NOIR"], []], count_max=5)
    assert labels.names == ("Noir", "Drama")
    assert labels.members[0].tolist() == [0, 1, 2]
    assert labels.shares.sum(axis=1).tolist() == [1, 1, 1, 0]
    assert labels.of_item(1) == [0, 1]
    assert Labels([["A"], ["A"], ["B"]], count_max=5, items_min=2).names == ("A",)


@settings(max_examples=25, deadline=None)
@given(showings())
def test_written_pages_are_the_messages(showing: Showing) -> None:
    page, writer = home_page(showing), CardWriter()
    for _ in range(2):  # the second time from what is kept
        assert HomePage.model_validate_json(writer.page(page)) == HomePage.model_validate_json(
            page.model_dump_json()
        )


@settings(max_examples=25, deadline=None)
@given(showings())
def test_every_row_says_why(showing: Showing) -> None:
    assert all(row.reason for row in home_page(showing).rows)


def large(viewer: ViewerFacts, *rows: EditorialRow, genres: int = 5) -> Showing:
    made = [
        builders.title(number, genres=[f"G{number % genres}"], moods=[f"M{number % 3}"])
        for number in range(300)
    ]
    shown = builders.catalogue(made)
    models = Models().fit(shown, builders.plays_of([list(range(20, 40))] * 12, age_s=3600))
    return Showing(shown, models, viewer, 18, NOW, rows)


def editorial(number: int, titles: list[int], **change: Any) -> EditorialRow:
    ids = [builders.title_id(one) for one in titles]
    return EditorialRow(id=UUID(int=number), name=f"Row {number}", title_ids=ids, **change)


def test_nothing_stands_twice_on_a_large_page_but_in_whole_rows() -> None:
    viewer = ViewerFacts(1, tuple(builders.play(n, 0.5) for n in (3, 8)), listed=(
        builders.title_id(50), builders.title_id(51),
    ))  # fmt: skip
    page = home_page(large(viewer))
    whole = {"continue_watching", "my_list", "top_10"}
    assert {"continue_watching", "my_list", "top_10", "for_you"} <= {row.kind for row in page.rows}
    assert page.hero is not None
    ids = [page.hero.card.id]
    ids += [card.id for row in page.rows if row.kind not in whole for card in row.cards]
    ids += {card.id for row in page.rows if row.kind in whole for card in row.cards}
    assert len(ids) == len(set(ids))


def test_the_operators_rows_stand_where_they_belong_in_their_order() -> None:
    rows = [
        editorial(1, [9, 7, 8], place=2),
        editorial(2, [100, 101], reason="The festival is in town"),
        editorial(3, [5], window=RightsWindow(ends_at=NOW)),
        editorial(4, [6], window=RightsWindow(territories=["IS"])),
    ]
    page = home_page(large(ViewerFacts(country="NO"), *rows))
    assert page.rows[1].name == "Row 1"
    assert [card.name for card in page.rows[1].cards] == ["Film 9", "Film 7", "Film 8"]
    named = {row.name: row.reason for row in page.rows}
    assert named["Row 2"] == "The festival is in town"
    assert not {"Row 3", "Row 4"} & set(named)
    away = home_page(large(ViewerFacts(country="IS"), *rows))
    assert "Row 4" in {row.name for row in away.rows}


def test_a_small_programme_has_the_operators_rows_too() -> None:
    made = [builders.title(number) for number in range(20)]
    shown = builders.catalogue(made)
    models = Models().fit(shown, builders.plays_of([]))
    row = editorial(1, [4, 2, 3])
    page = home_page(Showing(shown, models, ViewerFacts(), 18, NOW, (row,)))
    assert [card.name for card in page.rows[0].cards] == ["Film 4", "Film 2", "Film 3"]


def test_what_was_dismissed_stays_away() -> None:
    before = home_page(large(ViewerFacts()))
    row = next(row for row in before.rows if row.kind == "genre")
    new = next(row for row in before.rows if row.kind == "for_you")
    out = (Dismissed(row.id, None, NOW), Dismissed(new.id, new.cards[0].id, NOW))
    after = home_page(large(ViewerFacts(1, dismissed=out)))
    assert row.id not in {one.id for one in after.rows}
    kept = next(one for one in after.rows if one.kind == "for_you")
    assert new.cards[0].id not in {card.id for card in kept.cards}


def test_the_page_turns_to_what_is_chosen() -> None:
    def share(page: HomePage) -> float:
        cards = [card for row in page.rows[:4] if row.kind != "top_10" for card in row.cards[:6]]
        return sum("G3" in card.genres for card in cards) / len(cards)

    nothing = home_page(large(ViewerFacts()))
    plays = tuple(builders.play(n, 1.0, timedelta(hours=n)) for n in (43, 48, 53))
    three = home_page(large(ViewerFacts(1, plays)))
    assert share(three) > share(nothing) + 0.2


def test_a_country_has_its_own_chart_once_enough_watch() -> None:
    shown = builders.catalogue([builders.title(number) for number in range(6)])
    at_s = builders.NOW.timestamp()
    viewers = np.arange(2 * VIEWERS_MIN + 5, dtype=np.int32)
    home = viewers < VIEWERS_MIN
    items = np.where(home, 4, 2).astype(np.int32)
    countries = np.where(home, "IS", np.where(viewers < 2 * VIEWERS_MIN, "NO", "DE"))
    ones = np.ones(len(viewers), dtype=np.float32)
    plays = Plays(viewers, items, ones, np.full(len(viewers), at_s), at_s, countries)
    fitted = CountryPopularity(86_400.0).fit(shown, plays)
    fewer = builders.catalogue([builders.title(number) for number in range(1, 6)])
    again = CountryPopularity(1.0).restore(fitted.state(), np.arange(1, 6, dtype=np.int32))
    for one, count, leader in ((fitted, len(shown), 4), (again, len(fewer), 3)):
        scores = one.scores("IS")
        assert scores is not None
        assert (len(scores), int(np.argmax(scores))) == (count, leader)
        assert one.scores("NO") is not None
        assert one.scores("DE") is None, "five viewers make no chart"
        assert one.scores("") is None
