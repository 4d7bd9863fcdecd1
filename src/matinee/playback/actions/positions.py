"""Where profiles are in titles: stored, announced, and forgotten for good when asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Greatest
from pydantic import Field

from matinee.contracts.events import HistoryErased, PlaybackProgressed, ProfileRemoved
from matinee.contracts.identity import MaturityAge
from matinee.contracts.message import Message
from matinee.kernel import clock, ids
from matinee.kernel.databases import rows_of, rows_of_last, transaction_of
from matinee.kernel.events import announce, announce_written
from matinee.playback.models import Erasure, Position
from matinee.playback.rules import EVERYTHING, FOREVER, Session

_IMPORTED_AT_ONCE = 500

# Serialises what is written of one profile, so that an erasure sees every position
# written before it, and a position every erasure.
_LOCK_PROFILE = "SELECT pg_advisory_xact_lock(hashtextextended(%(profile)s::uuid::text, 0))"

# One statement, because every playing viewer runs it every few seconds.
_STORE = """
INSERT INTO playback_position (id, created_at, profile_id, title_id, position_s, duration_s,
                               finished, watched_at, session)
SELECT %(id)s::uuid, beat.watched_at, %(profile)s::uuid, %(title)s::uuid, %(position_s)s::float8,
       %(duration_s)s::float8, %(finished)s::boolean, beat.watched_at, %(session)s::jsonb
FROM (SELECT %(watched_at)s::timestamptz AS watched_at) AS beat
WHERE NOT EXISTS (
    SELECT 1 FROM playback_erasure
    WHERE profile_id = %(profile)s::uuid AND title_id IN (%(title)s::uuid, %(everything)s::uuid)
          AND until >= beat.watched_at)
ON CONFLICT (profile_id, title_id) DO UPDATE
SET position_s = EXCLUDED.position_s, duration_s = EXCLUDED.duration_s,
    finished = EXCLUDED.finished, watched_at = EXCLUDED.watched_at, session = EXCLUDED.session
WHERE playback_position.watched_at <= EXCLUDED.watched_at
    OR playback_position.watched_at > %(yet_to_come)s::timestamptz
RETURNING 1
"""


class PastPlay(Message):
    """A play of the past, as another system or a demo's script knows it."""

    session_id: UUID
    account_id: UUID
    profile_id: UUID
    title_id: UUID
    position_s: Annotated[float, Field(ge=0)]
    duration_s: Annotated[float, Field(gt=0)]
    watched_s: Annotated[float, Field(ge=0)]
    finished: bool
    maturity_age: MaturityAge
    occurred_at: datetime


def position_store(session: Session, *, stopped: bool) -> None:
    """Store where a session is and announce it; `stopped` lets go of the session."""
    play = PastPlay(
        session_id=session.id,
        occurred_at=session.beat_at,
        finished=session.finished,
        **session.model_dump(
            include={
                "account_id",
                "profile_id",
                "title_id",
                "position_s",
                "duration_s",
                "watched_s",
                "maturity_age",
            }
        ),
    )
    values = _values(play, None if stopped else session.model_dump_json())
    # What was erased meanwhile is told to nobody either.
    announce_written("playback", _progressed(play), (_LOCK_PROFILE, values), (_STORE, values))


def plays_import(entries: Sequence[PastPlay]) -> int:
    """Take over a history: store resume points and announce each play as of when it happened.

    No session, slot or entitlement is involved. Entries may come in any order
    and again: a newer resume point stays, nothing that was erased comes back,
    and who hears of it tells plays apart by their session. Returns their number.
    """
    for first in range(0, len(entries), _IMPORTED_AT_ONCE):
        batch = entries[first : first + _IMPORTED_AT_ONCE]
        with transaction_of("playback"):
            # Locks are taken in one order everywhere, so that two imports cannot hang.
            for play in sorted(batch, key=lambda one: one.profile_id):
                values = _values(play, None)
                rows_of_last("playback", (_LOCK_PROFILE, values), (_STORE, values))
            announce("playback", *(_progressed(play) for play in batch))
    return len(entries)


def history_erase(event: HistoryErased) -> None:
    """Forget what a profile watched of a title, or of all, until the moment it asked."""
    _erase(event.profile_id, event.title_id, event.until)


def profile_forget(event: ProfileRemoved) -> None:
    """Forget all that is known of a profile, and whatever may still come of it."""
    _erase(event.profile_id, None, FOREVER)


def _erase(profile_id: UUID, title_id: UUID | None, until: datetime) -> None:
    positions = Position.objects.filter(profile_id=profile_id, watched_at__lte=until)
    if title_id is not None:
        positions = positions.filter(title_id=title_id)
    with transaction_of("playback"):
        rows_of("playback", _LOCK_PROFILE, {"profile": profile_id})
        erasure, is_new = Erasure.objects.get_or_create(
            profile_id=profile_id, title_id=title_id or EVERYTHING, defaults={"until": until}
        )
        if not is_new:
            later = Greatest("until", Value(until))
            Erasure.objects.filter(pk=erasure.pk).update(until=later)
        positions.delete()


def _values(play: PastPlay, session: str | None) -> dict[str, Any]:
    """What `_STORE` writes, unless it was erased or a newer position is there."""
    return {
        "id": ids.uuid7(),
        "profile": play.profile_id,
        "title": play.title_id,
        "everything": EVERYTHING,
        "position_s": play.position_s,
        "duration_s": play.duration_s,
        "finished": play.finished,
        "watched_at": play.occurred_at,
        "yet_to_come": clock.yet_to_come(),
        "session": session,
    }


def _progressed(play: PastPlay) -> PlaybackProgressed:
    return PlaybackProgressed(**dict(play))
