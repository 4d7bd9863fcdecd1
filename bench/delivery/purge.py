"""How long it takes until a title that is taken down lies nowhere: 100 agents, one service.

A whole service as `matinee up` starts it, and a hundred hosts that joined it, each with its
own folder and its own agent from the product, in a few processes of this machine. Only
nginx is left out: a takedown is a marker and an unlink, which nginx sees in the folder.
Every agent holds a film; then the title is taken down by the API that Studio uses. The time
runs from the request to the moment when the last folder has neither file nor way to get it.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from bench import ports
from bench.figures import Figure
from bench.start import MATINEE
from bench.viewing import until_well
from matinee.contracts.agents import EdgeConfiguration
from matinee.contracts.delivery import Invitation, InvitationDraft, Takedown, TakedownDraft
from matinee.delivery.agent.control import Control
from matinee.delivery.agent.folder import EdgeFolder
from matinee.delivery.agent.joining import Wish, join
from matinee.delivery.agent.loop import Agent
from matinee.kernel import clock, ids
from matinee.kernel.clients import Client
from matinee.kernel.tokens import AccessTokens, Caller

AGENTS = 100
_PROCESSES = 2
_SEGMENTS = 200
_SEGMENT_BYTES = 20_000
_START_S, _STOP_S, _OBEYED_S = 180.0, 60, 60.0
_LOOK_S = 0.02


def measure() -> list[Figure]:
    """Seconds to the last agent, and to the middle one."""
    with _service() as (home, url):
        title_id, package = _film(home)
        hosts = [_host(home, url, number, package) for number in range(AGENTS)]
        with _agents(home):
            clock.pause(2.0)  # between two bells, not just after one
            took_s = sorted(_take_down(home, url, title_id, package, hosts))
    return [
        Figure(f"purge of a title on {AGENTS} agents: the last", round(took_s[-1], 2), "s", "<= 5"),
        Figure("purge of a title: the agent in the middle", round(took_s[AGENTS // 2], 2), "s"),
    ]


def _take_down(
    home: Path, url: str, title_id: str, package: str, hosts: list[EdgeFolder]
) -> list[float]:
    """When each host was rid of it, in seconds since the request was sent."""
    done: dict[int, float] = {}
    started_s = clock.monotonic_s()
    draft = TakedownDraft.model_validate({"title_id": title_id, "reason": "measured"})
    with _operator(home, url) as client:
        ordered = client.ask(Takedown, "POST", "/api/delivery/takedowns", body=draft)
    if ordered.packages != [package] or ordered.edges != AGENTS:
        raise SystemExit(f"the takedown is about something else: {ordered}")
    while len(done) < AGENTS and clock.monotonic_s() - started_s < _OBEYED_S:
        for number, folder in enumerate(hosts):
            is_gone = folder.is_refused(package) and not (folder.packages / package).exists()
            if number not in done and is_gone:
                done[number] = clock.monotonic_s() - started_s
        clock.pause(_LOOK_S)
    if len(done) < AGENTS:
        raise SystemExit(f"only {len(done)} of {AGENTS} agents obeyed within {_OBEYED_S:.0f} s")
    return list(done.values())


@contextlib.contextmanager
def _service() -> Iterator[tuple[Path, str]]:
    with tempfile.TemporaryDirectory(prefix="matinee-bench-", ignore_cleanup_errors=True) as name:
        home, url = Path(name), f"http://127.0.0.1:{ports.free()}"
        home.chmod(0o711)
        with (home / "up.log").open("ab") as log:
            env = _environment(home) | {"MATINEE_ADDRESS": url.removeprefix("http://")}
            process = subprocess.Popen([str(MATINEE), "up"], env=env, stdout=log, stderr=log)
        try:
            until_well(f"{url}/api/delivery/readyz", "the service", _START_S)
            yield home, url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=_STOP_S)


def _film(home: Path) -> tuple[str, str]:
    """A title and its package, told to `delivery` as the catalogue tells it."""
    package = str(ids.uuid7())
    folder = home / "media" / "packages" / package / "v720"
    folder.mkdir(parents=True)
    for number in range(1, _SEGMENTS + 1):
        (folder / f"{number}.m4s").write_bytes(os.urandom(_SEGMENT_BYTES))
    said = subprocess.run(
        [sys.executable, "-m", "bench.delivery.purge", "tell", package],
        env=_environment(home),
        check=True,
        capture_output=True,
        text=True,
    )
    return said.stdout.split()[-1], package


def _host(home: Path, url: str, number: int, package: str) -> EdgeFolder:
    """A host that joined, with the film in its store."""
    draft = InvitationDraft(id=f"edge-{number}", base_url=f"http://127.0.0.1:{20_000 + number}")
    with _operator(home, url) as client:
        token = client.ask(Invitation, "POST", "/api/delivery/invitations", body=draft).token
    folder = EdgeFolder(home / "hosts" / str(number))
    join(folder, Wish(url, token))
    (folder.packages / package).mkdir()
    source = home / "media" / "packages" / package / "v720"
    target = folder.packages / package / "v720"
    target.mkdir()
    for path in source.iterdir():
        os.link(path, target / path.name)
    return folder


def _operator(home: Path, url: str) -> Client:
    who = Caller(ids.uuid7(), ids.uuid7(), roles=frozenset({"owner"}))
    return Client(url, token=AccessTokens(home / "secrets").issue(who)[0])


@contextlib.contextmanager
def _agents(home: Path) -> Iterator[None]:
    """All agents, a share of them in each process; back when each has reported."""
    children = []
    for number in range(_PROCESSES):
        command = [sys.executable, "-m", "bench.delivery.purge", "agents", str(number)]
        env = _environment(home)
        children.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True))
    try:
        for child in children:
            if child.stdout is None or not child.stdout.readline():
                raise SystemExit("the agents ended")
        yield
    finally:
        for child in children:
            child.terminate()
            child.wait(timeout=_STOP_S)


def _environment(home: Path) -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("MATINEE_")}
    return env | {"MATINEE_HOME": str(home), "MATINEE_LOG_LEVEL": "WARNING"}


class _NoNginx:
    """nginx is not measured here."""

    def configure(self, configuration: EdgeConfiguration) -> None:
        """Nothing loads it."""

    def reopen_logs(self) -> None:
        """Nothing writes them."""

    def is_serving(self) -> bool:
        """Always: nobody asks."""
        return True


def _be_agents(share: int) -> None:
    """Live as many agents until told to end."""
    home = Path(os.environ["MATINEE_HOME"])
    agents = []
    for number in range(share, AGENTS, _PROCESSES):
        folder = EdgeFolder(home / "hosts" / str(number))
        identity = folder.identity
        if identity is None:
            raise SystemExit(f"{folder.root} is no edge")
        agents.append(Agent(folder, identity, _NoNginx(), Control(folder, identity)))
    threads = [threading.Thread(target=agent.run, daemon=True) for agent in agents]
    for thread in threads:
        thread.start()
    while any(not _has_reported(home, number) for number in range(share, AGENTS, _PROCESSES)):
        clock.pause(0.2)
    print("ready", flush=True)
    signal.pause()


def _has_reported(home: Path, number: int) -> bool:
    memory = home / "hosts" / str(number) / "agent" / "memory.json"
    with contextlib.suppress(ValueError):
        return bool(json.loads(memory.read_text())["sequence"])
    return False


def _tell(package: str) -> None:
    """Let `delivery` of this home hear of a published title with the package."""
    # Django is set up for the home that the environment names, in this process only.
    from matinee.run.django_setup import set_up  # noqa: PLC0415

    set_up()
    from matinee.delivery import actions  # noqa: PLC0415
    from matinee.kernel import settings  # noqa: PLC0415
    from matinee.kernel.databases import transaction_of  # noqa: PLC0415
    from matinee.kernel.storage import open_storage  # noqa: PLC0415
    from tests.playback.conftest import title_event  # noqa: PLC0415

    event = title_event(package=f"packages/{package}", status="published", duration_s=1200.0)
    with transaction_of("delivery"):
        actions.title_keep(event)
    actions.packages_index(open_storage(settings.get()))
    print(event.title.id)


if __name__ == "__main__":
    if sys.argv[1] == "tell":
        _tell(sys.argv[2])
    else:
        _be_agents(int(sys.argv[2]))
