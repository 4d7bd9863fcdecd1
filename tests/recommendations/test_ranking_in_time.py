"""Lessons from earlier moments know nothing of their future, and discoveries find their places."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.recommendations.rules.blend import Models, usual_lessons
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.ranking import slices
from matinee.recommendations.rules.ranking.discovery import END, EVERY, FIRST, mixed
from matinee.recommendations.rules.ranking.held_out import Ask
from matinee.recommendations.rules.ranking.lists import joined
from matinee.recommendations.rules.ranking.signals import FEATURES, Signals
from tests.recommendations import builders

NOW_S = builders.NOW.timestamp()
N_ITEMS = 12


def catalogue() -> Catalogue:
    return builders.catalogue([builders.title(number) for number in range(N_ITEMS)])


def watched_over(days: float, viewers: int = 30) -> Plays:
    """Everybody watches one title after the other, at an even pace until now; seeded."""
    chance = np.random.default_rng(0)
    plays = builders.plays_of([chance.permutation(N_ITEMS)[:8].tolist() for _ in range(viewers)])
    ages = np.tile(np.linspace(days, 0.5, 8), viewers) * DAY_S
    return replace(plays, watched_at_s=NOW_S - ages)


class Witness:
    """Fits real models, and notes what they were given and asked."""

    def __init__(self) -> None:
        self.given: list[Plays] = []
        self.asked: list[tuple[float, Taste]] = []

    def __call__(self, plays: Plays) -> Ask:
        self.given.append(plays)
        models = Models(lessons=lambda *_: joined([]))
        models.fit(catalogue(), plays)

        def ask(taste: Taste) -> Signals:
            self.asked.append((plays.now_s, taste))
            return models.signals(taste, plays.now_s)

        return ask


def test_a_lesson_knows_nothing_of_its_future() -> None:
    witness = Witness()
    lists = slices.in_time(watched_over(80), witness)
    assert lists.taken.any()
    assert lists.features.shape == (len(lists), FEATURES)
    assert len(witness.given) == slices.SLICES
    for plays in witness.given:
        assert plays.now_s <= NOW_S - slices.SPAN_S
        assert (plays.watched_at_s < plays.now_s).all()
    for now_s, taste in witness.asked:
        assert (taste.watched_at_s < now_s).all()


def test_lessons_of_order_hide_the_last_plays_of_everybody() -> None:
    plays, witness = watched_over(80), Witness()
    lists = slices.by_order(plays, witness)
    assert lists.taken.any()
    (given,) = witness.given
    assert (np.bincount(given.viewers) == 8 - slices.LAST).all()
    lengths = [len(taste.items) for _, taste in witness.asked]
    assert set(lengths) == {7, 6}, "the last by seven, the last but one by six"


@pytest.mark.parametrize("teach", [slices.in_time, slices.by_order])
def test_nothing_to_learn_from_is_no_error(teach: slices.Teach) -> None:
    assert len(teach(builders.plays_of([]), Witness())) == 0
    assert len(teach(builders.plays_of([[0], [1, 2]]), Witness())) == 0


def test_time_teaches_where_plays_span_weeks() -> None:
    assert slices.reach_far_enough(watched_over(80))
    assert not slices.reach_far_enough(watched_over(20))
    assert not slices.reach_far_enough(builders.plays_of([]))
    assert len(usual_lessons(watched_over(80), Witness())) > 0


def test_the_engine_answers_in_order_and_without_what_was_watched() -> None:
    plays = watched_over(80)
    models = Models().fit(catalogue(), plays)
    taste = Taste(np.array([3, 5], np.int32), np.ones(2, np.float32), np.array([NOW_S - 9, NOW_S]))
    order = models.ordered(taste, NOW_S, 6)
    assert len(set(order.tolist())) == 6
    assert not {3, 5} & set(order.tolist())
    first = models.personal(taste, NOW_S)
    first[taste.items] = 0
    assert order[0] == first.argmax()


@given(
    order=st.lists(st.integers(0, 60), unique=True, max_size=40),
    suited=st.lists(st.integers(0, 60), unique=True, max_size=40),
    count=st.integers(0, 50),
)
def test_discoveries_come_later_and_nothing_twice(
    order: list[int], suited: list[int], count: int
) -> None:
    found = mixed(np.array(order, np.int32), np.array(suited, np.int32), count).tolist()
    assert len(found) == len(set(found)) == min(count, len(set(order) | set(suited)))
    assert set(found) <= set(order) | set(suited)
    plain = min(FIRST, len(order), count)
    assert found[:plain] == order[:plain]


def test_of_the_later_cards_of_a_row_every_other_is_a_discovery() -> None:
    found = mixed(np.arange(40, dtype=np.int32), np.arange(100, 140, dtype=np.int32), 30)
    discovered = np.flatnonzero(found >= 100)
    assert discovered.tolist() == list(range(FIRST, END, EVERY))
