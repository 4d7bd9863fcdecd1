"""Facts that are told by the thousand: taken together, each once, and none lost for another."""

import base64
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.db import DataError, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matinee.kernel import ids, stores, tasks
from matinee.kernel.databases import Step, rows_of_last
from matinee.kernel.errands_at_work import ERRAND
from matinee.kernel.events import (
    Event,
    announce,
    announce_alone,
    announce_written,
    hearing,
    hears,
    hears_many,
)
from matinee.kernel.events.event import telling

HEARER = "billing"
pytestmark = pytest.mark.django_db(databases=[HEARER])


class DoorOpened(Event):
    type: ClassVar[str] = "test.door_opened"
    note: str = ""


Calls = list[list[str]]


@pytest.fixture
def calls() -> Iterator[Calls]:
    """What a handler was called with, each time that it was."""
    seen: Calls = []

    @hears_many(HEARER, DoorOpened)
    def _note(events: Sequence[DoorOpened]) -> None:
        if any(event.note == "bad" for event in events):
            raise RuntimeError("bad")
        seen.append([event.note for event in events])

    yield seen
    del hearing._hearings[HEARER, DoorOpened.type]


@pytest.fixture
def queue() -> str:
    """The broker's list of events."""
    return tasks.list_of(tasks.EVENTS_QUEUE)


def bodies(*notes: str) -> list[hearing.Body]:
    return [DoorOpened(note=note).model_dump(mode="json") for note in notes]


def inbox() -> int:
    return int(apps.get_model(HEARER, "Inbox")._default_manager.count())


def sent(queue: str) -> list[dict[str, Any]]:
    """The tasks that the broker has, the oldest first: the headers of each, and its arguments."""
    found: Any = stores.connect().lrange(queue, 0, -1)
    messages = [json.loads(text) for text in reversed(found)]
    return [{**one["headers"], **json.loads(base64.b64decode(one["body"]))[1]} for one in messages]


def test_several_are_taken_in_one_call_and_none_twice(calls: Calls) -> None:
    told = bodies("a", "b", "c")
    assert hearing.hear(HEARER, DoorOpened.type, told[1])
    assert hearing.hear_many(HEARER, DoorOpened.type, [*told, told[0]]) == ()
    assert hearing.hear_many(HEARER, DoorOpened.type, told) == ()
    assert calls == [["b"], ["a", "c"]]
    assert inbox() == 3


def test_what_one_of_them_breaks_leaves_no_trace_of_any(calls: Calls) -> None:
    told = bodies("a", "bad", "c")
    assert hearing.hear_many(HEARER, DoorOpened.type, told) == told
    assert (calls, inbox()) == ([], 0)


def test_a_fact_that_cannot_be_read_keeps_none_away(calls: Calls, queue: str) -> None:
    told = [*bodies("a"), {"id": "none"}]
    tasks.hear_many_task(HEARER, DoorOpened.type, told)
    alone = [one["body"] for one in sent(queue)]
    assert alone == told
    assert hearing.hear(HEARER, DoorOpened.type, alone[0])
    assert calls == [["a"]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=8))
def test_however_they_come_each_has_its_effect_once(calls: Calls, batches: list[list[int]]) -> None:
    known = {number: DoorOpened(note=str(number)).model_dump(mode="json") for number in range(10)}
    calls.clear()
    for batch in batches:
        told = [known[number] for number in batch]
        assert hearing.hear_many(HEARER, DoorOpened.type, told) == ()
    counted = Counter(note for call in calls for note in call)
    assert counted == Counter({str(number) for batch in batches for number in batch})


def test_where_a_handler_takes_one_each_has_its_own_transaction(calls: Calls) -> None:
    depths: list[tuple[str, int]] = []

    @hears(HEARER, DoorOpened)
    def _note(event: DoorOpened) -> None:
        if event.note == "late":
            raise RuntimeError("late")
        depths.append((event.note, len(connections[HEARER].savepoint_ids)))

    told = bodies("a", "b", "late", "c")
    assert hearing.hear_many(HEARER, DoorOpened.type, told) == told[2:]
    assert depths == [("a", 1), ("b", 1)]
    assert calls[:2] == [["a"], ["b"]]
    assert inbox() == 2


@pytest.mark.parametrize(
    ("of_one_handler", "at_once"), [(hears_many, [200, 20]), (hears, [50, 50, 50, 50, 20])]
)
def test_the_broker_has_many_in_few_messages(
    queue: str, calls: Calls, of_one_handler: Any, at_once: list[int]
) -> None:
    of_one_handler(HEARER, DoorOpened)(lambda _events: None)
    told = bodies(*(str(number) for number in range(220)))
    tasks.publish_events(HEARER, DoorOpened.type, told)
    assert [len(one["bodies"]) for one in sent(queue)] == at_once
    assert [body for one in sent(queue) for body in one["bodies"]] == told
    assert not calls


@pytest.mark.usefixtures("calls")
def test_what_somebody_follows_goes_by_itself_on_its_errand(queue: str) -> None:
    carried = f"{'1' * 32}/00-{'1' * 32}-{'2' * 16}-01"
    first, followed, last = bodies("a", "b", "c")
    followed["errand"] = carried
    tasks.publish_events(HEARER, DoorOpened.type, [first, followed, last])
    alone, others = sent(queue)
    assert (alone[ERRAND], alone["body"]) == (carried, followed)
    assert others["bodies"] == [first, last]


@pytest.mark.parametrize("writes", [True, False])
def test_what_is_written_is_told_of_and_nothing_else(writes: bool) -> None:  # noqa: FBT001 - a case
    letters = apps.get_model(HEARER, "DeadLetter")._default_manager
    statement = """
    INSERT INTO billing_deadletter (id, created_at, task, arguments, error, failed_at)
    SELECT %(id)s::uuid, now(), 'a', '{}', '', now() WHERE %(writes)s::boolean RETURNING 1
    """
    event, values = DoorOpened(note="a"), {"id": ids.uuid7(), "writes": writes}
    told = announce_written(HEARER, event, ("SELECT 1", {}), (statement, values))
    assert told is writes
    assert letters.count() == int(writes)
    outbox = apps.get_model(HEARER, "Outbox")._default_manager
    assert [(row.pk, row.body["note"]) for row in outbox.all()] == [(event.id, "a")] * writes


@pytest.mark.django_db(databases=[HEARER], transaction=True)
def test_telling_is_a_step_among_others_and_undone_with_them() -> None:
    outbox = apps.get_model(HEARER, "Outbox")._default_manager
    event, failing = DoorOpened(note="a"), ("SELECT 1 / %(by)s::int", {"by": 0})
    with pytest.raises(DataError):
        rows_of_last(HEARER, telling(HEARER, event), failing)
    assert not outbox.exists()
    assert rows_of_last(HEARER, telling(HEARER, event), ("SELECT 1", {})) == [(1,)]
    assert [(row.pk, row.type, row.body["note"]) for row in outbox.all()] == [
        (event.id, DoorOpened.type, "a")
    ]


@pytest.mark.django_db(databases=[HEARER], transaction=True)
def test_what_fails_on_the_way_leaves_nothing_and_the_connection_goes_on() -> None:
    letters = apps.get_model(HEARER, "DeadLetter")._default_manager
    statement = """
    INSERT INTO billing_deadletter (id, created_at, task, arguments, error, failed_at)
    SELECT %(id)s::uuid, now(), 'a', '{}', '', now() RETURNING 1
    """
    writing: Step = (statement, {"id": ids.uuid7()})
    failing: Step = ("SELECT 1 / %(by)s::int", {"by": 0})
    for steps in ((writing, failing), (failing, writing)):
        with pytest.raises(DataError):
            rows_of_last(HEARER, *steps)
        assert letters.count() == 0
    assert rows_of_last(HEARER, writing) == [(1,)]
    assert letters.count() == 1


def test_only_what_is_told_alone_is_not_waited_for_until_it_is_on_disk() -> None:
    with connections[HEARER].cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = 'on'")
        for tells, waits in ((announce, "on"), (announce_alone, "off")):
            tells(HEARER, DoorOpened(note="a"))
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == (waits,)
