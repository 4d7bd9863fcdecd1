"""Says over HTTP how many copies are wanted, to autoscalers: as JSON, and as Prometheus reads it.

`/copies` is for KEDA's `metrics-api` (where `playback.wanted` is), `/metrics` for Prometheus and
what makes metrics of a HorizontalPodAutoscaler of it. `/readyz` fails while nothing could be
decided lately, `/livez` only if nobody goes round any more.
"""

import json
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from matinee.run.scaling.copies import Decided

_SILENT_AFTER_S = 60.0
_JSON = "application/json"
_GAUGES = {
    "wanted": "Copies that there are to be",
    "running": "Copies that say something",
    "needed": "Copies' worth of work that there is now",
    "foreseen": "Copies' worth of work that is expected soon",
    "most": "Copies that there may be at most",
}


class Watched(Protocol):
    """What is told of."""

    decided: Decided | None

    @property
    def silent_s(self) -> float:
        """Since when it has not even tried to look."""


class _Copies(Collector):
    """The last decision, as gauges by role."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched

    def collect(self) -> Iterator[Metric]:
        """See `Collector`; an old decision is none."""
        last = self._watched.decided
        for name, means in _GAUGES.items():
            gauge = GaugeMetricFamily(f"matinee_copies_{name}", means, labels=["role"])
            for role, copies in last.copies.items() if last and last.counts else ():
                gauge.add_metric([role], float(getattr(copies, name)))
            yield gauge


def _told(watched: Watched) -> dict[str, dict[str, float]] | None:
    last = watched.decided
    if last is None or not last.counts:
        return None
    return {role: copies.model_dump() for role, copies in last.copies.items()}


class _Server(ThreadingHTTPServer):
    """What answers know of."""

    def __init__(self, address: tuple[str, int], watched: Watched) -> None:
        super().__init__(address, _Answer)
        self.watched = watched
        self.registry = CollectorRegistry()
        self.registry.register(_Copies(watched))


class _Answer(BaseHTTPRequestHandler):
    """One request."""

    server: _Server

    def do_GET(self) -> None:
        """Answer it."""
        match self.path:
            case "/metrics":
                self._answer(
                    HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(self.server.registry)
                )
            case "/copies" | "/readyz":
                # While there is nothing to say, autoscalers take this for a failure, and keep
                # what runs.
                self._say(_told(self.server.watched))
            case "/livez":
                self._say({} if self.server.watched.silent_s < _SILENT_AFTER_S else None)
            case _:
                self._answer(HTTPStatus.NOT_FOUND, _JSON, b"{}")

    def _say(self, what: dict[str, dict[str, float]] | None) -> None:
        status = HTTPStatus.SERVICE_UNAVAILABLE if what is None else HTTPStatus.OK
        self._answer(status, _JSON, json.dumps(what or {}).encode())

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_line: object) -> None:
        """Who asks every few seconds is not worth a line."""


def serve(host: str, port: int, watched: Watched) -> ThreadingHTTPServer:
    """Answer from a thread of its own, until `shutdown` and `server_close` are called."""
    server = _Server((host, port), watched)
    threading.Thread(target=server.serve_forever, name="copies", daemon=True).start()
    return server
