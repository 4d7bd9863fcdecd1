"""Messages of `viewing`: resume points, history, my list and thumbs."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.message import Message, Request

ThumbValue = Literal["up", "down"]


class ResumePoint(Message):
    """Where a profile stopped in a title."""

    title_id: UUID
    position_s: float
    duration_s: float
    watched_at: datetime
    finished: bool


class History(Message):
    """What a profile has watched, newest first; `next` is passed back for the following page."""

    entries: list[ResumePoint]
    next: str | None


class WatchedTitles(Request):
    """Films and episodes that are to be forgotten together."""

    title_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class MyList(Message):
    """The titles that a profile has put aside, newest first."""

    title_ids: list[UUID]


class Thumb(Request):
    """What a profile thinks of a title."""

    value: ThumbValue


RowKey = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}(:[^\x00-\x1f]{1,120})?$", max_length=160)
]
"""A row as dismissals name it: its id, but the kind alone where the id says what was watched."""


class Dismissal(Request):
    """A title that is not to stand in a row again, or without a title, a row not to come again."""

    row: RowKey = Field(
        description="The row's id; of a row about a watched title its kind, which names no title"
    )
    title_id: UUID | None = None


class Dismissals(Message):
    """What a profile took out of its pages, newest first."""

    dismissals: list[Dismissal]


class TitleThumb(Message):
    """A title and what a profile thinks of it."""

    title_id: UUID
    value: ThumbValue


class Thumbs(Message):
    """What a profile thinks of titles, newest first."""

    thumbs: list[TitleThumb]


class TitleState(Message):
    """All that a profile has to do with one title."""

    title_id: UUID
    in_my_list: bool
    thumb: ThumbValue | None
    resume: ResumePoint | None
