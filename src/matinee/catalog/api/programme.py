"""The HTTP edge of the operator's rows on home pages."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.catalog import queries
from matinee.catalog.actions import programme
from matinee.contracts import catalog as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router(auth=may(access.staff(*queries.STAFF)))

_STAFF = (NotSignedIn, Forbidden, Unprocessable)


@router.get(
    "/studio/rows",
    operation_id="editorial_rows",
    response={200: messages.EditorialRows},
    openapi_extra=may_answer(*_STAFF),
)
def editorial_rows(request: HttpRequest) -> messages.EditorialRows:
    """The rows that the operator has put on home pages."""
    return queries.editorial_rows()


@router.post(
    "/studio/rows",
    operation_id="editorial_row_create",
    response={201: messages.EditorialRow},
    openapi_extra=may_answer(*_STAFF, Conflict),
)
def editorial_row_create(
    request: HttpRequest, draft: messages.EditorialRowDraft
) -> Status[messages.EditorialRow]:
    """Put a row on home pages."""
    return Status(201, programme.editorial_row_create(draft))


@router.put(
    "/studio/rows/order",
    operation_id="editorial_rows_order",
    response={200: messages.EditorialRows},
    openapi_extra=may_answer(*_STAFF, Conflict),
)
def editorial_rows_order(
    request: HttpRequest, order: messages.EditorialOrder
) -> messages.EditorialRows:
    """Bring the rows into an order."""
    return programme.editorial_rows_order(order)


@router.put(
    "/studio/rows/{row_id}",
    operation_id="editorial_row_change",
    response={200: messages.EditorialRow},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def editorial_row_change(
    request: HttpRequest, row_id: UUID, draft: messages.EditorialRowDraft
) -> messages.EditorialRow:
    """Make a row as the draft says."""
    return programme.editorial_row_change(row_id, draft)


@router.delete(
    "/studio/rows/{row_id}",
    operation_id="editorial_row_remove",
    response={204: None},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def editorial_row_remove(request: HttpRequest, row_id: UUID) -> Status[None]:
    """Take a row off home pages."""
    programme.editorial_row_remove(row_id)
    return Status(204, None)
