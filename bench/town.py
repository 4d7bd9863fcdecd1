"""A made-up town in an installation: accounts with a profile each, titles, and what was watched.

Rows are written as the services write them when they hear of these facts, so that their tables
are what they would be; who is who follows from a number, and a smaller town is part of a larger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connections

from matinee.contracts.catalog import Artwork, Credit, Title
from matinee.contracts.playback import TrackInfo
from matinee.kernel import clock, ids
from matinee.kernel.tokens import AccessTokens, Caller

PACKAGE = "bench-1"
_DURATION_S = 6000.0
_GENRES = tuple(f"Genre {number}" for number in range(25))
_MOODS = tuple(f"Mood {number}" for number in range(40))
_WORDS_EACH, _WORDS, _CAST = 40, 20_000, 4
_AT_ONCE = 1_000
# So many play at once in a benchmark as in no household.
_STREAMS = 30_000

_ACCOUNT, _PROFILE, _TITLE = "a", "b", "c"
_ID = "('00000000-0000-4000-8000-' || '{mark}' || lpad(to_hex({number}), 11, '0'))::uuid"


@dataclass(frozen=True)
class Town:
    """How large it is; `plays_each` is how many titles each profile has begun."""

    accounts: int
    titles: int
    plays_each: int


def grow(before: Town, to: Town) -> None:
    """Add what a larger town has beside a smaller one."""
    _titles(before.titles, to.titles)
    _run("playback", _ENTITLEMENTS, before, to)
    _run("recommendations", _VIEWERS, before, to)
    for service, statement in (("playback", _POSITIONS), ("recommendations", _PLAYS)):
        _run(service, statement, before, to)
        with connections[service].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def tokens(secrets: Path, first: int, count: int) -> list[str]:
    """An access token for each of some accounts' profiles."""
    issuing = AccessTokens(secrets)
    return [issuing.issue(_caller(number))[0] for number in range(first, first + count)]


def title_id(number: int) -> UUID:
    """The title with a number, from 0."""
    return _id_of(_TITLE, number)


def touch(first: int, count: int) -> None:
    """Let something change for some profiles, so that what was made for them holds no more."""
    with connections["recommendations"].cursor() as cursor:
        cursor.execute(_TOUCH, [[_id_of(_PROFILE, one) for one in range(first, first + count)]])


def untold() -> int:
    """How many facts of `playback` somebody has yet to hear."""
    with connections["playback"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM playback_outbox")
        found: int = cursor.fetchone()[0]
    return found


def _caller(number: int) -> Caller:
    return Caller(
        account_id=_id_of(_ACCOUNT, number),
        session_id=ids.uuid7(),
        profile_id=_id_of(_PROFILE, number),
        maturity_age=18,
        platform="browser",
        language="en",
    )


def _id_of(mark: str, number: int) -> UUID:
    return UUID(f"00000000-0000-4000-8000-{mark}{number:011x}")


def _titles(first: int, until: int) -> None:
    # Tables are there once Django was set up for the installation.
    from matinee.playback.models import TitleCopy  # noqa: PLC0415
    from matinee.recommendations.models import KnownTitle, Revision  # noqa: PLC0415
    from matinee.recommendations.queries.catalogue import CATALOGUE  # noqa: PLC0415

    chance = np.random.default_rng(first)
    known = list(_made(chance, first, until))
    now = clock.now()
    KnownTitle.objects.bulk_create(
        (
            KnownTitle(id=one.id, as_of=now, version=until, body=one.model_dump(mode="json"))
            for one in known
        ),
        batch_size=_AT_ONCE,
    )
    Revision.objects.update_or_create(name=CATALOGUE, defaults={"number": until})
    copies = (TitleCopy(**_copied(one)) for one in known)
    TitleCopy.objects.bulk_create(copies, batch_size=_AT_ONCE)


def _made(chance: np.random.Generator, first: int, until: int) -> Iterator[Title]:
    newest = clock.now()
    for number in range(first, until):
        # Zipf's law: the r-th word of a language is spoken about 1/r as often as the first.
        words = np.exp(chance.random(_WORDS_EACH) * np.log(_WORDS)).astype(np.int64).tolist()
        people = chance.integers(0, max(until // 2, 1), _CAST).tolist()
        values: dict[str, Any] = {
            **_facts(number),
            "name": f"Wort{words[0]} wort{words[1]} {number}",
            "description": " ".join(f"wort{word}" for word in words),
            "genres": sorted({_GENRES[one] for one in chance.integers(0, len(_GENRES), 2)}),
            "credits": [Credit(name=f"Person {one}", role="cast") for one in people],
            "published_at": newest - timedelta(hours=number % 20_000),
        }
        yield Title(**values)


def _facts(number: int) -> dict[str, Any]:
    """What of a title follows from its number."""
    own = title_id(number)
    picture = f"/artwork/{own.hex}-1a2b3c4d"
    artwork = Artwork(
        poster=f"{picture}-poster-200-400.jpg", backdrop=f"{picture}-wide-640-1280.jpg"
    )
    return {
        "id": own,
        "slug": f"film-{number}",
        "kind": "film",
        "tagline": "",
        "year": 1950 + number % 76,
        "maturity_age": (0, 6, 12, 16)[number % 4],
        "duration_s": _DURATION_S,
        "artwork": artwork,
        "language": "en",
        "moods": [_MOODS[number % len(_MOODS)]],
        "audio_languages": ["en"],
        "subtitle_languages": [],
        "height": 1080,
        "status": "published",
        "play_title_id": own,
        "seasons": [],
        **dict.fromkeys(("series_id", "season", "episode", "next_episode_id")),
    }


def _copied(title: Title) -> dict[str, Any]:
    """What `playback` keeps of a title."""
    return {
        "id": title.id,
        "heard_at": clock.now(),
        "heard_id": ids.uuid7(),
        "kind": title.kind,
        "name": title.name,
        "status": title.status,
        "maturity_age": title.maturity_age,
        "package": f"packages/{PACKAGE}",
        "duration_s": _DURATION_S,
        "audio": [TrackInfo(language="en", label="English").model_dump()],
    }


def _run(service: str, statement: str, before: Town, to: Town) -> None:
    """Run a statement for the accounts that are new."""
    numbers = {"account": _ACCOUNT, "profile": _PROFILE, "title": _TITLE}
    values = {
        "first": before.accounts,
        "last": to.accounts - 1,
        "titles": to.titles,
        "plays": to.plays_each,
        "streams": _STREAMS,
        "duration_s": _DURATION_S,
    }
    for name, mark in numbers.items():
        number = "which" if name == "title" else "number"
        statement = statement.replace(f"<{name}>", _ID.format(mark=mark, number=number))
    with connections[service].cursor() as cursor:
        cursor.execute(statement, values)


# Which titles a profile has begun: spread over all, the first ones more often.
_BEGUN = """
FROM generate_series(%(first)s, %(last)s) AS number,
     generate_series(1, %(plays)s) AS play,
     LATERAL (SELECT ((number * 7919 + play * play * 104729) %% %(titles)s)::bigint AS which) AS one
ON CONFLICT DO NOTHING
"""
_ENTITLEMENTS = """
INSERT INTO playback_entitlementcopy
       (id, created_at, heard_at, heard_id, streams_at_once, height_max, plan)
SELECT <account>, now(), now(), <account>, %(streams)s, 1080, 'standard'
FROM generate_series(%(first)s, %(last)s) AS number
"""
_VIEWERS = """
INSERT INTO recommendations_viewer
       (profile_id, revision, changed_at, removed, language, is_kids, country)
SELECT <profile>, 1, now(), FALSE, 'en', FALSE, ''
FROM generate_series(%(first)s, %(last)s) AS number
"""
_POSITIONS = (
    """
INSERT INTO playback_position
       (id, created_at, profile_id, title_id, position_s, duration_s, finished, watched_at)
SELECT gen_random_uuid(), now(), <profile>, <title>, %(duration_s)s / 3, %(duration_s)s,
       play %% 3 > 0, now() - play * INTERVAL '1 day'
"""
    + _BEGUN
)
_PLAYS = (
    """
INSERT INTO recommendations_play
       (id, created_at, profile_id, title_id, position_s, duration_s, finished, watched_at)
SELECT gen_random_uuid(), now(), <profile>, <title>, %(duration_s)s / 3, %(duration_s)s,
       play %% 3 > 0, now() - play * INTERVAL '1 day'
"""
    + _BEGUN
)
_TOUCH = "UPDATE recommendations_viewer SET revision = revision + 1 WHERE profile_id = ANY(%s)"
