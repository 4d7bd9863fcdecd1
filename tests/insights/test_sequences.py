"""What may be concluded of experiments that are looked at all the time: simulated, many times."""

import math
import statistics
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest

from matinee.insights.rules.experiments import allotment, sequences
from matinee.insights.rules.experiments.tallies import Tally

Numbers = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Numbers]


def watched(draw: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
    """Hours like those of a week: of most nobody knows any, of a few there are days."""
    return np.where(draw.random(shape) < 0.4, draw.lognormal(0.0, 1.3, shape), 0.0)


def failed(draw: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
    """One profile in fifty had a play that failed."""
    return (draw.random(shape) < 0.02).astype(float)


LOOKS, EXPERIMENTS, ALPHA = 60, 300, 0.1


def looked_at(draws: tuple[Draw, Draw], sizes: tuple[int, int], seed: int) -> Iterator[list[Tally]]:
    """Experiments, each as its two tallies (first, own) at every look."""
    draw = np.random.default_rng(seed)
    for _ in range(EXPERIMENTS):
        whole = [one(draw, (LOOKS, size)) for one, size in zip(draws, sizes, strict=True)]
        tallies: list[Tally] = []
        for numbers in whole:
            n = np.arange(1, LOOKS + 1) * numbers.shape[1]
            sums, squares = numbers.sum(axis=1).cumsum(), (numbers**2).sum(axis=1).cumsum()
            means = sums / n
            rest = squares - n * means**2
            tallies += map(Tally, n.tolist(), means.tolist(), rest.tolist())
        yield tallies


def ever_claimed(tallies: list[Tally]) -> bool:
    """Whether at any look a difference was claimed."""
    found = (
        sequences.difference(own, first, ALPHA)
        for first, own in zip(tallies[:LOOKS], tallies[LOOKS:], strict=True)
    )
    return any(one is not None and (one.low > 0 or one.high < 0) for one in found)


def ever_claimed_by_a_test_of_one_look(tallies: list[Tally]) -> bool:
    for first, own in zip(tallies[:LOOKS], tallies[LOOKS:], strict=True):
        error = math.sqrt(own.variance / own.n + first.variance / first.n)
        usual = statistics.NormalDist().inv_cdf(1 - ALPHA / 2)
        many = min(own.n, first.n) >= sequences.PROFILES_MIN
        if many and abs(own.mean - first.mean) > usual * error > 0:
            return True
    return False


@pytest.mark.parametrize("draw", [watched, failed])
@pytest.mark.parametrize("sizes", [(50, 50), (90, 10)])
def test_looking_all_the_time_claims_no_more_than_allowed(
    draw: Draw, sizes: tuple[int, int]
) -> None:
    claims = naive = 0
    for tallies in looked_at((draw, draw), sizes, seed=sum(sizes) + sizes[0]):
        claims += ever_claimed(tallies)
        naive += ever_claimed_by_a_test_of_one_look(tallies)
    assert claims / EXPERIMENTS <= ALPHA
    assert naive / EXPERIMENTS > 2 * ALPHA, "what looking does to a test that is not made for it"


def test_a_difference_that_is_there_is_found_and_covered() -> None:
    def more(draw: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
        return 1.4 * watched(draw, shape)

    truth = 0.4 * 0.4 * math.exp(1.3**2 / 2)
    found = 0
    outside = 0
    for tallies in looked_at((watched, more), (150, 150), seed=3):
        found += ever_claimed(tallies)
        spans = [
            sequences.difference(own, first, ALPHA)
            for first, own in zip(tallies[:LOOKS], tallies[LOOKS:], strict=True)
        ]
        outside += any(one is not None and not one.low <= truth <= one.high for one in spans)
    assert found / EXPERIMENTS > 0.9
    assert outside / EXPERIMENTS <= ALPHA


def test_too_few_say_nothing() -> None:
    few = Tally().with_numbers([1.0] * (sequences.PROFILES_MIN - 1))
    assert sequences.difference(few, Tally(10_000, 0.0, 1.0), 0.05) is None


def test_who_falls_to_the_wrong_variant_is_noticed_and_chance_is_not() -> None:
    draw = np.random.default_rng(11)
    false_alarms = 0
    for _ in range(200):
        shown = (draw.random(6_000) < 0.25).cumsum()
        looks = range(99, 6_000, 100)
        false_alarms += any(
            allotment.is_lopsided([n + 1 - int(shown[n]), int(shown[n])], [3, 1]) for n in looks
        )
    assert false_alarms <= 1
    assert allotment.is_lopsided([5_400, 4_600], [1, 1])
    assert not allotment.is_lopsided([5_050, 4_950], [1, 1])
    assert not allotment.is_lopsided([7], [1])
