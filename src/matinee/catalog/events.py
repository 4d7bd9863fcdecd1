"""What `catalog` hears: how far an encode is, and that a package can be played.

It tells: title.changed, title.removed, upload.completed, encode.cancelled.
"""

from matinee.catalog.actions.encodes import encode_progress, rendition_take
from matinee.contracts.events import EncodeProgressed, RenditionReady
from matinee.kernel.events import hears


@hears("catalog", EncodeProgressed)
def on_encode_progressed(event: EncodeProgressed) -> None:
    """An encode is a step further, or has failed."""
    encode_progress(event)


@hears("catalog", RenditionReady)
def on_rendition_ready(event: RenditionReady) -> None:
    """A first or better package of a title can be played."""
    rendition_take(event)
