"""Real edges for a benchmark: hosts that joined, each behind a gate that can be made slow."""

import contextlib
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench import ports
from bench.start import MATINEE
from bench.viewing import Running, until_well
from matinee.kernel import clock

_CHUNK = 16 * 1024
_START_S, _STOP_S = 90.0, 60
_DISK = "size=128m"
_INVITED = re.compile(r"edge join (\S+) --token (\S+)")


class Gate:
    """Passes TCP connections on to a port of this machine, as fast as `bps` says."""

    def __init__(self, address: tuple[str, int], to_port: int) -> None:
        self.bps: float | None = None
        self._turn = threading.Lock()
        gate = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    gate.pass_on(self.request, to_port)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 128

        self._server = Server(address, Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://{address[0]}:{address[1]}"

    def pass_on(self, viewer: socket.socket, to_port: int) -> None:
        """Carry one connection until either side ends it."""
        with socket.create_connection(("127.0.0.1", to_port), timeout=5) as edge:
            edge.settimeout(None)
            up = threading.Thread(target=self._carry, args=(viewer, edge), daemon=True)
            up.start()
            self._carry(edge, viewer, is_paced=True)

    def _carry(self, source: socket.socket, to: socket.socket, *, is_paced: bool = False) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_CHUNK):
                bps = self.bps
                if is_paced and bps:
                    with self._turn:  # all connections share what there is
                        clock.pause(8 * len(piece) / bps)
                to.sendall(piece)
        for one in (source, to):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more connections."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@dataclass
class Home:
    """An edge host: `matinee edge run` in a folder of its own."""

    name: str
    folder: Path
    gate: Gate
    has_own_disk: bool
    process: "subprocess.Popen[bytes] | None" = None
    _ballast: Path = field(init=False)

    def __post_init__(self) -> None:
        """The file that fills the disk up."""
        self._ballast = self.folder / "ballast"

    def start(self) -> None:
        """Serve, and wait until it does."""
        with (self.folder.parent / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(MATINEE), "edge", "run"], env=_env(self.folder), stdout=log, stderr=log
            )
        until_well(f"{self.gate.url}/edge/health", f"the edge {self.name}", _START_S)

    def kill(self) -> None:
        """`kill -9` of all that runs there."""
        if self.process is None:
            return
        below = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        for one in below:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait(10)
        self.process = None

    def fill_disk(self) -> None:
        """Leave no room, and nothing in the cache that needs none."""
        for kept in (self.folder / "edge" / "cache").iterdir():
            shutil.rmtree(kept, ignore_errors=True)
        with contextlib.suppress(OSError), self._ballast.open("wb") as ballast:
            while True:
                ballast.write(bytes(_CHUNK))

    def free_disk(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)

    def stop(self) -> None:
        """End it in its own time."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(_STOP_S)
            self.process = None


@contextlib.contextmanager
def joined(service: Running, root: Path, number: int) -> Iterator[Home]:
    """A host that has joined the service and serves; on a small disk of its own for root.

    It has an address of its own and the service's port: players that know Content Steering
    put one host in the place of another.
    """
    name, port = f"edge-{number}", ports.free()
    folder = root / name
    folder.mkdir()
    has_own_disk = os.geteuid() == 0 and _mounted(folder)
    folder.chmod(0o711)
    gate = Gate((f"127.0.0.{number + 1}", service.port), port)
    home = Home(name, folder, gate, has_own_disk)
    try:
        invite = [str(MATINEE), "edge", "invite", name, "--url", gate.url]
        told = subprocess.run(invite, env=service.env, capture_output=True, text=True, check=True)
        found = _INVITED.search(told.stdout)
        if found is None:
            raise SystemExit(f"no invitation: {told.stdout}{told.stderr}")
        join = [str(MATINEE), "edge", "join", found[1], "--token", found[2], "--no-run"]
        join += ["--url", gate.url, "--listen", f"127.0.0.1:{port}"]
        subprocess.run(join, env=_env(folder), check=True, capture_output=True)
        home.start()
        yield home
    finally:
        home.stop()
        gate.close()
        if has_own_disk:
            subprocess.run(["umount", str(folder)], check=False)  # noqa: S607


def _mounted(folder: Path) -> bool:
    mount = ["mount", "-t", "tmpfs", "-o", _DISK, "tmpfs", str(folder)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


def _env(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MATINEE_")}
    return {**kept, "MATINEE_HOME": str(folder)}
