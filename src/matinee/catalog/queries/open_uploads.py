"""Uploads that somebody began and nobody has finished, also on another machine."""

from matinee.catalog import settings, tus
from matinee.catalog.models import Upload
from matinee.contracts.catalog.files import OpenUpload, OpenUploads
from matinee.kernel import clock
from matinee.kernel.problems import BadRequest

UPLOADS_PATH = "/api/catalog/uploads"
UPLOADS_MAX = 200


def open_uploads() -> OpenUploads:
    """Unfinished uploads, newest first, and how new ones are to be sent."""
    rows = Upload._default_manager.filter(state=Upload.RECEIVING, expires_at__gte=clock.now())
    newest = rows.select_related("title").order_by("-pk")[:UPLOADS_MAX]
    return OpenUploads(
        uploads=[_message(row) for row in newest],
        chunk_bytes=settings.get().upload_chunk_bytes,
    )


def _message(row: Upload) -> OpenUpload:
    return OpenUpload(
        id=row.pk,
        title_id=row.title_id,
        name=row.title.name,
        file_name=row.file_name,
        url=f"{UPLOADS_PATH}/{row.pk}",
        size_bytes=row.size_bytes,
        offset_bytes=row.offset_bytes,
        fingerprint=_fingerprint(row),
        expires_at=row.expires_at,
    )


def _fingerprint(row: Upload) -> str:
    try:
        return tus.metadata(row.metadata).get("fingerprint", "")
    except BadRequest:
        return ""
