"""The relay: takes facts out of every service's outbox and hands them to the subscribers.

One thread per service waits on the outbox's notification and looks by itself
every few seconds, should one be lost. A row stays until every subscriber heard
it (see `handed`): one more thread looks for that, and hands on again what got
lost. A relay that is started anew hands on once more what is under way, which
the inboxes absorb. Of several relays one works for a service, the others wait.
"""

import json
import logging
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from uuid import UUID

import psycopg
from django.apps import apps
from django.db import connections

from matinee.kernel import clock
from matinee.kernel.databases import CONNECT_TIMEOUT_S, rows_of, run, table_of
from matinee.kernel.events.event import CHANNEL, UNAWAITED, known_types
from matinee.kernel.events.handed import UnderWay, buried, unheard
from matinee.kernel.events.hearing import Body, subscribers

log = logging.getLogger(__name__)

Publish = Callable[[str, str, Sequence[Body]], object]
Bell = psycopg.Connection[tuple[object, ...]]

BATCH = 200
POLL_S = 5.0
_STOP_HEARD_S = 1.0
# Who announces much rings once for all of it, so after a bell more may come.
_LOOKS_AFTER_S = (0.0, 0.025, 0.1, 0.3)
# So many at one look are a crowd's. It is looked after less often then: each look, each task and
# each transaction of those who hear costs the same for few facts as for many, and takes its time
# from those who announce.
_CROWD = 50
_LOOKS_IN_CROWD_S = 0.5
_BACKOFF_S = (0.25, 0.5, 1.0, 2.0)
_SETTLED_EVERY_S = 1.0
# Its connections are kept for so many rounds in which nothing was under way.
_IDLE_ROUNDS = 10
# Names, within a service's database, the right to hand on its facts.
_RIGHT = 0x6D61_7469
# What is under way is thousands in a crowd: as rows of a query they are looked for in a hash, where
# `id <> ALL(…)` of a statement that is planned once compares each with each. And they go as one
# text, as a library's array of so many takes longer to write than all that is found.
_WAITING = """
SELECT id, type, body FROM {table}
WHERE id NOT IN (SELECT unnest(%(under_way)s::text::uuid[])) AND type = ANY(%(known)s::text[])
ORDER BY id LIMIT %(most)s::int
"""
# What comes back because the server fell is told once more, and absorbed.
_SETTLED = f"WITH gone AS (DELETE FROM {{table}} WHERE id = ANY(%s::uuid[])) SELECT {UNAWAITED}"  # noqa: S608 - ours


def relay_batch(service: str, publish: Publish, under_way: UnderWay) -> int:
    """Hand on the oldest facts of a service's outbox, at most `BATCH`; how many.

    `publish(subscriber, type, bodies)` must not return before the broker has them; those of one
    type go to each subscriber together, in their order. Facts of a type that this release does not
    know wait for the relay of one that does: services of a newer release may run beside it.
    """
    _leave_to_broker(service, under_way)
    values = {
        "under_way": "{" + ",".join(fact_id.hex for fact_id in under_way.ids()) + "}",
        "known": sorted(known_types()),
        "most": min(BATCH, under_way.room),
    }
    rows = rows_of(service, _WAITING.format(table=table_of(service, "Outbox")), values)
    by_type: dict[str, list[Body]] = {}
    for _, event_type, body in rows:
        by_type.setdefault(event_type, []).append(json.loads(body))
    for event_type, bodies in by_type.items():
        for subscriber in subscribers(event_type):
            publish(subscriber, event_type, bodies)
    for fact_id, event_type, _ in rows:
        under_way.note(fact_id, event_type)
    return len(rows)


def settle(service: str, publish: Publish, under_way: UnderWay, *, again: bool = True) -> int:
    """Let go of what everybody heard, and hand on what should have been, `again`; how many went."""
    outbox = apps.get_model(service, "Outbox")._default_manager
    facts = under_way.some()
    missing = unheard({fact_id: fact.type for fact_id, fact in facts.items()})
    settled = facts.keys() - missing.keys()
    now_s = clock.monotonic_s()
    due = {each for each in missing if again and facts[each].is_due(now_s)}
    for row in outbox.filter(pk__in=due):
        still = [one for one in missing[row.pk] if not buried(one, row.pk)]
        for subscriber in still:
            log.warning("%s did not hear %s of %s; told again", subscriber, row.type, service)
            publish(subscriber, row.type, [row.body])
        if still:
            under_way.note(row.pk, row.type)
            due.discard(row.pk)
    # What is due, and has no row any more or a dead letter, is settled, too.
    settled |= due
    _remove(service, settled)
    under_way.forget(settled)
    return len(settled)


def _leave_to_broker(service: str, under_way: UnderWay) -> None:
    """Make room for others where somebody hears nothing: what is left has the broker's keeping."""
    left = under_way.overdue()
    if left:
        log.warning(
            "%d facts of %s are not heard by all, and left to the broker", len(left), service
        )
        _remove(service, left)
        under_way.forget(left)


def _remove(service: str, fact_ids: Collection[UUID]) -> None:
    statement = _SETTLED.format(table=table_of(service, "Outbox"))
    run(service, statement, [list(fact_ids)], is_frequent=True)


class Relay:
    """Relays for a set of services until stopped.

    What is late is handed on again while the broker `is_drained`: until then it may just wait.
    """

    def __init__(
        self, services: Iterable[str], publish: Publish, is_drained: Callable[[], bool]
    ) -> None:
        self._publish = publish
        self._is_drained = is_drained
        self._stopping = threading.Event()
        self._under_way = {service: UnderWay() for service in services}
        self._threads = [
            *(
                threading.Thread(target=self._run, args=(service,), name=f"relay-{service}")
                for service in self._under_way
            ),
            threading.Thread(target=self._settle, name="relay-settling"),
        ]

    def start(self) -> None:
        """Begin, a thread per service and one that settles what is under way."""
        for thread in self._threads:
            thread.start()

    def are_going_on(self) -> bool:
        """Whether all threads are there; none of them is to end by itself."""
        return all(thread.is_alive() for thread in self._threads)

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
        bell = _bell(service)
        while not self._stopping.is_set() and not _is_ours(bell):
            self._stopping.wait(_STOP_HEARD_S)
        bell.execute(f"LISTEN {CHANNEL}")
        while not self._stopping.is_set():
            found = 0
            for pause_s in _LOOKS_AFTER_S:
                self._stopping.wait(pause_s if found < _CROWD else _LOOKS_IN_CROWD_S)
                found = self._look(service)
            self._wait(bell)

    def _look(self, service: str) -> int:
        """Hand on all that the outbox holds; how much that was."""
        found = 0
        while (count := relay_batch(service, self._publish, self._under_way[service])) == BATCH:
            found += count
        return found + count

    def _settle(self) -> None:
        idle_rounds = 0
        while not self._stopping.wait(_SETTLED_EVERY_S):
            busy = [service for service, facts in self._under_way.items() if facts.ids()]
            idle_rounds = 0 if busy else idle_rounds + 1
            try:
                again = bool(busy) and self._is_drained()
                for service in busy:
                    for _ in range(self._under_way[service].turns):
                        settle(service, self._publish, self._under_way[service], again=again)
            except Exception as error:  # noqa: BLE001 - as above; what is under way stays so
                log.warning("what was told is not settled: %s", error)
                idle_rounds = _IDLE_ROUNDS
            if idle_rounds >= _IDLE_ROUNDS:
                connections.close_all()
        connections.close_all()

    def _wait(self, bell: Bell) -> None:
        """Until the bell rings, `POLL_S` have passed or a stop is wanted."""
        for _ in range(int(POLL_S / _STOP_HEARD_S)):
            if self._stopping.is_set() or any(bell.notifies(timeout=_STOP_HEARD_S, stop_after=1)):
                return


def _bell(service: str) -> Bell:
    """The thread's connection to the service's database, which is told of what is announced."""
    wrapper = connections[service]
    wrapper.ensure_connection()
    bell: Bell = wrapper.connection
    return bell


def _is_ours(bell: Bell) -> bool:
    """Whether this connection has the right to hand on; it has it until it ends."""
    row = bell.execute("SELECT pg_try_advisory_lock(%s)", [_RIGHT]).fetchone()
    return row is not None and bool(row[0])
