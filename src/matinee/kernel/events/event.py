"""What an event is, and how a service announces one."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.apps import apps
from django.db import connections
from pydantic import BaseModel, ConfigDict, Field

from matinee.kernel import clock, ids

CHANNEL = "outbox"


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
    outbox = apps.get_model(service, "Outbox")
    outbox._default_manager.bulk_create(
        outbox(id=event.id, type=event.type, body=event.model_dump(mode="json")) for event in events
    )
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
