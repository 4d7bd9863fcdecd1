"""How far an encode is: what there is to do, what of it is done, and what a person is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from matinee.contracts.catalog import EncodeStage
from matinee.encoding.rules import plan
from matinee.encoding.rules.plan import StepPlan

# Of the whole, that the first look at a file counts before the plan is known.
_FIRST_LOOK = 0.02
_STAGES: dict[str, EncodeStage] = {
    "probe": "probing",
    "check": "checking",
    "index": "checking",
    "quick": "encoding",
    "audio": "encoding",
    "text": "encoding",
    "stills": "encoding",
    "storyboard": "encoding",
    "ease": "analysing",
    "gauge": "analysing",
    "sample": "analysing",
    "trial": "analysing",
    "ladder": "analysing",
    "chunk": "encoding",
    "judge": "encoding",
    "join": "packaging",
    "package": "packaging",
}
_ORDER: tuple[EncodeStage, ...] = ("probing", "checking", "analysing", "encoding", "packaging")


@dataclass(frozen=True)
class Running:
    """A step that somebody works on."""

    group: str
    weight: float
    fraction: float


class Tally(BaseModel):
    """What there is to do and what is done, by group of steps; weights are CPU seconds, roughly.

    `expected` is the work whose steps are not known yet, `left` counts the steps of a group that
    are not done, `told` is what a person has seen: it never runs backwards.
    """

    model_config = ConfigDict(frozen=True)

    steps: int = 0
    planned: dict[str, float] = {}
    done: dict[str, float] = {}
    left: dict[str, int] = {}
    expected: dict[str, float] = {}
    told: dict[EncodeStage, float] = {}

    def with_steps(self, added: Sequence[StepPlan]) -> "Tally":
        """The tally with more to do."""
        planned, left, expected = dict(self.planned), dict(self.left), dict(self.expected)
        for step in added:
            planned[step.group] = planned.get(step.group, 0.0) + step.weight
            left[step.group] = left.get(step.group, 0) + 1
            expected.pop(step.group, None)
        return self.model_copy(
            update={
                "steps": self.steps + len(added),
                "planned": planned,
                "left": left,
                "expected": expected,
            }
        )

    def with_expected(self, work: Mapping[str, float]) -> "Tally":
        """The tally with work that will be planned later."""
        return self.model_copy(update={"expected": {**self.expected, **work}})

    def without_expected(self, groups: str) -> "Tally":
        """The tally where nothing more comes of the groups whose names begin so."""
        kept = {name: work for name, work in self.expected.items() if not name.startswith(groups)}
        return self.model_copy(update={"expected": kept})

    def with_done(self, group: str, weight: float) -> "Tally":
        """The tally after one more step of a group."""
        done = {**self.done, group: self.done.get(group, 0.0) + weight}
        left = {**self.left, group: self.left[group] - 1}
        return self.model_copy(update={"done": done, "left": left})

    def is_done(self, group: str) -> bool:
        """Whether the group's steps are known and all done."""
        return self.left.get(group) == 0

    def allows(self, needs: Iterable[str]) -> bool:
        """Whether a step that needs these groups can begin."""
        return all(map(self.is_done, needs))

    def with_told(self, running: Iterable[Running]) -> "Tally":
        """The tally with what a person is told now, by stage."""
        whole: dict[EncodeStage, float] = {}
        made: dict[EncodeStage, float] = {}
        for work in (self.planned, self.expected):
            for group, weight in work.items():
                _add(whole, group, weight)
        for group, weight in self.done.items():
            _add(made, group, weight)
        for step in running:
            _add(made, step.group, step.weight * step.fraction)
        told = {
            stage: max(self.told.get(stage, 0.0), _share(made.get(stage, 0.0), whole[stage]))
            for stage in _ORDER
            if stage in whole
        }
        return self.model_copy(update={"told": told})

    def fraction(self, running: Iterable[Running]) -> float:
        """How much of the whole is done, from 0 to 1."""
        total = sum(self.planned.values()) + sum(self.expected.values())
        made = sum(self.done.values()) + sum(step.weight * step.fraction for step in running)
        share = _share(made, total)
        return share if plan.FULL_PACKAGE in self.planned else share * _FIRST_LOOK

    def stage(self, running: Iterable[Running]) -> EncodeStage:
        """The stage that a person is told: the first thing that the whole still waits for."""
        under_way = {step.group: step.fraction for step in running}
        if not self.is_done(plan.PROBE):
            return "probing" if plan.PROBE in under_way else "queued"
        if not self.is_done(plan.CHECK) or self.left.get(plan.INDEX):
            return "checking"
        if not self.is_done(plan.QUICK_PACKAGE):
            return "encoding"
        for kinds, stage in _AFTER_QUICK:
            if any(count and plan.kind_of(group) in kinds for group, count in self.left.items()):
                return stage
        if self.is_done(plan.FULL_PACKAGE):
            return "done"
        is_late = under_way.get(plan.FULL_PACKAGE, 0.0) >= plan.PUBLISHING_FROM
        return "publishing" if is_late else "packaging"


_AFTER_QUICK: tuple[tuple[set[str], EncodeStage], ...] = (
    ({"ease", "gauge", "sample", "trial", "ladder"}, "analysing"),
    ({"chunk", "judge"}, "encoding"),
)


def stage_of(group: str) -> EncodeStage:
    """The stage that a group of steps belongs to."""
    return _STAGES[plan.kind_of(group)]


def place_of(group: str) -> int:
    """Where the group's stage stands in the order of stages."""
    return _ORDER.index(stage_of(group))


def _add(to: dict[EncodeStage, float], group: str, weight: float) -> None:
    stage = stage_of(group)
    to[stage] = to.get(stage, 0.0) + weight


def _share(made: float, whole: float) -> float:
    return min(1.0, max(0.0, made / whole)) if whole else 0.0
