"""What encoding hears: a film has come, is wanted again or sooner, or is no longer wanted."""

from matinee.contracts.encode_outlooks import EncodePrioritised
from matinee.contracts.events import (
    EncodeCancelled,
    EncodeRequested,
    EncodeStopped,
    SubtitlesChanged,
    UploadCompleted,
)
from matinee.encoding import actions
from matinee.kernel import people
from matinee.kernel.events import hears

people.keeps_nothing("encoding")


@hears("encoding", UploadCompleted)
def take_upload(event: UploadCompleted) -> None:
    """Begin to encode the file, unless a newer one is there or its title is gone."""
    actions.encode_start(event)


@hears("encoding", EncodeCancelled)
def drop_title(event: EncodeCancelled) -> None:
    """Stop and clean up whatever was uploaded for the title until then."""
    actions.encode_cancel(event)


@hears("encoding", EncodeRequested)
def encode_again(event: EncodeRequested) -> None:
    """Begin to encode a film anew that was encoded before."""
    actions.encode_request(event)


@hears("encoding", EncodeStopped)
def stop_encode(event: EncodeStopped) -> None:
    """Stop what the title has under way, and keep what can be played."""
    actions.encode_stop(event)


@hears("encoding", SubtitlesChanged)
def take_subtitles(event: SubtitlesChanged) -> None:
    """Keep the list of the title's subtitle files for its next encode."""
    actions.sidecars_change(event)


@hears("encoding", EncodePrioritised)
def take_priority(event: EncodePrioritised) -> None:
    """Let the title's film take its turn before others, or after them."""
    actions.title_prioritise(event)
