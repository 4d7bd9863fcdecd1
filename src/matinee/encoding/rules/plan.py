"""The plan of an encode: its rungs and tracks, its steps, and which of them can run now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from matinee.contracts.catalog import EncodeStage
from matinee.encoding.rules import ladder
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.source import Source

PROBE = "probe"
CHECK = "check"
QUICK_RUNG = "rung-quick"
TEXT = "text"
STORYBOARD = "storyboard"
STILLS = "stills"
QUICK_PACKAGE = "package-1"
FULL_PACKAGE = "package-2"

# What makes a film playable goes before what makes it good, over all films.
RANK_QUICK = 0
RANK_FULL = 1

FAILURES_MAX = 3
# A step whose encoder died is not to blame, unless it dies every time.
ATTEMPTS_MAX = 10

# Of the whole, that the first look at a file counts before the plan is known.
_FIRST_LOOK = 0.02
# From here on a package is written and being moved into the media store.
PUBLISHING_FROM = 0.5


class Plan(BaseModel):
    """What will be made of a source. `rate` is a fraction as text."""

    model_config = ConfigDict(frozen=True)

    duration_s: float
    rate: str
    rungs: tuple[Rung, ...]
    quick: Rung
    still_size: tuple[int, int]


@dataclass(frozen=True)
class StepPlan:
    """A step to do once those that it needs are done; `weight` is its share of the work."""

    name: str
    needs: frozenset[str]
    weight: float
    rank: int = RANK_FULL


@dataclass(frozen=True)
class StepState:
    """How a step stands."""

    status: str
    fraction: float = 0.0


def kind_of(step: str) -> str:
    """What sort of work a step is, by its name."""
    return step.partition("-")[0]


def number_of(step: str) -> str:
    """Which one of its kind a step is."""
    return step.partition("-")[2]


def make_plan(source: Source, duration_s: float, lines_max: int) -> Plan:
    """The plan for a source whose decoded duration is known."""
    film = source.picture
    rate = ladder.output_rate(Fraction(film.rate_tick), Fraction(film.rate_mean))
    size = film.display_size
    rungs = ladder.ladder(size, rate, lines_max)
    still = next((r for r in rungs if r.lines <= ladder.STANDARD_LINES[2]), rungs[-1])
    return Plan(
        duration_s=duration_s,
        rate=f"{rate.numerator}/{rate.denominator}",
        rungs=rungs,
        quick=ladder.quick_rung(size, rate, duration_s, lines_max),
        still_size=(still.width, still.height),
    )


def first_steps() -> tuple[StepPlan, ...]:
    """What is done with any file."""
    return (
        StepPlan(PROBE, frozenset(), 0.2, RANK_QUICK),
        StepPlan(CHECK, frozenset({PROBE}), 1.0, RANK_QUICK),
    )


def further_steps(source: Source, plan: Plan) -> tuple[StepPlan, ...]:
    """What is done with a sound film, in the order of urgency."""
    checked = frozenset({CHECK})
    tracks = [StepPlan(f"audio-{n}", checked, 0.3, RANK_QUICK) for n in range(len(source.sounds))]
    if source.texts:
        tracks.append(StepPlan(TEXT, checked, 0.1, RANK_QUICK))
    quick_is_there = frozenset({QUICK_RUNG})
    # Long before a long film is whole, it has pictures to be found and sought by.
    pictures = [
        StepPlan(STILLS, quick_is_there, 0.5, RANK_QUICK),
        StepPlan(STORYBOARD, quick_is_there, 0.2, RANK_QUICK),
    ]
    first = [
        StepPlan(QUICK_RUNG, checked, 0.3 * _weight(plan.quick), RANK_QUICK),
        *tracks,
        *pictures,
    ]
    # The other rungs wait for the quick one, so that it has the machine to itself.
    rungs = [StepPlan(f"rung-{rung.name}", quick_is_there, _weight(rung)) for rung in plan.rungs]
    return (
        *first,
        StepPlan(QUICK_PACKAGE, frozenset(step.name for step in first), 0.2, RANK_QUICK),
        *rungs,
        StepPlan(FULL_PACKAGE, frozenset(step.name for step in rungs) | {QUICK_PACKAGE}, 0.4),
    )


def _weight(rung: Rung) -> float:
    return 0.2 + 10 * rung.width * rung.height / (1920 * 1080)


def ready(steps: Mapping[str, StepState], needs: Mapping[str, Iterable[str]]) -> list[str]:
    """The waiting steps whose needs are all done, in the order of `steps`."""
    done = {name for name, state in steps.items() if state.status == "done"}
    return [
        name
        for name, state in steps.items()
        if state.status == "waiting" and done.issuperset(needs[name])
    ]


def stage_of(steps: Mapping[str, StepState]) -> EncodeStage:
    """The stage that a person is told."""
    if all(state.status == "done" for state in steps.values()) and FULL_PACKAGE in steps:
        return "done"
    if steps[PROBE].status != "done":
        return "probing" if steps[PROBE].status == "running" else "queued"
    if steps[CHECK].status != "done":
        return "checking"
    media_done = all(s.status == "done" for n, s in steps.items() if n != FULL_PACKAGE)
    if not media_done:
        return "encoding"
    return "publishing" if steps[FULL_PACKAGE].fraction >= PUBLISHING_FROM else "packaging"


def fraction_of(steps: Mapping[str, StepState], weights: Mapping[str, float]) -> float:
    """How much of the whole is done, from 0 to 1."""
    total = sum(weights.values())
    done = sum(
        weights[name] * (1.0 if state.status == "done" else min(1.0, state.fraction))
        for name, state in steps.items()
    )
    share = done / total if total else 0.0
    return share if FULL_PACKAGE in steps else share * _FIRST_LOOK
