"""When an alert fires, and when it is over: pure, one reading after the other.

A rule fires once its limit was crossed at every look for as long as it says. It is over once the
value was back at `clear_at` for as long again. Between the two limits nothing changes
(hysteresis), so a value that trembles around one of them tells nobody anything twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Side = Literal["above", "below"]
State = Literal["fine", "pending", "firing"]
# Why it ended: the value came back, nothing is measured any more, or the rule is another one now.
Ending = Literal["recovered", "silent", "changed"]

EVERY = timedelta(seconds=60)
# Who did not look for longer cannot say what was in between.
UNBROKEN = 3 * EVERY
# A rule of which nothing was measured for so long is over: nobody would ever end it.
SILENCE = timedelta(hours=1)
# How far back from the limit a value must come where the rule does not say: a tenth of it.
_BACK = 0.1


@dataclass(frozen=True)
class Threshold:
    """Which values are too much or too little, when they are fine again, and for how long each.

    `lasting` is a whole number of looks.
    """

    side: Side
    limit: float
    clear_at: float
    lasting: timedelta

    def is_crossed(self, value: float) -> bool:
        """Whether a value is beyond the limit; the limit itself is not."""
        return value > self.limit if self.side == "above" else value < self.limit

    def is_back(self, value: float) -> bool:
        """Whether a value is where an alert may end."""
        return value <= self.clear_at if self.side == "above" else value >= self.clear_at

    def further(self, one: float | None, other: float) -> float:
        """The worse of two values."""
        if one is None:
            return other
        return max(one, other) if self.side == "above" else min(one, other)


@dataclass(frozen=True)
class Watch:
    """What is known of a rule. All of `since`, `back_since`, `silent_since` belong to the state.

    `since` is when the limit was first crossed; `worst` the furthest value from then on.
    """

    state: State = "fine"
    looked_at: datetime | None = None
    since: datetime | None = None
    back_since: datetime | None = None
    silent_since: datetime | None = None
    worst: float | None = None
    ending: Ending | None = None


def after(watch: Watch, threshold: Threshold, at: datetime, value: float | None) -> Watch:
    """What is known after one more look; None: nothing was there to be measured.

    A look that is not later than the one before changes nothing.
    """
    if watch.looked_at is not None and at <= watch.looked_at:
        return watch
    if watch.looked_at is None or at - watch.looked_at > UNBROKEN:
        watch = _after_a_gap(watch)
    if watch.state == "firing":
        return _while_firing(watch, threshold, at, value)
    if value is None or not threshold.is_crossed(value):
        return Watch(looked_at=at)
    since = watch.since or at
    worst = threshold.further(watch.worst, value)
    state: State = "firing" if _has_lasted(since, at, threshold.lasting) else "pending"
    return Watch(state, at, since, worst=worst)


def clear_default(side: Side, limit: float) -> float:
    """Where an alert may end if its rule does not say."""
    back = _BACK * abs(limit)
    return limit - back if side == "above" else limit + back


def clears_before(side: Side, limit: float, clear_at: float) -> bool:
    """Whether an alert ends at the limit or on its good side, as it must."""
    return clear_at <= limit if side == "above" else clear_at >= limit


def _has_lasted(since: datetime, at: datetime, lasting: timedelta) -> bool:
    """Whether something lasted for so many looks: they come a little early, or late."""
    return at - since + EVERY / 2 >= lasting


def _after_a_gap(watch: Watch) -> Watch:
    """Nobody looked for a while: what has to last begins to last anew."""
    if watch.state == "firing":
        return replace(watch, back_since=None, silent_since=None)
    return Watch()


def _while_firing(watch: Watch, threshold: Threshold, at: datetime, value: float | None) -> Watch:
    if value is None:
        silent = watch.silent_since or at
        if _has_lasted(silent, at, max(SILENCE, threshold.lasting)):
            return Watch(looked_at=at, ending="silent")
        return replace(watch, looked_at=at, back_since=None, silent_since=silent)
    worst = threshold.further(watch.worst, value)
    known = replace(watch, looked_at=at, silent_since=None, worst=worst)
    if not threshold.is_back(value):
        return replace(known, back_since=None)
    back = watch.back_since or at
    if _has_lasted(back, at, threshold.lasting):
        return Watch(looked_at=at, ending="recovered")
    return replace(known, back_since=back)
