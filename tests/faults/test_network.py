"""The network is cut: between the services and their engines, on hosts of their own.

Hosts are network namespaces with a link between them that nobody else sees; a cut drops what is
sent, in both directions, and tells nobody.
"""

import ctypes
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from matinee.kernel.settings import Settings
from matinee.run import engines, spawning
from tests.faults.conftest import copied, used
from tests.faults.recording import Row
from tests.faults.trial import Fault, Trial
from tests.patience import PATIENCE_S, until
from tests.throwaway import linked

pytestmark = pytest.mark.engines

GROUP = "Network cut"
HERE, THERE = "10.78.0.1", "10.78.0.2"
PORTS = {"postgres": 5432, "valkey": 6379}
_NEW_NET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=PATIENCE_S)


@contextmanager
def inside(name: str) -> Iterator[None]:
    """Let this thread, and what it starts, be in a namespace."""
    with Path("/proc/thread-self/ns/net").open() as own, Path(f"/run/netns/{name}").open() as other:
        _enter(other.fileno())
        try:
            yield
        finally:
            _enter(own.fileno())


def _enter(handle: int) -> None:
    if _libc.setns(handle, _NEW_NET):
        raise OSError(ctypes.get_errno(), "setns")


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[str, str]]:
    """The names of two namespaces with a link: of the services, and of the engines."""
    if os.geteuid() != 0 or not (shutil.which("ip") and shutil.which("iptables")):
        pytest.skip("networks that are cut: only root can, with ip and iptables")
    here, there = (f"matinee-{os.getpid()}-{end}" for end in ("here", "there"))
    with ExitStack() as stack:
        for name in (here, there):
            ip("netns", "add", name)
            stack.callback(ip, "netns", "del", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", here, "link", "add", "link0", "type", "veth", "peer", "link0", "netns", there)
        for name, address in ((here, HERE), (there, THERE)):
            ip("-n", name, "address", "add", f"{address}/30", "dev", "link0")
            ip("-n", name, "link", "set", "link0", "up")
        stack.callback(linked.clear)
        linked.update((HERE, THERE))
        yield here, there


@pytest.fixture(scope="module")
def trial(master: Path, at_home: Path, hosts: tuple[str, str], rows: list[Row]) -> Iterator[Trial]:
    here, there = hosts
    engines_home = at_home / "elsewhere"
    engines_home.mkdir(mode=0o711)
    copied(master, engines_home)
    with inside(there):
        started = _engines(Settings(home=engines_home))
    secret = quote((engines_home / "secrets" / "database_password").read_text().strip())
    urls = {
        "MATINEE_DATABASE_URL": f"postgresql://matinee:{secret}@{THERE}:{PORTS['postgres']}/",
        "MATINEE_REDIS_URL": f"redis://{THERE}:{PORTS['valkey']}",
    }
    try:
        with inside(here), used(at_home, rows, urls) as found:
            yield found
    finally:
        for child in started:
            child.send_signal(signal.SIGINT)
        for child in started:
            child.wait(PATIENCE_S)


def _engines(settings: Settings) -> list["subprocess.Popen[bytes]"]:
    """PostgreSQL and Valkey, listening on their end of the link."""
    engines.prepare_folders(settings)
    engines.prepare_postgres(settings)
    engines.prepare_valkey(settings)
    with (settings.home / "postgres" / "pg_hba.conf").open("a") as file:
        file.write(f"host all all {HERE}/30 scram-sha-256\n")
    listening = ("-c", f"listen_addresses={THERE}")
    bound = ("--bind", THERE, "--port", str(PORTS["valkey"]), "--protected-mode", "no")
    user = spawning.engine_user(settings)
    started = [
        subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **spawning.options(user))
        for command in (
            [*engines.postgres_command(settings), *listening],
            [*engines.valkey_command(settings), *bound],
        )
    ]
    until(lambda: engines.postgres_is_ready(settings) and engines.valkey_is_ready(settings))
    return started


@pytest.mark.parametrize("engine", PORTS)
def test_an_engine_cannot_be_reached(trial: Trial, hosts: tuple[str, str], engine: str) -> None:
    """Nobody waits for ever for an answer that is on its way, and all find back by themselves."""
    rules = [
        (chain, way, THERE, "-p", "tcp", port, str(PORTS[engine]), "-j", "DROP")
        for chain, way, port in (("OUTPUT", "-d", "--dport"), ("INPUT", "-s", "--sport"))
    ]

    def cut() -> None:
        for rule in rules:
            ip("netns", "exec", hosts[0], "iptables", "-A", *rule)
        # Until those who asked noticed.
        kind = "press of play"
        began_s = max(one.ended_s for one in trial.household.asking.since(0.0, kind))
        until(lambda: len(trial.household.asking.bad(began_s, kind)) > 2)

    def mend() -> None:
        for rule in rules:
            ip("netns", "exec", hosts[0], "iptables", "-D", *rule)

    trial.of(Fault(GROUP, f"between the services and {engine}, mended", cut, undo=mend))
