"""What a worker had taken when it died is done by another one."""

import json

import pytest

from matinee.kernel import stores
from matinee.kernel.dropped import SILENT_FOR_S, Taken
from matinee.kernel.tasks import PREFIX
from tests.patience import until

QUEUE = "events"


def take(worker: str, tag: str, task: str = "t") -> None:
    """As Celery's transport notes what a worker took."""
    options = Taken(worker, PREFIX).options()
    message = {"headers": {"task": task}, "properties": {"delivery_info": {}}, "body": "[]"}
    store = stores.connect()
    store.hset(f"{PREFIX}{options['unacked_key']}", tag, json.dumps([message, "", QUEUE]))
    store.zadd(f"{PREFIX}{options['unacked_index_key']}", {tag: 1})


def waiting() -> list[str]:
    """The tasks in the queue, those first that are done next."""
    texts = stores.connect().lrange(f"{PREFIX}{QUEUE}", 0, -1)
    return [json.loads(text)["headers"]["task"] for text in reversed(texts)]


def left_over() -> list[object]:
    return [*stores.connect().keys(f"{PREFIX}unacked*")]


def test_who_starts_under_a_name_puts_back_what_was_taken_under_it() -> None:
    take("one", "a", "first")
    take("two", "b", "another's")
    Taken("one", PREFIX).take_back()
    assert waiting() == ["first"]
    (text,) = stores.connect().lrange(f"{PREFIX}{QUEUE}", 0, -1)
    assert json.loads(text)["headers"]["redelivered"] is True


def test_what_it_is_busy_with_stays() -> None:
    take("one", "a", "under way")
    take("one", "b", "dropped")
    Taken("one", PREFIX).take_back({"a"})
    assert waiting() == ["dropped"]


def test_what_was_taken_is_put_back_once() -> None:
    take("one", "a")
    for _ in range(2):
        Taken("one", PREFIX).take_back()
    assert len(waiting()) == 1
    assert left_over() == []


def test_what_a_silent_worker_had_is_put_back_by_any_other() -> None:
    one, two = (Taken(name, PREFIX, silent_for_s=2.0) for name in ("one", "two"))
    one.live()
    take("one", "a", "forsaken")

    def found() -> list[str]:
        two.live()
        return waiting()

    assert until(found) == ["forsaken"]
    assert left_over() == []


def test_who_was_away_itself_takes_nobody_for_silent() -> None:
    one, two = Taken("one", PREFIX), Taken("two", PREFIX)
    one.live()
    take("one", "a", "under way")
    # The broker was away for all of them, and this one is the first to find it again.
    stores.connect().zincrby(f"{PREFIX}workers", -SILENT_FOR_S - 1, "one")
    two.live()
    assert waiting() == []


def test_a_store_that_is_away_stops_no_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = stores.open_store("unix:///nowhere.sock")
    monkeypatch.setattr(stores, "connect", lambda: away)
    Taken("one", PREFIX).live()
    Taken("one", PREFIX).take_back()
    assert len(caplog.records) == 2
