"""Telling what an encode that is under way has tried, chosen and made so far."""

from matinee.contracts.encode_outlooks import EncodeOutlook, EncodePlanned
from matinee.encoding import queries
from matinee.encoding.models import Encode
from matinee.encoding.rules import outlook, plan
from matinee.encoding.rules.plan import Plan
from matinee.encoding.rules.report import report
from matinee.encoding.rules.source import Source
from matinee.kernel.events import announce

# After these steps there is more to tell; any other only brings the encode further.
_TELLING = frozenset({plan.CHECK, "ladder", "judge"})


def tell_outlook(encode: Encode, step: str) -> None:
    """Announce what is known of the encode now that this step is done, if that is news."""
    if plan.kind_of(step) not in _TELLING or encode.plan is None:
        return
    known = Plan.model_validate(encode.plan)
    so_far = report(
        Source.model_validate(encode.source),
        known,
        queries.facts_of_singles(encode.pk) | queries.facts_of(encode.pk, "judge-"),
        queries.usages_of(encode.pk),
    )
    planned = [rung for codec in known.codecs for rung in outlook.planned(codec, so_far.trials)]
    announce(
        "encoding",
        EncodePlanned(
            encode_id=encode.pk,
            title_id=encode.title_id,
            outlook=EncodeOutlook(report=so_far, planned=planned),
        ),
    )
