"""The HTTP edge of a title's artwork."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from matinee.catalog import pictures, queries
from matinee.catalog.actions import artwork
from matinee.contracts import catalog as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import (
    BadRequest,
    Forbidden,
    NotFound,
    NotSignedIn,
    TooLarge,
    Unprocessable,
)

router = Router(auth=may(access.staff(*queries.STAFF)))
_STAFF = (NotSignedIn, Forbidden, Unprocessable)
_PICTURE = {"schema": {"type": "string", "format": "binary"}}


@router.put(
    "/studio/titles/{title_id}/artwork/{kind}",
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


def _picture(request: HttpRequest) -> bytes:
    """The whole body, read in one go and never more of it than is allowed."""
    content: bytes = request.read(pictures.SIZE_BYTES_MAX + 1)
    if not content:
        code = "no_picture"
        raise BadRequest(code, "Send the picture as the body of the request.")
    return content
