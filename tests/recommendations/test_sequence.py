"""The sequence model against the regression that it is, and against what order means."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.candidates.sequence import RIDGE_PER_VIEWER, SequentialRidge
from matinee.recommendations.rules.catalogue import Catalogue
from tests.recommendations import builders


def catalogue(count: int = 8) -> Catalogue:
    return builders.catalogue([builders.title(number) for number in range(count)])


def taste(*items: int) -> Taste:
    """Liked in this order, the newest last."""
    ones = np.ones(len(items), dtype=np.float32)
    return Taste(np.array(items, dtype=np.int32), ones, np.arange(len(items), dtype=np.float64))


def in_order(histories: list[list[int]]) -> Plays:
    """Everybody finished their history in the order given, a day for each title."""
    plays = builders.plays_of(histories)
    days = np.concatenate([np.arange(len(one)) for one in histories])
    return replace(plays, watched_at_s=plays.watched_at_s - DAY_S * (10.0 - days))


def test_a_sequence_knows_before_from_after() -> None:
    plays = in_order([[0, 1, 2]] * 30 + [[5, 6]] * 30)
    model = SequentialRidge(1.0).fit(catalogue(), plays)
    assert model.recommend(taste(1)).argmax() == 2
    assert model.recommend(taste(2)).max() == 0, "nothing ever came after it"


def test_of_a_history_the_newest_says_most_about_what_comes_next() -> None:
    model = SequentialRidge(2.0).fit(catalogue(), in_order([[0, 1], [2, 3]] * 30))
    assert model.recommend(taste(0, 2)).argmax() == 3
    assert model.recommend(taste(2, 0)).argmax() == 1


@given(
    histories=st.lists(st.lists(st.integers(0, 5), unique=True, max_size=6), max_size=8),
    fading=st.sampled_from([0.5, 2.0]),
)
@settings(max_examples=40, deadline=None)
def test_a_sequence_solves_the_ridge_that_it_says(
    histories: list[list[int]], fading: float
) -> None:
    """Against the regression written out: one row for each play, of what came before it."""
    plays = in_order(histories) if any(histories) else builders.plays_of([])
    model = SequentialRidge(fading).fit(catalogue(6), plays)
    rows, next_ones = [np.zeros(6)], [np.zeros(6)]
    for history in histories:
        for place in range(1, len(history)):
            row = np.zeros(6)
            for back in range(1, place + 1):
                row[history[place - back]] = float(back) ** -fading
            rows.append(row)
            next_ones.append(np.eye(6)[history[place]])
    seen, came = np.stack(rows), np.stack(next_ones)
    ridge = RIDGE_PER_VIEWER * len([one for one in histories if one])
    if not ridge:
        return
    weights = np.linalg.solve(seen.T @ seen + ridge * np.eye(6), seen.T @ came)
    for item in range(6):
        expected = np.maximum(weights[item], 0.0)
        assert model.recommend(taste(item)) == pytest.approx(expected, abs=2e-3)
