"""Messages of `playback`: a play session and what a player needs to run it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from matinee.contracts.message import Message, Request

# A key id, 16 bytes, in base64url without padding.
KeyIdText = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22}$")]
PlayerState = Literal["playing", "paused", "buffering", "ended"]


class PlayRequest(Request):
    """Someone pressed play."""

    title_id: UUID
    press: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = Field(
        default=None,
        description="Names one press, by chance: sent again, it takes the place of a session "
        "that it may have begun without anybody hearing of it",
    )


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


class KeyRequest(Request):
    """encoding: a title's content key is needed to package it. Made on first asking."""

    title_id: UUID


class ContentKey(Message):
    """What a package is encrypted with. `key` is 16 bytes in base64url; it is in no representation.

    The key of a title stays the same; its id says nothing about it.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    key_id: UUID
    key: Annotated[str, Field(repr=False, pattern=r"^[A-Za-z0-9_-]{22}$")]


class Licence(Message):
    """Where a player gets the content keys of an encrypted package."""

    clearkey_url: str | None = Field(
        description="W3C Clear Key licence server (EME, section 9.1): takes a licence request, "
        "answers with a JWK set; needs the access token. None where a DRM vendor has the key"
    )
    servers: dict[str, str] = Field(
        default={}, description="Licence servers of a DRM vendor, by key system"
    )
    key_id: UUID


class ClearKeyRequest(Request):
    """A licence request as a Clear Key CDM writes it (EME, section 9.1.3)."""

    kids: Annotated[list[KeyIdText], Field(min_length=1, max_length=16)]
    type: Literal["temporary"] = "temporary"


class JsonWebKey(Message):
    """A symmetric key (RFC 7517). `k` and `kid` are base64url without padding."""

    model_config = ConfigDict(hide_input_in_errors=True)

    kty: Literal["oct"] = "oct"
    kid: str
    k: Annotated[str, Field(repr=False)]


class ClearKeyLicence(Message):
    """A licence as a Clear Key CDM reads it (EME, section 9.1.4)."""

    keys: list[JsonWebKey]
    type: Literal["temporary"] = "temporary"


class PlayerTuning(Message):
    """How the player is to choose what to fetch; None leaves it to the player.

    `contracts.experiments.variables` says what each of them means.
    """

    first_share: float | None = None
    reserve_s: float | None = None
    ample_s: float | None = None
    horizon_s: float | None = None
    bandwidth_share: float | None = None
    buffer_goal_s: float | None = None


class WarmRequest(Request):
    """Someone may be about to press play."""

    title_id: UUID


class WarmSession(Message):
    """What a player may fetch before play is pressed; it takes no stream slot and ends soon.

    The addresses are those that a play session started within that time answers
    with, but for the token; the licence is asked for with the session only.
    """

    title_id: UUID
    dash_url: str
    pathways: list[Pathway]
    steering_url: str
    media_expires_at: datetime
    resume_s: float
    height_max: int = Field(description="Tallest rendition of the plan, in pixels")
    licence: Licence | None
    tuning: PlayerTuning | None = None


class PlaySession(Message):
    """All that the player needs for one play. Addresses carry a token that heartbeats renew."""

    session_id: UUID
    title_id: UUID
    title_name: str
    dash_url: str
    hls_url: str
    pathways: list[Pathway]
    steering_url: str = Field(
        description="Steering manifest (RFC 8216bis, section 7): which pathway to take from now on"
    )
    media_expires_at: datetime
    resume_s: float = Field(description="Where to start, in seconds")
    duration_s: float
    height_max: int = Field(description="Tallest rendition of the plan, in pixels")
    audio: list[TrackInfo]
    subtitles: list[TrackInfo]
    storyboard: Storyboard | None
    next_title_id: UUID | None
    heartbeat_interval_s: float
    licence: Licence | None = Field(default=None, description="None where nothing is encrypted")
    cmcd_url: str | None = Field(
        default=None,
        description="Collector of CMCD v2 events (CTA-5004-A); the address itself says which play",
    )
    tuning: PlayerTuning | None = Field(
        default=None, description="Of the variant that the profile is shown; None for as usual"
    )


class Heartbeat(Request):
    """The player tells where it is."""

    position_s: Annotated[float, Field(ge=0, le=864000)]
    state: PlayerState


class HeartbeatAnswer(Message):
    """`media_token` replaces the path component behind `/media/` in every further request."""

    media_token: str
    media_expires_at: datetime
