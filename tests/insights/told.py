"""Plays, searches, rows and money as they are told to insights, and the same kept in plain lists.

What is made is random from a seed, so that a test that fails can be run again.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from matinee.contracts.events import PlaybackProgressed, PlaybackStarted
from matinee.insights.rules.experience import Experience

NOON = datetime(2027, 3, 14, 12, tzinfo=UTC)
TITLES = [UUID(int=number) for number in range(1, 6)]
PROFILES = [UUID(int=number) for number in range(100, 112)]
LENGTH_S = {title: 600.0 * (number + 1) for number, title in enumerate(TITLES)}


@dataclass
class Play:
    """One play as it truly went."""

    session_id: UUID
    profile_id: UUID
    title_id: UUID
    began_at: datetime
    country: str
    device: str
    facts: list[tuple[datetime, Any]] = field(default_factory=list)

    @property
    def progress(self) -> list[Any]:
        """What `playback` told."""
        return [one for _, one in self.facts if not isinstance(one, Experience)]

    @property
    def quality(self) -> list[tuple[datetime, Experience]]:
        """What its player told."""
        return [(at, one) for at, one in self.facts if isinstance(one, Experience)]


def session_at(moment: datetime, random: Random) -> UUID:
    """An id as sessions have it (RFC 9562, section 5.7), made at a moment."""
    milliseconds = int(moment.timestamp() * 1000)
    rest = random.getrandbits(74)
    high, low = rest >> 62, rest & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def some_play(random: Random, began_at: datetime) -> Play:
    """A play with its heartbeats, and what its player told meanwhile."""
    play = Play(
        session_at(began_at, random),
        random.choice(PROFILES),
        random.choice(TITLES),
        began_at,
        random.choice(["DE", "IS", ""]),
        random.choice(["tv", "phone", "computer"]),
    )
    own = {
        "session_id": play.session_id,
        "account_id": UUID(int=7),
        "profile_id": play.profile_id,
        "title_id": play.title_id,
    }
    play.facts.append(
        (began_at, PlaybackStarted(**own, country=play.country, occurred_at=began_at))
    )
    experience, watched_s = Experience(), 0.0
    for beat in range(random.randrange(6)):
        at = began_at + timedelta(seconds=30 * (beat + 1), microseconds=random.randrange(10**6))
        watched_s += random.uniform(5, 200)
        play.facts.append((at, _beat(random, own, watched_s, at)))
        if random.random() < 0.8:
            experience = _later(random, experience)
            play.facts.append((at, experience))
    return play


def _beat(
    random: Random, own: dict[str, UUID], watched_s: float, at: datetime
) -> PlaybackProgressed:
    length_s = LENGTH_S[own["title_id"]]
    position_s = min(length_s, watched_s + random.uniform(0, 50))
    return PlaybackProgressed(
        **own,
        position_s=position_s,
        duration_s=length_s,
        watched_s=watched_s,
        finished=position_s > 0.9 * length_s,
        maturity_age=0,
        occurred_at=at,
    )


def _later(random: Random, before: Experience) -> Experience:
    played_ms = before.played_ms + random.randrange(1000, 60_000)
    rated_ms = before.rated_ms + random.randrange(0, 1000)
    startup_ms = before.startup_ms
    if startup_ms is None and random.random() < 0.7:
        startup_ms = random.randrange(200, 4000)
    return Experience(
        startup_ms=startup_ms,
        played_ms=played_ms,
        stalled_ms=before.stalled_ms + random.choice([0, 0, random.randrange(3000)]),
        stalls=before.stalls + random.randrange(2),
        rated_ms=rated_ms,
        kilobits=before.kilobits + rated_ms * random.randrange(1, 9),
        errors=before.errors,
        has_failed=random.random() < 0.1,
        edge=random.choice(["home", "north"]),
        network=random.choice([None, "wifi"]),
    )
