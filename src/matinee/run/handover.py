"""How the supervisor of one release becomes that of another while its children go on.

The process replaces its program (execve(2)) and so stays the parent of what it started: nobody
has to end. What only it knew goes along in its environment: which copy has which number, and the
pipe into which each speaks. Signals wait until the new supervisor listens to them.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn, Self

from matinee.run.child import Child
from matinee.run.process import Copy, Process
from matinee.run.releases import Release

VARIABLE = "MATINEE_HANDED_OVER"
_LISTENED_TO = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


@dataclass(frozen=True)
class Handed:
    """A copy as another release's supervisor takes it over; without a pid it was done."""

    process: str
    number: int
    pid: int | None
    said_fd: int
    restarts: int
    is_ready: bool
    is_sent_to: bool

    @classmethod
    def of(cls, copy: Copy) -> Self:
        """What there is to tell of a copy."""
        child = copy.child
        return cls(
            copy.process.name,
            copy.number,
            child.pid if child else None,
            child.said_fd if child else -1,
            copy.restarts,
            copy.ready.is_set(),
            copy.is_sent_to,
        )

    def copy(self, process: Process) -> Copy:
        """The same copy again."""
        found = Copy(process, self.number)
        found.restarts, found.is_sent_to = self.restarts, self.is_sent_to
        if self.pid is None:
            found.enter("done")
        else:
            if self.said_fd >= 0:
                os.set_inheritable(self.said_fd, False)
            found.child = Child(self.pid, self.said_fd)
            found.enter("ready" if self.is_ready else "starting")
        return found


@dataclass(frozen=True)
class Estate:
    """All that is handed over: the copies, and the open doors of processes that have some."""

    copies: list[Handed]
    doors: dict[str, list[int]]


def become(release: Release, home: Path, estate: Estate) -> NoReturn:
    """Go on as the same command of another release; OSError if that cannot be run."""
    command = [release.python, "-m", "matinee.run.cli", *sys.argv[1:]]
    own = {"MATINEE_HOME": str(home), "MATINEE_CHECKOUT": release.checkout}
    with _inheritable(estate):
        told = json.dumps(asdict(estate))
        signal.pthread_sigmask(signal.SIG_BLOCK, _LISTENED_TO)
        try:
            # The owner of the control socket says which; no shell takes part.
            os.execve(command[0], command, {**os.environ, **own, VARIABLE: told})  # noqa: S606
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _LISTENED_TO)


def received() -> Estate | None:
    """What was handed to this process, told once; None if it was started in the ordinary way."""
    told = os.environ.pop(VARIABLE, None)
    if told is None:
        return None
    estate = json.loads(told)
    return Estate([Handed(**one) for one in estate["copies"]], estate["doors"])


def listen() -> None:
    """Hear the signals that came meanwhile; those who answer them are there now."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _LISTENED_TO)


@contextlib.contextmanager
def _inheritable(estate: Estate) -> Iterator[None]:
    numbers = [one.said_fd for one in estate.copies if one.said_fd >= 0]
    numbers += [number for door in estate.doors.values() for number in door]
    for number in numbers:
        os.set_inheritable(number, True)
    try:
        yield
    finally:
        for number in numbers:
            os.set_inheritable(number, False)
