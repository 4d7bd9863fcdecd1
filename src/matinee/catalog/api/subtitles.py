"""The HTTP edge of the subtitle files beside a title's film."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from matinee.catalog import queries
from matinee.catalog.actions import subtitles
from matinee.catalog.actions.amending import proposed_by
from matinee.catalog.actions.subtitles import Put, put_by
from matinee.catalog.api.members import member_of
from matinee.catalog.subtitles import SIZE_BYTES_MAX as SUBTITLES_BYTES_MAX
from matinee.contracts import catalog as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
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

router = Router(auth=may(access.staff(*queries.STAFF)))
_STAFF = (NotSignedIn, Forbidden, Unprocessable)
_SUBTITLES = {"schema": {"type": "string", "format": "binary"}}


@router.get(
    "/studio/titles/{title_id}/subtitles",
    operation_id="title_subtitles",
    response={200: messages.TitleSubtitles},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_subtitles(request: HttpRequest, title_id: UUID) -> messages.TitleSubtitles:
    """The subtitle files beside a title's film."""
    return queries.title_subtitles(title_id)


@router.put(
    "/studio/titles/{title_id}/subtitles",
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
    return subtitles.subtitles_put(title_id, wanted, content, _put(request, wanted.proposed))


@router.delete(
    "/studio/titles/{title_id}/subtitles/{subtitle_id}",
    operation_id="subtitles_remove",
    response={200: messages.TitleSubtitles},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def subtitles_remove(
    request: HttpRequest, title_id: UUID, subtitle_id: UUID, *, proposed: bool = False
) -> messages.TitleSubtitles:
    """Take a subtitle file away; it is gone from the film once that is encoded again."""
    return subtitles.subtitles_remove(title_id, subtitle_id, _put(request, proposed))


def _put(request: HttpRequest, proposed: bool) -> Put:  # noqa: FBT001 - as messages have it
    member = member_of(request)
    return proposed_by(member) if proposed else put_by(member)
