"""Whether a process that runs still does anything: engines and services also hang.

Who does not answer for some seconds is ended and started anew, but only by its own fault: not
while what it needs is away or silent, not while it waits for the disk, and not where the whole
machine stood still.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from matinee.kernel import clock

ASKED_EVERY_S = 2.0
SILENT_FOR_S = 8.0
# Between two looks lie a pause and an answer that did not come; more, and nobody was looking.
_HELD_UP_S = 6.0


class Silence:
    """For how long somebody has not answered, counted from the first time."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._looked_s: float | None = None
        self._since_s: float | None = None

    @property
    def is_broken(self) -> bool:
        """Whether the last look was answered, or excused."""
        return self._since_s is None

    def note(self, at_s: float, *, is_well: bool) -> bool:
        """Note a look; whether the silence has become too long."""
        was_held_up = self._looked_s is not None and at_s - self._looked_s > _HELD_UP_S
        self._looked_s = at_s
        if is_well or was_held_up:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = at_s
        return self._since_s is not None and at_s - self._since_s >= self._longest_s


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
    signs: Sequence[tuple[Callable[[], bool], Silence]], is_excused: Callable[[], bool]
) -> bool:
    """Return when one sign of life was missing for too long without an excuse; False if none is."""
    while signs:
        await asyncio.sleep(ASKED_EVERY_S)
        for is_alive, silence in signs:
            is_well = await asyncio.to_thread(is_alive) or is_excused()
            if silence.note(clock.monotonic_s(), is_well=is_well):
                return True
    return False


def waits_for_disk(pid: int) -> bool:
    """Whether a process cannot be ended just now, as the kernel works for it."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_DISK_SLEEP)
    except psutil.Error:
        return False
