"""How a service hears of a fact, once."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps

from matinee.kernel import clock, errands, ids
from matinee.kernel.arrays import array
from matinee.kernel.databases import rows_of, table_of, transaction_of
from matinee.kernel.events.event import ERRAND, Event

log = logging.getLogger(__name__)

E = TypeVar("E", bound=Event)
Handler = Callable[[E], None]
HandlerOfMany = Callable[[Sequence[E]], None]
Body = dict[str, Any]
"""A fact as it stands in an outbox."""

# Redelivery later than this cannot happen: the broker gives up long before.
INBOX_KEPT = timedelta(days=30)
_PRUNED_AT_ONCE = 5_000

# In the order of their ids, as whoever hears some of the same at once waits for them in turn.
_NOTE = """
INSERT INTO {inbox} (id, created_at, event_id, type)
SELECT told.id, %(now)s::timestamptz, told.event_id, %(type)s::text
FROM unnest(%(ids)s::uuid[], %(event_ids)s::uuid[]) AS told (id, event_id)
ON CONFLICT (event_id) DO NOTHING RETURNING event_id
"""


@dataclass
class _Hearing:
    """How a service hears of facts of one type."""

    event: type[Event]
    takes_many: bool
    handlers: list[HandlerOfMany[Any]] = field(default_factory=list)


# By service and event type.
_hearings: dict[tuple[str, str], _Hearing] = {}


def hears(service: str, event: type[E]) -> Callable[[Handler[E]], Handler[E]]:
    """Register a handler; it runs inside the service's transaction and must not look outside it.

    Events come in no certain order: compare `occurred_at` with what is stored.
    """

    def register(handler: Handler[E]) -> Handler[E]:
        def each(events: Sequence[E]) -> None:
            for one in events:
                handler(one)

        _register(service, event, each, takes_many=False)
        return handler

    return register


def hears_many(service: str, event: type[E]) -> Callable[[HandlerOfMany[E]], HandlerOfMany[E]]:
    """Register a handler as `hears` does, of facts that are told by the thousand.

    It takes several of one type in one transaction, and locks what it changes in the order of the
    ids of those whom it belongs to: others do the same at the same time.
    """

    def register(handler: HandlerOfMany[E]) -> HandlerOfMany[E]:
        _register(service, event, handler, takes_many=True)
        return handler

    return register


def _register(service: str, event: type[E], handler: HandlerOfMany[E], *, takes_many: bool) -> None:
    hearing = _hearings.setdefault((service, event.type), _Hearing(event, takes_many))
    hearing.takes_many &= takes_many
    hearing.handlers.append(handler)


def subscribers(event_type: str) -> list[str]:
    """The services that hear events of this type."""
    return sorted({service for service, heard in _hearings if heard == event_type})


def takes_many(service: str, event_type: str) -> bool:
    """Whether a service hears events of this type together, in one transaction."""
    hearing = _hearings.get((service, event_type))
    return hearing is not None and hearing.takes_many


def hear(service: str, event_type: str, body: Body) -> bool:
    """Let a service's handlers take an event; False if it had been heard before.

    The inbox row and the effects commit together or not at all.
    """
    return bool(_hear_together(service, event_type, [body]))


def hear_many(service: str, event_type: str, bodies: Sequence[Body]) -> Sequence[Body]:
    """Let a service's handlers take events of one type; those that they could not take.

    Where every handler takes many, it is all or none, in one transaction; else each has one of its
    own, and what follows the first failure is not tried: all may be in vain.
    """
    if not takes_many(service, event_type):
        return _hear_in_turn(service, event_type, bodies)
    try:
        _hear_together(service, event_type, bodies)
    except Exception as error:  # noqa: BLE001 - whoever tries each of them by itself, sees which
        log.info("%s takes %d %s one by one: %r", service, len(bodies), event_type, error)
        return bodies
    return ()


def _hear_in_turn(service: str, event_type: str, bodies: Sequence[Body]) -> Sequence[Body]:
    for number, body in enumerate(bodies):
        try:
            with errands.doing(errands.of_carried(body.get(ERRAND))):
                hear(service, event_type, body)
        except Exception as error:  # noqa: BLE001 - as above
            log.info("%s could not take %s %s: %r", service, event_type, body.get("id"), error)
            return bodies[number:]
    return ()


def _hear_together(service: str, event_type: str, bodies: Sequence[Body]) -> int:
    """Take facts in one transaction; how many had not been heard before."""
    hearing = _hearings[service, event_type]
    events = {event.id: event for event in map(hearing.event.model_validate, bodies)}
    with transaction_of(service):
        new = _note(service, event_type, sorted(events))
        if not new:
            return 0
        news = [event for event_id, event in events.items() if event_id in new]
        for handler in hearing.handlers:
            handler(news)
    return len(news)


def _note(service: str, event_type: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Insert inbox rows; those that were not there. Waits for a rival's open transaction."""
    values = {
        "now": clock.now(),
        "type": event_type,
        "ids": array([ids.uuid7() for _ in event_ids]),
        "event_ids": array(event_ids),
    }
    statement = _NOTE.format(inbox=table_of(service, "Inbox"))
    return {event_id for (event_id,) in rows_of(service, statement, values)}


def prune_inboxes(services: Iterable[str]) -> int:
    """Forget what was heard so long ago that it cannot come again; how many rows went."""
    before = clock.now() - INBOX_KEPT
    count = 0
    for service in services:
        manager = apps.get_model(service, "Inbox")._default_manager
        old = manager.filter(created_at__lt=before).values("pk")[:_PRUNED_AT_ONCE]
        count += manager.filter(pk__in=old).delete()[0]
    return count
