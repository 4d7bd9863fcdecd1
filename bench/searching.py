"""What finding a film's own ladder took, of the CPU seconds of its encode."""

from typing import NamedTuple
from uuid import UUID

from matinee.encoding.rules import plan
from matinee.encoding.rules.plan import Plan

_FINDING = {"ease", "gauge", "sample", "trial", "ladder"}


class Searching(NamedTuple):
    """CPU seconds of an encode, and those of them that went into its ladder.

    `found_s` are looks at samples and trials of them; `proven_s` is what holds rungs to their aims:
    measuring what was made, and making for nothing what another round replaced.
    """

    found_s: float
    proven_s: float
    total_s: float

    @property
    def found_share(self) -> float:
        """Per cent that finding the ladder takes."""
        return 100 * self.found_s / self.total_s

    @property
    def share(self) -> float:
        """Per cent that finding and proving it takes."""
        return 100 * (self.found_s + self.proven_s) / self.total_s


def of_encode(encode_id: UUID) -> Searching:
    """What an encode's steps took that are done; its installation is there."""
    from matinee.encoding.models import Encode, Step  # noqa: PLC0415 - need the installation

    made = Plan.model_validate(Encode.objects.get(pk=encode_id).plan)
    found = proven = total = 0.0
    for step in Step.objects.filter(encode_id=encode_id, status=Step.Status.DONE):
        kind = plan.kind_of(step.name)
        total += step.cpu_s
        if kind in _FINDING:
            found += step.cpu_s
        if kind == "judge":
            proven += step.cpu_s
        if kind == "chunk":
            measuring = sum(seen["cpu_s"] for seen in step.facts["vmaf"].values())
            lost = _lost_share(made, plan.chunk_of(step.name))
            proven += measuring + lost * (step.cpu_s - measuring)
    return Searching(found, proven, total)


def _lost_share(made: Plan, name: plan.ChunkName) -> float:
    """How many of the pixels of a chunk's rungs were encoded once more in a later round."""
    last = {rung.name: by_chunk[name.number] for rung, by_chunk in made.made(name.codec)}
    rungs = made.rounds[name.codec][name.round].of_chunk(name.number)
    pixels = {rung.name: rung.width * rung.height for rung in rungs}
    lost = sum(count for rung, count in pixels.items() if last[rung] > name.round)
    return lost / sum(pixels.values())
