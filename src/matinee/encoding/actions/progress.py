"""Telling how far an encode is: rarely enough not to flood, often enough to watch."""

from datetime import timedelta

from matinee.contracts.events import EncodeProgressed
from matinee.encoding.models import Encode, Step
from matinee.encoding.rules.progress import Running, Tally
from matinee.kernel import clock
from matinee.kernel.events import announce

TOLD_EVERY = timedelta(seconds=2)


def tally_of(encode: Encode) -> Tally:
    """What the encode has to do and has done."""
    return Tally.model_validate(encode.tally)


def tell(encode: Encode) -> None:
    """Bring stage and fraction up to date and announce them, if it is time; saves `encode`.

    The caller holds the lock of the encode's row.
    """
    under_way = Step.objects.filter(encode=encode, status=Step.Status.RUNNING)
    running = [Running(*row) for row in under_way.values_list("group", "weight", "fraction")]
    tally = tally_of(encode).with_told(running)
    encode.tally = tally.model_dump(mode="json")
    # A step that is begun again does not take back what a person was told.
    encode.fraction = min(1.0, max(encode.fraction, tally.fraction(running)))
    stage = tally.stage(running)
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
    told = tally_of(encode).told
    announce(
        "encoding",
        EncodeProgressed.model_validate(
            {
                "encode_id": encode.pk,
                "title_id": encode.title_id,
                "revision": encode.revision,
                "stage": encode.stage,
                "fraction": round(encode.fraction, 4),
                "stages": [
                    {"stage": stage, "fraction": round(share, 4)} for stage, share in told.items()
                ],
                "error": encode.error or None,
            }
        ),
    )
