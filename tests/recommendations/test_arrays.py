"""The highest of many numbers, whatever they are: as a full sort would find them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.recommendations.rules.arrays import Scores, best, highest

_NUMBERS = st.integers(0, 2**32 - 1)


def _scores(seed: int, size: int, share_known: float) -> Scores:
    """Many equal numbers and zeros, as models give them."""
    chance = np.random.default_rng(seed)
    known = chance.random(size) < share_known
    scores: Scores = (np.round(chance.exponential(size=size), 1) * known).astype(np.float32)
    return scores


@given(_NUMBERS, st.integers(0, 3_000), st.sampled_from([0.0, 0.01, 0.5, 1.0]), st.integers(0, 400))
def test_none_that_was_left_out_is_higher(
    seed: int, size: int, share_known: float, count: int
) -> None:
    scores = _scores(seed, size, share_known)
    found = highest(scores, count)
    assert len(found) == len(set(found.tolist())) == min(count, size)
    assert np.array_equal(np.sort(scores[found])[::-1], np.sort(scores)[::-1][:count])


@given(_NUMBERS, st.integers(0, 3_000), st.sampled_from([0.0, 0.01, 1.0]), st.integers(0, 400))
def test_the_best_are_known_and_stand_in_order(
    seed: int, size: int, share_known: float, count: int
) -> None:
    scores = _scores(seed, size, share_known)
    found = scores[best(scores, count)]
    assert np.array_equal(found, np.sort(scores[scores > 0])[::-1][:count])


@pytest.mark.parametrize("lowest", [np.float32(-np.inf), np.float32(-1)])
def test_what_is_ruled_out_is_not_among_them(lowest: np.float32) -> None:
    scores = np.full(5_000, lowest, dtype=np.float32)
    scores[4_000:4_010] = np.arange(10)
    assert set(highest(scores, 10).tolist()) == set(range(4_000, 4_010))
