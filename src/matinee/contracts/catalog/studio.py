"""Titles as people in Studio read them."""

from datetime import datetime

from pydantic import Field

from matinee.contracts.catalog.encodes import EncodeProgress
from matinee.contracts.catalog.titles import Title, TitleCard
from matinee.contracts.catalog.words import TitleStatus
from matinee.contracts.message import Message


class StudioTitle(Message):
    """A title as the operator sees it."""

    title: Title
    progress: EncodeProgress | None
    updated_at: datetime


class StudioCard(TitleCard):
    """What the operator's list shows of a title."""

    status: TitleStatus
    language: str = Field(description="BCP 47 tag of the original")
    season: int | None
    episode: int | None
    beside: str = Field(
        default="", description="The name of its series, or of the title that it belongs to"
    )


class StudioRow(Message):
    """A row of the operator's list of titles."""

    title: StudioCard
    progress: EncodeProgress | None
    updated_at: datetime


class StudioPage(Message):
    """A page of the operator's list, newest first; `next` is passed back for the following one."""

    titles: list[StudioRow]
    next: str | None
