"""The Celery app that all work runs on, and the two tasks that deliver events.

Reliable rather than fast: a task is acknowledged when it is done, comes back
within seconds when its worker is killed (see `dropped`), and carries JSON only. A queue per
class of work, so that an encode never holds up an event.
"""

import logging
import sys
from collections.abc import Sequence
from typing import Any

from celery import Celery, Task
from celery.signals import task_postrun, task_prerun
from django.db import DatabaseError, InterfaceError

from matinee.kernel import errands, errands_at_work, settings, stores
from matinee.kernel.databases import release_connections
from matinee.kernel.events import dead_letters
from matinee.kernel.events.event import ERRAND
from matinee.kernel.events.hearing import Body, hear, hear_many, takes_many

log = logging.getLogger(__name__)

EVENTS_QUEUE = "events"
DEFAULT_QUEUE = "default"
ENCODE_QUEUE = "encode"
# Before the name of each key that the broker has of ours.
PREFIX = "matinee:"

# The longest single task is one rung of a long film on a slow machine.
LONGEST_TASK_S = 12 * 3600
VISIBILITY_TIMEOUT_S = LONGEST_TASK_S + 3600
_HEAR = "matinee.hear"
_HEAR_MANY = "matinee.hear_many"
# Few enough that no other task waits for long, and that several workers have their share: of what
# is heard in one transaction, and of what takes one each.
_TOGETHER_MAX, _IN_TURN_MAX = 200, 50
_EVENT_TRIES = 8
# So long connections are kept for the next task. Each has some megabytes at its server: a worker
# at rest has few of them.
_CONNECTED_S = 10.0
_BACKOFF_MAX_S = 60
# A message that kills its worker again and again would come back for ever.
_BROKER = {
    "visibility_timeout": VISIBILITY_TIMEOUT_S,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Whose broker went without a word asks again after so long.
    "health_check_interval": 5,
    "global_keyprefix": PREFIX,
}


def make_app(broker_url: str) -> Celery:
    """A Celery app with the settings that every worker and sender shares."""
    app = Celery("matinee", broker=broker_url)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_default_queue=DEFAULT_QUEUE,
        # Routed here, as a task's own `queue` is deprecated.
        task_routes={name: {"queue": EVENTS_QUEUE} for name in (_HEAR, _HEAR_MANY)},
        task_time_limit=LONGEST_TASK_S,
        broker_transport_options=dict(_BROKER),
        task_publish_retry_policy={"max_retries": 3, "interval_start": 0.1, "interval_max": 1},
        broker_connection_retry_on_startup=True,
        # A broker whose disk is full refuses what changes anything: that ends no worker.
        broker_channel_error_retry=True,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_hijack_root_logger=False,
        timezone="UTC",
        # Celery would close all connections around each task, and opening one takes longer than
        # most tasks: its password is to be proven, and what it had planned is gone. See
        # `_between_tasks`.
        CELERY_DB_REUSE_MAX=sys.maxsize,
    )
    return app


app = make_app(settings.get().broker)
app.set_default()
errands_at_work.connect()


@app.task(name=_HEAR, bind=True, max_retries=_EVENT_TRIES, time_limit=120)
def hear_task(self: Task, subscriber: str, event_type: str, body: dict[str, Any]) -> None:
    """Deliver one event to one subscriber; after the last try it becomes a dead letter."""
    try:
        hear(subscriber, event_type, body)
    except (DatabaseError, InterfaceError, OSError, Exception) as error:
        if self.request.retries >= _EVENT_TRIES:
            arguments = {"subscriber": subscriber, "event_type": event_type, "body": body}
            dead_letters.bury(subscriber, _HEAR, arguments, repr(error))
            log.exception("%s could not take %s %s", subscriber, event_type, body.get("id"))
            return
        countdown_s = min(2**self.request.retries, _BACKOFF_MAX_S)
        raise self.retry(exc=error, countdown=countdown_s) from error


@app.task(name=_HEAR_MANY, time_limit=120)
def hear_many_task(subscriber: str, event_type: str, bodies: list[Body]) -> None:
    """Deliver events of one type to one subscriber; what it cannot take comes again by itself.

    What is lost on the way is missed in the subscriber's inbox, and told again.
    """
    for body in hear_many(subscriber, event_type, bodies):
        _publish_one(subscriber, event_type, body)


def publish_events(subscriber: str, event_type: str, bodies: Sequence[Body]) -> None:
    """Hand events to the broker for one subscriber; raises if the broker does not take them.

    What somebody follows through all services goes by itself, on its own errand.
    """
    followed = [body for body in bodies if errands.is_followed(body.get(ERRAND))]
    others = [body for body in bodies if not errands.is_followed(body.get(ERRAND))]
    for body in followed:
        _publish_one(subscriber, event_type, body)
    most = _TOGETHER_MAX if takes_many(subscriber, event_type) else _IN_TURN_MAX
    for first in range(0, len(others), most):
        some = others[first : first + most]
        if len(some) == 1:
            _publish_one(subscriber, event_type, some[0])
        else:
            arguments = {"subscriber": subscriber, "event_type": event_type, "bodies": some}
            hear_many_task.apply_async(kwargs=arguments, retry=True)


def _publish_one(subscriber: str, event_type: str, body: Body) -> None:
    arguments = {"subscriber": subscriber, "event_type": event_type, "body": body}
    with errands.doing(errands.of_carried(body.get(ERRAND))):
        hear_task.apply_async(kwargs=arguments, retry=True)


def list_of(queue: str) -> str:
    """The broker's list in which a queue's tasks lie, the oldest at its end."""
    return f"{PREFIX}{queue}"


def waiting(queue: str) -> int:
    """How many tasks lie in a queue that no worker has taken yet."""
    return int(stores.connect().llen(list_of(queue)))


def send(task: str, arguments: dict[str, Any]) -> None:
    """Send any registered task by name."""
    app.send_task(task, kwargs=arguments)


@task_prerun.connect
@task_postrun.connect
def _between_tasks(**_signal: object) -> None:
    release_connections(_CONNECTED_S)
