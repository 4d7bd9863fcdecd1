"""What the media token costs at the edge: CPU per byte and per request, beside plain nginx.

The same nginx serves the same 1 MB segment from disk twice: with Matinee's own
configuration (token checked, request logged) and as a plain file. Two keep-alive
connections ask in turn; what counts is the CPU time of nginx's own processes, which
is steady on a noisy machine, not the wall time.
"""

import contextlib
import http.client
import os
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from bench import ports
from bench.figures import Figure
from matinee.kernel import binaries, clock, ids
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.settings import Settings
from matinee.run import edge, engines

_MB = 10**6
LARGE_BYTES, SMALL_BYTES = _MB, 1_000
REQUESTS = {LARGE_BYTES: 1_500, SMALL_BYTES: 6_000}
CONNECTIONS = 2
ROUNDS = 3
PACKAGE = "bench-1"
_PLAIN = """daemon off; {user}
worker_processes auto; pid {folder}/plain.pid; error_log stderr error;
events {{ worker_connections 512; }}
http {{
    sendfile on; tcp_nopush on; access_log off; open_file_cache max=100 inactive=30s;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{port}; root "{root}"; }}
}}
"""


def measure() -> list[Figure]:
    """CPU seconds per GB and microseconds per request, with and without the token."""
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as name:
        home = Path(name)
        home.chmod(0o755)
        package = home / "media" / "packages" / PACKAGE
        package.mkdir(parents=True)
        for size in REQUESTS:
            (package / f"{size}.m4s").write_bytes(os.urandom(size))
        ours = Settings(home=home, address=f"127.0.0.1:{ports.free()}", media_url="")
        token, _ = MediaTokens(ours.secrets).issue(ids.uuid7(), PACKAGE)
        paths = {"edge": f"/media/{token}/{PACKAGE}", "plain": f"/packages/{PACKAGE}"}
        with _edge(ours) as (edge_port, edge_pid), _plain(ours) as (plain_port, plain_pid):
            servers = {"edge": (edge_port, edge_pid), "plain": (plain_port, plain_pid)}
            spent = {
                (who, size): min(
                    _cpu_s(*servers[who], f"{paths[who]}/{size}.m4s", size) for _ in range(ROUNDS)
                )
                for size in REQUESTS
                for who in servers
            }
    return _figures(spent)


def _figures(spent: dict[tuple[str, int], float]) -> list[Figure]:
    gigabytes = REQUESTS[LARGE_BYTES] * LARGE_BYTES / 10**9
    ours, plain = spent["edge", LARGE_BYTES] / gigabytes, spent["plain", LARGE_BYTES] / gigabytes
    small_us = {
        who: spent[who, SMALL_BYTES] / REQUESTS[SMALL_BYTES] * 1e6 for who in ("edge", "plain")
    }
    return [
        Figure("edge, 1 MB segments: CPU per GB", ours, "s", None, {"plain nginx": plain}),
        Figure(
            "edge, 1 MB segments: CPU per byte as a multiple of plain nginx",
            ours / plain,
            "×",
            "<= 1.15",
        ),
        Figure(
            "edge, 1 kB file: CPU per request",
            small_us["edge"],
            "µs",
            None,
            {"plain nginx": small_us["plain"]},
        ),
        Figure("edge: token and log per request", small_us["edge"] - small_us["plain"], "µs"),
    ]


@contextlib.contextmanager
def _edge(ours: Settings) -> Iterator[tuple[int, int]]:
    engines.prepare_folders(ours)
    edge.prepare(ours)
    port = int(ours.address.rpartition(":")[2])
    with _running(edge.command(ours), port) as pid:
        yield port, pid


@contextlib.contextmanager
def _plain(ours: Settings) -> Iterator[tuple[int, int]]:
    port = ports.free()
    folder = ours.home / "plain"
    folder.mkdir()
    text = _PLAIN.format(
        folder=folder,
        port=port,
        root=ours.home / "media",
        user="user root;" if os.geteuid() == 0 else "",
    )
    (folder / "nginx.conf").write_text(text)
    command = [
        str(binaries.find("nginx")),
        "-e",
        "stderr",
        "-p",
        f"{folder}/",
        "-c",
        str(folder / "nginx.conf"),
    ]
    with _running(command, port) as pid:
        yield port, pid


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[int]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            deadline_s = clock.monotonic_s() + 10
            while not _answers(port) and clock.monotonic_s() < deadline_s:
                clock.pause(0.05)
            yield process.pid
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        link.request("GET", "/edge/health")
        link.getresponse().read()
    except OSError:
        return False
    return True


def _cpu_s(port: int, pid: int, path: str, size: int) -> float:
    """CPU seconds that nginx's processes spend on all requests of a size."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    before = sum(_spent_s(process) for process in family)
    each = REQUESTS[size] // CONNECTIONS
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda _: _fetch(port, path, size, each), range(CONNECTIONS)))
    return sum(_spent_s(process) for process in family) - before


def _spent_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _fetch(port: int, path: str, size: int, count: int) -> None:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    buffer = bytearray(size)
    for _ in range(count):
        link.request("GET", path)
        answer = link.getresponse()
        got = 0
        while chunk := answer.readinto(memoryview(buffer)[got:]):
            got += chunk
        answer.read()
        if answer.status != http.HTTPStatus.OK or got != size:
            raise SystemExit(f"{path.rpartition('/')[2]}: {answer.status}, {got} of {size} bytes")
    link.close()
