"""All that decides one press of play, as the copies say."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from matinee.contracts.catalog import RightsWindow
from matinee.contracts.delivery import Edge
from matinee.contracts.experiments import Running
from matinee.contracts.identity import MaturityAge
from matinee.contracts.playback import Storyboard, TrackInfo
from matinee.playback.rules.pathways import Plan


class KeyFacts(NamedTuple):
    """The content key that a package is encrypted with; `is_own` where it is in our own store."""

    id: UUID
    is_own: bool


class TitleFacts(NamedTuple):
    """A title as the copy says."""

    id: UUID
    kind: str
    name: str
    status: str
    maturity_age: MaturityAge
    package: str | None
    key: KeyFacts | None
    duration_s: float | None
    audio: list[TrackInfo]
    subtitles: list[TrackInfo]
    storyboard: Storyboard | None
    next_title_id: UUID | None
    rights: list[RightsWindow]
    next_rights: list[RightsWindow]


class EntitlementFacts(NamedTuple):
    """What an account may watch as the copy says."""

    streams_at_once: int
    height_max: int
    ends_at: datetime | None
    plan: str = ""


class GrantFacts(NamedTuple):
    """That an account has rented or bought the title, and until when."""

    ends_at: datetime | None


class ResumeFacts(NamedTuple):
    """Where a profile stopped."""

    position_s: float
    finished: bool


class Facts(NamedTuple):
    """All that decides one press of play; None for what has not been heard of."""

    title: TitleFacts | None
    entitlement: EntitlementFacts | None
    resume: ResumeFacts | None
    profile_removed: bool
    edges: list[Edge]
    plan: Plan | None = None
    grant: GrantFacts | None = None
    running: Running = Running()
