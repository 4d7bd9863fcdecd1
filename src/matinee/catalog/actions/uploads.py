"""A film on its way in: begun, taken in chunk by chunk, moved to the media store, announced.

No offset is recorded before the bytes in front of it are safe on disk, and the
recorded offset counts: what a file holds beyond it is cut before more is
written. A whole file is moved and announced by whoever comes first: the request
that brought its last byte, a task, or the periodic look at what was left over.
"""

import logging
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.db.models import F, Sum

from matinee.catalog import rules, settings, spool, tus
from matinee.catalog.actions import chunks, leftovers
from matinee.catalog.actions.amending import film_propose
from matinee.catalog.actions.deeds import change_check
from matinee.catalog.actions.families import SERVICE, family_lock
from matinee.catalog.actions.films import film_arrive
from matinee.catalog.models import HOLDING, Upload
from matinee.catalog.rules.workflow import MACHINE, Member
from matinee.kernel import clock, storage
from matinee.kernel import settings as kernel_settings
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, NotFound, TooLarge, TooMany, Unprocessable

log = logging.getLogger(__name__)

HOLD_WAIT_S = 2.0
_FINISH_BATCH = 20
_SWEEP_BATCH = 200
# Younger folders may belong to an upload whose row is about to be committed.
_ORPHAN_AGE_S = 3600
_GIB = 1024**3


@dataclass(frozen=True)
class Film:
    """A film that is about to be sent: `metadata` as its client said it."""

    file_name: str
    size_bytes: int
    metadata: str = ""

    @property
    def is_proposed(self) -> bool:
        """Whether viewers are to see it only once somebody has approved it."""
        return _is_proposed(self.metadata)


def upload_create(title_id: UUID, film: Film, by: Member = MACHINE) -> Upload:
    """Begin an upload; unfinished ones of the same title end, since the newest film counts."""
    _check_size(film.size_bytes)
    upload = Upload(
        title_id=title_id,
        account_id=by.account_id,
        file_name=rules.safe_file_name(film.file_name),
        metadata=film.metadata,
        size_bytes=film.size_bytes,
        expires_at=chunks.expiry(),
    )
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        if row.kind in HOLDING:
            code = f"{row.kind}_has_no_film"
            detail = f"A {row.kind} has no film of its own. Upload its {HOLDING[row.kind]}."
            raise Unprocessable(code, detail)
        if not film.is_proposed:
            change_check(row, by)
        older = row.uploads.filter(state=Upload.RECEIVING)
        leftovers.clear_after_commit(list(older.values_list("pk", flat=True)), [])
        older.delete()
        _check_room(film.size_bytes)
        spool.opened().make(upload.pk, upload.file_name)
        upload.save(force_insert=True)
    return upload


def upload_append(upload_id: UUID, chunk: chunks.Chunk) -> Upload:
    """Take in a chunk and return the upload as it is then; the last one makes it whole.

    Conflict where the offset is another, Locked where another request writes,
    WrongChunkType where the first bytes cannot be a film's.
    """
    upload = upload_open(upload_id)
    if upload.state == Upload.RECEIVING:
        upload = _append(upload, chunk)
    else:
        chunks.check_chunk(upload, chunk)
    if upload.state == Upload.RECEIVED:
        _finish_soon(upload)
    return upload


def upload_open(upload_id: UUID) -> Upload:
    """An upload whose offset is what is on disk; NotFound or Gone if it is not there (any more)."""
    upload = Upload._default_manager.filter(pk=upload_id).first()
    if upload is None:
        code = "unknown_upload"
        raise NotFound(code, "There is no such upload. Start it anew.")
    if upload.state == Upload.RECEIVING:
        if upload.expires_at < clock.now():
            raise chunks.ended()
        on_disk = spool.opened().size_bytes(upload.pk, upload.file_name)
        upload.offset_bytes = min(upload.offset_bytes, on_disk)
    return upload


def upload_remove(upload_id: UUID) -> None:
    """End an unfinished upload and forget its bytes."""
    removed, _ = Upload._default_manager.filter(pk=upload_id, state=Upload.RECEIVING).delete()
    if not removed:
        upload_open(upload_id)
        code = "upload_finished"
        raise Conflict(code, "The upload is finished. Remove its title instead.")
    spool.opened().remove(upload_id)


def upload_finish(upload_id: UUID) -> bool:
    """Move a whole file into the media store and announce it; False if another has it in hand."""
    upload = Upload._default_manager.filter(pk=upload_id, state=Upload.RECEIVED).first()
    if upload is None:
        return False
    key = f"{_prefix(upload)}/{upload.file_name}"
    store = storage.open_storage(kernel_settings.get())
    with ExitStack() as stack:
        part = _held_if_there(stack, upload)
        if part is not None and part.size_bytes == upload.size_bytes:
            store.publish_folder(spool.opened().folder(upload.pk), _prefix(upload))
        elif not store.exists(key):
            log.error("the file of upload %s is lost; upload the film again", upload.pk)
            Upload._default_manager.filter(pk=upload.pk, state=Upload.RECEIVED).delete()
            return False
    return _announce(upload, key)


def upload_finish_or_log(upload_id: UUID) -> bool:
    """Finish an upload; a failure is told in the log, and the next periodic run tries again."""
    try:
        return upload_finish(upload_id)
    except spool.HeldError:
        return False
    except Exception:
        log.exception("upload %s could not be moved to the media store", upload_id)
        return False


def uploads_finish() -> int:
    """Finish whole files that somebody did not get to finish; how many."""
    waiting = Upload._default_manager.filter(state=Upload.RECEIVED).order_by("received_at")
    ready = list(waiting.values_list("pk", flat=True)[:_FINISH_BATCH])
    return sum(upload_finish_or_log(upload_id) for upload_id in ready)


def uploads_sweep() -> int:
    """Remove uploads that nobody goes on with, and folders of uploads that are gone; how many."""
    folder = spool.opened()
    expired = Upload._default_manager.filter(state=Upload.RECEIVING, expires_at__lt=clock.now())
    gone = list(expired.values_list("pk", flat=True)[:_SWEEP_BATCH])
    expired.filter(pk__in=gone).delete()
    old = [one for one, at in folder.upload_ids() if at < clock.unix_s() - _ORPHAN_AGE_S]
    kept = set(
        Upload._default_manager.filter(pk__in=old)
        .exclude(state=Upload.STORED)
        .values_list("pk", flat=True)
    )
    orphans = {*gone, *old} - kept
    for upload_id in orphans:
        folder.remove(upload_id)
    return len(orphans)


def _append(upload: Upload, chunk: chunks.Chunk) -> Upload:
    folder = spool.opened()
    if upload.offset_bytes == 0:
        folder.make(upload.pk, upload.file_name)
    try:
        with folder.hold(upload.pk, upload.file_name, HOLD_WAIT_S) as part:
            upload.refresh_from_db()
            if upload.state == Upload.RECEIVING:
                chunks.chunk_take(upload, part, chunk)
                return upload
    except spool.HeldError as error:
        code = "upload_busy"
        raise tus.Locked(code, "Another request is sending this upload. Try again.") from error
    except (FileNotFoundError, Upload.DoesNotExist):
        # Finished or ended by another request, a moment ago.
        upload = upload_open(upload.pk)
    except tus.WrongChunkType:
        upload_remove(upload.pk)
        raise
    chunks.check_chunk(upload, chunk)
    return upload


def _is_proposed(metadata: str) -> bool:
    return tus.metadata(metadata).get("proposed") == "true"


def _prefix(upload: Upload) -> str:
    return f"sources/{upload.pk}"


def _held_if_there(stack: ExitStack, upload: Upload) -> spool.PartFile | None:
    try:
        return stack.enter_context(spool.opened().hold(upload.pk, upload.file_name))
    except FileNotFoundError:
        # Moved already, by one that did not get to announce it.
        return None


def _announce(upload: Upload, key: str) -> bool:
    with transaction_of(SERVICE):
        try:
            row = family_lock(upload.title_id)
        except NotFound:
            leftovers.clear_after_commit([], [_prefix(upload)])
            return False
        rows = row.uploads.filter(pk=upload.pk, state=Upload.RECEIVED)
        is_proposed = _is_proposed(upload.metadata)
        if not is_proposed and row.film_upload_id is not None and row.film_upload_id > upload.pk:
            rows.delete()
            leftovers.clear_after_commit([], [_prefix(upload)])
            return False
        if not rows.update(state=Upload.STORED, source_key=key):
            return False
        arrive = film_propose if is_proposed else film_arrive
        arrive(row, row.uploads.get(pk=upload.pk))
    return True


def _finish_soon(upload: Upload) -> None:
    """At once where that is a rename; else by a task, so that no request waits for a copy."""
    media = urlsplit(kernel_settings.get().media)
    if media.scheme == "file":
        root = Path(unquote(media.path))
        root.mkdir(parents=True, exist_ok=True)
        if root.stat().st_dev == settings.get().spool.stat().st_dev:
            upload_finish_or_log(upload.pk)
            return
    leftovers.send_after_commit("matinee.catalog.finish_upload", upload_id=str(upload.pk))


def _check_size(size_bytes: int) -> None:
    limit_bytes = settings.get().upload_size_bytes_max
    if size_bytes == 0:
        code = "empty_file"
        raise Unprocessable(code, "The file is empty. Choose a film file.")
    if size_bytes > limit_bytes:
        code = "film_too_large"
        detail = f"A film may have {limit_bytes / _GIB:.1f} GiB; this has {size_bytes / _GIB:.1f}."
        raise TooLarge(code, detail)


def _check_room(size_bytes: int) -> None:
    ours = settings.get()
    unfinished = Upload._default_manager.filter(state=Upload.RECEIVING)
    if unfinished.count() >= ours.uploads_open_max:
        code = "too_many_uploads"
        detail = f"{ours.uploads_open_max} uploads are unfinished. Finish or end one of them."
        raise TooMany(code, detail, retry_after_s=60)
    to_come = unfinished.aggregate(left=Sum(F("size_bytes") - F("offset_bytes")))["left"] or 0
    room_bytes = spool.opened().free_bytes() - to_come - ours.disk_spare_bytes
    if size_bytes > room_bytes:
        code = "disk_full"
        detail = (
            f"The film needs {size_bytes / _GIB:.1f} GiB and the disk has room for "
            f"{max(0, room_bytes) / _GIB:.1f} GiB. Make room and try again."
        )
        raise tus.NoSpace(code, detail)
