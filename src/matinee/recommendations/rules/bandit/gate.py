"""Whether a policy may be let on: what it would have been worth, before anybody is shown it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from matinee.recommendations.rules.bandit import evaluation
from matinee.recommendations.rules.bandit.evaluation import Estimate, Expected, Log, Policy

Verdict = Literal["serve", "hold_back", "withdraw"]

# Below these nothing can be told: an interval of so few takes says nothing about its own edges.
DECISIONS_MIN = 500
TAKES_MIN = 30
_EFFECTIVE_SHARE_MIN = 0.02
# So much worse than the policy in service may a newer one be at worst, as a share of its worth.
_MARGIN = 0.05
# Two policies that choose alike differ by rounding.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Trial:
    """What was logged lately by the policy in service, and what others would have done there.

    `learnt` is the policy that is to be judged, `default` chooses as if nothing were known;
    `expected` must come from a model that has not seen these decisions.
    """

    log: Log
    learnt: Policy
    default: Policy
    expected: Expected
    is_first: bool
    """Whether the policy in service is the default."""


@dataclass(frozen=True)
class Judgement:
    """The verdict, why, and the estimates that it follows from, by name."""

    verdict: Verdict
    why: str
    estimates: Mapping[str, Estimate]

    def report(self) -> dict[str, object]:
        """As it is kept and shown."""
        estimates = {name: asdict(one) for name, one in self.estimates.items()}
        return {"verdict": self.verdict, "why": self.why, "estimates": estimates}


def judged(trial: Trial) -> Judgement:
    """Judge a learnt policy by what the one in service logged.

    The first must surely be better than the default: the lower bound of its gain must be above
    zero. A newer one must surely not be worse than the one in service by more than a twentieth.
    Where the default would surely have been better than what is served, that is withdrawn.
    """
    log = trial.log
    takes = int(log.rewards.sum())
    if len(log) < DECISIONS_MIN or takes < TAKES_MIN:
        why = (
            f"{len(log)} decisions with {takes} takes are too few to tell:"
            f" it takes {DECISIONS_MIN} with {TAKES_MIN}."
        )
        return Judgement("hold_back", why, {})
    estimates = _estimates(trial)
    verdict, why = _verdict(trial, estimates)
    return Judgement(verdict, why, estimates)


def _estimates(trial: Trial) -> dict[str, Estimate]:
    log, learnt, expected = trial.log, trial.learnt, trial.expected
    return {
        "served": evaluation.on_policy(log),
        "ips": evaluation.ips(log, learnt),
        "snips": evaluation.snips(log, learnt),
        "doubly_robust": evaluation.doubly_robust(log, learnt, expected),
        "gain": evaluation.gain(log, learnt, expected),
        "gain_of_default": evaluation.gain(log, trial.default, expected),
    }


def _verdict(trial: Trial, estimates: Mapping[str, Estimate]) -> tuple[Verdict, str]:
    gain, served = estimates["gain"], estimates["served"]
    spoken = f"between {gain.low:+.2%} and {gain.high:+.2%} of takes"
    if not trial.is_first and estimates["gain_of_default"].low > _NOTHING:
        return "withdraw", "Choosing nothing would surely have been better than what is served."
    if estimates["doubly_robust"].effective < _EFFECTIVE_SHARE_MIN * len(trial.log):
        return "hold_back", "It chooses so differently that what was logged says too little of it."
    if trial.is_first and gain.low <= _NOTHING:
        return "hold_back", f"It is not surely better than the default: {spoken}."
    if not trial.is_first and gain.low < -_MARGIN * served.value:
        return "hold_back", f"It might be worse than what is served: {spoken}."
    return "serve", f"It would have gained {spoken}."
