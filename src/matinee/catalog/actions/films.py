"""A title's film on its way to `encoding`: as it arrives, once more, or no further."""

from uuid import UUID

from matinee.catalog import queries, rules
from matinee.catalog.actions.families import SERVICE, family_lock, family_settle
from matinee.catalog.models import Title, Upload
from matinee.contracts import catalog as messages
from matinee.contracts.events import EncodeRequested, EncodeStopped, UploadCompleted
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict

Told = type[UploadCompleted] | type[EncodeRequested]


def film_arrive(row: Title, upload: Upload) -> None:
    """Note and announce that a film lies in the media store; inside the caller's transaction."""
    _send(row, upload, UploadCompleted)


def encode_again(title_id: UUID) -> messages.StudioTitle:
    """Encode the newest stored film of a title anew; what can be played stays until then.

    Conflict where there is no film, or where one is being encoded.
    """
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        upload = row.uploads.filter(state=Upload.STORED).order_by("-pk").first()
        progress = queries.progress_of(row)
        if progress is None or upload is None:
            code = "no_film"
            raise Conflict(code, f"{row.name} has no film yet. Upload one.")
        if progress.stage not in rules.ENDED:
            code = "encode_running"
            raise Conflict(code, f"{row.name} is being encoded. Wait for it, or stop it first.")
        # A new upload of the same source, so that it counts as a new film everywhere.
        again = ids.uuid7()
        row.uploads.filter(pk=upload.pk).update(id=again)
        _send(row, row.uploads.get(pk=again), EncodeRequested)
        return queries.studio_title(row.pk)


def encode_stop(title_id: UUID) -> messages.StudioTitle:
    """Let a title's encode end; what can be played stays. Conflict where none is running."""
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        progress = queries.progress_of(row)
        if progress is None or progress.stage in rules.ENDED:
            code = "nothing_to_stop"
            raise Conflict(code, f"{row.name} is not being encoded; there is nothing to stop.")
        announce(SERVICE, EncodeStopped(title_id=row.pk))
        return queries.studio_title(row.pk)


def _send(row: Title, upload: Upload, told: Told) -> None:
    encode = queries.encode_of(row)
    Title._default_manager.filter(pk=row.pk).update(
        film_upload_id=upload.pk,
        stale_encode_id=encode.encode_id if encode else None,
        subtitles_wait=False,
        updated_at=clock.now(),
    )
    row.uploads.filter(pk=upload.pk).update(encode_awaited=True)
    event = told(
        upload_id=upload.pk,
        title_id=row.pk,
        source_key=upload.source_key,
        file_name=upload.file_name,
    )
    announce(SERVICE, event)
    family_settle(row.series_id or row.pk)
