"""Studio with 100,000 titles: lists, filters, searches and saves of sixteen editors at once.

The titles (films, series with episodes, trailers, collections; each with people, many with words in
other languages) are written straight into PostgreSQL. Two web processes of a throw-away
installation are asked over HTTP by sixteen editors, each of whom looks for a second at what came
before asking for the next. Client, web and engines share the machine's cores; so what a request
costs is measured too, as CPU time of the web processes and of PostgreSQL, by one editor alone, and
how many SQL queries it takes.

MATINEE_BENCH_TITLES sets another number of titles.
"""

import contextlib
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psutil

from bench import ports
from bench.figures import Figure
from bench.installation import installation
from matinee.kernel import clock

MATINEE = Path(sys.executable).with_name("matinee")
TITLES = int(os.environ.get("MATINEE_BENCH_TITLES", "100000"))
EDITORS, PROCESSES = 16, 2
LASTS_S, THINKS_S = 60.0, 1.0
ALONE = 200
START_S, STOP_S = 60.0, 20
_SETTINGS = {"MATINEE_LOG_LEVEL": "ERROR"}
# Measured with a thousand titles on the same kind of machine: a page of MediaCMS's list.
_MEDIACMS_QUERIES, _MEDIACMS_CPU_MS = 10.0, 30.0


@dataclass(frozen=True)
class Request:
    """What an editor asks for."""

    method: str
    path: str
    body: str | None = None


@dataclass
class Office:
    """Where the titles are, and how somebody comes in."""

    port: int
    token: str
    titles: list[UUID]
    names: list[str]

    def wishes(self, chance: random.Random) -> dict[str, Callable[[], Request]]:
        """What editors do, by name."""
        studio = "/api/catalog/studio/titles"

        def listed(**query: str) -> Request:
            return Request("GET", f"{studio}?{urlencode(query)}")

        def saved() -> Request:
            words = {"tagline": f"Said anew {chance.randrange(10**9)}"}
            return Request("PATCH", f"{studio}/{chance.choice(self.titles)}", json.dumps(words))

        return {
            "list": lambda: listed(cursor=str(chance.choice(self.titles))),
            "filter": lambda: listed(
                kind=chance.choice(["film", "episode", "trailer"]),
                status=chance.choice(["published", "draft"]),
            ),
            "search": lambda: listed(q=chance.choice(self.names)),
            "search, three letters": lambda: listed(q=chance.choice(self.names)[:3]),
            "open": lambda: Request("GET", f"{studio}/{chance.choice(self.titles)}"),
            "save": saved,
        }


@dataclass
class Seen:
    """How long the editors waited, in seconds, by what they did."""

    waits: dict[str, list[float]] = field(default_factory=dict)


def measure() -> list[Figure]:
    """Waits in milliseconds, costs in milliseconds of CPU, and numbers of SQL queries."""
    with installation(_SETTINGS):
        from bench.studio_titles import fill, token_of_an_editor  # noqa: PLC0415 - needs Django

        titles, names = fill(TITLES)
        with _web() as (port, web):
            office = Office(port, token_of_an_editor(), titles, names)
            costs_ms = _costs(office, web)
            queries = _queries(office)
            seen = _crowd(office)
    return [figure for name in costs_ms for figure in _figures(name, seen, costs_ms, queries)]


def _figures(
    name: str, seen: Seen, costs_ms: dict[str, float], queries: dict[str, int]
) -> Iterator[Figure]:
    waits = seen.waits[name]
    p99_ms = 1000 * statistics.quantiles(waits, n=100)[98]
    beside = {"MediaCMS, list of 1,000": _MEDIACMS_CPU_MS} if name == "list" else {}
    most = {"MediaCMS": _MEDIACMS_QUERIES} if name == "list" else {}
    yield Figure(f"{name}, p99 of {EDITORS} editors, {TITLES:,} titles", p99_ms, "ms", "<= 100")
    yield Figure(f"{name}, median", 1000 * statistics.median(waits), "ms")
    yield Figure(f"{name}, CPU of web and database", costs_ms[name], "ms", anchors=beside)
    yield Figure(f"{name}, SQL queries at most", queries[name], "", anchors=most)


def _costs(office: Office, web: psutil.Process) -> dict[str, float]:
    """CPU of a request of each kind, in milliseconds, while nobody else asks."""
    chance = random.Random(7)  # noqa: S311 - not for secrets
    found = {}
    connection = _connection(office.port)
    for name, wish in office.wishes(chance).items():
        for _ in range(10):
            _send(connection, office.token, wish())
        before_s = _cpu_s(web)
        for _ in range(ALONE):
            _send(connection, office.token, wish())
        found[name] = 1000 * (_cpu_s(web) - before_s) / ALONE
    return found


def _queries(office: Office) -> dict[str, int]:
    """The most SQL queries that a request of each kind took, whatever the title."""
    from django.db import connections  # noqa: PLC0415 - in a process that has set Django up
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    chance, found, client = random.Random(11), {}, Client()  # noqa: S311
    headers = {"authorization": f"Bearer {office.token}"}
    for name, wish in office.wishes(chance).items():
        counts = []
        for _ in range(20):
            wanted = wish()
            with CaptureQueriesContext(connections["catalog"]) as context:
                answer = client.generic(
                    wanted.method,
                    wanted.path,
                    wanted.body or "",
                    "application/json",
                    headers=headers,
                )
            if answer.status_code != http.client.OK:
                raise SystemExit(f"{wanted.path} was answered with {answer.status_code}")
            counts.append(len(context))
        found[name] = max(counts)
    return found


def _crowd(office: Office) -> Seen:
    """Let sixteen editors work at once."""
    seen, lock = Seen(), threading.Lock()
    end_s = clock.monotonic_s() + LASTS_S
    editors = [
        threading.Thread(target=_edit, args=(office, number, end_s, seen, lock))
        for number in range(EDITORS)
    ]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    return seen


def _edit(office: Office, number: int, end_s: float, seen: Seen, lock: threading.Lock) -> None:
    chance = random.Random(number)  # noqa: S311
    wishes, connection = office.wishes(chance), _connection(office.port)
    # Nobody starts at the same moment.
    clock.pause(THINKS_S * number / EDITORS)
    while clock.monotonic_s() < end_s:
        name = chance.choice(list(wishes))
        wanted, begun_s = wishes[name](), clock.monotonic_s()
        _send(connection, office.token, wanted)
        waited_s = clock.monotonic_s() - begun_s
        with lock:
            seen.waits.setdefault(name, []).append(waited_s)
        clock.pause(THINKS_S)


@contextlib.contextmanager
def _web() -> Iterator[tuple[int, psutil.Process]]:
    port = ports.free()
    command = [str(MATINEE), "web", "--listen", f"127.0.0.1:{port}", "--workers", str(PROCESSES)]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            _wait_for(port)
            yield port, psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_S)


def _wait_for(port: int) -> None:
    end_s = clock.monotonic_s() + START_S
    while clock.monotonic_s() < end_s:
        with contextlib.suppress(OSError):
            connection = _connection(port)
            connection.request("GET", "/api/catalog/livez")
            if connection.getresponse().status == http.client.NO_CONTENT:
                return
        clock.pause(0.2)
    raise SystemExit("the web processes did not start")


def _connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=START_S)


def _send(connection: http.client.HTTPConnection, token: str, wanted: Request) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(wanted.method, wanted.path, wanted.body, headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise SystemExit(f"{wanted.path} was answered with {answer.status}: {body[:300]!r}")
    return body


def _cpu_s(web: psutil.Process) -> float:
    """CPU of the web processes and of this installation's PostgreSQL until now, in seconds."""
    ours = psutil.Process().children(recursive=True)
    database = [each for each in ours if "postgres" in each.name()]
    total = 0.0
    for each in (web, *web.children(recursive=True), *database):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system
    return total
