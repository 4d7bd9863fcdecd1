"""A large film over a line that drops, into a service that is killed: whole, or not.

Starts `matinee up` in an empty home and uploads by the same code as `matinee add` does, through
a line of its own that is cut every half minute. The web process is killed (`kill -9`) after a
third of the film, and the whole service after two. `MATINEE_BENCH_UPLOAD_GB` is the film's size
(10 unless said otherwise; a quick look takes 1); twice as much disk is needed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

from bench import ports
from bench.dropping import Line
from bench.figures import Figure
from matinee.kernel import clock, settings
from matinee.kernel.clients import Client

MATINEE = Path(sys.executable).with_name("matinee")
GB = 1_000_000_000
SIZE_GB = float(os.environ.get("MATINEE_BENCH_UPLOAD_GB", "10"))
DROP_EVERY_S = 30.0
# The line takes so long for the film alone, so that it is cut several times.
LASTS_S = max(130.0, SIZE_GB * 27)
KILLS = 2
STOP_S, READY_S = 60, 300.0
_BLOCK_BYTES = 8 * 1024 * 1024
_MIB = 2**20


def measure() -> list[Figure]:
    """Differing bytes, drops and kills that it came through, memory and CPU time of the server."""
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        film = _film(folder / "film.mkv", int(SIZE_GB * GB))
        with _Service(folder / "home") as service, _watched(service) as seen:
            sent_bytes, drops = _upload(service, film)
            differing = _differing(film, service.home)
        size = film.stat().st_size
    what = f"{SIZE_GB:g} GB upload over a line cut every {DROP_EVERY_S:g} s, server killed"
    return [
        Figure(f"{what} {service.kills} times: bytes that differ", differing, "bytes", "<= 0"),
        Figure("upload: times that the line was cut", drops, "", ">= 3"),
        Figure("upload: sent more than the film has", 100 * (sent_bytes / size - 1), "%", "<= 10"),
        Figure("upload: growth of the web process's memory", seen.growth_mib, "MiB", "<= 64"),
        Figure("upload: CPU time of the web process", seen.cpu_s / SIZE_GB, "s/GB"),
    ]


def _film(path: Path, size_bytes: int) -> Path:
    """Bytes that begin like a Matroska film, and of which no two blocks are alike."""
    noise = os.urandom(_BLOCK_BYTES)
    with path.open("wb") as file:
        file.write(b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x23\x42\x86\x81\x01")
        number = 0
        while (left := size_bytes - file.tell()) > 0:
            number += 1
            at = number * 4099 % _BLOCK_BYTES
            block = number.to_bytes(8) + noise[at:] + noise[:at]
            file.write(block[:left])
    return path


class _Service:
    """`matinee up` in an empty home; it can be killed and begun again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.address = f"127.0.0.1:{ports.free()}"
        self.kills = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.home.mkdir(mode=0o711)
        for name in [name for name in os.environ if name.startswith("MATINEE_")]:
            if not name.startswith("MATINEE_BENCH_"):
                del os.environ[name]
        os.environ |= {
            "MATINEE_HOME": str(self.home),
            "MATINEE_ADDRESS": self.address,
            "MATINEE_CATALOG_DISK_SPARE_BYTES": "0",
        }
        settings.get.cache_clear()
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=STOP_S)

    def _begin(self) -> None:
        with (self.home / "up.log").open("ab") as log:
            self._process = subprocess.Popen([str(MATINEE), "up"], stdout=log, stderr=log)

    def kill(self) -> None:
        """Kill the web process the first time, and everything after that; it comes back."""
        self.kills += 1
        if self._process is None:
            return
        if self.kills == 1:
            web = self.web()
            if not web:
                raise SystemExit("there is no web process to kill")
            for process in web:
                process.kill()
            return
        everything = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        self._process.wait()
        for process in everything:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(everything, timeout=STOP_S)
        self._begin()

    def web(self) -> list[psutil.Process]:
        """The web process and those below it."""
        if self._process is None:
            return []
        found: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self._process.pid).children():
                if "web" in child.cmdline():
                    found += [child, *child.children(recursive=True)]
        return found


@dataclass
class _Seen:
    """What the web process took; a killed one's CPU time counts as it was last seen."""

    memory_mib: list[float] = field(default_factory=list)
    cpu_by_pid_s: dict[int, float] = field(default_factory=dict)

    @property
    def growth_mib(self) -> float:
        """How much more it took at most than when the upload began."""
        return max(self.memory_mib) - self.memory_mib[0]

    @property
    def cpu_s(self) -> float:
        """Over all that were killed."""
        return sum(self.cpu_by_pid_s.values())

    def look(self, service: _Service) -> None:
        """Note what it takes now."""
        total = 0
        for process in service.web():
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
                times = process.cpu_times()
                self.cpu_by_pid_s[process.pid] = times.user + times.system
        if total:
            self.memory_mib.append(total / _MIB)


@contextlib.contextmanager
def _watched(service: _Service) -> Iterator[_Seen]:
    """Look at the web process every second, from when it has served its first request."""
    _await_ready(service)
    seen, over = _Seen(), threading.Event()
    seen.look(service)

    def watch() -> None:
        while not over.wait(1.0):
            seen.look(service)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _await_ready(service: _Service) -> None:
    from matinee.kernel.problems import Problem  # noqa: PLC0415 - beside its use
    from matinee.run.operator import Operator  # noqa: PLC0415 - reads the settings made above

    until_s = clock.monotonic_s() + READY_S
    with contextlib.closing(Operator(Client(f"http://{service.address}"))) as operator:
        while True:
            try:
                operator.send("GET", "/api/catalog/studio/uploads")
            except Problem:
                if clock.monotonic_s() > until_s:
                    raise
                clock.pause(0.5)
            else:
                return


def _upload(service: _Service, film: Path) -> tuple[int, int]:
    """Send the film through the line; the bytes that went over it, and how often it was cut."""
    from matinee.contracts.catalog import Title, TitleDraft  # noqa: PLC0415 - reads the settings
    from matinee.run import sending  # noqa: PLC0415
    from matinee.run.operator import Operator  # noqa: PLC0415

    file = sending.FilmFile.of(film)
    with (
        Line(service.address, file.size_bytes / LASTS_S, DROP_EVERY_S) as line,
        contextlib.closing(Operator(Client(f"http://{line.address}"))) as operator,
    ):
        draft = TitleDraft(name="A large film")
        title = operator.ask(Title, "POST", "/api/catalog/studio/titles", body=draft)
        begun = sending.upload_begin(operator, file, title.id)

        def told(offset: int) -> None:
            if service.kills < KILLS and offset > (service.kills + 1) * file.size_bytes / 3:
                service.kill()

        sending.upload_send(operator, file, begun, told)
        return line.sent_bytes, line.drops


def _differing(film: Path, home: Path) -> int:
    """Bytes in which what was stored is not the film; all of them where it is not there."""
    stored = list((home / "media" / "sources").glob("*/film.mkv"))
    if len(stored) != 1:
        return film.stat().st_size
    differing = abs(stored[0].stat().st_size - film.stat().st_size)
    with film.open("rb") as one, stored[0].open("rb") as other:
        while block := one.read(_BLOCK_BYTES):
            beside = other.read(len(block))
            if block != beside:
                differing += sum(a != b for a, b in zip(block, beside, strict=False))
    return differing
