"""The operator's rows on home pages."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.catalog.rights import RightsWindow
from matinee.contracts.message import Message, Request


class EditorialRowDraft(Request):
    """A row that the operator puts on home pages: what it is called, why, and what stands in it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = Field(
        default="", description="A sentence; left out, it says that the programme's makers chose it"
    )
    title_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)] = Field(
        description="Films and series, in the order in which they are shown"
    )
    window: RightsWindow = Field(
        default=RightsWindow(), description="Where and when the row is shown"
    )
    place: Annotated[int, Field(ge=1, le=20)] | None = Field(
        default=None, description="Which row it is, from 1; None for where it suits the profile"
    )


class EditorialRow(EditorialRowDraft):
    """A row that the operator has put on home pages."""

    id: UUID


class EditorialRows(Message):
    """All rows of the operator, in the order in which they were made."""

    rows: list[EditorialRow]
