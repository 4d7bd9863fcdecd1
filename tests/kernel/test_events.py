"""Events: told if and only if the transaction commits, at least once; taken once."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.db import connections

from matinee.kernel import ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import (
    Event,
    announce,
    announce_alone,
    dead_letters,
    handed,
    hearing,
    hears,
    relay,
    subscribers,
)
from matinee.kernel.events.handed import AGAIN_AFTER_S, UNDER_WAY_MAX, Handed, UnderWay
from tests.patience import until

TELLER, HEARER, AWAY = "identity", "billing", "viewing"
DATABASES = [TELLER, HEARER, AWAY]
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
    del hearing._hearings[HEARER, BellRang.type]


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


@pytest.mark.django_db(databases=DATABASES, transaction=True)
def test_facts_without_anything_beside_them_need_no_transaction_around_them() -> None:
    announce_alone(TELLER, BellRang(note="a"), BellRang(note="b"))
    assert [row.body["note"] for row in rows(TELLER, "Outbox")] == ["a", "b"]


def test_a_rollback_takes_the_event_back() -> None:
    def announce_and_fail() -> None:
        with transaction_of(TELLER):
            announce(TELLER, BellRang(note="a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        announce_and_fail()
    assert rows(TELLER, "Outbox") == []


def noted(handed: list[str]) -> relay.Publish:
    return lambda _service, _type, bodies: handed.extend(body["note"] for body in bodies)


@pytest.fixture
def told() -> list[str]:
    """Five events in the outbox, by their notes."""
    notes = [str(number) for number in range(5)]
    with transaction_of(TELLER):
        announce(TELLER, *(BellRang(note=note) for note in notes))
    return notes


@pytest.mark.usefixtures("heard")
def test_the_relay_hands_on_in_order_and_once(told: list[str]) -> None:
    handed: list[str] = []
    under_way = UnderWay()
    assert relay.relay_batch(TELLER, noted(handed), under_way) == 5
    assert relay.relay_batch(TELLER, noted(handed), under_way) == 0
    assert handed == told
    assert subscribers(BellRang.type) == [HEARER]


@pytest.mark.usefixtures("heard", "told")
def test_facts_of_a_newer_release_wait_for_its_relay() -> None:
    apps.get_model(TELLER, "Outbox")._default_manager.filter(body__note="2").update(type="newer")
    handed: list[str] = []
    under_way = UnderWay()
    assert relay.relay_batch(TELLER, noted(handed), under_way) == 4
    for row in rows(TELLER, "Outbox"):
        if row.type != "newer":
            hearing.hear(HEARER, row.type, row.body)
    relay.settle(TELLER, noted(handed), under_way)
    assert handed == ["0", "1", "3", "4"]
    assert [row.type for row in rows(TELLER, "Outbox")] == ["newer"]


def test_what_was_handed_on_stays_until_it_is_heard(told: list[str], heard: list[str]) -> None:
    under_way = UnderWay()
    lost: list[str] = []
    relay.relay_batch(TELLER, noted(lost), under_way)
    assert relay.settle(TELLER, noted(lost), under_way) == 0
    assert len(rows(TELLER, "Outbox")) == 5
    for row in rows(TELLER, "Outbox")[:2]:
        hearing.hear(HEARER, row.type, row.body)
    assert heard == told[:2]
    assert relay.settle(TELLER, noted(lost), under_way) == 2
    assert [row.body["note"] for row in rows(TELLER, "Outbox")] == told[2:]


def overdue(under_way: UnderWay) -> None:
    """Let what is under way have been handed on long ago."""
    for fact_id, fact in under_way.some().items():
        under_way._facts[fact_id] = Handed(fact.type, fact.at_s - AGAIN_AFTER_S[0], fact.times)


def test_what_the_broker_lost_is_handed_on_again(told: list[str], heard: list[str]) -> None:
    under_way = UnderWay()
    relay.relay_batch(TELLER, lambda *_: None, under_way)
    overdue(under_way)
    relay.settle(TELLER, hearing.hear_many, under_way, again=False)
    assert heard == []
    relay.settle(TELLER, hearing.hear_many, under_way)
    assert heard == told
    assert relay.settle(TELLER, hearing.hear_many, under_way) == 5
    assert rows(TELLER, "Outbox") == []


@pytest.mark.usefixtures("heard", "told")
def test_what_is_among_the_dead_letters_is_not_handed_on_again() -> None:
    under_way = UnderWay()
    handed: list[str] = []
    relay.relay_batch(TELLER, lambda *_: None, under_way)
    for row in rows(TELLER, "Outbox"):
        dead_letters.bury(HEARER, "matinee.hear", {"body": row.body}, "boom")
    overdue(under_way)
    assert relay.settle(TELLER, noted(handed), under_way) == 5
    assert (handed, rows(TELLER, "Outbox")) == ([], [])


@pytest.mark.usefixtures("heard", "told")
def test_what_another_relay_settled_is_forgotten() -> None:
    under_way = UnderWay()
    relay.relay_batch(TELLER, lambda *_: None, under_way)
    apps.get_model(TELLER, "Outbox")._default_manager.all().delete()
    overdue(under_way)
    relay.settle(TELLER, lambda *_: None, under_way)
    assert under_way.ids() == []


def test_no_more_is_looked_after_than_memory_should_hold() -> None:
    under_way = UnderWay()
    for _ in range(UNDER_WAY_MAX + 1):
        under_way.note(ids.uuid7(), BellRang.type)
    assert under_way.room == 0
    # What was handed on just now is given the time to be heard.
    assert under_way.overdue() == []


def test_all_that_is_under_way_is_looked_for_in_turns() -> None:
    under_way = UnderWay()
    for _ in range(2500):
        under_way.note(ids.uuid7(), BellRang.type)
    seen = [set(under_way.some()) for _ in range(under_way.turns)]
    assert set.union(*seen) == set(under_way.ids())


def test_nobody_waits_for_a_subscriber_that_hears_nothing(
    heard: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hears(AWAY, BellRang)(lambda _event: None)
    monkeypatch.setattr(handed, "UNDER_WAY_MAX", 100)
    monkeypatch.setattr(handed, "LEFT_AFTER_S", 0.0)
    notes = [str(number) for number in range(350)]
    with transaction_of(TELLER):
        announce(TELLER, *(BellRang(note=note) for note in notes))
    taken: list[str] = []

    def publish(subscriber: str, event_type: str, bodies: Sequence[dict[str, Any]]) -> None:
        if subscriber == AWAY:
            taken.extend(body["note"] for body in bodies)
        else:
            hearing.hear_many(subscriber, event_type, bodies)

    under_way = UnderWay()
    try:
        while relay.relay_batch(TELLER, publish, under_way):
            relay.settle(TELLER, publish, under_way)
    finally:
        del hearing._hearings[AWAY, BellRang.type]
    assert heard == taken == notes
    assert "left to the broker" in caplog.text


@pytest.mark.usefixtures("heard", "told")
def test_a_broker_that_is_away_loses_nothing() -> None:
    def away(*_: object) -> None:
        raise ConnectionError

    under_way = UnderWay()
    with pytest.raises(ConnectionError):
        relay.relay_batch(TELLER, away, under_way)
    assert under_way.ids() == []
    assert len(rows(TELLER, "Outbox")) == 5


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
def test_of_two_relays_one_hands_on_and_the_other_takes_its_place() -> None:
    handed: list[str] = []
    publish = noted(handed)
    first, second = (relay.Relay([TELLER], publish, lambda: True) for _ in range(2))
    tell("a")
    first.start()
    until(lambda: handed == ["a"])
    second.start()
    try:
        tell("b")
        until(lambda: handed == ["a", "b"])
    finally:
        first.stop()
    try:
        # It knows nothing of what the first one handed on, and nobody has heard it.
        until(lambda: handed[2:] == ["a", "b"])
        assert second.are_going_on()
    finally:
        second.stop()


def tell(note: str) -> None:
    with transaction_of(TELLER):
        announce(TELLER, BellRang(note=note))


@pytest.mark.django_db(databases=DATABASES, transaction=True)
def test_a_relay_is_woken_by_the_commit_and_forgets_what_was_heard(heard: list[str]) -> None:
    running = relay.Relay([TELLER], hearing.hear_many, lambda: True)
    running.start()
    try:
        tell("a")
        until(lambda: heard == ["a"])
        until(lambda: rows(TELLER, "Outbox") == [])
    finally:
        running.stop()
