"""The workers of the simulated year, which live from day to day until they are killed.

So do those of an installation: their connections stand, and what was loaded once stays loaded.
"""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection

Fork = Callable[[Callable[[], None]], int]
Kills = tuple[int, float]
"""Which worker is to be killed, and after how many seconds."""


@dataclass(frozen=True)
class _Worker:
    """A process, and our end of what it is told by."""

    pid: int
    orders: Connection

    def has_done(self) -> bool:
        """Whether it did what it was told last; False if it died before."""
        try:
            self.orders.recv_bytes()
        except (EOFError, ConnectionError):
            return False
        return True


class Crew:
    """Workers, each with its own work, begun anew whenever one was killed."""

    def __init__(self, fork: Fork, works: Sequence[Callable[[], None]]) -> None:
        """`fork` runs something in a process of its own, and tells its number."""
        self._fork = fork
        self._works = works
        self._workers: dict[int, _Worker] = {}

    def work(self, kills: Kills | None = None) -> int:
        """Let each do its work once; how many were killed before the last had done."""
        for number, work in enumerate(self._works):
            if number not in self._workers:
                self._workers[number] = self._begun(work)
            self._workers[number].orders.send_bytes(b"work")
        killed: list[int] = []
        killer = None if kills is None else self._killer(*kills, killed)
        died = {number for number, one in self._workers.items() if not one.has_done()}
        if killer is not None:
            killer.cancel()
            killer.join()
        for number in died.union(killed):
            self._bury(number)
        return len(died)

    def close(self) -> None:
        """Let all of them go home."""
        for worker in self._workers.values():
            os.kill(worker.pid, signal.SIGKILL)
            os.waitpid(worker.pid, 0)
            worker.orders.close()
        self._workers.clear()

    def _begun(self, work: Callable[[], None]) -> _Worker:
        ours, theirs = Pipe()

        def live() -> None:
            ours.close()
            while True:
                theirs.recv_bytes()
                work()
                theirs.send_bytes(b"done")

        pid = self._fork(live)
        theirs.close()
        return _Worker(pid, ours)

    def _killer(self, number: int, after_s: float, killed: list[int]) -> threading.Timer:
        """Kills a worker, be it at work or done, unless it is cancelled before."""

        def kill() -> None:
            os.kill(self._workers[number].pid, signal.SIGKILL)
            killed.append(number)

        killer = threading.Timer(after_s, kill)
        killer.start()
        return killer

    def _bury(self, number: int) -> None:
        """Forget one that is dead; SystemExit if it was not killed, but failed."""
        worker = self._workers.pop(number)
        worker.orders.close()
        # Its number is its own until now, so that nobody else was killed.
        _, status = os.waitpid(worker.pid, 0)
        if os.WIFEXITED(status):
            raise SystemExit("a worker of the simulated year failed; see above")
