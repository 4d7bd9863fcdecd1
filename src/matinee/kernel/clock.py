"""The only source of time, so that a test can turn it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_shift = timedelta()
_CLOCKS_DIFFER = timedelta(seconds=5)


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC) + _shift


def yet_to_come() -> datetime:
    """From when on a moment is no past one, for hosts whose clocks differ as those of hosts do.

    What was noted of such a moment was noted by a clock that was set back since: it is no measure
    of what is newer.
    """
    return now() + _CLOCKS_DIFFER


def unix_s() -> float:
    """The current time in seconds since the Unix epoch; turns with `now`."""
    return now().timestamp()


def monotonic_s() -> float:
    """Seconds that never go back, for measuring and for time-outs; is not turned."""
    return time.monotonic()


def worked_s() -> float:
    """Seconds that this thread has computed, for measuring on a machine that does other things."""
    return time.thread_time()


def process_worked_s() -> float:
    """Seconds of a core that this whole process has used since it began."""
    return time.process_time()


def pause(duration_s: float) -> None:
    """Wait in real time."""
    time.sleep(duration_s)


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let `now` run ahead by `by` (behind, if negative) in this process; for tests."""
    global _shift  # noqa: PLW0603 - one clock a process is the point
    before, _shift = _shift, _shift + by
    try:
        yield
    finally:
        _shift = before
