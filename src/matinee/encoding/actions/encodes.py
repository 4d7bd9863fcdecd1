"""An encode begins, is no longer wanted, or fails."""

from datetime import datetime
from typing import Any
from uuid import UUID

from matinee.contracts.events import (
    EncodeCancelled,
    EncodeRequested,
    EncodeStopped,
    SubtitlesChanged,
    UploadCompleted,
)
from matinee.encoding.actions.progress import announce_progress, tell
from matinee.encoding.actions.steps import steps_add, steps_drop, work_send_after_commit
from matinee.encoding.models import Cancellation, Encode, Package, Priority, Sidecars
from matinee.encoding.rules import plan
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import dead_letters

_RETRY_TASK = "matinee.encoding.retry"


def encode_start(upload: UploadCompleted) -> None:
    """Queue a file for encoding; it supersedes every older one of its title.

    Does nothing for a title that is gone, or where a newer file has been heard of.
    """
    with transaction_of("encoding"):
        if _is_gone(upload.title_id, upload.occurred_at) or _has_newer(
            upload.title_id, upload.occurred_at
        ):
            return
        encode, made = Encode.objects.get_or_create(
            upload_id=upload.upload_id,
            defaults={
                "title_id": upload.title_id,
                "source_key": upload.source_key,
                "file_name": upload.file_name[:500],
                "uploaded_at": upload.occurred_at,
            },
        )
        if not made:
            return
        _begin(encode)


def encode_request(request: EncodeRequested) -> None:
    """Encode a film that was encoded before again, as if it had come now.

    What of it can be played stays until the new encode is there to replace it.
    """
    with transaction_of("encoding"):
        if _is_gone(request.title_id, request.occurred_at) or _has_newer(
            request.title_id, request.occurred_at
        ):
            return
        Encode.objects.filter(upload_id=request.upload_id).update(upload_id=None)
        _begin(
            Encode.objects.create(
                title_id=request.title_id,
                upload_id=request.upload_id,
                source_key=request.source_key,
                file_name=request.file_name[:500],
                uploaded_at=request.occurred_at,
            )
        )


def _begin(encode: Encode) -> None:
    """Let the encode's first steps be done instead of what its title had under way."""
    older = Encode.objects.filter(title_id=encode.title_id, status=Encode.Status.ACTIVE)
    for one in older.exclude(pk=encode.pk).select_for_update():
        _end(one, Encode.Status.CANCELLED)
    steps_add(encode, plan.first_steps())
    tell(encode)
    work_send_after_commit(1)


def _end(encode: Encode, status: Encode.Status, stage: str | None = None) -> None:
    """End an active encode; a `stage` is told."""
    encode.status = status
    encode.ended_at = clock.now()
    steps_drop(encode)
    if stage is not None:
        encode.stage = stage
        announce_progress(encode)
    encode.save()


def _is_gone(title_id: UUID, since: datetime) -> bool:
    return Cancellation.objects.filter(title_id=title_id, cancelled_at__gte=since).exists()


def _has_newer(title_id: UUID, than: datetime) -> bool:
    return Encode.objects.filter(title_id=title_id, uploaded_at__gt=than).exists()


def encode_retry(encode_id: UUID) -> bool:
    """Encode the same upload again from the start; False unless it is its title's failed newest."""
    with transaction_of("encoding"):
        failed = Encode.objects.select_for_update().filter(
            pk=encode_id, status=Encode.Status.FAILED, upload_id__isnull=False
        )
        old = failed.first()
        if old is None or _has_newer(old.title_id, old.uploaded_at):
            return False
        upload_id, old.upload_id = old.upload_id, None
        old.save()
        again = Encode.objects.create(
            title_id=old.title_id,
            upload_id=upload_id,
            source_key=old.source_key,
            file_name=old.file_name,
            uploaded_at=old.uploaded_at,
        )
        _begin(again)
    return True


def encode_cancel(cancelled: EncodeCancelled) -> None:
    """Stop the encodes of a title that was removed, and let its packages go."""
    with transaction_of("encoding"):
        now = clock.now()
        row, made = Cancellation.objects.get_or_create(
            title_id=cancelled.title_id, defaults={"cancelled_at": cancelled.occurred_at}
        )
        if not made and row.cancelled_at < cancelled.occurred_at:
            row.cancelled_at = cancelled.occurred_at
            row.save()
        uploaded_before = Encode.objects.filter(
            title_id=cancelled.title_id, uploaded_at__lte=cancelled.occurred_at
        )
        Package.objects.filter(encode__in=uploaded_before).update(remove_at=now)
        Sidecars.objects.filter(
            title_id=cancelled.title_id, changed_at__lte=cancelled.occurred_at
        ).delete()
        Priority.objects.filter(
            title_id=cancelled.title_id, changed_at__lte=cancelled.occurred_at
        ).delete()
        for encode in uploaded_before.filter(status=Encode.Status.ACTIVE).select_for_update():
            _end(encode, Encode.Status.CANCELLED)


def encode_stop(stopped: EncodeStopped) -> None:
    """End what a title has under way; what of it can be played stays."""
    with transaction_of("encoding"):
        active = Encode.objects.filter(
            title_id=stopped.title_id,
            status=Encode.Status.ACTIVE,
            uploaded_at__lte=stopped.occurred_at,
        )
        for encode in active.select_for_update():
            _end(encode, Encode.Status.STOPPED, "stopped")


def sidecars_change(changed: SubtitlesChanged) -> None:
    """Keep the subtitle files that lie beside a title's film, for its next encode."""
    files = [file.model_dump(mode="json") for file in changed.files]
    with transaction_of("encoding"):
        row, made = Sidecars.objects.select_for_update().get_or_create(
            title_id=changed.title_id,
            defaults={"files": files, "changed_at": changed.occurred_at},
        )
        if not made and row.changed_at < changed.occurred_at:
            row.files, row.changed_at = files, changed.occurred_at
            row.save()


def encode_fail(encode_id: UUID, sentence: str, *, fault_of_ours: str = "") -> bool:
    """End an active encode with a sentence for the person who uploaded the file.

    `fault_of_ours` says what went wrong where the file is not to blame: it
    becomes a dead letter. False if the encode was not active any more.
    """
    with transaction_of("encoding"):
        encode = (
            Encode.objects.select_for_update()
            .filter(pk=encode_id, status=Encode.Status.ACTIVE)
            .first()
        )
        if encode is None:
            return False
        encode.error = sentence
        _end(encode, Encode.Status.FAILED, "failed")
        if fault_of_ours:
            arguments: dict[str, Any] = {"encode_id": str(encode_id)}
            dead_letters.bury("encoding", _RETRY_TASK, arguments, fault_of_ours)
    return True
