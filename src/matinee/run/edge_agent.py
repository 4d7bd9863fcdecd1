"""An edge host: nginx and its agent under one supervisor, from what joining left in its folder."""

import os
import signal
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

from matinee.contracts.agents import EdgeConfiguration, MediaKey
from matinee.delivery.agent.control import Control
from matinee.delivery.agent.folder import EdgeFolder, Identity, Owner, write_whole
from matinee.delivery.agent.loop import Agent
from matinee.kernel import binaries, logs
from matinee.kernel.edge_tokens import fill_token
from matinee.kernel.key_rings import Key
from matinee.kernel.settings import Settings
from matinee.run import edge_host, nginx_pids, readiness
from matinee.run.answering import Answering
from matinee.run.doors import Doors
from matinee.run.edge_host import Certificate, EdgeHost, Keys
from matinee.run.process import Process
from matinee.run.spawning import CannotStartError, User, check_reachable, engine_user
from matinee.run.up import alone, supervise

_SMALL = {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"}


class Nginx:
    """The nginx beside an agent; see `matinee.delivery.agent.server.Server`."""

    def __init__(self, folder: EdgeFolder, identity: Identity, user: User | None) -> None:
        self._folder = folder
        self._identity = identity
        self._user = user
        self._trusted = folder.root / "agent" / "trusted.pem"
        host, _, port = identity.listen.rpartition(":")
        here = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
        self._answering = Answering(
            here.strip("[]"), int(port), is_secure=identity.certificate is not None
        )

    def configure(self, configuration: EdgeConfiguration) -> None:
        """Write what nginx reads, and have a running one load it."""
        self.prepare(configuration)
        edge_host.reload(self.host(configuration))

    def prepare(self, configuration: EdgeConfiguration) -> EdgeHost:
        """Write what nginx reads, before it starts."""
        host = self.host(configuration)
        keys = Keys(
            media=_keys(configuration.media_keys),
            fill=_keys(configuration.fill_keys),
            fill_token=fill_token(_keys(configuration.fill_keys)[0], self._identity.edge_id),
        )
        write_whole(self._trusted, _authorities(self._folder.authority))
        edge_host.prepare(host, keys)
        return host

    def host(self, configuration: EdgeConfiguration) -> EdgeHost:
        """The host as the template sees it."""
        own = self._identity
        tls = None
        if own.certificate is not None and own.certificate_key is not None:
            tls = Certificate(own.certificate, own.certificate_key)
        shields = (shield.base_url for shield in configuration.shields)
        return EdgeHost(
            folder=self._folder.root,
            role="shield" if configuration.role == "shield" else "edge",
            listen=(own.listen,),
            service=configuration.app_origins[0],
            sources=(*shields, configuration.origin_url),
            tls=tls,
            authority=self._trusted,
            user=self._user,
        )

    def reopen_logs(self) -> None:
        """Have nginx write to a new log."""
        configuration = self._folder.recall().configuration
        if configuration is not None:
            edge_host.reopen_log(self.host(configuration))

    def is_serving(self) -> bool:
        """Whether nginx answers on this host."""
        return self._answering.at("/edge/health")


def folder_of(settings: Settings) -> EdgeFolder:
    """Where an edge host keeps what is its own."""
    user = engine_user(settings)
    owner = None if user is None else Owner(user.uid, user.gid)
    return EdgeFolder(settings.home / "edge", owner)


def run(settings: Settings) -> int:
    """Run nginx and its agent until stopped; the exit code."""
    nginx = _nginx(settings)
    identity = _identity(folder_of(settings))
    greeting = f"the edge {identity.name} serves at {identity.base_url}; Ctrl-C stops it"
    return alone(
        settings,
        lambda: supervise(settings, _processes(settings, nginx), identity.listen, greeting),
    )


def look(settings: Settings) -> None:
    """CannotStartError where this host is no edge, or this release's nginx cannot serve here."""
    _identity(folder_of(settings))
    check_reachable(binaries.find("nginx"), engine_user(settings))


def unanswered(settings: Settings) -> Iterator[str]:
    """What does not work of this edge, a sentence each, asked as a viewer would."""
    identity = _identity(folder_of(settings))
    if not _nginx(settings).is_serving():
        yield f"The edge {identity.name} does not answer at {identity.listen}."


def run_agent(settings: Settings) -> None:
    """Be the agent until told to stop."""
    logs.set_up(settings)
    folder = folder_of(settings)
    identity = _identity(folder)
    folder.prepare()
    agent = Agent(folder, identity, _nginx(settings), Control(folder, identity))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: agent.stop())
    readiness.announce()
    agent.run()


def _processes(settings: Settings, nginx: Nginx) -> list[Process]:
    folder = folder_of(settings)
    configuration = folder.recall().configuration
    if configuration is None:
        raise CannotStartError(_NOT_JOINED)
    root = folder.root
    edge = Process(
        "edge",
        tuple(edge_host.command(nginx.host(configuration), "{n}")),
        prepare=lambda number: _prepare(folder, nginx, number),
        is_ready=lambda number: nginx_pids.has_workers(root, number) and nginx.is_serving(),
        is_alive=lambda _: nginx.is_serving(),
        doors=Doors(_identity(folder).listen),
        overlaps=True,
        is_quiet=True,
        stop_signal=signal.SIGQUIT,  # nginx's "quit": answers what was asked, then ends
    )
    return [edge, _agent(settings)]


def _agent(settings: Settings) -> Process:
    own = Path(sys.executable).parent
    env = {
        **_SMALL,
        "MATINEE_HOME": str(settings.home),
        "PATH": f"{own}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    command = (sys.executable, "-m", "matinee.run.cli", "edge", "agent")
    return Process("agent", command, env=env, stop_timeout_s=45.0)


def _prepare(folder: EdgeFolder, nginx: Nginx, number: int) -> None:
    nginx_pids.forget_killed(folder.root, number)
    configuration = folder.recall().configuration
    if configuration is not None:
        nginx.prepare(configuration)


def _nginx(settings: Settings) -> Nginx:
    folder = folder_of(settings)
    return Nginx(folder, _identity(folder), engine_user(settings))


def _identity(folder: EdgeFolder) -> Identity:
    identity = folder.identity
    if identity is None:
        raise CannotStartError(_NOT_JOINED)
    return identity


def _authorities(own: Path) -> str:
    """Whom nginx believes further up: what the machine believes, and the service's own."""
    machines = ssl.get_default_verify_paths().cafile
    texts = [Path(machines).read_text()] if machines and Path(machines).is_file() else []
    return "\n".join([*texts, own.read_text()])


def _keys(told: list[MediaKey]) -> list[Key]:
    return [Key(one.kid, one.key, signs_from_s=0) for one in told]


_NOT_JOINED = (
    "This host is no edge yet. On the service's machine, `matinee edge invite NAME` says the"
    " command that makes it one."
)
