"""How much of each title will be asked for next, foretold from what was asked for lately.

Popularity changes at every pace at once: a release fades within days, a surprise comes within
minutes, a favourite stays for a year. So several memories of different length foretell each title
side by side, and each is trusted by how well it foretold this title so far: Bayesian averaging of
gamma-Poisson forecasts with a fixed share (Herbster and Warmuth 1998, "Tracking the best expert").
Shares of all plays are foretold, not numbers, so that hours and weekends cancel out.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MEMORIES_H: Floats = np.array([1.5, 6.0, 24.0, 96.0, 384.0])
# How likely it is within an hour that another memory foretells a title best from now on.
_SWITCH_AN_HOUR = 0.01
# How many plays the expectation of a title counts for that was hardly seen: Zipf's tail is wide.
_PRIOR_PLAYS = 0.2
# How many plays a longer memory's word counts for to the next shorter one.
_LONGER_PLAYS = 1.0
_HARDLY = 1e-12


@dataclass(frozen=True)
class Popularity:
    """What is remembered of every title; arrays of shape (memories, titles).

    `plays` of the title and `chances` (plays of any title, since this one is there) both fade;
    `trust` sums to one for each title.
    """

    plays: Floats
    chances: Floats
    trust: Floats

    @classmethod
    def nothing(cls, n_titles: int) -> "Popularity":
        """Of titles that were never seen."""
        shape = (len(MEMORIES_H), n_titles)
        return cls(np.zeros(shape), np.zeros(shape), np.full(shape, 1 / shape[0]))


def shares(known: Popularity, expected: Floats) -> Floats:
    """The part of all plays that each title will get; `expected` is that of a title never seen."""
    shape, rate = _gammas(known, expected)
    return cast("Floats", (known.trust * shape / rate).sum(axis=0))


def seen(known: Popularity, plays: Floats, hours: float, expected: Floats) -> Popularity:
    """What is remembered after another stretch of time.

    `plays` of each title within it; nan for one that was not there yet. `expected` as for `shares`.
    """
    is_there = ~np.isnan(plays)
    counted = np.where(is_there, plays, 0.0)
    total = counted.sum()
    likely = _log_likely(known, counted, total, expected)
    trust = np.log(np.maximum(known.trust, _HARDLY)) + np.where(is_there, likely, 0.0)
    trust = np.exp(trust - trust.max(axis=0))
    trust /= trust.sum(axis=0)
    switched = 1 - (1 - _SWITCH_AN_HOUR) ** hours
    trust = (1 - switched) * trust + switched / len(trust)
    fades = np.exp(-hours / MEMORIES_H)[:, None]
    return Popularity(
        fades * known.plays + counted, fades * known.chances + np.where(is_there, total, 0.0), trust
    )


def _gammas(known: Popularity, expected: Floats) -> tuple[Floats, Floats]:
    """Shape and rate of what every memory thinks of every title's share (a gamma distribution).

    The longest begins with `expected`, each shorter one with what the next longer one says, so
    that it differs from that only where it has seen something.
    """
    shape, rate = np.empty_like(known.plays), np.empty_like(known.plays)
    before, weight = np.maximum(expected, _HARDLY), _PRIOR_PLAYS
    for memory in reversed(range(len(MEMORIES_H))):
        shape[memory] = known.plays[memory] + weight
        rate[memory] = known.chances[memory] + weight / before
        before, weight = shape[memory] / rate[memory], _LONGER_PLAYS
    return shape, rate


def _log_likely(known: Popularity, plays: Floats, total: float, expected: Floats) -> Floats:
    """The logarithm of how probable these plays were to every memory (negative binomial)."""
    from scipy.special import gammaln  # noqa: PLC0415 - only where there are edges to learn for

    shape, rate = _gammas(known, expected)
    chances = total + _HARDLY
    found: Floats = (
        gammaln(plays + shape)
        - gammaln(shape)
        - gammaln(plays + 1)
        + shape * np.log(rate / (rate + chances))
        + plays * np.log(chances / (rate + chances))
    )
    return found
