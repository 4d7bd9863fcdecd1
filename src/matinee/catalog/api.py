"""The HTTP edge of `catalog`: what viewers read, and what the operator does in Studio."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Status
from pydantic import StringConstraints

from matinee.catalog import pictures, programme, queries
from matinee.catalog.actions import artwork, films, subtitles, titles
from matinee.catalog.subtitles import SIZE_BYTES_MAX as SUBTITLES_BYTES_MAX
from matinee.contracts import catalog as messages
from matinee.contracts.encoding import EncodeReport
from matinee.kernel import access
from matinee.kernel.http.django_edge import caller, make_api, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    NotSignedIn,
    TooLarge,
    Unprocessable,
)
from matinee.kernel.tokens import Caller

api = make_api("catalog")
api.add_router("", programme.router)

_READ = (NotSignedIn, Unprocessable)
_STAFF = (NotSignedIn, Forbidden, Unprocessable)
Wanted = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


@api.get(
    "/titles",
    operation_id="title_cards",
    response={200: list[messages.TitleCard]},
    openapi_extra=may_answer(*_READ),
)
def title_cards(
    request: HttpRequest, ids: Annotated[str, Query(description="Ids with commas between")]
) -> list[messages.TitleCard]:
    """The titles with these ids that the caller may see, in this order; at most 100."""
    return queries.cards_of(_ids(ids), _viewer(caller(request)))


@api.get(
    "/titles/{id_or_slug}",
    operation_id="title",
    response={200: messages.Title},
    openapi_extra=may_answer(*_READ, NotFound),
)
def title(request: HttpRequest, id_or_slug: str) -> messages.Title:
    """All that a title's page shows."""
    return queries.title_by(id_or_slug, _viewer(caller(request)))


@api.get(
    "/studio/titles",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="studio_titles",
    response={200: messages.StudioPage},
    openapi_extra=may_answer(*_STAFF),
)
def studio_titles(
    request: HttpRequest, cursor: UUID | None = None, q: Wanted = ""
) -> messages.StudioPage:
    """Every title, newest first, a page at a time."""
    return queries.studio_page(cursor, q)


@api.get(
    "/studio/titles/{title_id}",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="studio_title",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def studio_title(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """A title, and how far its film is."""
    return queries.studio_title(title_id)


@api.post(
    "/studio/titles",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="title_create",
    response={201: messages.Title},
    openapi_extra=may_answer(*_STAFF, Conflict),
)
def title_create(request: HttpRequest, draft: messages.TitleDraft) -> Status[messages.Title]:
    """Make a title; its film is uploaded next."""
    return Status(201, titles.title_create(draft))


@api.patch(
    "/studio/titles/{title_id}",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="title_change",
    response={200: messages.Title},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_change(
    request: HttpRequest, title_id: UUID, change: messages.TitleChange
) -> messages.Title:
    """Change what is said of a title."""
    return titles.title_change(title_id, change)


@api.delete(
    "/studio/titles/{title_id}",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="title_remove",
    response={204: None},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def title_remove(request: HttpRequest, title_id: UUID) -> Status[None]:
    """Remove a title and its film for good."""
    titles.title_remove(title_id)
    return Status(204, None)


@api.post(
    "/studio/titles/{title_id}/encode",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="encode_again",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def encode_again(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """Encode a title's film again from its source; what can be played stays until then."""
    return films.encode_again(title_id)


@api.post(
    "/studio/titles/{title_id}/encode/stop",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="encode_stop",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def encode_stop(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """Let a title's encode end; what can be played stays."""
    return films.encode_stop(title_id)


@api.get(
    "/studio/titles/{title_id}/encode-report",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="encode_report",
    response={200: EncodeReport},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def encode_report(request: HttpRequest, title_id: UUID) -> EncodeReport:
    """What the title's newest whole encode chose, reached and took."""
    return queries.encode_report(title_id)


@api.post(
    "/studio/titles/{title_id}/withdraw",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="title_withdraw",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_withdraw(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """Hide a title until it is published again."""
    return titles.title_withdraw(title_id)


@api.post(
    "/studio/titles/{title_id}/publish",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="title_publish",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def title_publish(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """Show a withdrawn title again."""
    return titles.title_publish(title_id)


_PICTURE = {"schema": {"type": "string", "format": "binary"}}


@api.put(
    "/studio/titles/{title_id}/artwork/{kind}",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="artwork_choose",
    response={200: messages.Title},
    openapi_extra={
        **may_answer(*_STAFF, BadRequest, NotFound, TooLarge),
        "requestBody": {
            "required": True,
            "content": {f"image/{name}": _PICTURE for name in ("jpeg", "png", "webp")},
        },
    },
)
def artwork_choose(
    request: HttpRequest, title_id: UUID, kind: pictures.ArtworkKind
) -> messages.Title:
    """Make the body, a JPEG, PNG or WebP picture, the title's poster (2:3) or backdrop (16:9)."""
    return artwork.artwork_choose(title_id, kind, _picture(request))


_SUBTITLES = {"schema": {"type": "string", "format": "binary"}}


@api.get(
    "/studio/titles/{title_id}/subtitles",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="title_subtitles",
    response={200: messages.TitleSubtitles},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_subtitles(request: HttpRequest, title_id: UUID) -> messages.TitleSubtitles:
    """The subtitle files beside a title's film."""
    return queries.title_subtitles(title_id)


@api.put(
    "/studio/titles/{title_id}/subtitles",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="subtitles_put",
    response={200: messages.TitleSubtitles},
    openapi_extra={
        **may_answer(*_STAFF, BadRequest, NotFound, Conflict, TooLarge),
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": _SUBTITLES},
        },
    },
)
def subtitles_put(
    request: HttpRequest, title_id: UUID, wanted: Annotated[messages.SubtitleDraft, Query()]
) -> messages.TitleSubtitles:
    """Put the body, an SRT, WebVTT, ASS or TTML file, beside a title's film.

    It replaces a file of the same language, label and kind, and is shown once the film is
    encoded (again).
    """
    content: bytes = request.read(SUBTITLES_BYTES_MAX + 1)
    return subtitles.subtitles_put(title_id, wanted, content)


@api.delete(
    "/studio/titles/{title_id}/subtitles/{subtitle_id}",
    auth=may(access.staff(*queries.STAFF)),
    operation_id="subtitles_remove",
    response={200: messages.TitleSubtitles},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def subtitles_remove(
    request: HttpRequest, title_id: UUID, subtitle_id: UUID
) -> messages.TitleSubtitles:
    """Take a subtitle file away; it is gone from the film once that is encoded again."""
    return subtitles.subtitles_remove(title_id, subtitle_id)


def _viewer(who: Caller) -> queries.Viewer:
    if who.roles & {"owner", *queries.STAFF}:
        return queries.STAFF_VIEWER
    return queries.Viewer(who.maturity_age)


def _ids(text: str) -> list[UUID]:
    parts = [part for part in text.split(",") if part]
    if len(parts) > queries.IDS_MAX:
        code = "too_many_ids"
        raise Unprocessable(code, f"Ask for {queries.IDS_MAX} titles at once, not {len(parts)}.")
    try:
        return [UUID(part) for part in parts]
    except ValueError as error:
        code = "bad_id"
        raise Unprocessable(code, "`ids` must be ids of titles with commas between.") from error


def _picture(request: HttpRequest) -> bytes:
    """The whole body, read in one go and never more of it than is allowed."""
    content: bytes = request.read(pictures.SIZE_BYTES_MAX + 1)
    if not content:
        code = "no_picture"
        raise BadRequest(code, "Send the picture as the body of the request.")
    return content
