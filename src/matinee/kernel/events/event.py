"""What an event is, and how a service announces one."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.apps import apps
from django.db import connections
from pydantic import BaseModel, ConfigDict, Field

from matinee.kernel import clock, ids

CHANNEL = "outbox"

# Rows and bell in one round trip: every press of play and every heartbeat waits for it.
_TELL = """
WITH told AS (
    INSERT INTO {table} (id, created_at, type, body)
    SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::text[]::jsonb[]))
SELECT pg_notify(%s, '')
"""


class Event(BaseModel):
    """A fact, with the moment since which it is true. Subclasses set `type`, unique and stable."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    id: UUID = Field(default_factory=ids.uuid7)
    occurred_at: datetime = Field(default_factory=clock.now)


def announce(service: str, *events: Event) -> None:
    """Tell every subscriber, if and only if the service's open transaction commits.

    RuntimeError outside a transaction: the fact and its announcement must be
    one.
    """
    connection = connections[service]
    if not connection.in_atomic_block:
        msg = f"announce() needs an open transaction of {service}"
        raise RuntimeError(msg)
    table = apps.get_model(service, "Outbox")._meta.db_table
    now = clock.now()
    rows: list[list[Any]] = [
        [event.id for event in events],
        [now] * len(events),
        [event.type for event in events],
        [event.model_dump_json() for event in events],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_TELL.format(table=connection.ops.quote_name(table)), [*rows, CHANNEL])
