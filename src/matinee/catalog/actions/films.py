"""A title's film on its way to `encoding`: as it arrives, once more, no further, or put back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models

from matinee.catalog import queries, rules, settings
from matinee.catalog.actions import leftovers
from matinee.catalog.actions.deeds import Fields, deed_note
from matinee.catalog.actions.families import SERVICE, family_lock, family_settle
from matinee.catalog.models import Amendment, Title, Upload
from matinee.catalog.rules.workflow import Member
from matinee.contracts import catalog as messages
from matinee.contracts.events import EncodeRequested, EncodeStopped, UploadCompleted
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict

Told = type[UploadCompleted] | type[EncodeRequested]
# What it is called in a title's history.
FILM = "film"
_AT_ONCE = 200


def film_arrive(row: Title, upload: Upload) -> None:
    """Note and announce that a film lies in the media store; inside the caller's transaction."""
    by = Member(upload.account_id, publishes=False)
    deed_note(row.pk, "film", by, before={FILM: film_of(row)}, after={FILM: film_told(upload)})
    _send(row, upload, UploadCompleted)


def film_put(row: Title, film: Fields, by: Member, **told: Any) -> None:
    """Have a film encoded that is kept; Conflict where it is not. `told` are `Deed`'s columns.

    What plays stays until then. In a transaction that holds the lock of the title's family.
    """
    upload = _kept(row, film).first()
    if upload is None:
        days = settings.get().undo_days
        detail = f"{film['file_name']} is not kept any more: that is for {days} days. Send it."
        raise Conflict("file_gone", detail)
    verb = told.pop("verb", "film")
    deed_note(row.pk, verb, by, before={FILM: film_of(row)}, after={FILM: film}, **told)
    _send_again(row, upload)


def film_let_go(row: Title, film: Fields) -> None:
    """Keep a film that was proposed in vain no longer than one that was replaced."""
    if film_of(row) != film:
        _kept(row, film).filter(replaced_at=None).update(replaced_at=clock.now())


def encode_again(title_id: UUID) -> messages.StudioTitle:
    """Encode the film that arrived last anew; what can be played stays until then.

    Conflict where there is no film, or where one is being encoded.
    """
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        upload = _film(row)
        progress = queries.progress_of(row)
        if progress is None or upload is None:
            code = "no_film"
            raise Conflict(code, f"{row.name} has no film yet. Upload one.")
        if progress.stage not in rules.ENDED:
            code = "encode_running"
            raise Conflict(code, f"{row.name} is being encoded. Wait for it, or stop it first.")
        _send_again(row, upload)
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


def films_older_note(row: Title) -> None:
    """Note of a title's older films that the newest one plays in their place, whole."""
    if row.film_upload_id is not None:
        older = row.uploads.filter(state=Upload.STORED, pk__lt=row.film_upload_id)
        older.filter(replaced_at=None).update(replaced_at=clock.now())


def films_older_clear() -> int:
    """Remove films that were replaced for longer than that can be undone; how many."""
    since = clock.now() - timedelta(days=settings.get().undo_days)
    with transaction_of(SERVICE):
        proposed = Amendment._default_manager.filter(after__has_key=FILM)
        gone = Upload._default_manager.filter(state=Upload.STORED, replaced_at__lte=since)
        gone = gone.exclude(
            source_key__in=list(proposed.values_list("after__film__source", flat=True))
        )
        found = dict(gone.values_list("pk", "source_key")[:_AT_ONCE])
        Upload._default_manager.filter(pk__in=found).delete()
        leftovers.clear_after_commit([], leftovers.source_folders(list(found.values())))
    return len(found)


def film_told(upload: Upload) -> Fields:
    """What history says of a film; it is known again by where it lies."""
    told = {"file_name": upload.file_name, "size_bytes": upload.size_bytes}
    return {**told, "source": upload.source_key}


def film_of(row: Title) -> Fields | None:
    """The film that arrived last, as history tells it; None where none did or it is not known."""
    found = _film(row)
    return None if found is None else film_told(found)


def _film(row: Title) -> Upload | None:
    if row.film_upload_id is None:
        return None
    return row.uploads.filter(pk=row.film_upload_id, state=Upload.STORED).first()


def _kept(row: Title, film: Fields) -> "models.QuerySet[Upload]":
    """A film that history tells of, where it is in the store still."""
    return row.uploads.filter(state=Upload.STORED, source_key=film["source"])


def _send_again(row: Title, upload: Upload) -> None:
    """Send a stored film once more, as a new upload of it: so it is a new film everywhere."""
    again = ids.uuid7()
    row.uploads.filter(pk=upload.pk).update(id=again, replaced_at=None)
    _send(row, row.uploads.get(pk=again), EncodeRequested)


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
