"""The web process: granian with every service mounted, or with some."""

import os
import resource
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from matinee.kernel import settings
from matinee.kernel.load.limit import THREADS
from matinee.run import edge, services
from matinee.run.scaling import loads

# Granian's "backpressure" counts connections, those included that nginx keeps open for later. With
# no more of them than nginx keeps, whoever opens another one waits until one of those is closed.
CONNECTIONS_MAX = 2048
# Who waits is let in by what it is worth (kernel.load), so that the system must turn nobody away.
_BACKLOG = 2048
# Beside connections: sockets of engines, files, modules as they are loaded.
_OTHER_FILES = 1024
_DRAIN_S = 10
# The folder above lets only Matinee and the edge's user through.
_SOCKET_RIGHTS = 0o666


def listening(listen: str | None, socket: Path) -> dict[str, Any]:
    """Granian's options for listening at HOST:PORT, or else at a socket of this machine."""
    if listen is None:
        return {"uds": socket, "uds_permissions": _SOCKET_RIGHTS}
    host, _, port = listen.rpartition(":")
    return {"address": host.strip("[]"), "port": int(port)}


def answer(app: str, threads: int, **options: Any) -> None:
    """Answer with a WSGI app until told to stop; `options` are granian's."""
    Granian(
        app,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        **options,
    ).serve()


def serve(listen: str | None, workers: int, chosen: Sequence[str], number: int) -> None:
    """Serve the services `chosen`, or all, until told to stop."""
    os.environ[services.CHOSEN_VARIABLE] = ",".join(chosen)
    loads.will_serve(chosen)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = CONNECTIONS_MAX + _OTHER_FILES
    wanted = enough if most == resource.RLIM_INFINITY else min(most, enough)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    answer(
        "matinee.run.wsgi:app",
        THREADS,
        workers=workers,
        backlog=_BACKLOG,
        backpressure=CONNECTIONS_MAX,
        respawn_failed_workers=True,
        workers_kill_timeout=_DRAIN_S,
        **listening(listen, edge.web_socket(settings.get(), number)),
    )
