"""Telling how far an encode is: rarely enough not to flood, often enough to watch."""

from datetime import timedelta

from matinee.contracts.events import EncodeProgressed
from matinee.encoding.models import Encode, Step
from matinee.encoding.rules import plan
from matinee.kernel import clock
from matinee.kernel.events import announce

TOLD_EVERY = timedelta(seconds=2)


def states_of(encode: Encode) -> dict[str, plan.StepState]:
    """How the encode's steps stand, in order."""
    rows = Step.objects.filter(encode=encode).order_by("position")
    return {s.name: plan.StepState(s.status, s.fraction) for s in rows}


def tell(encode: Encode) -> None:
    """Bring stage and fraction up to date and announce them, if it is time; saves `encode`.

    The caller holds the lock of the encode's row.
    """
    rows = list(Step.objects.filter(encode=encode).order_by("position"))
    states = {s.name: plan.StepState(s.status, s.fraction) for s in rows}
    stage = plan.stage_of(states)
    share = plan.fraction_of(states, {s.name: s.weight for s in rows})
    # A step that is begun again does not take back what a person was told.
    encode.fraction = min(1.0, max(encode.fraction, share))
    now = clock.now()
    due = encode.told_at is None or now - encode.told_at >= TOLD_EVERY
    if stage != encode.stage or due or encode.revision == 0:
        encode.stage = stage
        announce_progress(encode)
    encode.save()


def announce_progress(encode: Encode) -> None:
    """Announce the encode as it stands; the caller saves it."""
    encode.revision += 1
    encode.told_at = clock.now()
    announce(
        "encoding",
        EncodeProgressed.model_validate(
            {
                "encode_id": encode.pk,
                "title_id": encode.title_id,
                "revision": encode.revision,
                "stage": encode.stage,
                "fraction": round(encode.fraction, 4),
                "error": encode.error or None,
            }
        ),
    )
