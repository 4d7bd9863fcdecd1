"""The HTTP edge of a title's encodes."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.catalog import queries
from matinee.catalog.actions import films, priorities
from matinee.catalog.queries import encode_board as board
from matinee.contracts import catalog as messages
from matinee.contracts.catalog.encode_board import EncodeBoard, PriorityChange
from matinee.contracts.encode_outlooks import EncodeOutlook
from matinee.contracts.encoding import EncodeReport
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router(auth=may(access.staff(*queries.STAFF)))
_STAFF = (NotSignedIn, Forbidden, Unprocessable)


@router.post(
    "/studio/titles/{title_id}/encode",
    operation_id="encode_again",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def encode_again(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """Encode a title's film again from its source; what can be played stays until then."""
    return films.encode_again(title_id)


@router.post(
    "/studio/titles/{title_id}/encode/stop",
    operation_id="encode_stop",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def encode_stop(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """Let a title's encode end; what can be played stays."""
    return films.encode_stop(title_id)


@router.get(
    "/studio/encodes",
    operation_id="encode_board",
    response={200: EncodeBoard},
    openapi_extra=may_answer(*_STAFF),
)
def encode_board(request: HttpRequest) -> EncodeBoard:
    """Every encode under way in the order of their turns, and those that ended last."""
    return board.encode_board()


@router.get(
    "/studio/titles/{title_id}/encode",
    operation_id="encode_outlook",
    response={200: EncodeOutlook},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def encode_outlook(request: HttpRequest, title_id: UUID) -> EncodeOutlook:
    """What the title's newest encode has tried, chosen and made so far."""
    return board.encode_outlook(title_id)


@router.put(
    "/studio/titles/{title_id}/encode/priority",
    operation_id="encode_prioritise",
    response={204: None},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def encode_prioritise(request: HttpRequest, title_id: UUID, change: PriorityChange) -> Status[None]:
    """Let the title's film be encoded before others, or after them; also one that is to come."""
    priorities.encode_prioritise(title_id, change.priority)
    return Status(204, None)


@router.get(
    "/studio/titles/{title_id}/encode-report",
    operation_id="encode_report",
    response={200: EncodeReport},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def encode_report(request: HttpRequest, title_id: UUID) -> EncodeReport:
    """What the title's newest whole encode chose, reached and took."""
    return queries.encode_report(title_id)
