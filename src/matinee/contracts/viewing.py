"""Messages of `viewing`: resume points, history, my list and thumbs."""

from datetime import datetime
from typing import Literal
from uuid import UUID

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


class MyList(Message):
    """The titles that a profile has put aside, newest first."""

    title_ids: list[UUID]


class Thumb(Request):
    """What a profile thinks of a title."""

    value: ThumbValue


class TitleState(Message):
    """All that a profile has to do with one title."""

    title_id: UUID
    in_my_list: bool
    thumb: ThumbValue | None
    resume: ResumePoint | None
