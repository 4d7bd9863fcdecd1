"""Off-policy estimates on the Open Bandit data (Saito et al. 2021), beside what is known.

The data were logged by Thompson sampling with a propensity for every row. What another policy would
have come to is known in two ways: of rows kept with a chance in proportion to the ratio of both
policies' probabilities, what remains is a log of that other policy; and where `obd_random` lies
beside `obd_bts`, each is judged from the other's log. Estimates never see the rows that they are
judged by. Where there is one log only, each case is repeated over random halves of it.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.figures import Figure
from bench.recommendations.data import FOLDER
from matinee.recommendations.rules.bandit import evaluation
from matinee.recommendations.rules.bandit.evaluation import Estimate, Expected, Log, Policy

OURS = "balanced doubly robust"
CAMPAIGNS = ("men", "women")
_SPLITS = 20
_FOLDS = 5
# Clicks of an arm that nobody has seen are thought as many as of all, worth so many rows.
_SMOOTHED = 100.0
# Of rows of a policy that is close to the one that logged, most can be kept; of others few.
_KEPT_AT_ITS_RAREST = 0.05

Tables = npt.NDArray[np.float64]
"""How probable each arm is at each position, shape (positions, n_arms)."""


@dataclass(frozen=True)
class Rows:
    """Rows of a log in order of time, with the position on the page that each was for."""

    log: Log
    positions: npt.NDArray[np.intp]
    n_arms: int

    def where(self, kept: npt.NDArray[np.bool_]) -> "Rows":
        """Some of them."""
        log = self.log
        part = Log(
            log.arms[kept], log.propensities[kept], log.rewards[kept], _each(int(kept.sum()))
        )
        return Rows(part, self.positions[kept], self.n_arms)

    def balanced(self) -> "Rows":
        """With the propensities of all moments together instead of each row's own.

        Thompson sampling changed all week, but never knew who looked: its policies of all moments
        are one mixture, and what it chose is weighed by the mixture's propensity with far less
        variance (Agarwal et al. 2017, "Effective evaluation using logged bandit feedback from
        multiple loggers"). Frequencies estimate it (Hirano, Imbens and Ridder 2003).
        """
        log = self.log
        together = self.habits()[self.positions, log.arms]
        return Rows(Log(log.arms, together, log.rewards, log.groups), self.positions, self.n_arms)

    def habits(self) -> Tables:
        """How often each arm was chosen at each position."""
        flat = self.positions * self.n_arms + self.log.arms
        counts = np.bincount(flat, minlength=(self.positions.max() + 1) * self.n_arms)
        table = counts.reshape(-1, self.n_arms).astype(np.float64)
        habits: Tables = table / table.sum(axis=1, keepdims=True)
        return habits

    def even(self) -> Tables:
        """Every arm as often as any other."""
        return np.full((int(self.positions.max()) + 1, self.n_arms), 1 / self.n_arms)


@dataclass(frozen=True)
class Case:
    """A policy to be judged, rows to estimate its worth from, and rows that it chose itself."""

    policy: Tables
    told: Rows
    chosen: Rows


@dataclass(frozen=True)
class Outcome:
    """What one case came to: the truth as far as it is known, and each estimate of it."""

    truth: Estimate
    estimates: dict[str, Estimate]

    def off_the_mark(self, name: str) -> float:
        """How far an estimate is from the truth, as a share of its interval to that side."""
        found = self.estimates[name].value
        edge = self.truth.high if found > self.truth.value else self.truth.low
        return abs(found - self.truth.value) / max(abs(edge - self.truth.value), 1e-12)


def rows(policy: str, campaign: str) -> Rows | None:
    """What a policy logged in a campaign, in order of time; None where there is no such log."""
    path: Path = FOLDER / f"obd_{policy}" / campaign / f"{campaign}.csv"
    if not path.is_file():
        return None
    with path.open(newline="") as file:
        lines = sorted(csv.DictReader(file), key=lambda line: line["timestamp"])
    arms = np.array([int(line["item_id"]) for line in lines], dtype=np.int32)
    log = Log(
        arms=arms,
        propensities=np.array([float(line["propensity_score"]) for line in lines]),
        rewards=np.array([float(line["click"]) for line in lines]),
        groups=_each(len(lines)),
    )
    positions = np.array([int(line["position"]) for line in lines], dtype=np.intp)
    return Rows(log, positions - positions.min(), int(arms.max()) + 1)


def judged(case: Case) -> Outcome:
    """Every estimator on one case."""
    log, together = case.told.log, case.told.balanced().log
    policy: Policy = case.policy[case.told.positions]
    expected = _expected(case.told)
    estimates = {
        OURS: evaluation.doubly_robust(together, policy, expected),
        "balanced IPS": evaluation.ips(together, policy),
        "doubly robust": evaluation.doubly_robust(log, policy, expected),
        "IPS": evaluation.ips(log, policy),
        "SNIPS": evaluation.snips(log, policy),
    }
    return Outcome(evaluation.on_policy(case.chosen.log), estimates)


def measure() -> list[Figure]:
    """For each campaign and policy how far from the truth the estimates are, on average."""
    figures = []
    for campaign in CAMPAIGNS:
        logged = rows("bts", campaign)
        if logged is None:
            continue
        for name, cases in _kinds(logged, rows("random", campaign)).items():
            outcomes = [judged(case) for case in cases(np.random.default_rng(98765))]
            figures += _figures(f"Open Bandit {campaign}, {name}", outcomes)
    return figures


_Cases = Callable[[np.random.Generator], Iterator[Case]]


def _kinds(logged: Rows, even: Rows | None) -> dict[str, _Cases]:
    half = (logged.even() + logged.habits()) / 2
    kinds: dict[str, _Cases] = {
        "even policy": lambda chance: _thinned(logged, logged.even(), chance),
        "half even policy": lambda chance: _thinned(logged, half, chance),
    }
    if even is not None:
        from_its_log = Case(logged.even(), logged, even)
        from_the_random = Case(logged.habits(), even, logged)
        kinds["random policy from Thompson sampling's log"] = lambda _: iter([from_its_log])
        kinds["Thompson sampling from the random log"] = lambda _: iter([from_the_random])
    return kinds


def _thinned(logged: Rows, policy: Tables, chance: np.random.Generator) -> Iterator[Case]:
    """One half is thinned to what the policy would have logged; the other is to tell its worth."""
    for half in _halves(logged, chance):
        own = logged.where(half)
        ratio = policy[own.positions, own.log.arms] / own.log.propensities
        scale = np.quantile(ratio, 1 - _KEPT_AT_ITS_RAREST)
        kept = chance.random(len(ratio)) < ratio / scale
        yield Case(policy, logged.where(~half), own.where(kept))


def _halves(whole: Rows, chance: np.random.Generator) -> Iterator[npt.NDArray[np.bool_]]:
    for _ in range(_SPLITS):
        yield chance.random(len(whole.log)) < 1 / 2


def _expected(told: Rows) -> Expected:
    """How often each arm is clicked, learnt on the other folds than each row's own."""
    log = told.log
    expected = np.empty((len(log), told.n_arms))
    fold = np.arange(len(log)) % _FOLDS
    for number in range(_FOLDS):
        seen = fold != number
        shown = np.bincount(log.arms[seen], minlength=told.n_arms)
        clicks = np.bincount(log.arms[seen], log.rewards[seen], told.n_arms)
        overall = float(log.rewards[seen].mean())
        expected[~seen] = (clicks + _SMOOTHED * overall) / (shown + _SMOOTHED)
    return expected


def _figures(what: str, outcomes: list[Outcome]) -> list[Figure]:
    names = list(outcomes[0].estimates)
    clicks = {
        name: 1000 * float(np.mean([one.estimates[name].value for one in outcomes]))
        for name in names
    }
    off = {name: float(np.mean([one.off_the_mark(name) for one in outcomes])) for name in names}
    inside = {
        name: float(np.mean([one.truth.holds(one.estimates[name].value) for one in outcomes]))
        for name in names
    }
    truth = {"the policy itself": 1000 * float(np.mean([one.truth.value for one in outcomes]))}
    own = f"{what}: estimated clicks"
    far = f"{what}: distance to the policy's own value, in halves of its interval"
    held = f"{what}: estimates within the interval of the policy's own value"
    return [
        Figure(own, clicks.pop(OURS), "a thousand", anchors={**truth, **clicks}),
        Figure(far, off.pop(OURS), "", "<= 1", off),
        Figure(held, inside.pop(OURS), f"of {len(outcomes)}", anchors=inside),
    ]


def _each(count: int) -> npt.NDArray[np.int32]:
    """Every row by itself: it is not known which are of one person."""
    return np.arange(count, dtype=np.int32)
