"""Where passwords are hashed: a few threads that yield to everything else on the machine.

A hash costs some twenty milliseconds of a core and 19 MiB. Argon2 lets go of the interpreter while
it works, and hands its core to whoever needs one; and only so many may wait that threads remain
for other requests.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import ParamSpec, TypeVar

from matinee.identity import settings
from matinee.kernel.problems import Unavailable
from matinee.kernel.yielding import step_back

P = ParamSpec("P")
R = TypeVar("R")

_NICE = 10
# A web process answers eight requests at once; half of them stay for others.
SEATS = 4
_RETRY_AFTER_S = 1

_seats = threading.BoundedSemaphore(SEATS)


def aside(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `work` returns, done aside; Unavailable at once while all seats are taken."""
    _take_seat()
    try:
        return _pool().submit(work, *args, **kwargs).result()
    finally:
        _seats.release()


def refuse_crowd() -> None:
    """Unavailable while all seats are taken: before a try is counted that nobody looks at."""
    _take_seat()
    _seats.release()


def _take_seat() -> None:
    if not _seats.acquire(blocking=False):
        code = "busy"
        detail = "Many people sign in just now. Please try again in a moment."
        raise Unavailable(code, detail, retry_after_s=_RETRY_AFTER_S)


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    wanted = settings.get().hash_threads or len(os.sched_getaffinity(0))
    # Each thread has a priority of its own.
    return ThreadPoolExecutor(min(SEATS, wanted), "hashing", step_back, (_NICE,))
