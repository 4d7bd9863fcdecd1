"""Messages of `playback`: a play session and what a player needs to run it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from matinee.contracts.message import Message, Request

PlayerState = Literal["playing", "paused", "buffering", "ended"]


class PlayRequest(Request):
    """Someone pressed play."""

    title_id: UUID


class Pathway(Message):
    """One way to the media, best first. `base_url` is absolute and ends with a slash."""

    id: str
    base_url: str


class TrackInfo(Message):
    """An audio or subtitle track as the player's menu names it."""

    language: str = Field(description="BCP 47 tag; zxx for no speech")
    label: str


class Storyboard(Message):
    """Seek preview pictures: `url` is a WebVTT file whose cues point into sprite sheets."""

    url: str
    interval_s: float


class PlaySession(Message):
    """All that the player needs for one play. Addresses carry a token that heartbeats renew."""

    session_id: UUID
    title_id: UUID
    title_name: str
    dash_url: str
    hls_url: str
    pathways: list[Pathway]
    media_expires_at: datetime
    resume_s: float = Field(description="Where to start, in seconds")
    duration_s: float
    height_max: int = Field(description="Tallest rendition of the plan, in pixels")
    audio: list[TrackInfo]
    subtitles: list[TrackInfo]
    storyboard: Storyboard | None
    next_title_id: UUID | None
    heartbeat_interval_s: float


class Heartbeat(Request):
    """The player tells where it is."""

    position_s: Annotated[float, Field(ge=0, le=864000)]
    state: PlayerState


class HeartbeatAnswer(Message):
    """`media_token` replaces the path component behind `/media/` in every further request."""

    media_token: str
    media_expires_at: datetime
