"""People who never were: a population with tastes, and what each of them watches.

Everything is a pure function of a person and a title, so that histories can be planted for any
title, in any order, again and again, with the same result.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal
from uuid import UUID

POPULATION = 96
_SEED = "matinee demo 1"
# Nobody has been here longer.
_DAYS = 45
_FINISHED = 0.97
_EPISODE_GAP_DAYS = 0.9

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Subject:
    """A title as people choose by; an episode has its series' genres and moods, and a place."""

    slug: str
    genres: tuple[str, ...]
    moods: tuple[str, ...]
    maturity_age: int
    duration_s: float
    series_slug: str | None = None
    place: int = 0


@dataclass(frozen=True)
class Persona:
    """Somebody with tastes; `curiosity` is the share of what suits them that they try."""

    name: str
    account_id: UUID
    profile_id: UUID
    ceiling: Literal[0, 6, 12, 16, 18]
    genres: Weights
    moods: Weights
    curiosity: float
    patience: float
    evening_hour: int
    gives_thumbs_down: bool = True

    def likes(self, subject: Subject) -> float:
        """How much the title is theirs, within [0, 1]."""
        by_genre = [self.genres.get(genre, 0.1) for genre in subject.genres]
        by_mood = [self.moods.get(mood, 0.3) for mood in subject.moods]
        genre = max(by_genre, default=0.3)
        mood = sum(by_mood) / len(by_mood) if by_mood else 0.3
        return min(0.75 * genre + 0.35 * mood, 1.0)


@dataclass(frozen=True)
class Visit:
    """One sitting with a film or an episode; `session_id` is the same whenever it is asked for."""

    session_id: UUID
    position_s: float
    watched_s: float
    finished: bool
    occurred_at: datetime


@dataclass(frozen=True)
class Opinion:
    """What somebody says about a title, apart from watching it."""

    thumb: Literal["up", "down"] | None
    listed: bool


# What people like together: (genres, moods, how common).
_KINDS: tuple[tuple[Weights, Weights, int], ...] = (
    ({"Nature": 1.0, "Documentary": 0.9}, {"calm": 0.9, "ocean": 0.8, "wonder": 0.8}, 4),
    ({"Drama": 1.0, "Mystery": 0.9}, {"moody": 0.9, "tense": 0.9, "night": 0.8, "rain": 0.8}, 4),
    ({"Animation": 1.0, "Family": 0.9}, {"playful": 0.9, "gentle": 0.9, "hand-made": 0.8}, 4),
    ({"Science fiction": 1.0, "Experimental": 0.6}, {"space": 1.0, "wonder": 0.9, "vast": 0.8}, 3),
    ({"Experimental": 1.0, "Animation": 0.6}, {"abstract": 1.0, "hypnotic": 0.9, "bold": 0.7}, 2),
    ({"Drama": 0.9, "Nature": 0.5}, {"melancholy": 0.9, "journey": 0.9, "evening": 0.8}, 2),
)


def identifier(*parts: object) -> UUID:
    """An id that is always the same for the same parts (RFC 9562, version 8)."""
    digest = bytearray(hashlib.sha256(repr((_SEED, *parts)).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))


def population(size: int = POPULATION) -> tuple[Persona, ...]:
    """The made-up viewers."""
    return tuple(_persona(number) for number in range(size))


def regular(name: str, account_id: UUID, profile_id: UUID, ceiling: Literal[0, 18]) -> Persona:
    """Somebody of the demo account, who watches a good deal and hides nothing from visitors."""
    kind = 3 if ceiling else 2
    genres, moods, _ = _KINDS[kind]
    more, moody, _ = _KINDS[0]
    return Persona(
        name=name,
        account_id=account_id,
        profile_id=profile_id,
        ceiling=ceiling,
        genres={**more, **genres},
        moods={**moody, **moods},
        curiosity=0.7,
        patience=0.5,
        evening_hour=19,
        gives_thumbs_down=False,
    )


def visits(persona: Persona, subject: Subject, anchor: datetime) -> list[Visit]:
    """When and how far somebody watched a title until `anchor`, oldest first; mostly not at all."""
    if subject.maturity_age > persona.ceiling:
        return []
    chance = _dice(persona, subject.series_slug or subject.slug)
    liked = persona.likes(subject)
    if chance.random() > persona.curiosity * (0.12 + 0.88 * liked):
        return []
    days_ago = _days_ago(chance, subject)
    # Everybody starts a series at its beginning, and some get no further.
    stamina = 1 + int(4 * liked * persona.patience + 2 * chance.random())
    if subject.place > stamina:
        return []
    own = _dice(persona, subject.slug, "sitting")
    last_ago = max(days_ago - _EPISODE_GAP_DAYS * subject.place, 0.05 * (stamina - subject.place))
    share = _completion(own, liked, persona.patience)
    if subject.place and subject.place < stamina:
        share = 1.0
    found = [_visit(persona, subject, last_ago, share, anchor)]
    if share >= 1.0 and not subject.series_slug and own.random() < 0.25 * liked:
        again = last_ago * own.uniform(0.2, 0.8)
        found.append(_visit(persona, subject, again, 1.0, anchor))
    return sorted(found, key=lambda visit: visit.occurred_at)


def opinion(persona: Persona, subject: Subject) -> Opinion:
    """What somebody says about a title: few say anything, and they say what they feel."""
    if subject.maturity_age > persona.ceiling:
        return Opinion(None, listed=False)
    chance = _dice(persona, subject.slug, "opinion")
    liked = persona.likes(subject)
    speaks = chance.random() < 0.25
    thumb: Literal["up", "down"] | None = None
    if speaks and liked > 0.6:
        thumb = "up"
    elif speaks and liked < 0.25 and persona.gives_thumbs_down:
        thumb = "down"
    return Opinion(thumb, listed=liked > 0.35 and chance.random() < 0.12)


def came(persona: Persona, since: datetime) -> datetime:
    """When somebody came for the first time after a moment: on an evening of the days after it."""
    days_ago = _dice(persona, "came").uniform(0, 7)
    return _evening(since + timedelta(days=9), days_ago, persona.evening_hour)


def _persona(number: int) -> Persona:
    chance = Random(f"{_SEED}/persona/{number}")  # noqa: S311 - made-up people, no secrets
    kinds = chance.choices(_KINDS, [common for *_, common in _KINDS], k=2)
    genres: dict[str, float] = {}
    moods: dict[str, float] = {}
    # The second kind colours the first.
    for (liked, felt, _), strength in zip(reversed(kinds), (0.5, 1.0), strict=True):
        genres.update({name: strength * value for name, value in liked.items()})
        moods.update({name: strength * value for name, value in felt.items()})
    ceiling: Literal[0, 6, 12, 16, 18] = 18 if chance.random() < 0.85 else 6
    return Persona(
        name=f"viewer {number + 1}",
        account_id=identifier("account", number),
        profile_id=identifier("profile", number),
        ceiling=ceiling,
        genres=genres,
        moods=moods,
        curiosity=chance.uniform(0.35, 0.95),
        patience=chance.betavariate(4, 2),
        evening_hour=chance.choice([17, 18, 19, 20, 20, 21, 21, 22]),
    )


def _dice(persona: Persona, *about: str) -> Random:
    """Chance that falls the same way whenever the same person meets the same title."""
    return Random(f"{_SEED}/{persona.name}/{'/'.join(about)}")  # noqa: S311 - see above


def _days_ago(chance: Random, subject: Subject) -> float:
    """Each title has its own moment of fame; before and after it is watched now and then."""
    fame = Random(f"{_SEED}/fame/{subject.series_slug or subject.slug}").uniform(1, 12)  # noqa: S311
    if chance.random() < 0.6:
        return min(chance.expovariate(1 / fame) + 0.1, _DAYS)
    return chance.uniform(0.2, _DAYS)


def _completion(chance: Random, liked: float, patience: float) -> float:
    """How much of a title somebody sees: what they like to its end, the rest for a while."""
    if chance.random() < 0.25 + 0.55 * liked + 0.2 * patience:
        return 1.0
    return round(chance.uniform(0.04, 0.3 + 0.6 * patience), 3)


def _visit(
    persona: Persona, subject: Subject, days_ago: float, share: float, anchor: datetime
) -> Visit:
    position_s = subject.duration_s * min(share, _FINISHED + 0.02)
    return Visit(
        session_id=identifier("session", persona.name, subject.slug, round(days_ago, 3)),
        position_s=round(position_s, 2),
        watched_s=round(position_s, 2),
        finished=share >= _FINISHED,
        occurred_at=_evening(anchor, days_ago, persona.evening_hour),
    )


def _evening(anchor: datetime, days_ago: float, hour: int) -> datetime:
    """The evening about so many days ago, never after `anchor`."""
    day = anchor - timedelta(days=days_ago)
    minute = int((days_ago * 1440) % 120)
    at = day.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(minutes=minute)
    return at if at <= anchor else at - timedelta(days=1)


def planted(
    people: tuple[Persona, ...], subject: Subject, anchor: datetime
) -> Iterator[tuple[Persona, Visit]]:
    """All that people watched of a title until `anchor`."""
    for persona in people:
        for visit in visits(persona, subject, anchor):
            yield persona, visit
