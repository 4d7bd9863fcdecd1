"""Titles as people in Studio read them."""

from datetime import datetime

from matinee.contracts.catalog.encodes import EncodeProgress
from matinee.contracts.catalog.titles import Title
from matinee.contracts.message import Message


class StudioTitle(Message):
    """A row of the operator's list of titles."""

    title: Title
    progress: EncodeProgress | None
    updated_at: datetime


class StudioPage(Message):
    """A page of the operator's list, newest first; `next` is passed back for the following one."""

    titles: list[StudioTitle]
    next: str | None
