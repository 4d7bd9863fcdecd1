"""Off-policy estimates find the truth where it is known, and say how sure they are."""

import numpy as np
import numpy.typing as npt
import pytest

from matinee.recommendations.rules.bandit import evaluation, gate
from matinee.recommendations.rules.bandit.evaluation import Log
from matinee.recommendations.rules.bandit.gate import Trial

Table = npt.NDArray[np.float64]

# How often each of three arms is taken by two kinds of people.
RATES: Table = np.array([[0.05, 0.10, 0.30], [0.25, 0.10, 0.05]])
SERVED: Table = np.array([[0.8, 0.1, 0.1], [0.8, 0.1, 0.1]])
WISE: Table = np.array([[0.05, 0.05, 0.9], [0.9, 0.05, 0.05]])
FOOLISH: Table = np.array([[0.9, 0.05, 0.05], [0.05, 0.05, 0.9]])


def logged(n: int, seed: int, served: Table = SERVED) -> tuple[Log, npt.NDArray[np.intp]]:
    """A log, and which kind of person each decision was for; each person decides five times."""
    random = np.random.default_rng(seed)
    people = np.arange(n) // 5
    kinds = random.integers(0, 2, n // 5 + 1)[people]
    arms = (served[kinds].cumsum(axis=1) <= random.random((n, 1))).sum(axis=1)
    rewards = (random.random(n) < RATES[kinds, arms]).astype(float)
    return Log(arms.astype(np.int32), served[kinds, arms], rewards, people.astype(np.int32)), kinds


def worth(policy: Table) -> float:
    return float((policy * RATES).sum(axis=1).mean())


@pytest.mark.parametrize("policy", [WISE, FOOLISH, SERVED, np.full((2, 3), 1 / 3)])
def test_every_estimator_finds_the_truth(policy: Table) -> None:
    log, kinds = logged(40_000, seed=1)
    wrong = np.full((len(log), 3), 0.5)
    shown = policy[kinds]
    found = [
        evaluation.ips(log, shown),
        evaluation.snips(log, shown),
        evaluation.doubly_robust(log, shown, RATES[kinds]),
        evaluation.doubly_robust(log, shown, wrong),
    ]
    for one in found:
        assert one.low <= worth(policy) <= one.high
        assert one.value == pytest.approx(worth(policy), abs=0.02)


def test_intervals_hold_as_often_as_they_say() -> None:
    held = {"ips": 0, "snips": 0, "robust": 0}
    for seed in range(60):
        log, kinds = logged(2_000, seed)
        found = {
            "ips": evaluation.ips(log, WISE[kinds]),
            "snips": evaluation.snips(log, WISE[kinds]),
            "robust": evaluation.doubly_robust(log, WISE[kinds], RATES[kinds]),
        }
        for name, one in found.items():
            held[name] += one.holds(worth(WISE))
    # 95 of 100; fewer than 51 of 60 would come by once in a thousand such tests.
    assert min(held.values()) >= 51


def test_a_good_model_makes_the_estimate_sharper() -> None:
    log, kinds = logged(5_000, seed=2)
    plain = evaluation.ips(log, WISE[kinds])
    robust = evaluation.doubly_robust(log, WISE[kinds], RATES[kinds])
    assert robust.high - robust.low < 0.95 * (plain.high - plain.low)


def test_people_who_decide_often_are_no_more_evidence() -> None:
    """One person a hundred times says less than a hundred people once."""
    random = np.random.default_rng(3)
    taken = np.repeat((random.random(50) < 0.3).astype(float), 100)
    arms, sure = np.zeros(5_000, dtype=np.int32), np.ones(5_000)
    together = Log(arms, sure, taken, np.repeat(np.arange(50), 100).astype(np.int32))
    apart = Log(arms, sure, taken, np.arange(5_000, dtype=np.int32))
    one, other = evaluation.on_policy(together), evaluation.on_policy(apart)
    assert one.value == pytest.approx(other.value)
    assert one.high - one.low > 5 * (other.high - other.low)


def test_a_freak_of_chance_does_not_decide() -> None:
    log, kinds = logged(2_500, seed=4)
    log.propensities[7] = 1e-6
    log.rewards[7] = 1.0
    assert evaluation.ips(log, WISE[kinds]).value < 0.5


def test_an_empty_log_says_nothing_rather_than_zero() -> None:
    none = Log(*(np.zeros(0, dtype=np.int32), np.zeros(0), np.zeros(0), np.zeros(0, np.int32)))
    found = evaluation.on_policy(none)
    assert (found.low, found.high, found.effective) == (-np.inf, np.inf, 0.0)


def trial(learnt: Table, n: int = 8_000, *, served: Table = SERVED, is_first: bool = True) -> Trial:
    log, kinds = logged(n, 5, served)
    return Trial(log, learnt[kinds], SERVED[kinds], np.full((n, 3), 0.1), is_first)


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (trial(WISE), "serve"),
        (trial(SERVED), "hold_back"),
        (trial(FOOLISH), "hold_back"),
        (trial(WISE, n=400), "hold_back"),
        (trial(SERVED, is_first=False), "serve"),
        (trial(FOOLISH, is_first=False), "hold_back"),
        (trial(WISE, served=0.8 * FOOLISH + 0.2 / 3, is_first=False), "withdraw"),
        (trial(WISE, served=0.8 * WISE + 0.2 / 3, is_first=False), "serve"),
    ],
    ids=[
        "better",
        "the same as the default",
        "worse",
        "too little to tell",
        "as good as what is served",
        "worse than what is served",
        "served one is worse than nothing",
        "bolder than what is served",
    ],
)
def test_only_what_was_judged_good_is_let_on(one: Trial, verdict: str) -> None:
    judgement = gate.judged(one)
    assert judgement.verdict == verdict
    assert judgement.why.endswith(".")
    assert judgement.report()["verdict"] == verdict
