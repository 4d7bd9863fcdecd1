"""The door of a process: every request is measured here, and under strain some are turned away."""

import threading

from matinee.kernel import clock
from matinee.kernel.load.admission import Outcome, outcome
from matinee.kernel.load.strain import Least, Strain
from matinee.kernel.load.worth import Worth

# nginx waits for an answer no longer than half of this: what says more speaks of another clock.
_WAIT_S_MAX = 60.0
# What says more is no clock at all.
_CLOCKS_APART_S_MAX = 86_400.0


class Door:
    """Counts who is inside, and knows how long they waited before.

    `is_one_clock`: whether nginx reads the same clock. Where it does not, the least difference
    that was seen of late counts as no wait at all.
    """

    def __init__(self, *, is_one_clock: bool) -> None:
        self.strain = Strain()
        self._lock = threading.Lock()
        self._inside = 0
        self._offset_s = None if is_one_clock else Least()

    def enter(self, worth: Worth, arrived_at: str | None) -> Outcome:
        """Whether to answer a request; if so, it must `leave`.

        `arrived_at` is when nginx took it (Unix seconds). What other services ask past nginx says
        nothing of the line, and counts as not having waited.
        """
        now_s = clock.monotonic_s()
        with self._lock:
            waited_s = None if arrived_at is None else self._waited_s(arrived_at, now_s)
            strain = self.strain
            if waited_s is not None:
                strain.arrived(now_s, waited_s)
            if strain.is_strained:
                decided = outcome(worth, waited_s or 0.0, self._inside, strain.limit)
                if decided is Outcome.OUT:
                    return decided
            else:
                decided = Outcome.IN
            self._inside += 1
        return decided

    def leave(self, worth: Worth, took_s: float) -> None:
        """A request that was let in has been answered."""
        with self._lock:
            self.strain.answered(worth, took_s, self._inside)
            self._inside -= 1

    def _waited_s(self, arrived_at: str, now_s: float) -> float | None:
        """How long a request waited; None where what was told is no time."""
        try:
            waited_s = clock.unix_s() - float(arrived_at)
        except ValueError:
            return None
        if not -_CLOCKS_APART_S_MAX < waited_s < _CLOCKS_APART_S_MAX:
            return None
        if self._offset_s is not None:
            waited_s -= self._offset_s.note(now_s, waited_s)
        return waited_s if 0.0 < waited_s < _WAIT_S_MAX else 0.0
