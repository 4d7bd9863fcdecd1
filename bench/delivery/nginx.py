"""nginx as a benchmark starts it: an origin, a shield, an edge, or nothing but files."""

import contextlib
import os
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from bench import ports
from matinee.delivery import authority
from matinee.kernel import binaries, clock, ids
from matinee.kernel.edge_tokens import FillTokens, MediaTokens
from matinee.kernel.key_rings import Key
from matinee.kernel.settings import Settings
from matinee.kernel.tokens import signing
from matinee.run import edge, edge_host, engines, spawning
from matinee.run.edge_host import Certificate, EdgeHost, Keys

_START_S = 10.0
_PLAIN = """daemon off; {user}
worker_processes 1; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 512; }}
http {{
    sendfile on; tcp_nopush on; access_log off; open_file_cache max=1000 inactive=30s;
    keepalive_requests 1000000; types {{ video/iso.segment m4s; }}
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{port}{tls}; root "{root}"; }}
}}
"""


_SECURED = """ ssl; ssl_certificate "{tls.certificate}"; ssl_certificate_key "{tls.key}";
    ssl_protocols TLSv1.3; ssl_buffer_size 16k"""


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

    def certificate(self) -> Certificate:
        """A certificate for this machine's own address, as edges get from the service."""
        key = signing.new_pem()
        request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
        own = signing.private_key(Key("bench", key, 0))
        pem = request.sign(own, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        issued = authority.of(self.home.secrets).issue(pem.decode(), "127.0.0.1")
        made = Certificate(self._folder / "tls.pem", self._folder / "tls.key")
        made.certificate.write_text(issued.pem)
        made.key.write_text(key)
        return made

    def trusting(self) -> ssl.SSLContext:
        """What believes such certificates, and no others."""
        return ssl.create_default_context(cadata=authority.of(self.home.secrets).pem)

    def host(self, name: str, role: str, *sources: str, tls: Certificate | None = None) -> EdgeHost:
        """An edge or shield, ready to be started."""
        made = EdgeHost(
            folder=self._folder / name,
            role="shield" if role == "shield" else "edge",
            listen=(f"127.0.0.1:{ports.free()}",),
            service=self.origin,
            sources=sources or (self.origin,),
            tls=tls,
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
        with running(edge.command(self.home), self.home.address) as pid:
            yield pid

    @contextlib.contextmanager
    def serving_plain(
        self, root: Path, tls: Certificate | None = None
    ) -> Iterator[tuple[str, int]]:
        """The same program with nothing but files; gives its address and process."""
        port = ports.free()
        folder = self._folder / f"plain-{port}"
        folder.mkdir()
        user = "user root;" if os.geteuid() == 0 else ""
        secured = "" if tls is None else _SECURED.format(tls=tls)
        text = _PLAIN.format(folder=folder, port=port, root=root, user=user, tls=secured)
        (folder / "nginx.conf").write_text(text)
        command = [str(binaries.find("nginx")), "-e", "stderr", "-p", f"{folder}/"]
        with running([*command, "-c", str(folder / "nginx.conf")], f"127.0.0.1:{port}") as pid:
            yield f"127.0.0.1:{port}", pid


@contextlib.contextmanager
def running(command: list[str], address: str) -> Iterator[int]:
    """An nginx until the block ends; it has begun when somebody takes connections there."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            deadline_s = clock.monotonic_s() + _START_S
            while not _listens(address) and clock.monotonic_s() < deadline_s:
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


def _listens(address: str) -> bool:
    host, _, port = address.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0
