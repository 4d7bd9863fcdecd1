"""Waiting for what was begun: long enough for a machine that does much else meanwhile."""

from collections.abc import Callable
from typing import TypeVar

import httpx

from matinee.kernel import clock

T = TypeVar("T")

# Bounds what never comes. What comes is not waited for any longer than it takes.
PATIENCE_S = 60.0
_LOOK_EVERY_S = 0.02


def until(look: Callable[[], T], what: Callable[[], object] = str) -> T:
    """The first thing found that is true; `what` is told when nothing was.

    A server that starts, ends or reads its settings anew may reset connections: then it is
    looked again.
    """
    end_s = clock.monotonic_s() + PATIENCE_S
    last: Exception | None = None
    while clock.monotonic_s() < end_s:
        try:
            found = look()
        except httpx.TransportError as error:
            last = error
        else:
            if found:
                return found
        clock.pause(_LOOK_EVERY_S)
    raise AssertionError(f"not within {PATIENCE_S:.0f} s: {what()} {last or ''}")
