"""Nothing from after the cut may be seen before it."""

from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.training.holdout import held_out, usual_cut_s
from tests.recommendations import builders

NOW_S = builders.NOW.timestamp()
LONG_AGO = builders.NOW - timedelta(days=100)
CATALOGUE = builders.catalogue(
    [builders.title(number, published_at=LONG_AGO) for number in range(8)]
)


def plays_at(*rows: tuple[int, int, float]) -> Plays:
    """Whole plays: viewer, item, how many days ago."""
    return Plays(
        np.array([viewer for viewer, _, _ in rows], dtype=np.int32),
        np.array([item for _, item, _ in rows], dtype=np.int32),
        np.ones(len(rows), dtype=np.float32),
        np.array([NOW_S - days * DAY_S for _, _, days in rows], dtype=np.float64),
        NOW_S,
    )


def test_who_came_back_is_judged_on_what_came_after() -> None:
    plays = plays_at((0, 1, 9), (0, 2, 1), (1, 3, 9), (2, 4, 1), (0, 5, 2.5))
    found = held_out(CATALOGUE, plays, NOW_S - 7 * DAY_S, 100)
    (judged,) = found.judged
    assert judged.taste.items.tolist() == judged.seen.tolist() == [1]
    assert judged.wanted.tolist() == [2, 5]
    assert judged.days.tolist() == [6, 4]
    assert found.past.items.tolist() == [1, 3]
    assert found.past.now_s == NOW_S - 7 * DAY_S


def test_what_came_after_the_cut_is_counted_apart() -> None:
    late = builders.title(1, published_at=builders.NOW - timedelta(days=1))
    catalogue = builders.catalogue([builders.title(0, published_at=builders.NOW), late])
    found = held_out(catalogue, plays_at((0, 0, 9), (0, 1, 0.5)), NOW_S - 7 * DAY_S, 100)
    assert found.known.tolist() == [True, False], "what was watched was there, whatever it says"
    assert (found.new_titles, found.judged) == (1, [])


rows = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 7), st.floats(0, 30)),
    max_size=40,
    unique_by=lambda row: row[:2],
)


@given(rows, st.floats(0, 30), st.integers(1, 6))
def test_the_parts_never_meet(
    made: list[tuple[int, int, float]], cut_days: float, viewers_max: int
) -> None:
    cut_s = NOW_S - cut_days * DAY_S
    plays = plays_at(*made)
    found = held_out(CATALOGUE, plays, cut_s, viewers_max)
    assert (found.past.watched_at_s <= cut_s).all()
    assert len(found.judged) <= viewers_max
    for one in found.judged:
        assert len(one.wanted)
        assert (one.taste.watched_at_s <= cut_s).all()
        assert not set(one.seen.tolist()) & set(one.wanted.tolist())
        assert set(one.taste.items.tolist()) <= set(one.seen.tolist())


def test_the_drawn_viewers_are_the_same_each_time() -> None:
    plays = plays_at(*((viewer, item, 9 - 8 * item) for viewer in range(50) for item in (0, 1)))
    one, two = (held_out(CATALOGUE, plays, NOW_S - 7 * DAY_S, 10) for _ in range(2))
    assert [a.seen.tolist() for a in one.judged] == [b.seen.tolist() for b in two.judged]


def test_a_young_service_is_cut_where_four_fifths_lie_before() -> None:
    young = plays_at(*((0, 0, days / 10) for days in range(11)))
    assert usual_cut_s(young, 7) == NOW_S - 0.2 * DAY_S
    old = plays_at((0, 0, 50), (0, 1, 40), (0, 2, 1))
    assert usual_cut_s(old, 7) == NOW_S - 7 * DAY_S
