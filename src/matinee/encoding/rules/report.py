"""The account of an encode, put together from what its steps found out and took."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from matinee.contracts.encoding import EncodeReport, RungReport, StageUsage, Trial, VideoCodec
from matinee.encoding.rules import progress, saved
from matinee.encoding.rules.plan import Plan
from matinee.encoding.rules.source import Source

Facts = Mapping[str, Mapping[str, Any]]


class Used(NamedTuple):
    """What the steps of a group took together."""

    group: str
    steps: int
    cpu_s: float
    wall_s: float


def report(source: Source, plan: Plan, facts: Facts, used: Sequence[Used]) -> EncodeReport:
    """The report of an encode, from the facts of its steps and what groups of them took."""
    trials = [
        Trial.model_validate(trial)
        for codec in plan.codecs
        for trial in facts.get(f"ladder-{codec}", {}).get("trials", [])
    ]
    size = source.picture.display_size
    shares = {codec: saved.saved(codec, trials, size) for codec in plan.codecs}
    return EncodeReport(
        duration_s=plan.duration_s,
        trials=trials,
        rungs=[one for codec in plan.codecs for one in _rungs(plan, codec, facts)],
        saved={codec: share for codec, share in shares.items() if share is not None},
        stages=_stages(used),
        remarks=[remark for found in facts.values() for remark in found.get("remarks", [])],
    )


def _rungs(plan: Plan, codec: VideoCodec, facts: Facts) -> Iterator[RungReport]:
    """Each rung as the judge of its last round told it, or the one before while that is made."""
    for rung, made in plan.made(codec):
        told = (
            one
            for number in sorted(set(made.values()), reverse=True)
            for one in facts.get(f"judge-{codec}-{number}", {}).get("rungs", [])
            if one["name"] == rung.name
        )
        yield from map(RungReport.model_validate, islice(told, 1))


def _stages(used: Sequence[Used]) -> list[StageUsage]:
    """What each stage took, in the order of the stages."""
    found: dict[str, StageUsage] = {}
    for one in sorted(used, key=lambda one: progress.place_of(one.group)):
        stage = progress.stage_of(one.group)
        before = found.get(stage, StageUsage(stage=stage, steps=0, cpu_s=0.0, wall_s=0.0))
        found[stage] = StageUsage(
            stage=stage,
            steps=before.steps + one.steps,
            cpu_s=round(before.cpu_s + one.cpu_s, 3),
            wall_s=round(before.wall_s + one.wall_s, 3),
        )
    return list(found.values())
