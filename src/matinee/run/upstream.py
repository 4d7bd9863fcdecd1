"""Which copies of the web process the edge of one machine sends requests to.

A copy that comes is told to nginx when it answers, one that goes before it stops answering: nginx
reads its configuration anew without losing a connection, and its former workers end when what
they passed on is answered.
"""

from collections.abc import Callable, Sequence

import psutil

from matinee.kernel import clock
from matinee.kernel.settings import Settings
from matinee.run import edge
from matinee.run.spawning import CannotStartError

_TAKES_UP_WITHIN_S = 10.0
# `worker_shutdown_timeout` of nginx's configuration, and a little more.
_LETS_GO_WITHIN_S = 12.0
_LOOKS_EVERY_S = 0.02


class Upstream:
    """Tells the running nginx of the web's copies; without one, the next to start reads of them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._former: list[psutil.Process] = []

    def send_to(self, numbers: Sequence[int]) -> None:
        """See `Callers.send_to`; when nginx refuses what is written, the former stays in force."""
        before = edge.web_copies(self._settings)
        if list(numbers) == before:
            return
        edge.note_web_copies(self._settings, numbers)
        self._former = _workers(self._settings)
        if not edge.reload(self._settings):
            return
        known = {worker.pid for worker in self._former}
        if not _within(
            _TAKES_UP_WITHIN_S,
            lambda: any(worker.pid not in known for worker in _workers(self._settings)),
        ):
            edge.note_web_copies(self._settings, before)
            edge.prepare(self._settings)
            msg = "nginx did not take up its new configuration; `matinee logs edge` says why."
            raise CannotStartError(msg)

    def let_go(self) -> None:
        """See `Callers.let_go`."""
        _within(_LETS_GO_WITHIN_S, lambda: not any(one.is_running() for one in self._former))


def _workers(settings: Settings) -> list[psutil.Process]:
    """The workers of the running nginx; none where none runs."""
    pid = edge.pid(settings)
    try:
        return [] if pid is None else psutil.Process(pid).children()
    except psutil.NoSuchProcess:
        return []


def _within(limit_s: float, holds: Callable[[], bool]) -> bool:
    end_s = clock.monotonic_s() + limit_s
    while not holds():
        if clock.monotonic_s() > end_s:
            return False
        clock.pause(_LOOKS_EVERY_S)
    return True
