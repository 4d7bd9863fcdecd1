"""What `catalog` hears: how far an encode is, what plays, what it took; what accounts may watch.

It tells: title.changed, title.removed, upload.completed, encode.requested, encode.stopped,
encode.prioritised, encode.cancelled.
"""

from matinee.catalog import person
from matinee.catalog.actions import accounts
from matinee.catalog.actions.encodes import (
    encode_progress,
    outlook_take,
    rendition_take,
    report_take,
)
from matinee.contracts.encode_outlooks import EncodePlanned
from matinee.contracts.events import (
    EncodeProgressed,
    EncodeReported,
    EntitlementChanged,
    RenditionReady,
    TitleGranted,
)
from matinee.contracts.offers import TitleOffered
from matinee.kernel import people
from matinee.kernel.events import hears

people.keeps("catalog", person.gather, person.erase)
hears("catalog", EntitlementChanged)(accounts.plan_keep)
hears("catalog", TitleGranted)(accounts.own_title_keep)
hears("catalog", TitleOffered)(accounts.offer_keep)


@hears("catalog", EncodeProgressed)
def on_encode_progressed(event: EncodeProgressed) -> None:
    """An encode is a step further, or has failed."""
    encode_progress(event)


@hears("catalog", RenditionReady)
def on_rendition_ready(event: RenditionReady) -> None:
    """A first or better package of a title can be played."""
    rendition_take(event)


@hears("catalog", EncodeReported)
def on_encode_reported(event: EncodeReported) -> None:
    """An encode gives its account."""
    report_take(event)


@hears("catalog", EncodePlanned)
def on_encode_planned(event: EncodePlanned) -> None:
    """An encode under way knows more of its film."""
    outlook_take(event)
