"""How long the answer to a request is still waited for, passed along to whoever is asked for it.

The header carries the time that is left, not a moment: clocks of machines differ (as gRPC's
`grpc-timeout` does). What nobody waits for any more is not begun.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from matinee.kernel import clock

HEADER = "X-Time-Left"
# The web app waits no longer, and nginx hardly so.
LONGEST_S = 20.0

_ends_s: ContextVar[float | None] = ContextVar("budget_ends_s", default=None)


@contextmanager
def within(time_s: float) -> Iterator[None]:
    """Give what is done here so many seconds, or what is left of a budget around it."""
    end_s, around_s = clock.monotonic_s() + time_s, _ends_s.get()
    mark = _ends_s.set(end_s if around_s is None else min(end_s, around_s))
    try:
        yield
    finally:
        _ends_s.reset(mark)


def told(header: str | None) -> float:
    """The seconds that a header allows, within what anybody may have."""
    try:
        asked_s = LONGEST_S if header is None else float(header)
    except ValueError:
        asked_s = LONGEST_S
    # A "nan" compares with nothing, and is no time.
    return min(LONGEST_S, asked_s) if asked_s >= 0 else 0.0


def left_s() -> float | None:
    """Seconds that are left to whoever runs here; None where nobody waits, as in a worker."""
    end_s = _ends_s.get()
    return None if end_s is None else max(0.0, end_s - clock.monotonic_s())
