"""The web process under strain: what is worth least is turned away, before it costs anything.

Stands before all services of the process, so that they share one line; behind what counts
requests. What is turned away was not begun: it may be sent again whatever it was.
"""

import json
import math
import secrets
from collections.abc import Iterable
from typing import Any

from prometheus_client import Counter, Gauge

from matinee.contracts import worths
from matinee.kernel import clock, problems
from matinee.kernel.clients import WsgiApp
from matinee.kernel.load import admission, budgets
from matinee.kernel.load.admission import Outcome
from matinee.kernel.load.door import Door
from matinee.kernel.load.worth import Worth

_DRAWN_OF = 1024

_shed = Counter(
    "matinee_shed",
    "Requests under strain: refused, or answered with a kept page",
    ["worth", "how"],
)
_strained = Gauge("matinee_strained", "Whether this process is asked more than it can answer")


def shedding(app: WsgiApp, door: Door) -> WsgiApp:
    """The app behind a door; and each request's time budget, for whom it asks in turn."""
    _strained.set_function(lambda: door.strain.is_strained)

    def admitting(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        worth = worths.worth_of(path)
        if worth is None:
            return app(environ, start_response)
        time_s = _time_s(worth, environ.get("HTTP_X_TIME_LEFT"))
        if not time_s:
            return _refused(worth, door.strain.line_s, environ, start_response)
        decided = door.enter(worth, environ.get("HTTP_X_ARRIVED_AT"))
        if decided is Outcome.OUT:
            return _refused(worth, door.strain.line_s, environ, start_response)
        begun_s = clock.monotonic_s()
        try:
            if decided is Outcome.SPARE:
                return _spared(app, door.strain.line_s, environ, start_response)
            with budgets.within(time_s):
                return app(environ, start_response)
        finally:
            door.leave(worth, clock.monotonic_s() - begun_s)

    return admitting


def _time_s(worth: Worth, header: str | None) -> float:
    """How long anybody waits: as they say, else as the web app does; for uploads, as it takes."""
    return math.inf if header is None and worth is Worth.ASIDE else budgets.told(header)


def _spared(
    app: WsgiApp, line_s: float, environ: dict[str, Any], start_response: Any
) -> Iterable[bytes]:
    """A page that is kept ready, where the address has one."""
    if environ["PATH_INFO"] != worths.KEPT:
        return _refused(Worth.PAGES, line_s, environ, start_response)
    _shed.labels(Worth.PAGES.name.lower(), "kept").inc()
    environ[worths.SPARE] = True
    return app(environ, start_response)


def _refused(
    worth: Worth, line_s: float, environ: dict[str, Any], start_response: Any
) -> Iterable[bytes]:
    environ[worths.TURNED_AWAY] = True
    _shed.labels(worth.name.lower(), "refused").inc()
    wait_s = admission.again_s(worth, secrets.randbelow(_DRAWN_OF) / _DRAWN_OF, line_s)
    detail = f"Very many people are here just now. Please try again in {wait_s} s."
    problem = problems.Unavailable("busy", detail, retry_after_s=wait_s)
    start_response(
        "503 Service Unavailable",
        [
            ("Content-Type", problems.MEDIA_TYPE),
            ("Cache-Control", "no-store"),
            *problem.headers.items(),
        ],
    )
    return [json.dumps(problem.body()).encode()]
