"""The payment simulator as a process: granian with one app."""

from matinee.billing.settings import SIMULATOR_SOCKET
from matinee.kernel import settings
from matinee.run.web import answer, listening

_THREADS = 4
_BACKLOG = 256


def serve(listen: str | None) -> None:
    """Serve the simulator at the machine's socket or HOST:PORT, until told to stop."""
    socket = settings.get().run_folder / SIMULATOR_SOCKET
    if listen is None:
        socket.unlink(missing_ok=True)
    where = listening(listen, socket)
    answer("matinee.run.simulator_app:app", _THREADS, backlog=_BACKLOG, **where)
