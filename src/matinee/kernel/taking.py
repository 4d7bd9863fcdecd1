"""How workers take tasks from the broker, where Celery's own way would let one fault stop all.

A text in a queue that is no message ends a worker of Celery's, as it ends its loop: here it is
dropped with a word in the log. And a broker that comes back is found within a second or so, where
Celery asks ever less often; a worker that waits looks no different from one that hangs. One that is
there and refuses, as with a full disk, is asked as often.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from celery.worker.consumer import Consumer as CelerysConsumer
from celery.worker.state import maybe_shutdown
from kombu.transport import redis as kombus
from redis import ResponseError

from matinee.kernel import clock

log = logging.getLogger(__name__)

ASKS_EVERY_S = 1.0


class Channel(kombus.Channel):
    """A channel that survives what cannot be read."""

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[no-untyped-call]
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            # Without its trace: that would tell what the text says.
            log.warning("what lay in a queue was no JSON, and is dropped: %s", type(error).__name__)
            return True


class Transport(kombus.Transport):
    """A transport that delivers messages only."""

    Channel = Channel

    def _deliver(self, message: object, queue: str) -> None:
        if is_message(message):
            super()._deliver(message, queue)  # type: ignore[no-untyped-call]
        else:
            log.warning("what lay in the queue %s was no message, and is dropped", queue)


class Consumer(CelerysConsumer):  # type: ignore[misc]
    """A consumer of that transport, which asks every second for a broker that is away."""

    lives: Callable[[], object] = staticmethod(lambda: None)
    """Called while it waits, as its loop does not go round then."""

    def ensure_connected(self, conn: Any) -> Any:
        """See Celery's."""
        tries: list[object] = []

        def away(error: Exception, _interval_s: float) -> None:
            if not tries:
                log.warning("the broker is away, asked again every second: %s", error)
            tries.append(error)

        def waiting() -> None:
            maybe_shutdown()
            self.lives()

        self.lives()
        conn.transport_cls = Transport
        # Between two tries it looks whether it is to end.
        every = {"interval_start": ASKS_EVERY_S, "interval_step": 0, "interval_max": ASKS_EVERY_S}
        conn.ensure_connection(away, None, callback=waiting, **every)
        self.first_connection_attempt = False
        return conn

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """See Celery's; it would ask who refuses again at once."""
        super().on_connection_error_after_connected(exc)
        if isinstance(exc, ResponseError):
            clock.pause(ASKS_EVERY_S)


def is_message(found: object) -> bool:
    """Whether this has what Celery's transport reads of a message without looking."""
    if not isinstance(found, dict) or not isinstance(found.get("body", ""), str):
        return False
    properties, headers = found.get("properties"), found.get("headers")
    if not isinstance(properties, dict) or not isinstance(headers, dict):
        return False
    info = properties.get("delivery_info")
    return (
        isinstance(properties.get("delivery_tag"), str)
        and isinstance(info, dict)
        and {"exchange", "routing_key"} <= info.keys()
        and isinstance(headers.get("task", ""), str)
    )


def prepare(app: Any, lives: Callable[[], object]) -> None:
    """Have the workers of a Celery app take tasks in this way, and say meanwhile that they live."""
    Consumer.lives = staticmethod(lives)
    app.conf.worker_consumer = f"{__name__}:{Consumer.__name__}"
