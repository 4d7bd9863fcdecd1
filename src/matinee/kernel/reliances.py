"""What a service relies upon, and whether it can just now: engines are asked, each within time.

`/livez` asks none of them: a process that is started anew mends no engine. `/readyz` and
`matinee doctor` ask all.
"""

import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import psycopg
import redis
from pydantic import BaseModel, Field

from matinee.kernel import clock, databases, settings, stores
from matinee.kernel.problems import Unavailable
from matinee.kernel.within import NoAnswerError, Within

State = Literal["ok", "away", "behind", "read_only", "full"]
Connect = Callable[[], AbstractContextManager["psycopg.Connection[tuple[object, ...]]"]]

_GIGABYTE = 1024**3
DISK_FULL_BYTES = _GIGABYTE // 2
# The chart's probes wait four seconds.
_WITHIN_S = 2.0
# Whoever asks: engines are not asked more often than this.
_KEPT_S = 1.0
_PACKAGE = Path(__file__).parents[1]
_MARK_MS = 1_000

# What is wrong, after the name of what is relied upon.
SENTENCES: Mapping[State, str] = {
    "away": "does not answer",
    "behind": "lacks migrations of this release; run `matinee migrate`",
    "read_only": "takes no changes",
    "full": "is full",
}


class Readiness(BaseModel):
    """Whether a service can do its work, and how what it relies upon is."""

    ready: Literal[True]
    reliances: dict[str, State] = Field(
        description="`database`, `store` (Redis or Valkey) and `disk` (the home folder)"
    )


@dataclass(frozen=True)
class Reliance:
    """Something that a service relies upon.

    Without a vital one it is not ready, and gets no requests. What some requests do without is not
    vital: all replicas share it, and none would be left to answer those.
    """

    name: str
    ask: Callable[[], State]
    is_vital: bool


class Reliances:
    """All that one service relies upon."""

    def __init__(self, service: str, reliances: tuple[Reliance, ...]) -> None:
        self._service = service
        self._vital = {each.name for each in reliances if each.is_vital}
        self._asked = {each.name: Within(each.ask) for each in reliances}
        self._known: dict[str, State] = {}
        self._known_at_s = float("-inf")

    def look(self) -> dict[str, State]:
        """How each is: all are asked at once, unless they were a moment ago."""
        if clock.monotonic_s() - self._known_at_s >= _KEPT_S:
            self._known = self._look()
            self._known_at_s = clock.monotonic_s()
        return self._known

    def readiness(self) -> Readiness:
        """How the service stands; Unavailable, with all that was found, if it cannot work."""
        found = self.look()
        missing = {name: found[name] for name in sorted(self._vital) if found[name] != "ok"}
        if missing:
            told = "; ".join(f"its {name} {SENTENCES[state]}" for name, state in missing.items())
            raise Unavailable("not_ready", f"{self._service}: {told}.", reliances=found)
        return Readiness(ready=True, reliances=found)

    def _look(self) -> dict[str, State]:
        until_s = clock.monotonic_s() + _WITHIN_S
        questions = {name: asked.begin() for name, asked in self._asked.items()}
        found: dict[str, State] = {}
        for name, question in questions.items():
            try:
                found[name] = question.answer(until_s - clock.monotonic_s())
            except (NoAnswerError, psycopg.Error, redis.RedisError, OSError):
                found[name] = "away"
        return found


@lru_cache
def of(service: str) -> Reliances:
    """What a service relies upon, in this process."""
    home = settings.get().home
    return Reliances(
        service,
        (
            Reliance("database", lambda: database(service), is_vital=True),
            Reliance("store", lambda: store(service), is_vital=service in _LIVE_IN_THE_STORE),
            Reliance("disk", lambda: disk(home), is_vital=False),
        ),
    )


# Play sessions are nowhere else.
_LIVE_IN_THE_STORE = frozenset({"playback"})


def database(service: str) -> State:
    """How a service's database is, asked through a connection of its own."""
    return database_at(service, lambda: closing(databases.second_connection(service)))


def database_at(service: str, connect: Connect) -> State:
    """Whether it takes changes and has every migration of this release; raises if it is away."""
    with connect() as link:
        row = link.execute("SELECT current_setting('transaction_read_only')").fetchone()
        if row != ("off",):
            return "read_only"
        try:
            applied = link.execute("SELECT name FROM django_migrations WHERE app = %s", [service])
        except psycopg.errors.UndefinedTable:
            return "behind"
        missing = _migrations(service) - {str(name) for (name,) in applied}
    return "behind" if missing else "ok"


def store(service: str) -> State:
    """Whether the store takes a value; one that is full, or cannot write its log, refuses."""
    try:
        stores.connect().set(f"ready:{service}", "", px=_MARK_MS)
    except redis.exceptions.ReadOnlyError:
        return "read_only"
    except redis.exceptions.OutOfMemoryError:
        return "full"
    return "ok"


def disk(home: Path) -> State:
    """Whether there is room where a service keeps files."""
    return "full" if shutil.disk_usage(home).free < DISK_FULL_BYTES else "ok"


@lru_cache
def _migrations(service: str) -> frozenset[str]:
    """The migrations of this release, by their files."""
    owner = _PACKAGE / ("kernel/keys" if service == "keys" else service)
    return frozenset(path.stem for path in (owner / "migrations").glob("0*.py"))
