"""The HTTP edge of sheets: many titles brought in and taken out at once."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Status
from pydantic import StringConstraints

from matinee.catalog import queries
from matinee.catalog.actions import sheets as actions
from matinee.catalog.api.members import member_of
from matinee.catalog.rules import sheets as rules
from matinee.contracts.catalog import sheets as messages
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
_BLOCK_BYTES = 256 * 1024
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_WRITTEN = {"csv": rules.csv_text, "json": rules.json_text}
FileName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


@router.get(
    "/studio/sheets",
    operation_id="list_sheets",
    response={200: messages.SheetImports},
    openapi_extra=may_answer(*_STAFF),
)
def list_sheets(request: HttpRequest) -> messages.SheetImports:
    """The newest sheets that were sent, and what came of them."""
    return queries.sheet_imports()


@router.post(
    "/studio/sheets",
    operation_id="send_sheet",
    response={202: messages.SheetImport},
    openapi_extra={
        **may_answer(*_STAFF, BadRequest, Conflict, TooLarge),
        "requestBody": {
            "required": True,
            # What JSON may be is found out when the sheet is read, and told with what came of it.
            "content": {
                "application/json": {"schema": {}},
                **{
                    kind: {"schema": {"type": "string", "format": "binary"}}
                    for kind in ("text/csv", "application/zip")
                },
            },
        },
    },
)
def send_sheet(
    request: HttpRequest,
    file_name: Annotated[FileName, Query(description="Its ending says what it is")],
    *,
    is_trial: Annotated[bool, Query(description="Only look at it; change nothing")] = False,
) -> Status[messages.SheetImport]:
    """Bring titles in: a CSV or JSON file as the body, or a ZIP of one with its pictures.

    All of it comes in, or nothing; ask for what came of it until it has an `ended_at`.
    """
    sent = actions.sheet_send(file_name, _blocks(request), member_of(request), is_trial=is_trial)
    return Status(202, sent)


@router.get(
    "/studio/sheets/{uuid:import_id}",
    operation_id="get_sheet",
    response={200: messages.SheetImport},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def get_sheet(request: HttpRequest, import_id: UUID) -> messages.SheetImport:
    """What came of a sheet."""
    return queries.sheet_import_of(import_id)


@router.get(
    "/studio/sheet.{kind}",
    operation_id="export_titles",
    openapi_extra=may_answer(*_STAFF),
)
def export_titles(request: HttpRequest, kind: Literal["csv", "json"]) -> StreamingHttpResponse:
    """Every title as a sheet, which can be sent back with changes."""
    return StreamingHttpResponse(
        _WRITTEN[kind](queries.sheet_titles()),
        content_type=_MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="titles.{kind}"'},
    )


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(_BLOCK_BYTES):
        yield block
