"""Chooses among arms under doubt: Thompson sampling whose exploration is bounded from both sides.

How probable each arm is gets worked out first, and the arm is drawn from that: so the propensity
that is logged is exact, and judging another policy by it is without bias. The arm that is thought
best keeps all but `explored` of the probability; of the rest a part is Thompson's (1933), by how
probably each arm is the best, and a part is the same for all, so that no weight grows without
bound.
"""

import hashlib
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items

Means = npt.NDArray[np.float64]
"""The reward that is expected of each arm, shape (n, n_arms)."""
Doubts = npt.NDArray[np.float64]
"""The standard deviation of that belief, shape (n, n_arms)."""
Real = npt.NDArray[np.bool_]
"""Which arms there are: decisions may have fewer than others, shape (n, n_arms)."""
Probabilities = npt.NDArray[np.float64]
"""How probable each arm is, shape (n, n_arms); rows sum to one."""
Keys = npt.NDArray[np.uint64]
"""A number for each thing that something is drawn for, spread over all 64 bits, shape (n,)."""

EVEN_SHARE = 0.25
"""Of what is explored, the part that falls to all arms alike."""
# The least variance: rewards are shares, and nobody minds a millionth of one.
_VARIANCE_MIN = 1e-12
_DENSITY = 1 / np.sqrt(2 * np.pi)

_Normal = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


@dataclass(frozen=True)
class Beliefs:
    """What is thought of the arms of some decisions; the first arm is what is shown by default."""

    means: Means
    doubts: Doubts
    real: Real


def probabilities(beliefs: Beliefs, explored: float) -> Probabilities:
    """How probable each arm should be.

    At most `explored` falls to others than the best; an arm gets `EVEN_SHARE` of an even part of
    it at least.
    """
    counts = beliefs.real.sum(axis=1, keepdims=True)
    best = np.zeros(beliefs.real.shape)
    # Among equals the first one, which is the default.
    favourite = np.where(beliefs.real, beliefs.means, -np.inf).argmax(axis=1)
    best[np.arange(len(best)), favourite] = 1.0
    even = beliefs.real / np.maximum(counts, 1)
    tried = (1 - EVEN_SHARE) * chances_to_be_best(beliefs) + EVEN_SHARE * even
    alone = counts == 1
    mixed: Probabilities = np.where(alone, best, (1 - explored) * best + explored * tried)
    return mixed


def chances_to_be_best(beliefs: Beliefs) -> Probabilities:
    """How probably each arm is the best one, exact for two arms.

    Of more, the best of the others is taken as normal with the moments that it has (Clark 1961,
    "The greatest of a finite set of random variables"), a hundredth off on average and far cheaper
    than sampling. What is drawn by and logged is this, so propensities are exact all the same.
    """
    # An arm that is not there is far below those that are, and in no doubt.
    low = beliefs.means.min(initial=0.0) - 100 * (beliefs.doubts.max(initial=0.0) + 1.0)
    means = (np.where(beliefs.real, beliefs.means, low) - beliefs.means[:, :1]).T
    variances = np.where(beliefs.real, beliefs.doubts**2, 0.0).T + _VARIANCE_MIN
    n_arms = len(means)
    if n_arms == 1:
        return beliefs.real.astype(np.float64)
    others = np.array([[one for one in range(n_arms) if one != arm] for arm in range(n_arms)])
    rivals = [(means[column], variances[column]) for column in others.T]
    mean, variance = reduce(_greater, rivals)
    chances = _below((means - mean) / np.sqrt(variances + variance))
    chances *= beliefs.real.T
    scaled: Probabilities = (chances / chances.sum(axis=0)).T
    return scaled


def _greater(one: _Normal, other: _Normal) -> _Normal:
    """Mean and variance of the greater of two independent normal numbers (Clark, section 2)."""
    (mean, variance), (other_mean, other_variance) = one, other
    spread = np.sqrt(variance + other_variance)
    apart = (mean - other_mean) / spread
    wins, density = _below(apart), np.exp(-0.5 * apart**2) * _DENSITY
    loses = 1.0 - wins
    first = mean * wins + other_mean * loses + spread * density
    second = (
        (mean**2 + variance) * wins
        + (other_mean**2 + other_variance) * loses
        + (mean + other_mean) * spread * density
    )
    return first, np.maximum(second - first**2, _VARIANCE_MIN)


def _below(number: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How probably a standard normal number is less, to 1e-7.

    Abramowitz and Stegun 1964, formula 7.1.26: SciPy's would cost every web process its import.
    """
    far = np.abs(number) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * far)
    series = 1.061405429 * t
    for term in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + term) * t
    beyond = 0.5 * series * np.exp(-(far**2))
    below: npt.NDArray[np.float64] = np.where(number < 0, beyond, 1 - beyond)
    return below


def chosen(probable: Probabilities, at: npt.NDArray[np.float64]) -> Items:
    """The arm of each decision that stands at a point of [0, 1) of its probabilities."""
    reached = np.cumsum(probable, axis=1)
    # The sum may end a rounding error below one, and then the last possible arm is meant.
    last = probable.shape[1] - 1 - (probable[:, ::-1] > 0).argmax(axis=1)
    arms: Items = np.minimum((reached <= at[:, None]).sum(axis=1), last).astype(np.int32)
    return arms


def points_of(seed: bytes, keys: Keys) -> npt.NDArray[np.float64]:
    """A point of [0, 1) for each key: the same for the same seed, as if by chance for another.

    Keys are mixed with the seed's digest by the finaliser of SplitMix64 (Steele et al. 2014).
    """
    start = int.from_bytes(hashlib.blake2b(seed, digest_size=8).digest())
    mixed = keys ^ np.uint64(start)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    points: npt.NDArray[np.float64] = (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return points
