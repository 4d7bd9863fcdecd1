"""The HTTP edge of uploads: tus 1.0.0 with creation, expiration, checksum and termination.

Plain views, since the protocol speaks in headers and raw bodies.
"""

import logging
import threading
from collections.abc import Callable
from email.utils import format_datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

from matinee.catalog import queries, settings, tus
from matinee.catalog.actions import chunks
from matinee.catalog.actions.uploads import (
    Film,
    upload_append,
    upload_create,
    upload_open,
    upload_remove,
)
from matinee.catalog.models import Upload
from matinee.catalog.queries.open_uploads import UPLOADS_PATH
from matinee.catalog.rules.workflow import staff_member
from matinee.contracts import catalog as messages
from matinee.kernel import access
from matinee.kernel.http.callers import caller_of
from matinee.kernel.problems import MEDIA_TYPE, BadRequest, Problem, Unavailable
from matinee.kernel.tokens import Caller

log = logging.getLogger(__name__)

_ALLOWED = access.staff(*queries.STAFF)
# Chunks hold a thread of the web process each; pages must find some free.
_taking_in = threading.BoundedSemaphore(settings.get().uploads_busy_max)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class WrongMethod(Problem):
    """The address does not take that method."""

    status = 405
    title = "Wrong method"


def tus_view(view: View[P]) -> View[P]:
    """Checks version and caller, and answers problems; what every tus view has in common."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            request.method = request.headers.get("X-HTTP-Method-Override", request.method)
            if request.method != "OPTIONS":
                _check_version(request)
                _ALLOWED.check(_caller(request))
            response = view(request, *args, **kwargs)
        except Problem as problem:
            response = _problem(problem)
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            detail = "Something went wrong on our side. Please try again."
            response = _problem(Problem("internal", detail))
        response["Tus-Resumable"] = tus.VERSION
        return response

    return cast("View[P]", checked)


@tus_view
def uploads(request: HttpRequest) -> HttpResponse:
    """OPTIONS tells what the server can do; POST begins an upload."""
    if request.method == "OPTIONS":
        return _abilities()
    if request.method != "POST":
        raise _wrong_method("POST")
    size_bytes = tus.whole_number("Upload-Length", request.headers.get("Upload-Length"))
    raw = request.headers.get("Upload-Metadata", "")
    metadata = tus.metadata(raw)
    film = Film(metadata.get("filename", "film"), size_bytes, raw)
    upload = upload_create(_title_id(metadata), film, staff_member(_caller(request)))
    response = HttpResponse(
        _message(upload).model_dump_json(), status=201, content_type="application/json"
    )
    response["Location"] = f"{UPLOADS_PATH}/{upload.pk}"
    return _with_state(response, upload)


@tus_view
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """HEAD tells how far an upload is, PATCH goes on with it, DELETE ends it."""
    match request.method:
        case "OPTIONS":
            return _abilities()
        case "HEAD":
            found = upload_open(upload_id)
            response = _with_state(HttpResponse(status=200), found)
            response["Upload-Length"] = str(found.size_bytes)
            if found.metadata:
                response["Upload-Metadata"] = found.metadata
            return response
        case "PATCH":
            return _with_state(HttpResponse(status=204), _take_chunk(request, upload_id))
        case "DELETE":
            upload_remove(upload_id)
            return HttpResponse(status=204)
    raise _wrong_method("HEAD, PATCH or DELETE")


def _take_chunk(request: HttpRequest, upload_id: UUID) -> Upload:
    if request.content_type != tus.CHUNK_TYPE:
        code = "wrong_chunk_type"
        raise tus.WrongChunkType(code, f"A chunk's Content-Type must be {tus.CHUNK_TYPE}.")
    chunk = chunks.Chunk(
        tus.whole_number("Upload-Offset", request.headers.get("Upload-Offset")),
        tus.whole_number("Content-Length", request.headers.get("Content-Length")),
        _reader(request),
        tus.checksum(request.headers.get("Upload-Checksum")),
    )
    if not _taking_in.acquire(blocking=False):
        code = "uploads_busy"
        raise Unavailable(code, "Many uploads are under way. Try again in a moment.", 3)
    try:
        return upload_append(upload_id, chunk)
    finally:
        _taking_in.release()


def _reader(request: HttpRequest) -> Callable[[int], bytes]:
    def read(size_bytes: int) -> bytes:
        try:
            return request.read(size_bytes)
        except UnreadablePostError:
            # The client is gone; what came before counts.
            return b""

    return read


def _check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        code = "wrong_tus_version"
        problem = tus.WrongVersion(code, f"Send the header Tus-Resumable: {tus.VERSION}.")
        problem.headers["Tus-Version"] = tus.VERSION
        raise problem


def _caller(request: HttpRequest) -> Caller:
    return caller_of(request.headers.get("Authorization"), request.method or "", request.path)


def _title_id(metadata: dict[str, str]) -> UUID:
    try:
        return UUID(metadata["title_id"])
    except (KeyError, ValueError) as error:
        code = "no_title"
        detail = "Upload-Metadata must name the title_id that the film is for."
        raise BadRequest(code, detail) from error


def _abilities() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = tus.VERSION
    response["Tus-Extension"] = tus.EXTENSIONS
    response["Tus-Max-Size"] = str(settings.get().upload_size_bytes_max)
    response["Tus-Checksum-Algorithm"] = ",".join(tus.CHECKSUMS)
    return response


def _with_state(response: HttpResponse, upload: Upload) -> HttpResponse:
    response["Upload-Offset"] = str(upload.offset_bytes)
    response["Cache-Control"] = "no-store"
    if upload.state == Upload.RECEIVING:
        response["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    return response


def _message(upload: Upload) -> messages.Upload:
    return messages.Upload(
        id=upload.pk,
        title_id=upload.title_id,
        url=f"{UPLOADS_PATH}/{upload.pk}",
        size_bytes=upload.size_bytes,
        offset_bytes=upload.offset_bytes,
        expires_at=upload.expires_at,
    )


def _wrong_method(allowed: str) -> Problem:
    return WrongMethod("wrong_method", f"This address takes {allowed}.")


def _problem(problem: Problem) -> HttpResponse:
    return JsonResponse(
        problem.body(),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )
