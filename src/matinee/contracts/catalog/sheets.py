"""Titles as lines of a file, brought in and taken out many at once."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.catalog.drafts import TitleDraft
from matinee.contracts.catalog.words import Slug
from matinee.contracts.message import Message

SheetState = Literal["waiting", "working", "done", "refused", "failed"]
LINES_MAX = 20_000
_Picture = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class SheetTitle(TitleDraft):
    """A line of a sheet: a title to make, or to change where one has its `slug` already.

    Of a title that is there, only what the sheet says is changed.
    """

    member_slugs: Annotated[list[Slug], Field(max_length=500)] = Field(
        default=[], description="What a collection holds, in order"
    )
    poster: _Picture = Field(
        default="", description="A path in the archive, or https://…; empty leaves what there is"
    )
    backdrop: _Picture = Field(default="", description="As `poster`")


class SheetError(Message):
    """What is wrong with a line of a sheet."""

    line: int = Field(description="As an editor counts them; of JSON, which entry. 0: all of it")
    column: str = Field(description="Empty where it concerns the whole line")
    detail: str


class SheetImport(Message):
    """A sheet that was sent, and what came of it; with an error in it nothing is changed."""

    id: UUID
    file_name: str
    is_trial: bool = Field(description="Only looked at: nothing is changed whatever comes of it")
    state: SheetState = Field(
        description="`refused`: something is wrong with it; `failed`: something went wrong here"
    )
    created_at: datetime
    ended_at: datetime | None
    lines: int
    made: int = Field(description="Titles made, or that would be")
    changed: int = Field(description="Titles changed, or that would be")
    errors: list[SheetError] = Field(description="The first 200")
    errors_all: int


class SheetImports(Message):
    """The newest sheets that were sent."""

    imports: list[SheetImport]
