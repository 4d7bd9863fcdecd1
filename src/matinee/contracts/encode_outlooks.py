"""What is told of an encode while it is under way: what it chose so far, and how urgent it is."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from matinee.contracts.encoding import EncodeReport, VideoCodec
from matinee.contracts.message import Message
from matinee.kernel.events import Event

EncodePriority = Literal["first", "usual", "last"]


class PlannedRung(Message):
    """A rung that was chosen for a film, with what its trials foretell."""

    name: str
    codec: VideoCodec
    lines: int
    bitrate_bps: int
    vmaf: float


class EncodeOutlook(Message):
    """What an encode that is under way has tried, chosen and made so far."""

    report: EncodeReport = Field(description="As far as it has come: rungs once they were measured")
    planned: list[PlannedRung] = Field(
        default=[], description="The ladder as it was chosen, best first by codec"
    )


class EncodePlanned(Event):
    """encoding: an encode knows more of its film: what is left out, tried, chosen or measured."""

    type: ClassVar[str] = "encode.planned"
    encode_id: UUID
    title_id: UUID
    outlook: EncodeOutlook


class EncodePrioritised(Event):
    """catalog: the operator wants a title's film encoded before others, or after them."""

    type: ClassVar[str] = "encode.prioritised"
    title_id: UUID
    priority: EncodePriority
