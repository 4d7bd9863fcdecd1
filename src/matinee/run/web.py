"""The web process: granian with every service mounted."""

import os
import sys
from pathlib import Path

from matinee.kernel import settings
from matinee.run import edge

BLOCKING_THREADS = 8
# More requests than this at once wait in the backlog.
_AT_ONCE_MAX = 64
_BACKLOG = 256
_DRAIN_S = 10
# The folder above lets only Matinee and the edge's user through.
_SOCKET_RIGHTS = "666"


def command(listen: str | None, workers: int) -> list[str]:
    """Granian's command line: at the machine's socket, or at `listen` (HOST:PORT)."""
    if listen is None:
        path = edge.web_socket(settings.get())
        where = ["--uds", str(path), "--uds-permissions", _SOCKET_RIGHTS]
    else:
        host, _, port = listen.rpartition(":")
        where = ["--host", host.strip("[]"), "--port", port]
    return [
        *(str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", *where),
        *("--workers", str(workers), "--blocking-threads", str(BLOCKING_THREADS)),
        *("--backlog", str(_BACKLOG), "--backpressure", str(_AT_ONCE_MAX), "--http", "1"),
        *("--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", str(_DRAIN_S)),
        *("--log-level", "error", "matinee.run.wsgi:app"),
    ]


def serve(listen: str | None, workers: int) -> None:
    """Become the web server; does not return."""
    arguments = command(listen, workers)
    os.execv(arguments[0], arguments)  # noqa: S606 - granian's own process, without a shell
