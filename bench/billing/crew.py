"""The workers of the simulated year, which live from day to day until they are killed.

So do those of an installation: their connections stand, and what was loaded once stays loaded. One
that was killed is begun anew at once, as there, and does its work from the beginning beside the
others, who go on.
"""

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

from matinee.kernel import clock

Fork = Callable[[Callable[[], None]], int]
Kill = tuple[int, float]
"""Which worker is to be killed, and how many seconds after the work began."""


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

    def work(self, kills: Sequence[Kill] = ()) -> int:
        """Let each do its work once, whoever of them is killed meanwhile; how many were.

        Be it at work or done: who was to be killed after the last had done lives.
        """
        begun_s = clock.monotonic_s()
        waiting = sorted(kills, key=lambda kill: kill[1])
        busy = set(range(len(self._works)))
        for number in busy:
            self._order(number)
        killed = 0
        while busy:
            until_s = None if not waiting else begun_s + waiting[0][1] - clock.monotonic_s()
            if until_s is not None and until_s <= 0:
                killed += self._kill(waiting.pop(0)[0], busy)
            else:
                self._hear(busy, until_s)
        return killed

    def close(self) -> None:
        """Let all of them go home."""
        for worker in self._workers.values():
            os.kill(worker.pid, signal.SIGKILL)
            os.waitpid(worker.pid, 0)
            worker.orders.close()
        self._workers.clear()

    def _order(self, number: int) -> None:
        """Have a worker do its work, which is begun if there is none."""
        if number not in self._workers:
            self._workers[number] = self._begun(self._works[number])
        self._workers[number].orders.send_bytes(b"work")

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

    def _hear(self, busy: set[int], at_most_s: float | None) -> None:
        """Wait for those at work, for so long; those who have done are busy no more."""
        numbers = {self._workers[number].orders: number for number in busy}
        for orders in wait(list(numbers), at_most_s):
            number = numbers[orders]  # type: ignore[index] # one of those that were given
            if self._workers[number].has_done():
                busy.discard(number)
            else:
                self._bury(number)
                self._order(number)

    def _kill(self, number: int, busy: set[int]) -> bool:
        """Kill a worker, if it lives; one that was at work does it from the beginning."""
        if number not in self._workers:
            return False
        os.kill(self._workers[number].pid, signal.SIGKILL)
        self._bury(number)
        if number in busy:
            self._order(number)
        return True

    def _bury(self, number: int) -> None:
        """Forget one that is dead; SystemExit if it was not killed, but failed."""
        worker = self._workers.pop(number)
        worker.orders.close()
        # Its number is its own until now, so that nobody else was killed.
        _, status = os.waitpid(worker.pid, 0)
        if os.WIFEXITED(status):
            raise SystemExit("a worker of the simulated year failed; see above")
