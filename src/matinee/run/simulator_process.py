"""The payment simulator as a process: granian with one app."""

import os
import sys
from pathlib import Path

from matinee.billing.gateways.chosen import SOCKET
from matinee.kernel import settings

# The folder above lets only Matinee and the edge's user through.
_SOCKET_RIGHTS = "666"
_THREADS = 4
_BACKLOG = 256


def serve() -> None:
    """Become the simulator's server; does not return."""
    socket = settings.get().run_folder / SOCKET
    socket.unlink(missing_ok=True)
    granian = str(Path(sys.executable).with_name("granian"))
    arguments = [
        *(granian, "--interface", "wsgi", "--uds", str(socket)),
        *("--uds-permissions", _SOCKET_RIGHTS, "--workers", "1"),
        *("--blocking-threads", str(_THREADS), "--backlog", str(_BACKLOG), "--http", "1"),
        *("--no-ws", "--log-level", "error", "matinee.run.simulator_app:app"),
    ]
    os.execv(granian, arguments)  # noqa: S606 - granian's own process, without a shell
