"""How many sign in a second with Argon2id, beside what hashing alone allows, and what others feel.

Engines and two web processes of a throw-away installation, asked over HTTP by a crowd, in which
everybody signs in once, from an address and in a browser of their own. The limit is two processes
that check a password and do nothing else, in large pages of memory as the service's program does;
and, beside it, in small ones, as is usual: before and after, as a machine that is shared is not as
fast all the time. The crowd comes twice: first alone, as who checks passwords was alone; then
beside a viewer, a process apart, who asks for their account fifty times a second, as they did
before while nobody signed in. Of the viewer's waits those of the first two seconds are told apart:
what a crowd begins with is not what it is beside. Client, web and engines share the machine's
cores, so what a sign-in costs is measured too, as CPU time: what hashes, what else the web
processes do, engines, and who asks.
"""

import contextlib
import http
import json
import multiprocessing
import os
import queue
import signal
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from bench import ports
from bench.figures import Figure
from bench.installation import installation
from bench.line import Line, request
from matinee.identity.hashing import IN_LARGE_PAGES, PROGRAM, SEATS
from matinee.kernel import clock

MATINEE = Path(sys.executable).with_name("matinee")
PROCESSES = 2
# As many as fill the seats of both processes; chance sends more of them to one than it has.
CROWD = 8
# People are told to come back after a second; sooner here, so that seats stay taken.
SENT_AWAY_S = 0.1
# More than sign in meanwhile, so that nobody comes twice.
PEOPLE = 4_000
LASTS_S, WARM_S, START_S, STOP_S = 20.0, 2.0, 60.0, 20
PACE_S = 0.02
_HASHES_S = LASTS_S / 2
# How many of the viewer's questions come before a crowd is all there.
_BEGUN = int(WARM_S / PACE_S)
PASSWORD = "four unrelated words here"  # noqa: S105 - of accounts that end with the benchmark
# The parts whose CPU is told; passwords are hashed by programs beside the web processes.
HASHING, WEB, ASKING = "hashing", "web else", "asking"
_SETTINGS = {
    "MATINEE_IDENTITY_VERIFY_EMAIL": "later",
    "MATINEE_IDENTITY_ADDRESS_TRIES": "1000000",
    "MATINEE_IDENTITY_SIGN_UPS": "1000000",
    "MATINEE_LOG_LEVEL": "ERROR",
}


@dataclass
class Seen:
    """What the askers saw; seconds."""

    signed_in: list[float] = field(default_factory=list)
    refused: int = 0
    others: list[float] = field(default_factory=list)


def measure() -> list[Figure]:
    """Throughput in sign-ins a second, waits in milliseconds, costs in milliseconds of CPU."""
    before = _limits()
    with installation(_SETTINGS), _web() as (port, web):
        token = _people(port)
        calm, alone, crowded = Seen(), Seen(), Seen()
        _ask(port, calm, token, range(0))
        marks = [_cpu_s(web)]
        _ask(port, alone, None, range(PEOPLE // 2))
        marks.append(_cpu_s(web))
        _ask(port, crowded, token, range(PEOPLE // 2, PEOPLE))
    (usual, usual_ms), (limit, hash_ms) = map(_between, before, _limits())
    rate, beside = (len(seen.signed_in) / LASTS_S for seen in (alone, crowded))
    calm_ms, crowded_ms = (1000 * _p99(seen.others[_BEGUN:]) for seen in (calm, crowded))
    begun_ms = 1000 * max(crowded.others[:_BEGUN])
    return [
        Figure("sign-ins a second, two processes", rate, "1/s", f">= {0.9 * limit:.1f}"),
        Figure("checks of a password a second and nothing else, two processes", limit, "1/s"),
        Figure("… in small pages, as is usual", usual, "1/s"),
        Figure("sign-ins a second as a share of those", 100 * rate / usual, "%", ">= 90"),
        Figure("sign-ins a second beside a viewer's questions", beside, "1/s"),
        Figure("CPU of a check of a password", hash_ms, "ms"),
        Figure("… in small pages", usual_ms, "ms"),
        *_costs(marks, len(alone.signed_in)),
        Figure("other requests, p99 while nobody signs in", calm_ms, "ms"),
        Figure("other requests, p99 in the crowd", crowded_ms, "ms", f"<= {2 * calm_ms:.1f}"),
        Figure("… the longest in its first two seconds", begun_ms, "ms"),
        Figure("sign-ins sent away because all seats were taken", alone.refused, ""),
    ]


def _costs(marks: list[dict[str, float]], signed_in: int) -> list[Figure]:
    """What a sign-in takes of each part, in milliseconds of CPU."""
    begun, ended = marks
    spent_ms = {part: 1000 * (ended[part] - begun[part]) / max(1, signed_in) for part in ended}
    asking_ms = spent_ms.pop(ASKING)
    return [
        Figure("CPU of a whole sign-in, web and engines", sum(spent_ms.values()), "ms"),
        *(Figure(f"… {part}", each_ms, "ms") for part, each_ms in spent_ms.items()),
        Figure("CPU of who signs in, on the same cores", asking_ms, "ms"),
    ]


def _limits() -> list[tuple[float, float]]:
    """Checks a second of two processes, and the CPU of one in ms: as is usual, in large pages."""
    return [_limit({}), _limit(IN_LARGE_PAGES)]


def _between(before: tuple[float, float], after: tuple[float, float]) -> tuple[float, float]:
    return statistics.mean((before[0], after[0])), statistics.mean((before[1], after[1]))


def _limit(told: dict[str, str]) -> tuple[float, float]:
    """Checks a second of two processes that are told so, and the CPU of one in milliseconds."""
    context = multiprocessing.get_context("spawn")
    done: multiprocessing.Queue[tuple[int, float]] = context.Queue()
    hashers = [context.Process(target=_hash_on, args=(done, _HASHES_S)) for _ in range(PROCESSES)]
    os.environ |= told
    for hasher in hashers:
        hasher.start()
    for name in told:
        del os.environ[name]
    counts = [done.get(timeout=START_S + _HASHES_S) for _ in hashers]
    for hasher in hashers:
        hasher.join()
    checks = sum(count for count, _ in counts)
    return checks / _HASHES_S, 1000 * sum(cpu_s for _, cpu_s in counts) / checks


def _hash_on(done: "multiprocessing.Queue[tuple[int, float]]", lasts_s: float) -> None:
    """Check a password over and over, as the service does."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - in the process that needs it

    from matinee.identity.passwords import Argon2id  # noqa: PLC0415

    hasher = PasswordHasher(Argon2id.passes, Argon2id.kib, 1)
    kept, count = hasher.hash(PASSWORD), 0
    before_s, end_s = clock.worked_s(), clock.monotonic_s() + lasts_s
    while clock.monotonic_s() < end_s:
        hasher.verify(kept, PASSWORD)
        count += 1
    done.put((count, clock.worked_s() - before_s))


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
    asked = request("GET", "/api/identity/livez", {})
    while clock.monotonic_s() < end_s:
        with contextlib.suppress(OSError), _line(port) as line:
            if line.ask(asked)[0] == http.HTTPStatus.NO_CONTENT:
                return
        clock.pause(0.2)
    raise SystemExit("the web processes did not start")


def _people(port: int) -> str:
    """Make the accounts; the access token of one more, who only asks."""
    # No more at once than one process has seats, should they all come to it.
    with ThreadPoolExecutor(SEATS) as seated:
        *_, token = seated.map(partial(_signed_up, port), range(PEOPLE + 1))
    return token


def _signed_up(port: int, number: int) -> str:
    """Make an account; its access token."""
    form = {"email": _email(number), "password": PASSWORD, "profile_name": "Bench"}
    with _line(port) as line:
        status, body = line.ask(_sent("sign-up", number, form))
    if status != http.HTTPStatus.CREATED:
        raise SystemExit(f"a sign-up was answered with {status}: {body[:300]!r}")
    return str(json.loads(body)["access_token"])


def _ask(port: int, seen: Seen, token: str | None, people: range) -> None:
    """Let a crowd of people sign in, beside a viewer with this token, if there is one."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    viewer = context.Process(target=_look_on, args=(port, token, theirs))
    if token is not None:
        viewer.start()
        ours.recv()
    end_s = clock.monotonic_s() + LASTS_S
    turns: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in people:
        turns.put(number)
    askers = [
        threading.Thread(target=_sign_in_on, args=(port, end_s, seen, turns))
        for _ in range(CROWD if people else 0)
    ]
    for asker in askers:
        asker.start()
    if token is not None:
        ours.send(end_s)
        seen.others = ours.recv()
        viewer.join()
    for asker in askers:
        asker.join()


def _sign_in_on(port: int, end_s: float, seen: Seen, turns: "queue.SimpleQueue[int]") -> None:
    line = _line(port)
    while clock.monotonic_s() < end_s:
        number = turns.get_nowait()
        form = {"email": _email(number), "password": PASSWORD}
        begun_s = clock.monotonic_s()
        status, _ = line.ask(_sent("sign-in", number, form))
        if status == http.HTTPStatus.OK:
            seen.signed_in.append(clock.monotonic_s() - begun_s)
        else:
            # Whoever is sent away comes back, by another way in: which process answers is chance.
            seen.refused += 1
            clock.pause(SENT_AWAY_S)
            line = _line(port)
        turns.put(number)


def _look_on(port: int, token: str, crowd: "Connection[object, float]") -> None:
    """Ask at an even pace; a wait counts from when a question was due, not from when it went.

    `crowd` says when to end, and is told the waits.
    """
    crowd.send(None)
    end_s, waits_s = crowd.recv(), list[float]()
    line, due_s = _line(port), clock.monotonic_s()
    asked = request("GET", "/api/identity/account", {"Authorization": f"Bearer {token}"})
    while due_s < end_s:
        clock.pause(max(0.0, due_s - clock.monotonic_s()))
        status, _ = line.ask(asked)
        if status != http.HTTPStatus.OK:
            raise SystemExit(f"the account was answered with {status}")
        waits_s.append(clock.monotonic_s() - due_s)
        due_s += PACE_S
    crowd.send(waits_s)


def _line(port: int) -> Line:
    return Line(port, START_S)


def _sent(where: str, number: int, form: dict[str, str]) -> bytes:
    """As the edge would send it on: everybody has an address of their own."""
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    headers = {"Content-Type": "application/json", "X-Real-IP": address}
    return request("POST", f"/api/identity/{where}", headers, json.dumps(form))


def _email(number: int) -> str:
    return f"person-{number}@example.org"


def _cpu_s(web: psutil.Process) -> dict[str, float]:
    """CPU seconds that each part has used, of this installation and of this process."""
    spent = dict.fromkeys((HASHING, WEB, "PostgreSQL", "Valkey"), 0.0)
    spent[ASKING] = clock.process_worked_s()
    for process in (web, *web.children(recursive=True)):
        used = process.cpu_times()
        part = HASHING if PROGRAM in process.cmdline() else WEB
        spent[part] += used.user + used.system
    for process in psutil.Process().children(recursive=True):
        for name, part in (("postgres", "PostgreSQL"), ("valkey", "Valkey")):
            # Its helpers come and go.
            with contextlib.suppress(psutil.NoSuchProcess):
                if name in process.name():
                    used = process.cpu_times()
                    spent[part] += used.user + used.system
    return spent


def _p99(waits_s: list[float]) -> float:
    return statistics.quantiles(waits_s, n=100)[-1]
