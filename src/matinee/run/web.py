"""The web process: granian with every service mounted, or with some."""

import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from matinee.kernel import settings
from matinee.run import edge, services
from matinee.run.scaling import loads

BLOCKING_THREADS = 8
# Granian's "backpressure" counts connections, those included that nginx keeps open for later. With
# no more of them than nginx keeps, whoever opens another one waits until one of those is closed.
CONNECTIONS_MAX = 2048
# Who waits is let in by what it is worth (kernel.load), so that the system must turn nobody away.
_BACKLOG = 2048
# Beside connections: sockets of engines, files, modules as they are loaded.
_OTHER_FILES = 1024
_DRAIN_S = 10
# The folder above lets only Matinee and the edge's user through.
_SOCKET_RIGHTS = "666"


def command(listen: str | None, workers: int, number: int = 1) -> list[str]:
    """Granian's command line: at the socket of this copy, or at `listen` (HOST:PORT)."""
    where = listening(listen, edge.web_socket(settings.get(), number))
    return [
        *(str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", *where),
        *("--workers", str(workers), "--blocking-threads", str(BLOCKING_THREADS)),
        *("--backlog", str(_BACKLOG), "--backpressure", str(CONNECTIONS_MAX), "--http", "1"),
        *("--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", str(_DRAIN_S)),
        *("--log-level", "error", "matinee.run.wsgi:app"),
    ]


def listening(listen: str | None, socket: Path) -> list[str]:
    """Granian's options for listening at HOST:PORT, or else at a socket of this machine."""
    if listen is None:
        return ["--uds", str(socket), "--uds-permissions", _SOCKET_RIGHTS]
    host, _, port = listen.rpartition(":")
    return ["--host", host.strip("[]"), "--port", port]


def serve(listen: str | None, workers: int, chosen: Sequence[str], number: int) -> None:
    """Become a web server of the services `chosen`, or of all; does not return."""
    os.environ[services.CHOSEN_VARIABLE] = ",".join(chosen)
    loads.will_serve(chosen)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = CONNECTIONS_MAX + _OTHER_FILES
    wanted = enough if most == resource.RLIM_INFINITY else min(most, enough)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    arguments = command(listen, workers, number)
    os.execv(arguments[0], arguments)  # noqa: S606 - granian's own process, without a shell
