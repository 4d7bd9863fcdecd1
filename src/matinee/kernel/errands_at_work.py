"""Tasks go on with the errand that sent them, wherever a worker takes them up.

Each message also says when it was sent, which tells how long the oldest of a queue has waited.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

from matinee.kernel import clock, errands
from matinee.kernel.tracing import spans

ERRAND = "matinee_errand"
SENT_AT = "matinee_sent_at"

# What tasks of this process are doing, by their ids: one each, as long as it runs.
_under_way: dict[str, AbstractContextManager[None]] = {}


def connect() -> None:
    """Have every task that this process sends or does carry its errand on."""
    before_task_publish.connect(_send_along)
    task_prerun.connect(_go_on)
    task_postrun.connect(_done)


def _send_along(headers: dict[str, Any], **_signal: object) -> None:
    headers[SENT_AT] = clock.unix_s()
    carried = errands.carried()
    if carried is not None:
        headers[ERRAND] = carried


def _go_on(task_id: str, task: Any, kwargs: dict[str, Any], **_signal: object) -> None:
    told_of = kwargs.get("event_type")
    name = f"{task.name} {told_of}" if told_of else str(task.name)
    doing = _doing((task.request.headers or {}).get(ERRAND), name)
    doing.__enter__()
    _under_way[task_id] = doing


def _done(task_id: str, **_signal: object) -> None:
    doing = _under_way.pop(task_id, None)
    if doing is not None:
        doing.__exit__(None, None, None)


@contextmanager
def _doing(carried: object, name: str) -> Iterator[None]:
    errand = errands.of_carried(carried)
    with errands.doing(errand):
        if errand.trace is None or not spans.is_on():
            yield
            return
        with spans.begun(spans.Looked(errand.trace), name, "consumer"):
            yield
