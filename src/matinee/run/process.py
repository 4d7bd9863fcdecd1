"""What the supervisor is told about a process, and what it knows of each running copy."""

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from matinee.kernel import clock
from matinee.run.spawning import User

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


@dataclass(frozen=True)
class Process:
    """A program to keep running; `{n}` in its command is the number of the copy."""

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] | None = None
    """Called before every start; CannotStartError ends the supervisor."""
    is_ready: Callable[[], bool] | None = None
    """Asked until it says yes; None: ready when the copy's ready file appears."""
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
    stop_timeout_s: float = 15.0
    start_timeout_s: float = 60.0


class Copy:
    """One running copy of a process."""

    def __init__(self, process: Process, number: int) -> None:
        self.process = process
        self.number = number
        self.name = process.name if number == 1 else f"{process.name}.{number}"
        self.state: State = "waiting"
        self.pid: int | None = None
        self.restarts = 0
        self.failures = 0
        self.since_s = clock.monotonic_s()
        self.ready = asyncio.Event()
        self.leave = asyncio.Event()
        self.is_restarting = False
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.child: asyncio.subprocess.Process | None = None
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
            "pid": self.pid,
            "for_s": round(clock.monotonic_s() - self.since_s, 1),
            "restarts": self.restarts,
        }
