"""What was handed to the broker and is not known to be heard: remembered until it is.

A broker may lose what it took: a worker is killed between taking a message and noting that it has
it, or the broker's own memory is gone. So a fact leaves the outbox only when every subscriber has
it in its inbox, or among its dead letters, where a person looks at it.
"""

import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.apps import apps

from matinee.kernel import clock
from matinee.kernel.databases import rows_of, table_of
from matinee.kernel.events.hearing import subscribers

# So many facts of a service are looked after at once.
UNDER_WAY_MAX = 5_000
# When there are more, as somebody hears nothing for long, those are left to the broker that were
# looked for once or twice: the others do not wait for the one who is away.
LEFT_AFTER_S = 2.0
# After so many seconds without having been heard a fact is handed on again; then ever less often,
# as what is taken again and again and not heard is on its way to the dead letters.
AGAIN_AFTER_S = (10.0, 60.0, 300.0, 900.0, 3600.0)
# By one statement.
_LOOKED_FOR_AT_ONCE = 1_000
_HEARD = "SELECT event_id FROM {table} WHERE event_id = ANY(%(ids)s::uuid[])"


@dataclass(frozen=True)
class Handed:
    """A fact that the broker took."""

    type: str
    at_s: float
    times: int = 1

    def is_due(self, now_s: float) -> bool:
        """Whether it should have been heard by now."""
        wait_s = AGAIN_AFTER_S[min(self.times, len(AGAIN_AFTER_S)) - 1]
        return now_s - self.at_s >= wait_s


class UnderWay:
    """The facts of one service that were handed on; threads share it."""

    def __init__(self) -> None:
        self._facts: dict[UUID, Handed] = {}
        self._lock = threading.Lock()

    @property
    def room(self) -> int:
        """How many more facts may be handed on."""
        return max(0, UNDER_WAY_MAX - len(self._facts))

    @property
    def turns(self) -> int:
        """After how many of `some` each of them was among those."""
        return -(-len(self._facts) // _LOOKED_FOR_AT_ONCE)

    def ids(self) -> list[UUID]:
        """All of them."""
        with self._lock:
            return list(self._facts)

    def note(self, fact_id: UUID, event_type: str) -> None:
        """The broker took it, perhaps once more."""
        with self._lock:
            before = self._facts.pop(fact_id, None)
            times = 1 if before is None else before.times + 1
            self._facts[fact_id] = Handed(event_type, clock.monotonic_s(), times)

    def some(self) -> dict[UUID, Handed]:
        """Some of them, in turns: those first that were not among them for the longest time."""
        with self._lock:
            chosen = dict(islice(self._facts.items(), _LOOKED_FOR_AT_ONCE))
            for fact_id in chosen:
                self._facts[fact_id] = self._facts.pop(fact_id)
            return chosen

    def overdue(self) -> list[UUID]:
        """Some that may be left to the broker, where there is no room for others."""
        if self.room:
            return []
        before_s = clock.monotonic_s() - LEFT_AFTER_S
        with self._lock:
            old = (fact_id for fact_id, fact in self._facts.items() if fact.at_s <= before_s)
            return list(islice(old, _LOOKED_FOR_AT_ONCE))

    def forget(self, fact_ids: Iterable[UUID]) -> None:
        """These are heard everywhere."""
        with self._lock:
            for fact_id in fact_ids:
                self._facts.pop(fact_id, None)


def unheard(facts: dict[UUID, str]) -> dict[UUID, list[str]]:
    """Of facts (id -> type) those that somebody has yet to hear, and who."""
    missing: dict[UUID, list[str]] = {}
    for subscriber, wanted in _by_subscriber(facts).items():
        for fact_id in wanted - _heard(subscriber, wanted):
            missing.setdefault(fact_id, []).append(subscriber)
    return missing


def buried(subscriber: str, fact_id: UUID) -> bool:
    """Whether a fact lies among the dead letters of a subscriber."""
    letters = apps.get_model(subscriber, "DeadLetter")._default_manager
    return bool(letters.filter(arguments__body__id=str(fact_id)).exists())


def _by_subscriber(facts: dict[UUID, str]) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = {}
    for fact_id, subscriber in _pairs(facts):
        found.setdefault(subscriber, set()).add(fact_id)
    return found


def _pairs(facts: dict[UUID, str]) -> Iterator[tuple[UUID, str]]:
    hearers = {event_type: subscribers(event_type) for event_type in set(facts.values())}
    for fact_id, event_type in facts.items():
        for subscriber in hearers[event_type]:
            yield fact_id, subscriber


def _heard(subscriber: str, fact_ids: Collection[UUID]) -> set[UUID]:
    statement = _HEARD.format(table=table_of(subscriber, "Inbox"))
    return {fact_id for (fact_id,) in rows_of(subscriber, statement, {"ids": list(fact_ids)})}
