"""What a policy would have been worth, from what another one logged.

Three estimators: inverse propensity scores (Horvitz and Thompson 1952), the same normalised by the
sum of the weights (SNIPS, Swaminathan and Joachims 2015), and doubly robust (Dudik, Langford and Li
2011), which corrects a model of the reward by what was logged. Each comes with an interval by
bootstrap over groups of decisions that are not independent of each other, such as one profile's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items

Reals = npt.NDArray[np.float64]
"""One number per decision, shape (n,)."""
Policy = npt.NDArray[np.float64]
"""How probable each arm is in each decision, shape (n, n_arms); rows sum to one."""
Expected = npt.NDArray[np.float64]
"""The reward that a model expects of each arm in each decision, shape (n, n_arms)."""

CONFIDENCE = 0.95
_RESAMPLES = 1_000
_RESAMPLES_AT_ONCE = 50


@dataclass(frozen=True)
class Log:
    """What was decided and what came of it, shape (n,) each.

    `arms` says which was chosen, `propensities` how probable that was, within (0, 1]; decisions of
    one of the `groups`, numbered from zero, are not independent of each other.
    """

    arms: Items
    propensities: Reals
    rewards: Reals
    groups: Items

    def __len__(self) -> int:
        return len(self.arms)

    def of_arms(self, table: npt.NDArray[np.float64]) -> Reals:
        """The entries of a table (n, n_arms) for the arms that were chosen."""
        chosen: Reals = table[np.arange(len(self)), self.arms]
        return chosen


@dataclass(frozen=True)
class Estimate:
    """A mean reward with its interval of `CONFIDENCE`.

    `effective` is of how many decisions logged by the policy itself the weights are worth (Kish).
    """

    value: float
    low: float
    high: float
    effective: float

    def holds(self, value: float) -> bool:
        """Whether a value lies within the interval."""
        return self.low <= value <= self.high


def weights_of(log: Log, policy: Policy) -> Reals:
    """How much more often the policy would have chosen what was chosen.

    Truncated at the root of their number (Ionides 2008, "Truncated importance sampling"), which
    costs a bias that vanishes and saves the estimate from one decision that nobody would repeat.
    """
    weights: Reals = np.minimum(log.of_arms(policy) / log.propensities, max(len(log), 1) ** 0.5)
    return weights


def on_policy(log: Log) -> Estimate:
    """What the policy that logged was worth."""
    ones = np.ones(len(log))
    return _estimate(log, log.rewards, ones, ones)


def ips(log: Log, policy: Policy) -> Estimate:
    """Inverse propensity scores: without bias, of great variance where policies differ."""
    weights = weights_of(log, policy)
    return _estimate(log, weights * log.rewards, np.ones(len(log)), weights)


def snips(log: Log, policy: Policy) -> Estimate:
    """Self-normalised: a little bias, of much less variance."""
    weights = weights_of(log, policy)
    return _estimate(log, weights * log.rewards, weights, weights)


def doubly_robust(log: Log, policy: Policy, expected: Expected) -> Estimate:
    """The model's expectation, corrected where what was logged differs from it."""
    weights = weights_of(log, policy)
    return _estimate(log, _robust_terms(log, policy, expected, weights), np.ones(len(log)), weights)


def gain(log: Log, policy: Policy, expected: Expected) -> Estimate:
    """By how much a policy would have been better than the one that logged, doubly robust.

    Both are seen on the same decisions, so what they have in common cancels out.
    """
    weights = weights_of(log, policy)
    terms = _robust_terms(log, policy, expected, weights) - log.rewards
    return _estimate(log, terms, np.ones(len(log)), weights)


def _robust_terms(log: Log, policy: Policy, expected: Expected, weights: Reals) -> Reals:
    model = (policy * expected).sum(axis=1)
    terms: Reals = model + weights * (log.rewards - log.of_arms(expected))
    return terms


def _estimate(log: Log, gained: Reals, counted: Reals, weights: Reals) -> Estimate:
    """The ratio of two sums over decisions, with its interval; zero where nothing counts."""
    if not len(log):
        return Estimate(0.0, -np.inf, np.inf, 0.0)
    n_groups = int(log.groups.max()) + 1
    sums = np.stack([np.bincount(log.groups, column, n_groups) for column in (gained, counted)])
    sums = sums[:, np.bincount(log.groups, minlength=n_groups) > 0]
    drawn = np.concatenate([sums @ counts for counts in _resamples(sums.shape[1])], axis=1)
    ratios = drawn[0] / np.where(drawn[1] > 0, drawn[1], np.inf)
    edge = (1 - CONFIDENCE) / 2
    low, high = np.quantile(ratios, [edge, 1 - edge])
    total = sums.sum(axis=1)
    squares = float((weights**2).sum())
    return Estimate(
        value=float(total[0] / total[1]) if total[1] > 0 else 0.0,
        low=float(low),
        high=float(high),
        effective=float(weights.sum() ** 2 / squares) if squares > 0 else 0.0,
    )


def _resamples(n_groups: int) -> Iterator[npt.NDArray[np.float32]]:
    """How much each group counts in each resample, some at a time: (n_groups, resamples).

    The Bayesian bootstrap (Rubin 1981): no group is ever left out wholly, so that a ratio of few
    rewards stays defined.
    """
    # The same draws for every policy, so that their figures differ by themselves only.
    random = np.random.default_rng(n_groups)
    for _ in range(_RESAMPLES // _RESAMPLES_AT_ONCE):
        yield random.standard_exponential((n_groups, _RESAMPLES_AT_ONCE), dtype=np.float32)
