"""What a web process tells Prometheus of itself, at `/metrics` of the port that it listens on.

The edge passes nothing of that address on. Labels are bounded: services, classes of status,
outcomes and queues, never a path, a title or a person.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest

from matinee.contracts import worths
from matinee.kernel import clock
from matinee.kernel.clients import WsgiApp
from matinee.kernel.http.addresses import service_and_rest
from matinee.run import services
from matinee.run.backlogs import Disk, Queues, Records, Reliances

PATH = "/metrics"
_PLAYS = "/api/playback/sessions"
_STARTED, _SERVER_ERROR = 300, 500
# Seconds; the aims are at 50 ms, and nothing is waited for longer than 30 s.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_requests = Counter(
    "matinee_requests", "Requests answered, by class of status", ["service", "status"]
)
_seconds = Histogram(
    "matinee_request_seconds", "How long answers took", ["service"], buckets=_BUCKETS
)
_play_seconds = Histogram(
    "matinee_play_seconds", "How long presses of play took that started or failed", buckets=_BUCKETS
)
_plays = Counter(
    "matinee_plays",
    "Presses of play: started, refused, waiting to come again, or failed",
    ["outcome"],
)
_TRIES_LEFT = "HTTP_" + worths.TRIES_LEFT_HEADER.upper().replace("-", "_")

# From nothing on: what is first counted as one was never seen to grow.
for _outcome in ("started", "refused", "waiting", "failed"):
    _plays.labels(_outcome)
for _collector in (Queues(), Reliances(), Disk(), Records()):
    REGISTRY.register(_collector)


def measured(app: WsgiApp) -> WsgiApp:
    """The app, counted; and what was counted, at `/metrics`."""

    def counting(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == PATH:
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest(REGISTRY)]
        begun_s, seen = clock.monotonic_s(), [_SERVER_ERROR]

        def started(status: str, headers: Any, exc_info: Any = None) -> Any:
            seen[0] = int(status[:3])
            return start_response(status, headers, exc_info)

        try:
            return app(environ, started)
        finally:
            took_s = clock.monotonic_s() - begun_s
            _count(path, seen[0], took_s)
            if path == _PLAYS and environ.get("REQUEST_METHOD") == "POST":
                _count_play(outcome(seen[0], comes_again=_comes_again(environ)), took_s)

    return counting


def _count(path: str, status: int, took_s: float) -> None:
    name, _ = service_and_rest(path)
    requests, seconds = _of(name if name in services.WITH_API else "other", status // 100)
    requests.inc()
    seconds.observe(took_s)


@lru_cache(maxsize=64)
def _of(service: str, status_class: int) -> tuple[Counter, Histogram]:
    """What counts a service's requests; the library looks for it by labels behind a lock."""
    return _requests.labels(service, f"{status_class}xx"), _seconds.labels(service)


def _count_play(became: str, took_s: float) -> None:
    _plays.labels(became).inc()
    if became in {"started", "failed"}:
        _play_seconds.observe(took_s)


def _comes_again(environ: dict[str, Any]) -> bool:
    """Whether a request was turned away that its sender sends again, as the web app says."""
    left = environ.get(_TRIES_LEFT, "")
    return worths.TURNED_AWAY in environ and left.isdecimal() and int(left) > 0


def outcome(status: int, *, comes_again: bool) -> str:
    """What became of a press of play, by the status of its answer."""
    if status < _STARTED:
        return "started"
    if comes_again:
        return "waiting"
    return "failed" if status >= _SERVER_ERROR else "refused"
