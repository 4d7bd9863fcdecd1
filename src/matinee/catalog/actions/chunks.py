"""A chunk of a film goes to disk: checked, written, made safe, and only then recorded."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from matinee.catalog import film_kinds, settings, tus
from matinee.catalog.models import Upload
from matinee.catalog.spool import PartFile
from matinee.kernel import clock
from matinee.kernel.problems import Conflict, Gone, TooLarge

BLOCK_BYTES = 256 * 1024
# A longer chunk is recorded in steps, so that a cut costs little of it.
RECORDED_BYTES = 16 * 1024 * 1024
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Chunk:
    """Bytes on their way: `read(n)` gives at most n of them, and none once the sender is gone."""

    offset_bytes: int
    length_bytes: int
    read: Callable[[int], bytes]
    checksum: tus.Checksum | None = None


def expiry() -> datetime:
    """When an upload ends that nobody goes on with from now on."""
    return clock.now() + timedelta(hours=settings.get().upload_idle_h)


def check_chunk(upload: Upload, chunk: Chunk) -> None:
    """Conflict unless the chunk begins where the upload stands; TooLarge if it ends beyond."""
    if chunk.offset_bytes != upload.offset_bytes:
        code = "wrong_offset"
        detail = f"The upload stands at byte {upload.offset_bytes}. Go on from there."
        raise Conflict(code, detail)
    if chunk.length_bytes > upload.size_bytes - upload.offset_bytes:
        code = "chunk_too_long"
        detail = f"The upload was announced with {upload.size_bytes} bytes; this would be more."
        raise TooLarge(code, detail)


def chunk_take(upload: Upload, part: PartFile, chunk: Chunk) -> None:
    """Append a chunk to the locked file of its upload; moves `upload` on as far as it came.

    A chunk with a checksum counts whole or not at all; another one as far as
    it arrived.
    """
    if part.size_bytes < upload.offset_bytes:
        # The disk has lost what it had promised; the client sends it again.
        _record(upload, part.size_bytes)
    check_chunk(upload, chunk)
    part.cut(upload.offset_bytes)
    try:
        _write(upload, part, chunk)
    except OSError as error:
        if error.errno not in _DISK_FULL:
            raise
        code = "disk_full"
        detail = "The disk is full. Make room on it; the upload then goes on where it stands."
        raise tus.NoSpace(code, detail) from error


def _write(upload: Upload, part: PartFile, chunk: Chunk) -> None:
    running = None if chunk.checksum is None else chunk.checksum.start()
    at, end = upload.offset_bytes, upload.offset_bytes + chunk.length_bytes
    while at < end:
        block = chunk.read(min(BLOCK_BYTES, end - at))
        if not block:
            break
        if at == 0:
            _refuse_what_is_no_film(block)
        part.write(block)
        at += len(block)
        if running is not None:
            running.update(block)
        elif at - upload.offset_bytes >= RECORDED_BYTES:
            part.sync()
            _record(upload, at)
    if chunk.checksum is not None and running is not None:
        if at < end:
            return
        if running.digest() != chunk.checksum.digest:
            code = "checksum_mismatch"
            raise tus.ChecksumMismatch(code, "The chunk arrived damaged. Send it again.")
    part.sync()
    _record(upload, at)


def _refuse_what_is_no_film(start: bytes) -> None:
    kind = film_kinds.not_a_film(start[: film_kinds.SNIFFED_BYTES])
    if kind is not None:
        code = "not_a_film"
        raise tus.WrongChunkType(code, f"This file is {kind}, not a film. Choose a film file.")


def _record(upload: Upload, offset_bytes: int) -> None:
    """Note how much is safe; Gone if the upload was ended meanwhile."""
    whole = offset_bytes == upload.size_bytes
    columns = {
        "offset_bytes": offset_bytes,
        "expires_at": expiry(),
        "state": Upload.RECEIVED if whole else Upload.RECEIVING,
        "received_at": clock.now() if whole else None,
    }
    rows = Upload._default_manager.filter(pk=upload.pk, state=Upload.RECEIVING)
    if not rows.update(**columns):
        raise ended()
    for column, value in columns.items():
        setattr(upload, column, value)


def ended() -> Gone:
    """The problem for an upload that was ended, replaced or left alone for too long."""
    return Gone("upload_ended", "This upload has ended. Start it anew.")
