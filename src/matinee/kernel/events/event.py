"""What an event is, and how a service announces one."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, ClassVar
from uuid import UUID

from django.db import connections, transaction
from pydantic import BaseModel, ConfigDict, Field

from matinee.kernel import clock, databases, errands, ids
from matinee.kernel.arrays import array
from matinee.kernel.databases import Step, rows_of_last, table_of

CHANNEL = "outbox"
# Stands in a row beside the fields of its event.
ERRAND = "errand"

# What is told again while it still stands there is the same fact.
_WRITE = "INSERT INTO {table} (id, created_at, type, body) {rows} ON CONFLICT (id) DO NOTHING"
_ROW = "(%s::uuid, %s::timestamptz, %s::text, %s::jsonb)"
# Of a page of events, values of their own take longer to read and to plan than all else of it.
_ROWS = """SELECT told.id, %s::timestamptz, told.type, told.body
FROM unnest(%s::uuid[], %s::text[], %s::jsonb[]) AS told (id, type, body)"""
_BELL = f"pg_notify('{CHANNEL}', '')"
# Nobody waits until this transaction is on disk: its server answers at once, and writes within
# three times `wal_writer_delay`.
UNAWAITED = "set_config('synchronous_commit', 'off', true)"
# PostgreSQL lets one transaction at a time commit that rings, of all databases of a server
# (`PreCommit_Notify` in async.c). Who rang and waited for the disk had all others wait for it, one
# after the other, where it takes many commits at once: so a bell has a transaction of its own.
_RING = f"SELECT {UNAWAITED}, {_BELL}"
# Rows and what goes with them in one round trip: every press of play waits for it.
_WRITE_UNAWAITED = f"WITH told AS ({_WRITE}) SELECT {UNAWAITED}"
_WRITE_AND_RING = f"{_WRITE_UNAWAITED}, {_BELL}"
_TOLD = """INSERT INTO {table} (id, created_at, type, body)
SELECT %(told_id)s::uuid, %(told_at)s::timestamptz, %(told_type)s::text, %(told_body)s::jsonb"""
_TELL_WRITTEN = """
WITH written AS ({written}), told AS ({told} WHERE EXISTS (SELECT FROM written))
SELECT EXISTS (SELECT FROM written)
"""
# More at once are a page of rows, or an import's.
_OFTEN_MAX = 4
# The relay looks again for longer than this after each bell.
_BELL_EVERY_S = 0.02
_rung_s: dict[str, float] = {}


class Event(BaseModel):
    """A fact, with the moment since which it is true. Subclasses set `type`, unique and stable."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    id: UUID = Field(default_factory=ids.uuid7)
    occurred_at: datetime = Field(default_factory=clock.now)


def known_types(kind: type[Event] = Event) -> set[str]:
    """The types of all facts that this release knows, by what was imported."""
    own = {kind.type} if "type" in vars(kind) else set()
    return own.union(*(known_types(each) for each in kind.__subclasses__()))


def announce(service: str, *events: Event) -> None:
    """Tell every subscriber, if and only if the service's open transaction commits.

    RuntimeError outside a transaction: the fact and its announcement must be
    one.
    """
    if not connections[service].in_atomic_block:
        msg = f"announce() needs an open transaction of {service}"
        raise RuntimeError(msg)
    if events:
        databases.run(service, *_telling_all(service, events, _WRITE), is_frequent=True)
        ring(service)


def announce_alone(service: str, *events: Event) -> None:
    """Tell every subscriber of facts with which nothing else is written: a transaction of theirs.

    For whoever can tell them again: where the database's server falls, facts of its last half
    second are lost. What its connections commit later and wait for takes them to the disk as well.
    One round trip, where `announce` in a transaction has three and waits for the disk.
    """
    if events:
        write = _WRITE_AND_RING if _is_to_ring(service) else _WRITE_UNAWAITED
        databases.run_alone(service, *_telling_all(service, events, write))


def announce_written(service: str, event: Event, *steps: Step) -> bool:
    """Run statements, and tell every subscriber if the last one wrote a row; whether it did.

    The last one ends in RETURNING. All of it is one transaction and one round trip, as a crowd
    waits for it.
    """
    *before, (statement, values) = steps
    told = _TELL_WRITTEN.format(written=statement, told=_telling(service))
    ((has_written,),) = rows_of_last(service, *before, (told, {**values, **_told(event)}))
    if has_written:
        ring(service)
    return bool(has_written)


def telling(service: str, event: Event) -> Step:
    """What tells every subscriber, to go with other steps of one transaction in one round trip.

    Whoever runs them calls `ring` thereafter.
    """
    return _telling(service), _told(event)


def ring(service: str) -> None:
    """Wake the relay for what was told: now, or as soon as the open transaction has committed.

    Fifty times a second at most. Where it fails the relay finds what was told by itself, later.
    """
    transaction.on_commit(partial(_ring, service), using=service, robust=True)


def _ring(service: str) -> None:
    if _is_to_ring(service):
        databases.run_alone(service, _RING, [])


@lru_cache(maxsize=64)
def _telling(service: str) -> str:
    return _TOLD.format(table=table_of(service, "Outbox"))


def _told(event: Event) -> dict[str, Any]:
    return {
        "told_id": event.id,
        "told_at": clock.now(),
        "told_type": event.type,
        "told_body": _with_errand(event.model_dump_json()),
    }


def _is_to_ring(service: str) -> bool:
    now_s = clock.monotonic_s()
    is_due = now_s - _rung_s.get(service, -_BELL_EVERY_S) >= _BELL_EVERY_S
    if is_due:
        _rung_s[service] = now_s
    return is_due


def _telling_all(service: str, events: Sequence[Event], write: str) -> tuple[str, list[Any]]:
    """The statement that writes events, and its values."""
    now = clock.now()
    told = [(one.id, one.type, _with_errand(one.model_dump_json())) for one in events]
    if len(told) <= _OFTEN_MAX:
        values: list[Any] = [
            value for id_, type_, body in told for value in (id_, now, type_, body)
        ]
        return _statement(service, len(told), write), values
    return _statement(service, None, write), [now, *map(array, zip(*told, strict=True))]


@lru_cache(maxsize=64)
def _statement(service: str, count: int | None, write: str) -> str:
    """What writes so many events, or (None) as many as there are, by arrays."""
    rows = _ROWS if count is None else f"VALUES {', '.join([_ROW] * count)}"
    return write.format(table=table_of(service, "Outbox"), rows=rows)


def _with_errand(body: str) -> str:
    """An event's JSON that also names the errand it came about on; readers of events skip that."""
    carried = errands.carried()
    return body if carried is None else f'{body[:-1]},"{ERRAND}":"{carried}"}}'
