"""Reads: which work is waiting, what was found out, and what must not be swept away."""

from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, QuerySet, Sum

from matinee.contracts.encoding import SubtitleFile
from matinee.encoding.models import Encode, Package, Priority, Sidecars, Step
from matinee.encoding.rules import turns
from matinee.encoding.rules.report import Used
from matinee.kernel import clock

# The title whose turn it is; what makes a film playable goes before the rest, then the film that
# came first.
_URGENCY = ("turn", "rank", "queued_at", "encode_id", "position")


def next_step() -> Step | None:
    """The most urgent step that anybody may take now, locked; None if there is none.

    One that is ready is found by its index; of those whose holder died there are few.
    """
    free = [
        step
        for steps in (_ready(), _abandoned())
        if (step := steps.select_for_update(skip_locked=True, of=("self",)).first()) is not None
    ]
    return min(free, key=lambda step: [getattr(step, key) for key in _URGENCY], default=None)


def _ready() -> QuerySet[Step]:
    steps = Step.objects.filter(status=Step.Status.READY, encode__status=Encode.Status.ACTIVE)
    return steps.select_related("encode").order_by(*_URGENCY)


def _abandoned() -> QuerySet[Step]:
    steps = Step.objects.filter(
        status=Step.Status.RUNNING,
        lease_until__lt=clock.now(),
        encode__status=Encode.Status.ACTIVE,
    )
    return steps.select_related("encode").order_by(*_URGENCY)


def unattended(most: int) -> int:
    """How many steps could be taken now, counted up to `most`."""
    return sum(len(steps.values_list("pk")[:most]) for steps in (_ready(), _abandoned()))


def turn_of_title(title_id: UUID) -> int:
    """When a title's steps take their turn; see `rules.turns`."""
    row = Priority.objects.filter(title_id=title_id).values_list("turn", flat=True).first()
    return turns.USUAL if row is None else row


def ready_steps(encode_id: UUID, most: int) -> list[str]:
    """The names of the encode's steps that wait for hands only, at most so many."""
    rows = Step.objects.filter(encode_id=encode_id, status=Step.Status.READY)
    return list(rows.values_list("name", flat=True)[:most])


def facts_of(encode_id: UUID, prefix: str) -> dict[str, dict[str, Any]]:
    """What the finished steps found out whose names begin with `prefix`, by step."""
    done = Step.objects.filter(
        encode_id=encode_id, status=Step.Status.DONE, name__startswith=prefix
    )
    return dict(done.order_by("position").values_list("name", "facts"))


def facts_of_singles(encode_id: UUID) -> dict[str, dict[str, Any]]:
    """What the finished steps found out that are a group by themselves: as many as tracks."""
    done = Step.objects.filter(encode_id=encode_id, status=Step.Status.DONE, name=F("group"))
    return dict(done.order_by("position").values_list("name", "facts"))


def usages_of(encode_id: UUID) -> list[Used]:
    """What the finished steps took, by group, in the order of their planning."""
    done = Step.objects.filter(encode_id=encode_id, status=Step.Status.DONE)
    sums = done.values("group").annotate(
        steps=Count("pk"), cpu=Sum("cpu_s"), wall=Sum("wall_s"), first=Min("position")
    )
    rows = sums.order_by("first").values_list("group", "steps", "cpu", "wall")
    return [Used(*row) for row in rows]


def sidecars_of(title_id: UUID) -> list[SubtitleFile]:
    """The subtitle files that lie beside a title's film."""
    row = Sidecars.objects.filter(title_id=title_id).first()
    return [] if row is None else [SubtitleFile.model_validate(file) for file in row.files]


def is_active(encode_id: UUID) -> bool:
    """Whether the encode still has work to do."""
    return Encode.objects.filter(pk=encode_id, status=Encode.Status.ACTIVE).exists()


def is_worked_on(encode_id: UUID) -> bool:
    """Whether its work folder is needed: it is active, or a cancelled step has not let go yet."""
    leased = Step.objects.filter(
        encode_id=encode_id, status=Step.Status.RUNNING, lease_until__gte=clock.now()
    )
    return is_active(encode_id) or leased.exists()


def stills_in_use(title_id: UUID) -> set[str]:
    """The artwork keys of the title's packages that are still there."""
    rows = Package.objects.filter(title_id=title_id).values_list("stills", flat=True)
    return {key for stills in rows for key in stills}


def has_package(name: str) -> bool:
    """Whether this package was announced and is still there."""
    return Package.objects.filter(name=name).exists()


def plays_whole(title_id: UUID, source_key: str) -> bool:
    """Whether viewers have a complete package of this very film."""
    kept = Package.objects.filter(title_id=title_id, complete=True, remove_at=None)
    return kept.filter(encode__source_key=source_key).exists()


def title_left_alone(encode_id: UUID) -> UUID | None:
    """The encode's title, if no encode of it is under way."""
    encode = Encode.objects.filter(pk=encode_id).first()
    if encode is None:
        return None
    active = Encode.objects.filter(title_id=encode.title_id, status=Encode.Status.ACTIVE)
    return None if active.exists() else encode.title_id
