"""Messages of `insights`: what players report and what is told of it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.message import Message, Request


class PlayerReport(Request):
    """How one play went so far; the newest report of a session replaces the older ones.

    For players that cannot tell CMCD events: of a play that told any, those count alone.
    """

    session_id: UUID
    title_id: UUID
    startup_s: Annotated[float, Field(ge=0, le=600)] | None = Field(
        description="Time to first frame; None while there is none"
    )
    played_s: Annotated[float, Field(ge=0, le=864000)]
    stalled_s: Annotated[float, Field(ge=0, le=864000)]
    stalls: Annotated[int, Field(ge=0, le=100000)]
    bitrate_bps: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    error_code: Annotated[str, StringConstraints(pattern=r"^[ -~]{1,40}$")] | None = None


class TopTitle(Message):
    """How much a title was watched."""

    title_id: UUID
    name: str
    plays: int
    watched_hours: float


class Summary(Message):
    """The last 24 hours at a glance."""

    viewers_now: int
    plays: int
    watched_hours: float
    startup_median_s: float | None
    rebuffer_ratio: float | None = Field(description="Stalled time of played and stalled time")
    bitrate_bps: float | None = Field(description="Mean encoded bitrate of what was shown")
    failed_plays: int
    top_titles: list[TopTitle]
