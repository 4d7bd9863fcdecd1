"""How long an encode still takes, by how fast it went lately.

An encode shares its machines with others, so what counts is how its fraction grew over the last
minutes and not since its beginning. Fractions are of work (CPU seconds), so they grow evenly.
"""

from collections.abc import Sequence
from typing import NamedTuple

# The memory of an encode: so many moments, so far apart that they reach back for ten minutes.
MOMENTS_MAX = 40
_APART_S = 15.0
_BACK_S = 600.0
# With less to go by, nothing is said.
_SPAN_LEAST_S = 20.0
# Before its plan is known, an encode's fraction says nothing of its speed.
_PLANNED_FROM = 0.02


class Moment(NamedTuple):
    """How far an encode was, from 0 to 1, at a Unix time in seconds."""

    at_s: float
    fraction: float


def with_moment(known: Sequence[Moment], new: Moment) -> list[Moment]:
    """The moments to remember, oldest first; the newest takes the place of one just before it."""
    if new.fraction < _PLANNED_FROM:
        return []
    kept = [one for one in known if new.at_s - _BACK_S <= one.at_s < new.at_s]
    if len(kept) > 1 and kept[-1].at_s - kept[-2].at_s < _APART_S:
        kept.pop()
    return [*kept, new][-MOMENTS_MAX:]


def left_s(moments: Sequence[Moment], now_s: float) -> float | None:
    """Seconds until the whole is done; None where that cannot be said."""
    if not moments:
        return None
    first, last = moments[0], moments[-1]
    # What stands still slows down by the second, even if nothing more is heard of it.
    span_s = max(last.at_s, now_s) - first.at_s
    gained = last.fraction - first.fraction
    if span_s < _SPAN_LEAST_S or gained <= 0:
        return None
    return (1 - last.fraction) * span_s / gained
