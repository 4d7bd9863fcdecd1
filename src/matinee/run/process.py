"""What the supervisor is told about a process, and what it knows of each running copy."""

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from matinee.kernel import clock
from matinee.run.child import Child
from matinee.run.doors import Doors
from matinee.run.spawning import User
from matinee.run.watching import SILENT_FOR_S, Silence

State = Literal[
    "waiting",
    "starting",
    "running",
    "ready",
    "backing off",
    "crash loop",
    "given up",
    "stopping",
    "stopped",
    "done",
]
TAIL_LINES = 15


class Callers(Protocol):
    """Who sends requests to the copies of a process, and has to know which there are."""

    def send_to(self, numbers: Sequence[int]) -> None:
        """From now on send to the copies of these numbers; CannotStartError if they do not."""

    def let_go(self) -> None:
        """Return when none of them uses a copy any more that was left out, or soon after."""


@dataclass(frozen=True)
class Process:
    """A program to keep running; `{n}` in its command is the number of the copy.

    `prepare` and `is_ready` are told that number, too.
    """

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[int], None] | None = None
    """Called before every start; CannotStartError ends the supervisor."""
    is_ready: Callable[[int], bool] | None = None
    """Asked until it says yes; None: ready when the copy's ready file appears."""
    callers: Callers | None = None
    overlaps: bool = False
    """Whether a restart starts the new copy beside the old one, which ends when it is ready."""
    doors: Doors | None = None
    """The sockets that all copies answer, and that stay while none does."""
    is_forked: bool = False
    """Whether it is a command of Matinee's, which is forked from the nursery (`forking`)."""
    user: User | None = None
    nice: int = 0
    copies: int = 1
    is_scalable: bool = False
    runs_once: bool = False
    is_vital: bool = True
    """Whether nothing can go on when this process, which runs once, fails for good."""
    is_quiet: bool = False
    """Its output goes to its log file only."""
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    """What it gets when the supervisor is killed."""
    give_back_signal: signal.Signals | None = None
    """What asks it to hand back what it could not finish within `stop_timeout_s`."""
    is_alive: Callable[[int], bool] | None = None
    """Asked again and again from then on; see `watching`."""
    touches: bool = False
    """Whether it touches its ready file as long as its loop goes round."""
    may_wait: bool = False
    """Whether it may stand still for what runs elsewhere, and of which nobody here knows."""
    silent_for_s: float = SILENT_FOR_S
    """So long it may move without a sign of life, by its own fault, before it is ended."""
    stop_timeout_s: float = 15.0
    start_timeout_s: float = 60.0


class Copy:
    """One running copy of a process."""

    def __init__(self, process: Process, number: int) -> None:
        self.process = process
        self.number = number
        self.name = process.name if number == 1 else f"{process.name}.{number}"
        self.state: State = "waiting"
        self.restarts = 0
        self.failures = 0
        self.since_s = clock.monotonic_s()
        self.ready = asyncio.Event()
        self.failed = asyncio.Event()
        """Set when it ended by itself for the first time."""
        self.leave = asyncio.Event()
        self.silences: Sequence[Silence] = ()
        self.is_sent_to = False
        self.is_restarting = False
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.child: Child | None = None
        self.task: asyncio.Task[None] | None = None

    def enter(self, state: State) -> None:
        """Change the state; `ready` is set exactly while others may rely on this copy."""
        self.state = state
        self.since_s = clock.monotonic_s()
        if state in {"ready", "done"}:
            self.ready.set()
        else:
            self.ready.clear()

    def summary(self) -> dict[str, object]:
        """What `status` tells."""
        return {
            "name": self.name,
            "state": self.state,
            "pid": self.child.pid if self.child else None,
            "for_s": round(clock.monotonic_s() - self.since_s, 1),
            "restarts": self.restarts,
        }
