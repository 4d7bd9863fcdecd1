"""Who may play what, where a play resumes, and how far it has come.

Pure: no clock, no database, no network.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urljoin
from uuid import UUID

from matinee.contracts.identity import MaturityAge
from matinee.contracts.message import Message
from matinee.contracts.playback import Licence, PlayerState, Storyboard
from matinee.kernel import problems
from matinee.playback.rules.facts import (
    EntitlementFacts,
    Facts,
    GrantFacts,
    KeyFacts,
    ResumeFacts,
    TitleFacts,
)
from matinee.playback.rules.permission import Permission, Playable, may_go_on, may_play

__all__ = [
    "EVERYTHING",
    "FOREVER",
    "EntitlementFacts",
    "Facts",
    "GrantFacts",
    "KeyFacts",
    "Permission",
    "Playable",
    "ResumeFacts",
    "Session",
    "TitleFacts",
    "advance",
    "base64url",
    "is_finished",
    "key_id_of",
    "key_id_text",
    "licence",
    "may_go_on",
    "may_play",
    "resume_s",
    "storyboard_at",
    "too_many_streams",
    "watched_s",
    "worth_telling",
]

# The end of time: until then is erased what a removed profile has watched.
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
EVERYTHING = UUID(int=0)

_FINISHED_FRACTION = 0.95  # credits roll in the last twentieth
_TOO_SHORT_TO_RESUME_S = 3.0
_TOLD_AT_MOST_EVERY_S = 4.0
_INTERVALS_COUNTED = 2.0  # a silence longer than this was no watching


class Session(Message):
    """A play under way. Times are seconds since the Unix epoch."""

    id: UUID
    account_id: UUID
    profile_id: UUID
    title_id: UUID
    package: str
    duration_s: float
    maturity_age: MaturityAge
    position_s: float
    watched_s: float = 0.0
    state: PlayerState = "buffering"
    beat_at_s: float
    # The sign-in that the last heartbeat came from; None for plays that began before it was kept.
    signed_in_as: UUID | None = None
    # What was stored and announced last.
    told_at_s: float = 0.0
    told_position_s: float = -1.0
    told_watched_s: float = 0.0

    @property
    def beat_at(self) -> datetime:
        """When the last heartbeat came; before the first one, when the session began."""
        return datetime.fromtimestamp(self.beat_at_s, UTC)

    @property
    def finished(self) -> bool:
        """Whether a viewer who leaves now has seen it."""
        return is_finished(self.position_s, self.duration_s, self.state)

    def told(self) -> Self:
        """The session once its position is stored and announced."""
        news = {
            "told_at_s": self.beat_at_s,
            "told_position_s": self.position_s,
            "told_watched_s": self.watched_s,
        }
        return self.model_copy(update=news)


def too_many_streams(streams_at_once: int, slot_s: float) -> problems.TooMany:
    """The problem when every slot of an account is taken."""
    count = "one screen is" if streams_at_once == 1 else f"{streams_at_once} screens are"
    return problems.TooMany(
        "too_many_streams",
        f"Your plan plays on {streams_at_once} at once, and {count} playing already. "
        "Stop one of them, or choose a plan with more screens in your account.",
        retry_after_s=max(1, round(slot_s)),
    )


def resume_s(resume: ResumeFacts | None, duration_s: float) -> float:
    """Where to start: where the profile stopped, unless it had finished or hardly begun."""
    if resume is None or resume.finished or resume.position_s < _TOO_SHORT_TO_RESUME_S:
        return 0.0
    return 0.0 if is_finished(resume.position_s, duration_s, "paused") else resume.position_s


def is_finished(position_s: float, duration_s: float, state: PlayerState) -> bool:
    """Whether a viewer who leaves now has seen it: only credits were left, or the end came."""
    return state == "ended" or position_s >= _FINISHED_FRACTION * duration_s


def watched_s(before: Session, position_s: float, state: PlayerState, between_s: float) -> float:
    """Seconds watched since the last heartbeat: wall time while playing, whatever the speed.

    After a playing heartbeat all of the time counts; after a buffering one (or
    none) as much as the picture moved; after a pause or the end nothing.
    """
    if before.state == "playing":
        return between_s
    if before.state == "buffering" and state != "buffering":
        return min(between_s, max(0.0, position_s - before.position_s))
    return 0.0


def advance(
    before: Session, position_s: float, state: PlayerState, now_s: float, interval_s: float
) -> Session:
    """The session after a heartbeat; time never runs backwards and long silences do not count."""
    position_s = min(position_s, before.duration_s)
    between_s = min(max(0.0, now_s - before.beat_at_s), _INTERVALS_COUNTED * interval_s)
    gained_s = watched_s(before, position_s, state, between_s)
    changes = {
        "position_s": position_s,
        "state": state,
        "watched_s": before.watched_s + gained_s,
        "beat_at_s": max(now_s, before.beat_at_s),
    }
    return before.model_copy(update=changes)


def worth_telling(session: Session) -> bool:
    """Whether there is something new since the last news, and that was not just now."""
    position = (session.position_s, session.watched_s)
    same = position == (session.told_position_s, session.told_watched_s)
    return not same and session.beat_at_s - session.told_at_s >= _TOLD_AT_MOST_EVERY_S


def licence(key: KeyFacts | None, own_url: str, servers: Mapping[str, str]) -> Licence | None:
    """Where the key is to be had; `servers` are those of a DRM vendor."""
    if key is None:
        return None
    if key.is_own:
        return Licence(clearkey_url=f"{own_url}/api/playback/licence", key_id=key.id)
    return Licence(clearkey_url=None, servers=dict(servers), key_id=key.id)


def key_id_text(key_id: UUID) -> str:
    """A key id as a Clear Key CDM names it: base64url without padding."""
    return base64url(key_id.bytes)


def key_id_of(text: str) -> UUID:
    """The key id that `key_id_text` wrote."""
    return UUID(bytes=base64.urlsafe_b64decode(text + "=="))


def base64url(value: bytes) -> str:
    """Without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def storyboard_at(storyboard: Storyboard | None, folder: str) -> Storyboard | None:
    """The storyboard with its address made absolute; `folder` is the package's."""
    if storyboard is None:
        return None
    return Storyboard(url=urljoin(folder, storyboard.url), interval_s=storyboard.interval_s)
