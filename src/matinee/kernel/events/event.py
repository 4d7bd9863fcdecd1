"""What an event is, and how a service announces one."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import ClassVar
from uuid import UUID

from django.apps import apps
from django.db import connections
from pydantic import BaseModel, ConfigDict, Field

from matinee.kernel import clock, databases, errands, ids
from matinee.kernel.databases import Step, rows_of_last

CHANNEL = "outbox"
# Stands in a row beside the fields of its event.
ERRAND = "errand"

_WRITE = "INSERT INTO {table} (id, created_at, type, body) VALUES {rows}"
_ROW = "(%s::uuid, %s::timestamptz, %s::text, %s::jsonb)"
# Rows and bell in one round trip: every heartbeat waits for it.
_RING = "WITH told AS ({write}) SELECT pg_notify('{channel}', '')"
_TELL_WRITTEN = """
WITH written AS ({written}), told AS (
    INSERT INTO {table} (id, created_at, type, body)
    SELECT %(told_id)s::uuid, %(told_at)s::timestamptz, %(told_type)s::text, %(told_body)s::jsonb
    WHERE EXISTS (SELECT FROM written)
) SELECT EXISTS (SELECT FROM written), {ring}
"""
# More at once are an import's.
_OFTEN_MAX = 4
# A transaction that rings locks out all others that do until it is on disk (PostgreSQL's
# `PreCommit_Notify` in async.c), and the relay looks again for longer than this after each bell.
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
    _tell(service, events)


def announce_alone(service: str, *events: Event) -> None:
    """Tell every subscriber of facts with which nothing else is written: a transaction of theirs.

    One round trip to the database, where `announce` in a transaction has three, and a crowd of
    them rings the relay's bell fifty times a second only.
    """
    _tell(service, events, rings=_is_to_ring(service))


def announce_written(service: str, event: Event, *steps: Step) -> bool:
    """Run statements, and tell every subscriber if the last one wrote a row; whether it did.

    The last one ends in RETURNING. All of it is one transaction and one round trip, as a crowd
    waits for it; the bell rings as for `announce_alone`.
    """
    *before, (statement, values) = steps
    rings = _is_to_ring(service)
    told = {
        "told_id": event.id,
        "told_at": clock.now(),
        "told_type": event.type,
        "told_body": _with_errand(event.model_dump_json()),
    }
    telling = _TELL_WRITTEN.format(
        written=statement,
        table=_outbox(service),
        ring=f"pg_notify('{CHANNEL}', '')" if rings else "NULL",
    )
    ((has_written, _),) = rows_of_last(service, *before, (telling, {**values, **told}))
    return bool(has_written)


def _is_to_ring(service: str) -> bool:
    now_s = clock.monotonic_s()
    is_due = now_s - _rung_s.get(service, -_BELL_EVERY_S) >= _BELL_EVERY_S
    if is_due:
        _rung_s[service] = now_s
    return is_due


def _tell(service: str, events: Sequence[Event], *, rings: bool = True) -> None:
    if not events:
        return
    now = clock.now()
    values = [
        value
        for event in events
        for value in (event.id, now, event.type, _with_errand(event.model_dump_json()))
    ]
    statement = _statement(service, len(events), rings)
    databases.run(service, statement, values, is_frequent=len(events) <= _OFTEN_MAX)


@lru_cache(maxsize=64)
def _statement(service: str, count: int, rings: bool) -> str:  # noqa: FBT001 - a part of the key
    write = _WRITE.format(table=_outbox(service), rows=", ".join([_ROW] * count))
    return _RING.format(write=write, channel=CHANNEL) if rings else write


def _outbox(service: str) -> str:
    return connections[service].ops.quote_name(apps.get_model(service, "Outbox")._meta.db_table)


def _with_errand(body: str) -> str:
    """An event's JSON that also names the errand it came about on; readers of events skip that."""
    carried = errands.carried()
    return body if carried is None else f'{body[:-1]},"{ERRAND}":"{carried}"}}'
