"""What an edge costs beside plain nginx: tokens checked, requests logged, files from disk.

The same program serves the same 1 MB segments: as an edge, in its own configuration with one
worker, and as nothing but files, without a log. What counts is nginx's own CPU time, which is
steadier than the clock on a busy machine; the client throws away what it gets without copying it
(MSG_TRUNC, tcp(7)). The two take short turns, and the median turn of each is told.

Both have a core to themselves, as an edge's workers have, and the client has the others: where the
scheduler puts the client on nginx's core for some turns and beside it for others, what a megabyte
costs to hand over differs by more than all that an edge does besides (110 and 200 µs, measured).
"""

import contextlib
import json
import os
import re
import socket
import ssl
import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from bench.delivery.nginx import Hosts, cpu_s, running
from bench.figures import Figure
from matinee.kernel import clock
from matinee.run import edge_host
from matinee.run.edge_host import EdgeHost

PACKAGE = "bench-1"
LARGE_BYTES, SMALL_BYTES = 10**6, 1_000
SEGMENTS = 64
# Asked for in one turn of a server, so few that what else the machine does falls to both alike.
REQUESTS = {LARGE_BYTES: 24, SMALL_BYTES: 400}
# Small ones come one behind the other, as from a crowd: nginx never waits for this client.
AT_ONCE = {LARGE_BYTES: 1, SMALL_BYTES: 40}
CONNECTIONS = 2
TURNS = 100
FRESH = 3_000
COLD_AT_ONCE = 100
# A log is written within a second.
_LOG_S = 1.5


@dataclass(frozen=True)
class Server:
    """Where files are asked for, and whose CPU time it takes."""

    address: str
    pid: int
    paths: list[str]
    trusts: ssl.SSLContext | None = None


def measure() -> list[Figure]:
    """CPU per byte, throughput of a core, the token's cost, and how many ask on for a miss."""
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as name:
        hosts = Hosts(Path(name))
        return [*_beside_plain(hosts), *_over_tls(hosts), *_cold(hosts)]


def _beside_plain(hosts: Hosts) -> list[Figure]:
    host = hosts.host("edge", "edge")
    held = _as_measured(host)
    known, fresh = hosts.token(PACKAGE), [hosts.token(PACKAGE) for _ in range(FRESH)]
    with (
        running(edge_host.command(host), host.listen[0]) as pid,
        hosts.serving_plain(held) as (plain_address, plain_pid),
        _core_of_their_own(pid, plain_pid),
    ):
        plain = Server(plain_address, plain_pid, [f"/packages/{PACKAGE}"])
        edge = Server(host.listen[0], pid, [f"/media/{known}/{PACKAGE}"])
        first = Server(edge.address, pid, [f"/media/{token}/{PACKAGE}" for token in fresh])
        large = [(_spent_s(edge, LARGE_BYTES), _spent_s(plain, LARGE_BYTES)) for _ in range(TURNS)]
        small = [(_spent_s(edge, SMALL_BYTES), _spent_s(plain, SMALL_BYTES)) for _ in range(TURNS)]
        begun_s = cpu_s(pid)
        _fetch(first, SMALL_BYTES, 0, FRESH)
        first_us = (cpu_s(pid) - begun_s) / FRESH * 1e6
    return _figures(large, small, first_us)


def _figures(
    large: list[tuple[float, float]], small: list[tuple[float, float]], first_us: float
) -> list[Figure]:
    bits = REQUESTS[LARGE_BYTES] * LARGE_BYTES * 8 / 1e9
    plain_s = statistics.median(plain for _, plain in large)
    ratio = statistics.median(ours for ours, _ in large) / plain_s
    beyond_us = statistics.median(ours - plain for ours, plain in small)
    beyond_us = beyond_us / REQUESTS[SMALL_BYTES] * 1e6
    core = "edge, 1 MB segments: Gb/s a core spends itself on"
    plain_us = statistics.median(plain for _, plain in small) / REQUESTS[SMALL_BYTES] * 1e6
    return [
        Figure(core, bits / plain_s / ratio, "Gb/s", None, {"plain nginx": bits / plain_s}),
        Figure("edge: throughput of a core as a share of plain nginx's", 1 / ratio, "×", ">= 0.9"),
        Figure("edge: CPU per byte as a multiple of plain nginx's", ratio, "×", "<= 1.15"),
        Figure("edge: token, log and headers of a request", beyond_us, "µs", "<= 10"),
        Figure("edge: the same of a token's first request", first_us - plain_us, "µs"),
    ]


def _over_tls(hosts: Hosts) -> list[Figure]:
    """The same in TLS 1.3, where every byte is sealed by the processor and none just passed on."""
    tls, trusts = hosts.certificate(), hosts.trusting()
    host = hosts.host("secured", "edge", tls=tls)
    held = _as_measured(host)
    with (
        running(edge_host.command(host), host.listen[0]) as pid,
        hosts.serving_plain(held, tls) as (plain_address, plain_pid),
        _core_of_their_own(pid, plain_pid),
    ):
        known = f"/media/{hosts.token(PACKAGE)}/{PACKAGE}"
        plain = Server(plain_address, plain_pid, [f"/packages/{PACKAGE}"], trusts)
        edge = Server(host.listen[0], pid, [known], trusts)
        turns = [(_spent_s(edge, LARGE_BYTES), _spent_s(plain, LARGE_BYTES)) for _ in range(TURNS)]
    bits = REQUESTS[LARGE_BYTES] * LARGE_BYTES * 8 / 1e9
    plain_s = statistics.median(plain for _, plain in turns)
    ratio = statistics.median(ours for ours, _ in turns) / plain_s
    core = "edge over TLS 1.3, 1 MB segments: Gb/s a core spends itself on"
    return [
        Figure(core, bits / plain_s / ratio, "Gb/s", None, {"plain nginx": bits / plain_s}),
        Figure(
            "edge over TLS 1.3: CPU per byte as a multiple of plain nginx's", ratio, "×", "<= 1.15"
        ),
    ]


def _cold(hosts: Hosts) -> list[Figure]:
    _write_segments(hosts.packages / PACKAGE / "v1")
    shield = hosts.host("shield", "shield")
    host = hosts.host("cold", "edge", f"http://{shield.listen[0]}", hosts.origin)
    base = f"http://{host.listen[0]}"
    with (
        hosts.serving_origin(),
        running(edge_host.command(shield), shield.listen[0]),
        running(edge_host.command(host), host.listen[0]),
        httpx.Client(timeout=30, limits=httpx.Limits(max_connections=COLD_AT_ONCE)) as client,
        ThreadPoolExecutor(COLD_AT_ONCE) as pool,
    ):
        name = f"{PACKAGE}/v1/1-{LARGE_BYTES}.m4s"
        urls = [f"{base}/media/{hosts.token(PACKAGE)}/{name}" for _ in range(COLD_AT_ONCE)]
        lengths = {len(answer.content) for answer in pool.map(client.get, urls)}
        if lengths != {LARGE_BYTES}:
            raise SystemExit(f"A cold segment came with {sorted(lengths)} bytes")
        clock.pause(_LOG_S)
    what = f"{COLD_AT_ONCE} cold requests at once: requests to the"
    return [
        Figure(f"{what} shield", _asked(shield.folder, name), "", "<= 1"),
        Figure(f"{what} origin", _asked(hosts.home.home, name), "", "<= 1"),
    ]


def _asked(folder: Path, name: str) -> float:
    lines = (folder / "log" / "requests.log").read_text().splitlines()
    return float(sum(json.loads(line)["p"] == f"/{name}" for line in lines))


def _write_segments(folder: Path) -> None:
    folder.mkdir(parents=True)
    for size in REQUESTS:
        for number in range(SEGMENTS):
            (folder / f"{number}-{size}.m4s").write_bytes(os.urandom(size))


def _as_measured(host: EdgeHost) -> Path:
    """One worker, as the other has, and more requests a second than any player sends.

    Returns the folder of the files that the host holds now.
    """
    held = host.folder / "media"
    _write_segments(held / "packages" / PACKAGE / "v1")
    path = host.folder / "nginx.conf"
    text = path.read_text().replace("worker_processes auto;", "worker_processes 1;")
    text = text.replace("keepalive_requests 10000;", "keepalive_requests 1000000;")
    text = re.sub(r"zone=sessions:8m rate=\d+r/s", "zone=sessions:8m rate=1000000r/s", text)
    path.write_text(re.sub(r"zone=sessions burst=\d+", "zone=sessions burst=1000000", text))
    return held


@contextlib.contextmanager
def _core_of_their_own(*pids: int) -> Iterator[None]:
    """Until the block ends, these servers share one core, and this process keeps to the others."""
    client = psutil.Process()
    before = client.cpu_affinity() or []
    if not before[1:]:
        raise SystemExit("A server is measured on a core of its own: two cores are needed, not one")
    for pid in pids:
        server = psutil.Process(pid)
        for each in (server, *server.children(recursive=True)):
            each.cpu_affinity(before[:1])
    client.cpu_affinity(before[1:])
    try:
        yield
    finally:
        client.cpu_affinity(before)


def _spent_s(server: Server, size: int) -> float:
    """CPU seconds for all requests of a size."""
    before_s = cpu_s(server.pid)
    each = REQUESTS[size] // CONNECTIONS
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        starts = range(CONNECTIONS)
        list(pool.map(lambda at: _fetch(server, size, at * SEGMENTS // CONNECTIONS, each), starts))
    return cpu_s(server.pid) - before_s


def _fetch(server: Server, size: int, begin: int, count: int) -> None:
    """Ask for segments on one connection, some at once, and throw away what comes."""
    with _connected(server) as link:
        for first in range(begin, begin + count, AT_ONCE[size]):
            last = min(first + AT_ONCE[size], begin + count)
            names = [_name(server, size, at) for at in range(first, last)]
            asked = (f"GET {name} HTTP/1.1\r\nHost: bench\r\n\r\n" for name in names)
            link.sendall("".join(asked).encode())
            _throw_away(link, size, len(names), sealed=server.trusts is not None)


def _name(server: Server, size: int, at: int) -> str:
    return f"{server.paths[at % len(server.paths)]}/v1/{at % SEGMENTS}-{size}.m4s"


def _throw_away(link: socket.socket, size: int, answers: int, *, sealed: bool) -> None:
    """Take so many whole answers, all of one length: any that is refused is shorter."""
    # What is sealed cannot be thrown away unread.
    thrown_away = 0 if sealed else socket.MSG_TRUNC
    head = b""
    while b"\r\n\r\n" not in head:
        head += link.recv(16384)
    if not head.startswith(b"HTTP/1.1 200 "):
        raise SystemExit(f"A segment was asked for, and the answer was {head[:200]!r}")
    length = head.index(b"\r\n\r\n") + 4 + size
    left, buffer = answers * length - len(head), bytearray(1 << 20)
    while left:
        left -= link.recv_into(buffer, left, thrown_away)


def _connected(server: Server) -> socket.socket:
    host, _, port = server.address.partition(":")
    link = socket.create_connection((host, int(port)), timeout=30)
    return link if server.trusts is None else server.trusts.wrap_socket(link, server_hostname=host)
