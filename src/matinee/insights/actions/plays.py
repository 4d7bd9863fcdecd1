"""What is kept of plays and how they went: noted, forgotten, made nobody's."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest, Least

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
from matinee.insights.actions.aliases import alias_end, alias_of, title_unlink
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
from matinee.kernel.copies import keep_newest
from matinee.kernel.databases import transaction_of
from matinee.kernel.events.hearing import INBOX_KEPT

_FORGOTTEN_AT_ONCE = 5_000
# Facts of `playback` come within seconds; what no play is known of by then is nobody's.
_UNCLAIMED = timedelta(days=1)

# Serialises what is written of one profile, so that its removal sees every row
# written before it, and a row the removal.
_LOCK_PROFILE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


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


def play_note_start(event: PlaybackStarted) -> None:
    """Note that a play began."""
    _note(event, watched_s=0.0)


def play_note_progress(event: PlaybackProgressed) -> None:
    """Note how long a play has lasted."""
    _note(event, watched_s=event.watched_s)


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


def _note(event: PlaybackStarted | PlaybackProgressed, watched_s: float) -> None:
    if event.occurred_at < _oldest_kept():
        return
    with transaction_of("insights"):
        if is_forgotten(event.profile_id):
            return
        play, is_new = Play.objects.get_or_create(
            id=event.session_id,
            defaults={
                "profile_id": event.profile_id,
                "title_id": event.title_id,
                "started_at": event.occurred_at,
                "seen_at": event.occurred_at,
                "watched_s": watched_s,
            },
        )
        if not is_new:
            Play.objects.filter(pk=play.pk).update(
                started_at=Least(F("started_at"), event.occurred_at),
                seen_at=Greatest(F("seen_at"), event.occurred_at),
                watched_s=Greatest(F("watched_s"), watched_s),
            )
        is_nobodys = play.profile_id == play.pk
        if not is_nobodys and _is_erased(event):
            is_nobodys = True
            _make_nobodys(event.profile_id, [event.session_id])
        noting.progress_note(event, None if is_nobodys else alias_of(event.profile_id))


def _is_erased(event: PlaybackStarted | PlaybackProgressed) -> bool:
    """Whether the profile wants forgotten what it was doing then."""
    every_or_one = Q(title_id=None) | Q(title_id=event.title_id)
    erasures = Erasure.objects.filter(every_or_one, profile_id=event.profile_id)
    return erasures.filter(until__gte=event.occurred_at).exists()


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
    _lock(profile_id)
    return ForgottenProfile.objects.filter(id=profile_id).exists()


def _lock(profile_id: UUID) -> None:
    with connections["insights"].cursor() as cursor:
        cursor.execute(_LOCK_PROFILE, [str(profile_id)])
