"""Who may play what, where a play resumes, and how far it has come.

Pure: no clock, no database, no network.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple, Self
from urllib.parse import urljoin
from uuid import UUID

from matinee.contracts.catalog import RightsWindow, is_available
from matinee.contracts.delivery import Edge
from matinee.contracts.identity import MaturityAge
from matinee.contracts.message import Message
from matinee.contracts.playback import Licence, PlayerState, Storyboard, TrackInfo
from matinee.kernel import problems
from matinee.playback.rules.pathways import Plan, package_name

# The end of time: until then is erased what a removed profile has watched.
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
EVERYTHING = UUID(int=0)

# What is bought alone plays in every quality that there is.
_EVERY_HEIGHT = 100_000
_FINISHED_FRACTION = 0.95  # credits roll in the last twentieth
_TOO_SHORT_TO_RESUME_S = 3.0
_TOLD_AT_MOST_EVERY_S = 4.0
_INTERVALS_COUNTED = 2.0  # a silence longer than this was no watching


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


class EntitlementFacts(NamedTuple):
    """What an account may watch as the copy says."""

    streams_at_once: int
    height_max: int
    ends_at: datetime | None


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


class Playable(NamedTuple):
    """What is left of the facts when nothing speaks against playing; see `package_name`."""

    title: TitleFacts
    package: str
    duration_s: float
    entitlement: EntitlementFacts


def may_play(facts: Facts, maturity_age: int, country: str, now: datetime) -> Playable:
    """The title and its package; the problem that speaks against it otherwise."""
    title = _watchable(facts, maturity_age)
    if title.kind == "series":
        raise problems.Conflict("choose_episode", "This is a series: choose an episode to play.")
    if title.status != "published" or not title.package or not title.duration_s:
        detail = "This title is still being prepared. Please try again soon."
        raise problems.Conflict("not_playable_yet", detail)
    if not is_available(title.rights, country, now):
        detail = "This title cannot be watched in your country, or not now. Choose another one."
        raise problems.Forbidden("not_available_here", detail)
    entitlement = entitled(facts.entitlement, now, facts.grant)
    return Playable(title, package_name(title.package), title.duration_s, entitlement)


def may_go_on(facts: Facts, maturity_age: int, now: datetime) -> EntitlementFacts:
    """What the account may watch if a play may go on; the problem that ends it otherwise.

    A film that is being encoded anew goes on with the package that it started with.
    """
    try:
        _watchable(facts, maturity_age)
    except problems.NotFound as problem:
        detail = "This title was taken out of the catalogue."
        raise problems.Gone("session_ended", detail) from problem
    return entitled(facts.entitlement, now, facts.grant)


def _watchable(facts: Facts, maturity_age: int) -> TitleFacts:
    if facts.profile_removed:
        raise problems.Forbidden("no_profile", "This profile is no more. Choose who is watching.")
    title = facts.title
    if title is None or title.status in {"draft", "withdrawn"}:
        raise problems.NotFound("unknown_title", "This title is not here, or not here any more.")
    if title.maturity_age > maturity_age:
        detail = (
            f"This title is for ages {title.maturity_age} and up, and this profile is not. "
            "Choose another profile, or change its age limit in your account."
        )
        raise problems.Forbidden("above_maturity", detail)
    return title


def entitled(
    entitlement: EntitlementFacts | None, now: datetime, grant: GrantFacts | None = None
) -> EntitlementFacts:
    """What the account may watch now; PaymentRequired, with the way out, if nothing.

    What is rented or bought plays on one screen in every quality, and on more with a plan.
    """
    if grant is not None and _lasts(grant.ends_at, now):
        screens = 1
        if entitlement is not None and _lasts(entitlement.ends_at, now):
            screens = entitlement.streams_at_once
        return EntitlementFacts(screens, _EVERY_HEIGHT, grant.ends_at)
    if entitlement is None:
        why = "There is no subscription on this account yet. Choose a plan in your account, then "
        why += "press play again. If you have only just signed up, wait a second and try again."
        raise problems.PaymentRequired("not_entitled", why)
    if not _lasts(entitlement.ends_at, now):
        why = "Your subscription has ended. Choose a plan in your account, then press play again."
        raise problems.PaymentRequired("not_entitled", why)
    return entitlement


def _lasts(ends_at: datetime | None, now: datetime) -> bool:
    return ends_at is None or ends_at > now


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
