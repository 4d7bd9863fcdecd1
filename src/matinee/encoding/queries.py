"""Reads: which work is waiting, and what must not be swept away."""

from uuid import UUID

from django.db.models import Q, QuerySet

from matinee.encoding.models import Encode, Package, Step
from matinee.kernel import clock


def claimable() -> QuerySet[Step]:
    """The steps that anybody may take now, most urgent first.

    What makes a film playable goes before the rest, then the film that came first.
    """
    free = Q(status=Step.Status.READY) | Q(status=Step.Status.RUNNING, lease_until__lt=clock.now())
    return Step.objects.filter(free, encode__status=Encode.Status.ACTIVE).order_by(
        "rank", "encode__uploaded_at", "encode_id", "position"
    )


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


def title_left_alone(encode_id: UUID) -> UUID | None:
    """The encode's title, if no encode of it is under way."""
    encode = Encode.objects.filter(pk=encode_id).first()
    if encode is None:
        return None
    active = Encode.objects.filter(title_id=encode.title_id, status=Encode.Status.ACTIVE)
    return None if active.exists() else encode.title_id


def unattended() -> int:
    """How many steps could be taken now."""
    return claimable().count()
