"""The HTTP edge of a title's artwork."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from matinee.catalog import pictures, queries
from matinee.catalog.actions import artwork
from matinee.catalog.actions.amending import proposed_by
from matinee.catalog.actions.artwork import Cut, Show, Spot, shown_by
from matinee.catalog.api.members import member_of
from matinee.catalog.rules.framing import Point
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
    request: HttpRequest,
    title_id: UUID,
    kind: pictures.ArtworkKind,
    wish: Query[messages.ArtworkWish],
) -> messages.Title:
    """Make the body, a JPEG, PNG or WebP picture, the title's poster (2:3) or backdrop (16:9)."""
    spot = Spot(kind, wish.language)
    show = _show(request, wish)
    return artwork.artwork_choose(title_id, spot, _picture(request), _point(wish), show)


@router.post(
    "/studio/titles/{title_id}/artwork/{kind}/cut",
    operation_id="artwork_cut",
    response={200: messages.Title},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict, TooLarge),
)
def artwork_cut(
    request: HttpRequest, title_id: UUID, kind: pictures.ArtworkKind, cut: messages.ArtworkCut
) -> messages.Title:
    """Cut the poster or backdrop from a scene of the film, or once more from what it was cut from.

    Around a point, or around what draws the eye.
    """
    spot = Spot(kind, cut.language)
    wanted = Cut(cut.still, _point(cut))
    return artwork.artwork_cut_anew(title_id, spot, wanted, _show(request, cut))


@router.delete(
    "/studio/titles/{title_id}/artwork/{kind}",
    operation_id="artwork_drop",
    response={200: messages.Title},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def artwork_drop(
    request: HttpRequest,
    title_id: UUID,
    kind: pictures.ArtworkKind,
    wish: Query[messages.ArtworkLanguage],
) -> messages.Title:
    """Take a chosen picture back: of a language, or for one that is cut from the film."""
    return artwork.artwork_drop(title_id, Spot(kind, wish.language), _show(request, wish))


@router.get(
    "/studio/titles/{title_id}/stills",
    operation_id="title_stills",
    response={200: list[messages.Still]},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_stills(request: HttpRequest, title_id: UUID) -> list[messages.Still]:
    """The scenes of a title's film that artwork can be cut from, best first."""
    urls = artwork.stills_of(title_id)
    return [messages.Still(number=number, url=url) for number, url in enumerate(urls, 1)]


def _show(request: HttpRequest, wish: messages.ArtworkLanguage) -> Show:
    member = member_of(request)
    return proposed_by(member) if wish.proposed else shown_by(member)


def _point(wish: messages.ArtworkWish) -> Point | None:
    if wish.focus_x is None or wish.focus_y is None:
        return None
    return Point(wish.focus_x, wish.focus_y)


def _picture(request: HttpRequest) -> bytes:
    """The whole body, read in one go and never more of it than is allowed."""
    content: bytes = request.read(pictures.SIZE_BYTES_MAX + 1)
    if not content:
        code = "no_picture"
        raise BadRequest(code, "Send the picture as the body of the request.")
    return content
