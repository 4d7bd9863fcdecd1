"""What `recommendations` tells of its rows: how many titles were seen in them, and taken."""

from typing import ClassVar

from matinee.contracts.message import Message
from matinee.kernel.events import Event


class RowCount(Message):
    """A kind of row (else where a title stood: hero, search, similar), and how many titles."""

    row: str
    titles: int


class RowsSeen(Event):
    """recommendations: titles came into view of somebody for the first time that day."""

    type: ClassVar[str] = "rows.seen"
    rows: list[RowCount]


class RowsTaken(Event):
    """recommendations: titles that had been in view were taken: somebody watched in earnest."""

    type: ClassVar[str] = "rows.taken"
    rows: list[RowCount]
