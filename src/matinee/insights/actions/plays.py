"""What is kept of plays and how they went: noted, forgotten, made nobody's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest

from matinee.contracts.events import (
    HistoryErased,
    PlaybackProgressed,
    PlaybackStarted,
    ProfileRemoved,
    TitleChanged,
)
from matinee.contracts.insights import PlayerReport
from matinee.insights import settings
from matinee.insights.actions import noting
from matinee.insights.actions.aliases import alias_end, aliases_of, title_unlink
from matinee.insights.models import (
    Erasure,
    Exposure,
    ForgottenProfile,
    Measured,
    Play,
    Report,
    TitleName,
)
from matinee.insights.rules.cmcd import Event
from matinee.insights.rules.experience import Experience, after
from matinee.kernel import clock
from matinee.kernel.arrays import array
from matinee.kernel.copies import keep_newest
from matinee.kernel.databases import rows_of, transaction_of
from matinee.kernel.events.hearing import INBOX_KEPT

_FORGOTTEN_AT_ONCE = 5_000
# Facts of `playback` come within seconds; what no play is known of by then is nobody's.
_UNCLAIMED = timedelta(days=1)

_NEVER = datetime.min.replace(tzinfo=UTC)

# Serialises what is written of one profile, so that its removal sees every row
# written before it, and a row the removal. Of several, one after the other.
_LOCK_PROFILES = (
    "SELECT pg_advisory_xact_lock(hashtextextended(id, 0)) FROM unnest(%(ids)s::text[]) AS id"
)
# Asked of hundreds at once, by statements that are planned once.
_FORGOTTEN = "SELECT id FROM insights_forgottenprofile WHERE id = ANY(%(ids)s::uuid[])"
_ERASED = """
SELECT profile_id, title_id, until FROM insights_erasure
WHERE profile_id = ANY(%(profiles)s::uuid[])
      AND (title_id IS NULL OR title_id = ANY(%(titles)s::uuid[]))
"""

_NOTED = ("id", "profile_id", "title_id", "started_at", "seen_at", "watched_s")


@dataclass(slots=True)
class _Noted:
    """A row of `Play`, of which a crowd's are many."""

    id: UUID
    profile_id: UUID
    title_id: UUID
    started_at: datetime
    seen_at: datetime
    # Not 0: PostgreSQL's arrays are of one type.
    watched_s: float = 0.0


# By the first and the last moment and the longest time: so the order of hearing does not matter.
_NOTE = """
INSERT INTO insights_play AS play
       (created_at, id, profile_id, title_id, started_at, seen_at, watched_s)
SELECT %(now)s::timestamptz, told.*
FROM unnest(%(id)s::uuid[], %(profile_id)s::uuid[], %(title_id)s::uuid[],
            %(started_at)s::timestamptz[], %(seen_at)s::timestamptz[], %(watched_s)s::float8[])
     AS told
ON CONFLICT (id) DO UPDATE
SET started_at = least(play.started_at, EXCLUDED.started_at),
    seen_at = greatest(play.seen_at, EXCLUDED.seen_at),
    watched_s = greatest(play.watched_s, EXCLUDED.watched_s)
RETURNING id, profile_id = id
"""


def report_take(profile_id: UUID, report: PlayerReport, device: str = "other") -> None:
    """Keep a player's newest report of a session; nothing of what is to be forgotten."""
    with transaction_of("insights"):
        if is_forgotten(profile_id) or _is_nobodys(report.session_id):
            return
        values = report.model_dump(exclude={"session_id"})
        Report.objects.update_or_create(
            session_id=report.session_id,
            profile_id=profile_id,
            defaults={**values, "reported_at": clock.now()},
        )
        # Of somebody else's play, or of one that is not heard of yet, it says nothing.
        if Play.objects.filter(pk=report.session_id, profile_id=profile_id).exists():
            noting.report_note(noting.Told(report.session_id, device), report)


def events_take(session_id: UUID, events: Sequence[Event], device: str = "other") -> None:
    """Add what a play's player told to what is known of how it goes."""
    with transaction_of("insights"):
        Measured.objects.get_or_create(id=session_id)
        row = Measured.objects.select_for_update().get(id=session_id)
        experience = after(Experience(**row.experience), events)
        Measured.objects.filter(id=session_id).update(
            told_at=clock.now(),
            startup_s=None if experience.startup_ms is None else experience.startup_ms / 1000,
            played_s=experience.played_ms / 1000,
            stalled_s=experience.stalled_ms / 1000,
            stalls=experience.stalls,
            bitrate_bps=experience.bitrate_bps,
            errors=experience.errors,
            error_code=experience.error_code,
            has_failed=experience.has_failed,
            experience=asdict(experience),
        )
        noting.experience_note(noting.Told(session_id, device), experience)


def plays_note(events: Sequence[PlaybackStarted | PlaybackProgressed]) -> None:
    """Note that plays began, or how long they have lasted."""
    before = _oldest_kept()
    told = [event for event in events if event.occurred_at >= before]
    forgotten = _forgotten({event.profile_id for event in told})
    told = [event for event in told if event.profile_id not in forgotten]
    if not told:
        return
    nobodys = _noted(told)
    # What was nobody's before is not asked for again.
    erased = _erased([event for event in told if event.session_id not in nobodys])
    for event in erased:
        _make_nobodys(event.profile_id, [event.session_id])
    nobodys |= {event.session_id for event in erased}
    someones = {event.profile_id for event in told if event.session_id not in nobodys}
    aliases = aliases_of(someones)
    noting.progress_note(
        (event, None if event.session_id in nobodys else aliases[event.profile_id])
        for event in told
    )


def title_name(event: TitleChanged) -> None:
    """Keep what a title is called, unless something newer is known."""
    with transaction_of("insights"):
        keep_newest(TitleName, {"id": event.title.id}, event, {"name": event.title.name})


def history_forget(event: HistoryErased) -> None:
    """Keep no longer who watched what until then; that somebody did still counts."""
    one = Q() if event.title_id is None else Q(title_id=event.title_id)
    with transaction_of("insights"):
        _lock(event.profile_id)
        erasure, is_new = Erasure.objects.get_or_create(
            profile_id=event.profile_id,
            title_id=event.title_id,
            defaults={"until": event.until},
        )
        if not is_new:
            later = Greatest(F("until"), event.until)
            Erasure.objects.filter(pk=erasure.pk).update(until=later)
        plays = Play.objects.filter(one, profile_id=event.profile_id, started_at__lte=event.until)
        _make_nobodys(event.profile_id, plays.values_list("pk", flat=True))
        # Of plays that are not heard of yet.
        told = Report.objects.filter(one, profile_id=event.profile_id)
        told.filter(reported_at__lte=event.until).update(profile_id=F("session_id"))
        if event.title_id is None:
            alias_end(event.profile_id, event.until)
        else:
            title_unlink(event.profile_id, event.title_id, event.until)


def profile_forget(event: ProfileRemoved) -> None:
    """Remove all that a profile did, and take nothing more of it."""
    with transaction_of("insights"):
        _lock(event.profile_id)
        ForgottenProfile.objects.get_or_create(id=event.profile_id)
        Report.objects.filter(profile_id=event.profile_id).delete()
        plays = Play.objects.filter(profile_id=event.profile_id).values("pk")
        Measured.objects.filter(pk__in=plays).delete()
        Play.objects.filter(profile_id=event.profile_id).delete()
        Erasure.objects.filter(profile_id=event.profile_id).delete()
        Exposure.objects.filter(profile_id=event.profile_id).delete()
        alias_end(event.profile_id, clock.now())


def old_rows_forget() -> int:
    """Remove what is older than is kept, and measurements of no known play.

    How many rows went, at most 20,000.
    """
    before = _oldest_kept()
    with transaction_of("insights"):
        plays = Play.objects.filter(seen_at__lt=before).values("pk")[:_FORGOTTEN_AT_ONCE]
        reports = Report.objects.filter(reported_at__lt=before).values("pk")[:_FORGOTTEN_AT_ONCE]
        measured = Measured.objects.filter(told_at__lt=before).values("pk")[:_FORGOTTEN_AT_ONCE]
        unclaimed = Measured.objects.filter(
            ~Exists(Play.objects.filter(pk=OuterRef("pk"))), told_at__lt=clock.now() - _UNCLAIMED
        ).values("pk")[:_FORGOTTEN_AT_ONCE]
        # Nothing comes so late that an erasure would have to keep it away.
        Erasure.objects.filter(until__lt=clock.now() - INBOX_KEPT).delete()
        return (
            Play.objects.filter(pk__in=plays).delete()[0]
            + Report.objects.filter(pk__in=reports).delete()[0]
            + Measured.objects.filter(pk__in=measured).delete()[0]
            + Measured.objects.filter(pk__in=unclaimed).delete()[0]
        )


def _noted(told: Sequence[PlaybackStarted | PlaybackProgressed]) -> set[UUID]:
    """Write what is told of plays into their rows; those of them that are nobody's."""
    plays: dict[UUID, _Noted] = {}
    for event in told:
        at, watched_s = event.occurred_at, getattr(event, "watched_s", 0.0)
        play = plays.setdefault(event.session_id, _fresh(event))
        play.started_at, play.seen_at = min(play.started_at, at), max(play.seen_at, at)
        play.watched_s = max(play.watched_s, watched_s)
    rows = [plays[session_id] for session_id in sorted(plays)]
    values = {name: array([getattr(row, name) for row in rows]) for name in _NOTED}
    found = rows_of("insights", _NOTE, {"now": clock.now(), **values})
    return {session_id for session_id, is_nobodys in found if is_nobodys}


def _fresh(event: PlaybackStarted | PlaybackProgressed) -> _Noted:
    at = event.occurred_at
    return _Noted(event.session_id, event.profile_id, event.title_id, at, at)


def _erased(
    told: Sequence[PlaybackStarted | PlaybackProgressed],
) -> list[PlaybackStarted | PlaybackProgressed]:
    """What was done when its profile wants it forgotten."""
    asked = {
        "profiles": array({event.profile_id for event in told}),
        "titles": array({event.title_id for event in told}),
    }
    until: dict[tuple[UUID, UUID | None], datetime] = {
        (profile_id, title_id): moment
        for profile_id, title_id, moment in rows_of("insights", _ERASED, asked)
    }
    return [
        event
        for event in told
        if any(
            event.occurred_at <= until.get((event.profile_id, title_id), _NEVER)
            for title_id in (None, event.title_id)
        )
    ]


def _make_nobodys(profile_id: UUID, session_ids: Iterable[UUID]) -> None:
    sessions = list(session_ids)
    reports = Report.objects.filter(session_id__in=sessions, profile_id=profile_id)
    reports.update(profile_id=F("session_id"))
    Play.objects.filter(pk__in=sessions).update(profile_id=F("id"))


def _is_nobodys(session_id: UUID) -> bool:
    """Whether a play is one that its viewer wants forgotten."""
    return Play.objects.filter(pk=session_id, profile_id=session_id).exists()


def _oldest_kept() -> datetime:
    return clock.now() - timedelta(days=settings.get().kept_days)


def is_forgotten(profile_id: UUID) -> bool:
    """Whether a profile was removed; nothing of it is written until the transaction ends."""
    return bool(_forgotten({profile_id}))


def _forgotten(profile_ids: Collection[UUID]) -> set[UUID]:
    """Those profiles that were removed; nothing of any is written until the transaction ends."""
    if not profile_ids:
        return set()
    _lock(*sorted(profile_ids))
    found = rows_of("insights", _FORGOTTEN, {"ids": array(profile_ids)})
    return {profile_id for (profile_id,) in found}


def _lock(*profile_ids: UUID) -> None:
    written = array([str(profile_id) for profile_id in profile_ids])
    rows_of("insights", _LOCK_PROFILES, {"ids": written})
