"""nginx as a benchmark starts it: an origin, a shield, an edge, or nothing but files."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from bench import ports
from matinee.kernel import binaries, clock, ids
from matinee.kernel.edge_tokens import FillTokens, MediaTokens
from matinee.kernel.settings import Settings
from matinee.run import edge, edge_host, engines, spawning
from matinee.run.edge_host import EdgeHost, Keys

_START_S = 10.0
_PLAIN = """daemon off; {user}
worker_processes 1; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 512; }}
http {{
    sendfile on; tcp_nopush on; access_log off; open_file_cache max=1000 inactive=30s;
    keepalive_requests 1000000; types {{ video/iso.segment m4s; }}
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{port}; root "{root}"; }}
}}
"""


class Hosts:
    """Makes hosts below one folder, which know each other's keys."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self._folder = folder
        home = folder / "home"
        home.mkdir()
        self.home = Settings(home=home, address=f"127.0.0.1:{ports.free()}", media_url="")
        engines.prepare_folders(self.home)

    @property
    def origin(self) -> str:
        """The address of the one-machine edge, which is the origin of others."""
        return f"http://{self.home.address}"

    @property
    def packages(self) -> Path:
        """The origin's."""
        return self.home.home / "media" / "packages"

    def token(self, package: str) -> str:
        """A media token of a session of its own."""
        return MediaTokens(self.home.secrets).issue(ids.uuid7(), package)[0]

    def host(self, name: str, role: str, *sources: str) -> EdgeHost:
        """An edge or shield, ready to be started."""
        made = EdgeHost(
            folder=self._folder / name,
            role="shield" if role == "shield" else "edge",
            listen=(f"127.0.0.1:{ports.free()}",),
            service=self.origin,
            sources=sources or (self.origin,),
            user=spawning.engine_user(self.home),
        )
        fill, media = FillTokens(self.home.secrets), MediaTokens(self.home.secrets).ring
        keys = Keys(media.keys(), fill.ring.keys(), fill.issue(ids.uuid7()))
        edge_host.prepare(made, keys)
        return made

    @contextlib.contextmanager
    def serving_origin(self) -> Iterator[int]:
        """The origin, running; gives its process."""
        edge.prepare(self.home)
        with running(edge.command(self.home), self.origin) as pid:
            yield pid

    @contextlib.contextmanager
    def serving_plain(self, root: Path) -> Iterator[tuple[str, int]]:
        """The same program with nothing but files; gives its address and process."""
        port, folder = ports.free(), self._folder / "plain"
        folder.mkdir()
        user = "user root;" if os.geteuid() == 0 else ""
        text = _PLAIN.format(folder=folder, port=port, root=root, user=user)
        (folder / "nginx.conf").write_text(text)
        command = [str(binaries.find("nginx")), "-e", "stderr", "-p", f"{folder}/"]
        url = f"http://127.0.0.1:{port}"
        with running([*command, "-c", str(folder / "nginx.conf")], url) as pid:
            yield url, pid


@contextlib.contextmanager
def running(command: list[str], url: str) -> Iterator[int]:
    """An nginx until the block ends."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            deadline_s = clock.monotonic_s() + _START_S
            while not _answers(url) and clock.monotonic_s() < deadline_s:
                clock.pause(0.05)
            yield process.pid
        finally:
            process.terminate()


def cpu_s(pid: int) -> float:
    """CPU seconds that an nginx has taken so far, with its workers."""
    family = (pid, *(child.pid for child in psutil.Process(pid).children(recursive=True)))
    # The scheduler's own count, in nanoseconds; a process's times come in hundredths of a second.
    files = (Path("/proc") / str(each) / "schedstat" for each in family)
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9


def _answers(url: str) -> bool:
    try:
        httpx.get(f"{url}/edge/health", timeout=2, trust_env=False)
    except httpx.TransportError:
        return False
    return True
