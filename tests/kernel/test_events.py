"""Events: told if and only if the transaction commits, at least once; taken once."""

import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.db import connections

from matinee.kernel import ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import Event, announce, dead_letters, hearing, hears, relay, subscribers
from tests.patience import PATIENCE_S

TELLER, HEARER = "identity", "billing"
DATABASES = [TELLER, HEARER]
pytestmark = pytest.mark.django_db(databases=DATABASES)


class BellRang(Event):
    type: ClassVar[str] = "test.bell_rang"
    note: str


@pytest.fixture
def heard() -> Iterator[list[str]]:
    notes: list[str] = []

    @hears(HEARER, BellRang)
    def _note(event: BellRang) -> None:
        if event.note == "bad":
            raise RuntimeError(event.note)
        notes.append(event.note)

    yield notes
    del hearing._handlers[HEARER, BellRang.type]


def rows(service: str, table: str) -> list[Any]:
    return list(apps.get_model(service, table)._default_manager.order_by("id"))


@pytest.mark.usefixtures("outside_any_transaction")
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="open transaction"):
        announce(TELLER, BellRang(note="a"))


@pytest.fixture
def outside_any_transaction() -> Iterator[None]:
    """The test's own transaction would count as one; look outside it for a moment."""
    connection = connections[TELLER]
    was, connection.in_atomic_block = connection.in_atomic_block, False
    yield
    connection.in_atomic_block = was


def test_a_rollback_takes_the_event_back() -> None:
    def announce_and_fail() -> None:
        with transaction_of(TELLER):
            announce(TELLER, BellRang(note="a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        announce_and_fail()
    assert rows(TELLER, "Outbox") == []


@pytest.mark.usefixtures("heard")
def test_the_relay_hands_on_in_order_and_empties_the_outbox() -> None:
    handed: list[tuple[str, str, dict[str, Any]]] = []
    with transaction_of(TELLER):
        announce(TELLER, *(BellRang(note=str(number)) for number in range(5)))
    count = relay.relay_batch(TELLER, lambda *args: handed.append(args))
    assert count == 5
    assert [(service, body["note"]) for service, _, body in handed] == [
        (HEARER, str(number)) for number in range(5)
    ]
    assert rows(TELLER, "Outbox") == []
    assert subscribers(BellRang.type) == [HEARER]


@pytest.mark.usefixtures("heard")
def test_a_broker_that_is_away_loses_nothing() -> None:
    def away(*_: object) -> None:
        raise ConnectionError

    with transaction_of(TELLER):
        announce(TELLER, BellRang(note="a"))
    with pytest.raises(ConnectionError):
        relay.relay_batch(TELLER, away)
    assert len(rows(TELLER, "Outbox")) == 1


def test_an_event_takes_effect_once(heard: list[str]) -> None:
    event = BellRang(note="a")
    body = event.model_dump(mode="json")
    assert hearing.hear(HEARER, event.type, body)
    assert not hearing.hear(HEARER, event.type, body)
    assert heard == ["a"]


def test_a_failed_effect_leaves_no_trace(heard: list[str]) -> None:
    event = BellRang(note="bad")
    body = event.model_dump(mode="json")
    with pytest.raises(RuntimeError):
        hearing.hear(HEARER, event.type, body)
    assert rows(HEARER, "Inbox") == []
    assert heard == []


def test_a_dead_letter_is_replayed_once() -> None:
    sent: list[tuple[str, dict[str, Any]]] = []
    dead_letters.bury(HEARER, "matinee.hear", {"a": 1}, "boom")
    (letter,) = dead_letters.waiting(HEARER)
    assert dead_letters.replay(HEARER, letter.pk, lambda *args: sent.append(args))
    assert not dead_letters.replay(HEARER, letter.pk, lambda *args: sent.append(args))
    assert not dead_letters.replay(HEARER, ids.uuid7(), lambda *args: sent.append(args))
    assert sent == [("matinee.hear", {"a": 1})]
    assert dead_letters.waiting(HEARER) == []


@pytest.mark.django_db(databases=DATABASES, transaction=True)
@pytest.mark.usefixtures("heard")
def test_two_relays_hand_each_event_on_once() -> None:
    handed: list[str] = []
    lock = threading.Lock()

    def publish(_service: str, _type: str, body: dict[str, Any]) -> None:
        with lock:
            handed.append(body["id"])

    with transaction_of(TELLER):
        announce(TELLER, *(BellRang(note=str(number)) for number in range(500)))
    barrier = threading.Barrier(4)

    def run() -> None:
        barrier.wait(timeout=PATIENCE_S)
        while relay.relay_batch(TELLER, publish):
            pass
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)
    # A relay that found every row locked ends early; what is left then is handed on here.
    while relay.relay_batch(TELLER, publish):
        pass
    assert len(handed) == len(set(handed)) == 500


@pytest.mark.django_db(databases=DATABASES, transaction=True)
@pytest.mark.usefixtures("heard")
def test_the_relay_is_woken_by_the_commit() -> None:
    arrived = threading.Event()
    running = relay.Relay([TELLER], lambda *_: arrived.set())
    running.start()
    try:
        with transaction_of(TELLER):
            announce(TELLER, BellRang(note="a"))
        assert arrived.wait(timeout=PATIENCE_S)
    finally:
        running.stop()
