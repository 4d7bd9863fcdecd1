"""Work that can wait, beside requests that cannot, on the same cores.

A lower priority alone gives a thread less of a core, but lets it finish its turn: whoever wakes
meanwhile waits for the scheduler's next tick, up to 4 ms at each step of a request. Linux hands
over at once from a thread that asked for longer turns to one that asked for shorter ones (EEVDF
since 6.12; Stoica and Abdel-Wahab, "Earliest Eligible Virtual Deadline First", 1995, section 3).
Older kernels know the priority only, and other systems that of the whole process at most.
"""

import ctypes
import os
import platform
import struct
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from matinee.kernel import clock

# The longest turn that the kernel grants.
LONGEST_TURN_MS = 100
# `struct sched_attr` of sched_setattr(2): size, policy, flags, nice, priority, and of three times
# the first, which is the turn; the C library has no function for it.
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")
_SET_ATTRIBUTES = {"x86_64": 314, "aarch64": 274}
# Of several who begin at the same moment each has its turn in the end.
_TRIES, _TURN_COMES_S = 10, 0.1


def step_back(nice: int, thread: int = 0, turn_ms: int = LONGEST_TURN_MS) -> None:
    """Have a thread, or this one, compute after others: at `nice` (1 to 19), or where it is lower.

    Of two that step back, whoever asked for shorter turns is handed the core by the other. Where
    the system allows none of it, all stay equal.
    """
    with suppress(OSError):
        lower = max(nice, os.getpriority(os.PRIO_PROCESS, thread))
        if not _takes_turns(turn_ms, lower, thread):
            os.setpriority(os.PRIO_PROCESS, thread, lower)


def session_steps_back(nice: int, pid: int, turn_ms: int = LONGEST_TURN_MS) -> None:
    """Have a process with a session of its own compute after others, with all that it starts.

    Where the kernel shares processors among sessions first (`sched_autogroup_enabled`, sched(7)), a
    process's own value counts only beside others of its session, of which it has none. Who started
    it may be nice already: nobody comes before that.
    """
    step_back(nice, pid, turn_ms)
    # Not there on other kernels.
    with suppress(OSError):
        lower = os.getpriority(os.PRIO_PROCESS, pid)
        _sink(Path(f"/proc/{pid or 'self'}/autogroup"), str(lower))


def _sink(session: Path, nice: str) -> None:
    """Set a session's priority; OSError where it cannot be.

    All ordinary users of a machine together may do so ten times a second.
    """
    for _ in range(_TRIES):
        try:
            session.write_text(nice)
        except BlockingIOError:
            clock.pause(_TURN_COMES_S)
        else:
            return


def _takes_turns(turn_ms: int, nice: int, thread: int) -> bool:
    number = _SET_ATTRIBUTES.get(platform.machine())
    turn_ns = turn_ms * 1_000_000
    wanted = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, turn_ns, 0, 0)
    return number is not None and _library().syscall(number, thread, wanted, 0) == 0


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)
