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

# The longest turn that the kernel grants.
_TURN_NS = 100_000_000
# `struct sched_attr` of sched_setattr(2): size, policy, flags, nice, priority, and of three times
# the first, which is the turn; the C library has no function for it.
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")
_SET_ATTRIBUTES = {"x86_64": 314, "aarch64": 274}


def step_back(nice: int, thread: int = 0) -> None:
    """Have a thread, or this one, compute after others: at `nice` (1 to 19), or where it is lower.

    Where the system allows none of it, all stay equal.
    """
    with suppress(OSError):
        lower = max(nice, os.getpriority(os.PRIO_PROCESS, thread))
        if not _takes_long_turns(lower, thread):
            os.setpriority(os.PRIO_PROCESS, thread, lower)


def _takes_long_turns(nice: int, thread: int) -> bool:
    number = _SET_ATTRIBUTES.get(platform.machine())
    wanted = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, _TURN_NS, 0, 0)
    return number is not None and _library().syscall(number, thread, wanted, 0) == 0


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)
