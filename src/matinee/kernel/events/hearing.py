"""How a service hears of a fact, once."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events.event import Event

E = TypeVar("E", bound=Event)
Handler = Callable[[E], None]

# Redelivery later than this cannot happen: the broker gives up long before.
INBOX_KEPT = timedelta(days=30)
_PRUNED_AT_ONCE = 5_000

# (service, event type) -> (message class, handlers)
_handlers: dict[tuple[str, str], tuple[type[Event], list[Handler[Any]]]] = {}


def hears(service: str, event: type[E]) -> Callable[[Handler[E]], Handler[E]]:
    """Register a handler; it runs inside the service's transaction and must not look outside it.

    Events come in no certain order: compare `occurred_at` with what is stored.
    """

    def register(handler: Handler[E]) -> Handler[E]:
        _, handlers = _handlers.setdefault((service, event.type), (event, []))
        handlers.append(handler)
        return handler

    return register


def subscribers(event_type: str) -> list[str]:
    """The services that hear events of this type."""
    return sorted({service for service, heard in _handlers if heard == event_type})


def hear(service: str, event_type: str, body: dict[str, Any]) -> bool:
    """Let a service's handlers take an event; False if it had been heard before.

    The inbox row and the effects commit together or not at all.
    """
    message_class, handlers = _handlers[service, event_type]
    event = message_class.model_validate(body)
    inbox = apps.get_model(service, "Inbox")
    with transaction_of(service):
        if not _note(inbox, event, event_type):
            return False
        for handler in handlers:
            handler(event)
    return True


def _note(inbox: type[models.Model], event: Event, event_type: str) -> bool:
    """Insert the inbox row; False if it is there. Waits for a rival's open transaction."""
    manager = inbox._default_manager
    row = inbox(event_id=event.id, type=event_type)
    manager.bulk_create([row], ignore_conflicts=True)
    return manager.filter(pk=row.pk).exists()


def prune_inboxes(services: Iterable[str]) -> int:
    """Forget what was heard so long ago that it cannot come again; how many rows went."""
    before = clock.now() - INBOX_KEPT
    count = 0
    for service in services:
        manager = apps.get_model(service, "Inbox")._default_manager
        old = manager.filter(created_at__lt=before).values("pk")[:_PRUNED_AT_ONCE]
        count += manager.filter(pk__in=old).delete()[0]
    return count
