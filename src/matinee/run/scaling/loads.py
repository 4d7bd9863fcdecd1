"""What every process says of itself, every few seconds, in the store that all of them share.

So nobody has to know where copies are, in whatever way they were started; a copy that says nothing
new is gone. Times are each copy's own, so that clocks of hosts need not agree.
"""

import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial

from celery.signals import worker_ready
from prometheus_client import REGISTRY
from redis import RedisError

from matinee.kernel import clock, stores
from matinee.run.scaling.rules.demand import Report
from matinee.run.scaling.settings import WEB, get

log = logging.getLogger(__name__)

EVERY_S = 5.0
_REPORTS = "scaling:reports"
_KEPT_FOR_S = 60
_ROLE_VARIABLE = "MATINEE_COUNTS_AS"
_ANSWERED, _SHED, _PRESSED = "matinee_requests", "matinee_shed", "matinee_plays"


def will_serve(services: Sequence[str]) -> None:
    """Note for the web process that this one becomes what it counts as: its service, or all."""
    os.environ[_ROLE_VARIABLE] = services[0] if len(services) == 1 else WEB


def begin_serving() -> None:
    """Say from now on how this web process goes, if it was begun as one."""
    if role := os.environ.get(_ROLE_VARIABLE):
        _begin(role, of_web)


def begin_working(role: str, slots: int) -> None:
    """Say from its start on how this worker goes, which has so many tasks in hand at most."""
    # It is ready again whenever it lost the broker for a while.
    worker_ready.connect(lambda **_: _begin(role, partial(of_worker, slots)), weak=False)


def _begin(role: str, look: Callable[[], Report]) -> None:
    if get().scaling == "auto" and role not in _begun:
        _begun.add(role)
        threading.Thread(target=_go_on, args=(role, look), name="load", daemon=True).start()


_begun: set[str] = set()


def _go_on(role: str, look: Callable[[], Report]) -> None:
    is_away = False
    while True:
        try:
            tell(role, _own_name(), look())
            is_away = False
        except RedisError as error:
            if not is_away:
                log.warning("how this process goes cannot be told: %s", error)
            is_away = True
        clock.pause(EVERY_S)


def _own_name() -> str:
    # Process numbers of containers are often the same.
    return f"{socket.gethostname()}.{os.getpid()}"


def tell(role: str, copy: str, report: Report) -> None:
    """Put a report of a copy beside those of the others; RedisError if the store is away."""
    with stores.connect().pipeline(transaction=False) as pipe:
        pipe.hset(_REPORTS, f"{role}/{copy}", json.dumps(asdict(report)))
        pipe.expire(_REPORTS, _KEPT_FOR_S)
        pipe.execute()


def told() -> dict[tuple[str, str], Report]:
    """What each copy (role, name) said last, the silent ones among them."""
    found = {}
    for key, text in stores.connect().hgetall(_REPORTS).items():
        role, _, copy = str(key).partition("/")
        try:
            found[role, copy] = Report(**json.loads(text))
        except (TypeError, ValueError):
            log.debug("another release reports in another way: %s", key)
    return found


def forget(role: str, copy: str) -> None:
    """Drop the report of a copy that is gone."""
    stores.connect().hdel(_REPORTS, f"{role}/{copy}")


def of_web() -> Report:
    """How this web process goes."""
    seen = dict.fromkeys((_ANSWERED, _SHED, _PRESSED), 0.0)
    wanted = [f"{name}_total" for name in seen]
    for metric in REGISTRY.restricted_registry(wanted).collect():
        if metric.name in seen:
            seen[metric.name] = sum(s.value for s in metric.samples if s.name.endswith("_total"))
    return Report(
        up_s=clock.monotonic_s(),
        worked_s=clock.process_worked_s(),
        answered=int(seen[_ANSWERED]),
        turned_away=int(seen[_SHED]),
        presses=int(seen[_PRESSED]),
    )


def of_worker(slots: int) -> Report:
    """How this worker goes, which has so many children."""
    from celery.worker import state  # noqa: PLC0415 - web processes do not load workers

    return Report(
        up_s=clock.monotonic_s(),
        worked_s=clock.process_worked_s(),
        taken=sum(state.total_count.values()),
        in_hand=len(state.active_requests),
        slots=slots,
    )
