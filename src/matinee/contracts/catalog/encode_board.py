"""What Studio shows of all encodes at once."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from matinee.contracts.catalog.encodes import EncodeProgress
from matinee.contracts.catalog.words import TitleKind
from matinee.contracts.encode_outlooks import EncodePriority, PlannedRung
from matinee.contracts.encoding import VideoCodec
from matinee.contracts.message import Message, Request


class EncodeEntry(Message):
    """A title's newest encode, as it goes or as it ended."""

    title_id: UUID
    name: str
    kind: TitleKind
    series: str | None = Field(description="The name of an episode's series")
    season: int | None
    episode: int | None
    poster: str | None
    progress: EncodeProgress
    priority: EncodePriority
    place: int | None = Field(
        description="Which one it is in the queue, from 1; None once it has ended"
    )
    began_at: datetime | None = Field(description="None while it waits for its turn")
    ended_at: datetime | None
    left_s: float | None = Field(
        description="Seconds until all of it is done, by its pace of late; None where unknown"
    )
    planned: list[PlannedRung] = Field(description="Its ladder; empty until it is chosen")
    saved: dict[VideoCodec, float] = Field(
        description="Share of the bits that the ladder saves against a fixed one, as far as known"
    )
    remarks: list[str] = Field(description="What the operator should know of the film")


class EncodeBoard(Message):
    """The encodes under way, in the order in which they are done, and those that ended last."""

    under_way: list[EncodeEntry]
    under_way_count: int = Field(description="Of all, also where not all are listed")
    ended: list[EncodeEntry]


class PriorityChange(Request):
    """How urgent a title's film is to be."""

    priority: EncodePriority
