"""Messages that nobody can work with lie where workers take them from; the others go on."""

import json
from collections.abc import Callable

import pytest
from celery import Celery

from matinee.kernel import ids, stores, tasks
from tests.faults.trial import Fault, Trial
from tests.patience import until

pytestmark = pytest.mark.engines

GROUP = "Poisoned message"
_LAST_TRY = 8


def broker(trial: Trial) -> Celery:
    """As a sender of ours reaches the installation's broker."""
    return tasks.make_app(f"redis+socket://{trial.service.home}/run/valkey.sock")


def lays(trial: Trial, text: str) -> Callable[[], None]:
    """Puts a text into the queue of events, as it is."""

    def lay() -> None:
        store = stores.open_store(f"unix://{trial.service.home}/run/valkey.sock")
        store.rpush(f"{tasks.PREFIX}{tasks.EVENTS_QUEUE}", text)
        store.close()

    return lay


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("no JSON", "\x00\x01 no JSON"),
        ("JSON, but no message", json.dumps({"hello": "there"})),
        ("a list", json.dumps([1, 2, 3])),
        ("half of a message", '{"body": "W10=", "content-encoding": "utf-8", "head'),
    ],
)
def test_a_text_that_is_no_message(trial: Trial, name: str, text: str) -> None:
    trial.of(Fault(GROUP, name, lays(trial, text)))


def test_a_task_that_nobody_knows(trial: Trial) -> None:
    def send() -> None:
        with broker(trial) as app:
            app.send_task("matinee.billing.of_tomorrow", queue=tasks.EVENTS_QUEUE)

    worker = trial.pid("worker")
    trial.of(Fault(GROUP, "a task of another release", send))
    assert trial.pid("worker") == worker


@pytest.mark.parametrize(
    ("name", "subscriber", "event_type", "body"),
    [
        ("an event of another release", "billing", "account.of_tomorrow", {}),
        ("an event without what it should say", "billing", "account.created", {"account_id": "?"}),
        ("a subscriber that does not exist", "nobody", "account.created", {}),
    ],
)
def test_an_event_that_cannot_be_taken(
    trial: Trial, name: str, subscriber: str, event_type: str, body: dict[str, str]
) -> None:
    """After the last try it lies where a person finds it, and nothing waits for it."""
    body = {**body, "id": str(ids.uuid7())}
    arguments = {"subscriber": subscriber, "event_type": event_type, "body": body}

    def send() -> None:
        with broker(trial) as app:
            app.send_task("matinee.hear", kwargs=arguments, retries=_LAST_TRY, queue="events")

    worker = trial.pid("worker")
    trial.of(Fault(GROUP, name, send))
    assert trial.pid("worker") == worker
    if subscriber == "billing":
        until(lambda: event_type in "".join(trial.service.matinee("dead", "list").stdout.split()))
