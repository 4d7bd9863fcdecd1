"""What comes and goes, and what somebody sees somewhere at some moment."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from matinee.contracts.catalog.titles import TitleCard
from matinee.contracts.catalog.words import TitleKind
from matinee.contracts.message import Message
from matinee.contracts.sessions import DeviceClass


class Turn(Message):
    """A moment at which a title comes or goes; for whom, as in its rights window."""

    at: datetime
    what: Literal["opens", "closes", "published"]
    title_id: UUID
    name: str
    kind: TitleKind
    territories: list[str] = []
    plans: list[str] = []
    platforms: list[DeviceClass] = []


class Calendar(Message):
    """Turns in their order; `more` where there are more than are told."""

    turns: list[Turn]
    more: bool


class Preview(Message):
    """What somebody sees at a moment; `next` is passed back for the following page."""

    at: datetime
    titles: list[TitleCard]
    count: int
    next: UUID | None
