"""What encoding hears: a film has come, or is no longer wanted."""

from matinee.contracts.events import EncodeCancelled, UploadCompleted
from matinee.encoding import actions
from matinee.kernel.events import hears


@hears("encoding", UploadCompleted)
def take_upload(event: UploadCompleted) -> None:
    """Begin to encode the file, unless a newer one is there or its title is gone."""
    actions.encode_start(event)


@hears("encoding", EncodeCancelled)
def drop_title(event: EncodeCancelled) -> None:
    """Stop and clean up whatever was uploaded for the title until then."""
    actions.encode_cancel(event)
