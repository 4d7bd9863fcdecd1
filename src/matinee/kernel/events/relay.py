"""The relay: takes facts out of every service's outbox and hands them to the subscribers.

One thread per service waits on the outbox's notification and looks by itself
every few seconds, should one be lost. A row is deleted in the transaction that
handed it on; a crash in between hands it on twice, which the inbox absorbs.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from django.apps import apps
from django.db import connections

from matinee.kernel.databases import CONNECT_TIMEOUT_S, second_connection, transaction_of
from matinee.kernel.events.event import CHANNEL
from matinee.kernel.events.hearing import subscribers

log = logging.getLogger(__name__)

Publish = Callable[[str, str, dict[str, Any]], None]
Bell = psycopg.Connection[tuple[object, ...]]

BATCH = 200
POLL_S = 5.0
_STOP_HEARD_S = 1.0
_BACKOFF_S = (0.5, 1.0, 2.0, 5.0)


def relay_batch(service: str, publish: Publish) -> int:
    """Hand on the oldest facts of a service's outbox, at most `BATCH`; how many.

    `publish(subscriber, type, body)` must not return before the broker has it.
    Rows that another relay holds are skipped.
    """
    outbox = apps.get_model(service, "Outbox")._default_manager
    with transaction_of(service):
        rows = list(outbox.select_for_update(skip_locked=True).order_by("id")[:BATCH])
        for row in rows:
            for subscriber in subscribers(row.type):
                publish(subscriber, row.type, row.body)
        outbox.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


class Relay:
    """Relays for a set of services until stopped."""

    def __init__(self, services: Iterable[str], publish: Publish) -> None:
        self._publish = publish
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(service,), name=f"relay-{service}")
            for service in services
        ]

    def start(self) -> None:
        """Begin, a thread per service."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the batch in hand and end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=POLL_S + CONNECT_TIMEOUT_S)

    def _run(self, service: str) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._listen(service)
                failures = 0
            except Exception as error:  # noqa: BLE001 - engines come and go; the relay stays
                wait_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
                failures += 1
                log.warning("relay of %s: %s; again in %s s", service, error, wait_s)
                connections[service].close()
                self._stopping.wait(wait_s)
        connections.close_all()

    def _listen(self, service: str) -> None:
        with second_connection(service) as bell:
            bell.execute(f"LISTEN {CHANNEL}")
            while not self._stopping.is_set():
                while relay_batch(service, self._publish) == BATCH:
                    pass
                self._wait(bell)

    def _wait(self, bell: Bell) -> None:
        """Until the bell rings, `POLL_S` have passed or a stop is wanted."""
        for _ in range(int(POLL_S / _STOP_HEARD_S)):
            if self._stopping.is_set() or any(bell.notifies(timeout=_STOP_HEARD_S, stop_after=1)):
                return
