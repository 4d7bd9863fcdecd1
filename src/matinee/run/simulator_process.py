"""The payment simulator as a process: granian with one app."""

import os
import sys
from pathlib import Path

from matinee.billing.settings import SIMULATOR_SOCKET
from matinee.kernel import settings
from matinee.run.web import listening

_THREADS = 4
_BACKLOG = 256


def serve(listen: str | None) -> None:
    """Become the simulator's server, at the machine's socket or HOST:PORT; does not return."""
    socket = settings.get().run_folder / SIMULATOR_SOCKET
    if listen is None:
        socket.unlink(missing_ok=True)
    granian = str(Path(sys.executable).with_name("granian"))
    arguments = [
        *(granian, "--interface", "wsgi", *listening(listen, socket), "--workers", "1"),
        *("--blocking-threads", str(_THREADS), "--backlog", str(_BACKLOG), "--http", "1"),
        *("--no-ws", "--log-level", "error", "matinee.run.simulator_app:app"),
    ]
    os.execv(granian, arguments)  # noqa: S606 - granian's own process, without a shell
