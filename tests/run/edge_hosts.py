"""A small delivery network on this machine: real nginx in all three roles, each on a port."""

import contextlib
import json
import signal
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench import ports
from matinee.kernel import clock
from matinee.kernel.edge_tokens import FillTokens, MediaTokens
from matinee.kernel.settings import Settings
from matinee.run import edge, edge_host, engines, spawning
from matinee.run.edge_host import EdgeHost, Keys
from tests.patience import PATIENCE_S, until

# nginx writes its log every second.
LOGGED_S = 1.3


@dataclass
class Network:
    """The origin, a shield before it and an edge before that."""

    home: Settings
    shield: EdgeHost
    edge: EdgeHost
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def keys(self) -> Keys:
        fill = FillTokens(self.home.secrets)
        media = MediaTokens(self.home.secrets).ring
        return Keys(media.keys(), fill.ring.keys(), fill.issue(uuid4()))

    def put(self, path: str, content: bytes) -> None:
        """A file of the origin's."""
        file = self.home.home / "media" / "packages" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def token(self, package: str) -> str:
        return MediaTokens(self.home.secrets).issue(uuid4(), package)[0]

    def url(self, path: str, token: str | None = None) -> str:
        """Where a viewer asks the edge for a file."""
        token = token or self.token(path.partition("/")[0])
        return f"http://{self.edge.listen[0]}/media/{token}/{path}"

    def get(self, path: str, **headers: str) -> httpx.Response:
        return asked(self.url(path), headers=headers)

    def fills_of(self, who: str, path: str, count: int) -> list[dict[str, Any]]:
        """What `origin`, `shield` or `edge` was asked for a file: so often, and no more often."""
        folders = {"origin": self.home.home, "shield": self.shield.folder, "edge": self.edge.folder}
        log = folders[who] / "log" / "requests.log"

        def told() -> list[dict[str, Any]]:
            lines = [json.loads(line) for line in log.read_text().splitlines()]
            return [line for line in lines if line["p"] == f"/{path}"]

        until(lambda: len(told()) >= count, told)
        clock.pause(LOGGED_S)
        found = told()
        assert len(found) == count, found
        return found

    def admit(self, package: str, folder: str, number: int) -> None:
        """Have the edge keep a range when it is asked for it."""
        shelf = self.edge.folder / "admitted" / package / folder
        shelf.mkdir(parents=True, exist_ok=True)
        (shelf / str(number)).touch()

    def stop(self, who: str) -> None:
        child = self.running.pop(who)
        child.send_signal(signal.SIGQUIT)
        child.wait(PATIENCE_S)

    def start(self, who: str) -> None:
        if who == "origin":
            self.running[who] = started(edge.command(self.home), f"http://{self.home.address}")
        else:
            host = self.shield if who == "shield" else self.edge
            self.running[who] = started(edge_host.command(host), f"http://{host.listen[0]}")


def asked(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """What is answered; however much the machine does meanwhile."""
    return httpx.get(url, timeout=PATIENCE_S, headers=headers)


def started(command: list[str], url: str, authority: Path | None = None) -> subprocess.Popen[bytes]:
    """A running nginx that answers."""
    child = subprocess.Popen(command, **spawning.options(None))
    context = ssl.create_default_context(cafile=authority)
    until(lambda: child.poll() is not None or answers(url, context))
    assert child.poll() is None
    return child


def answers(url: str, context: ssl.SSLContext) -> bool:
    """Whether nginx says that it is well."""
    try:
        return httpx.get(f"{url}/edge/health", timeout=PATIENCE_S, verify=context).is_success
    except httpx.TransportError:
        return False


@contextlib.contextmanager
def network(folder: Path) -> Iterator[Network]:
    """All three, running."""
    folder.chmod(0o711)
    home = Settings(home=folder / "h", address=f"127.0.0.1:{ports.free()}", media_url="")
    home.home.mkdir()
    engines.prepare_folders(home)
    user = spawning.engine_user(home)
    origin = f"http://{home.address}"
    shielded, served = (f"127.0.0.1:{ports.free()}" for _ in range(2))
    shield = EdgeHost(folder / "shield", "shield", (shielded,), origin, (origin,), user=user)
    at_edge = (f"http://{shielded}", origin)
    own = EdgeHost(folder / "edge", "edge", (served,), origin, at_edge, user=user)
    chain = Network(home, shield, own)
    edge.prepare(home)
    for host in (shield, own):
        edge_host.prepare(host, chain.keys())
    try:
        for who in ("origin", "shield", "edge"):
            chain.start(who)
        yield chain
    finally:
        for child in chain.running.values():
            child.terminate()
            child.wait(PATIENCE_S)


def self_signed(key_file: Path) -> bytes:
    """A certificate for localhost, its key written to a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    return certificate.public_bytes(serialization.Encoding.PEM)
