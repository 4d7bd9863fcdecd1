"""Whether a process that runs still does anything: engines and services also hang.

Who does not answer for some seconds is ended and started anew, but only by its own fault: not
while what it needs is away or silent, not while it waits for the disk, and not where the whole
machine stood still. Nor for being slow: whoever merely gets too little of a busy machine has run,
or waited for a core, since the last look. Who has done neither for some seconds stands still, and
is ended soon; who is silent but moves gets much longer.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

from matinee.kernel import clock

ASKED_EVERY_S = 1.0
SILENT_FOR_S = 12.0
# Who waits for an engine elsewhere may have several time-outs behind each other.
WAITED_FOR_S = 30.0
STILL_FOR_S = 3.0
# Between two looks lie a pause and an answer that did not come; more, and nobody was looking.
_HELD_UP_S = 6.0
# A thread that runs or is in line for a core, or that the kernel works for (proc_pid_stat(5)).
_AT_WORK = frozenset("RD")


class Silence:
    """For how long somebody has not answered, counted from the first time."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._looked_s: float | None = None
        self._since_s: float | None = None
        self._still_since_s = 0.0
        self._motion: object = None

    @property
    def is_broken(self) -> bool:
        """Whether one of the last two looks was answered, or excused: a look may miss a sign."""
        since_s, looked_s = self._since_s, self._looked_s
        return since_s is None or looked_s is None or looked_s - since_s < ASKED_EVERY_S

    def note(self, at_s: float, *, is_well: bool, motion: object = None) -> bool:
        """Note a look; whether the silence has become too long.

        `motion` is the same as at the last look for whoever has not moved; None if nobody can tell.
        """
        was_held_up = self._looked_s is not None and at_s - self._looked_s > _HELD_UP_S
        self._looked_s = at_s
        if is_well or was_held_up:
            self._since_s = None
            return False
        if self._since_s is None:
            self._since_s, self._motion = at_s, None
        if motion is None or motion != self._motion:
            self._motion, self._still_since_s = motion, at_s
        is_still = at_s - self._still_since_s >= STILL_FOR_S
        return is_still or at_s - self._since_s >= self._longest_s


class Pulse:
    """Asks whether a file was touched since the last time; when, is no matter."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: int | None = None

    def __call__(self) -> bool:
        """Whether there was a sign of life since."""
        try:
            now = self._path.stat().st_mtime_ns
        except OSError:
            return False
        before, self._seen = self._seen, now
        return now != before


async def any_hangs(
    signs: Sequence[tuple[Callable[[], bool], Silence]],
    is_excused: Callable[[], bool],
    motion: Callable[[], object],
) -> bool:
    """Return when one sign of life was missing for too long without an excuse; False if none is."""
    looked_for_s = 0.0
    while signs:
        # Whoever did not answer was waited for, which is a pause, too.
        await asyncio.sleep(max(0.0, ASKED_EVERY_S - looked_for_s))
        began_s = clock.monotonic_s()
        for is_alive, silence in signs:
            is_well = await asyncio.to_thread(is_alive) or is_excused()
            moved = None if is_well else await asyncio.to_thread(motion)
            if silence.note(clock.monotonic_s(), is_well=is_well, motion=moved):
                return True
        looked_for_s = clock.monotonic_s() - began_s
    return False


def waits_for_disk(pid: int) -> bool:
    """Whether a process, or one below it, cannot be ended just now: the kernel works for it."""
    return any(_is_in_the_kernel(member) for member in _family(pid))


def motion(pid: int) -> object:
    """What changes whenever a thread of a process, or of one below it, runs or wants a core.

    None where the kernel does not tell (it says so in `schedstat`, see sched-stats.rst: nanoseconds
    on a core, nanoseconds in line for one, turns).
    """
    told = {}
    for member in _family(pid):
        for thread in Path(f"/proc/{member.pid}/task").glob("*"):
            try:
                state = (thread / "stat").read_text().rpartition(")")[2].split()[0]
                told[thread] = (thread / "schedstat").read_text()
            except OSError:
                continue  # it has just ended: that is a move, too
            if state in _AT_WORK:
                return object()  # who is in line for a core is told of once it has got one
    return told or None


def _family(pid: int) -> Iterator[psutil.Process]:
    try:
        leader = psutil.Process(pid)
        yield leader
        yield from leader.children(recursive=True)
    except psutil.Error:
        return


def _is_in_the_kernel(member: psutil.Process) -> bool:
    try:
        return bool(member.status() == psutil.STATUS_DISK_SLEEP)
    except psutil.Error:
        return False
