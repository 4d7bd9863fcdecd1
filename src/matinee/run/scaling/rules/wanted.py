"""How many copies are wanted: as many as are needed, up at once, down slowly, within bounds.

Follows the HorizontalPodAutoscaler of Kubernetes (autoscaling/v2, "Algorithm details" and
"Configurable scaling behavior"): a tolerance, a window that steadies the way down, and a limit to
each step. So an autoscaler of a cluster that follows these numbers has nothing to add.
"""

import math
from dataclasses import dataclass, replace

# A copy that is needed by less than a tenth is not started.
TOLERANCE = 0.1


@dataclass(frozen=True)
class Bounds:
    """The fewest and the most copies that there may be."""

    least: int
    most: int

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            msg = f"from {self.least} to {self.most} copies is no range"
            raise ValueError(msg)

    def hold(self, copies: int) -> int:
        """So many, or the nearest number that may be."""
        return min(max(copies, self.least), self.most)


@dataclass(frozen=True)
class Pace:
    """How quickly copies may come and go."""

    up_pause_s: float = 10.0
    """New copies are waited for so long before more are asked for."""
    up_share: float = 2.0
    """At most so many new ones for each that there is, …"""
    up_least: int = 4
    """… but always up to so many."""
    calm_s: float = 300.0
    """What was needed within this time is kept."""
    down_pause_s: float = 60.0
    down_share: float = 0.2
    """At most this part ends at a time, but always one."""


@dataclass(frozen=True)
class Course:
    """How many copies were decided on, when that changed, and what was needed lately.

    `needed` holds (moment, copies), each fewer than the one before: what came earlier and was
    less can never count again. So it is never longer than there can be copies.
    """

    copies: int
    changed_at_s: float = -math.inf
    needed: tuple[tuple[float, int], ...] = ()


def begun(copies: int, now_s: float) -> Course:
    """The course of what runs already: nothing ends before it was watched for a while."""
    return Course(copies, now_s, ((now_s, copies),))


def whole(need: float) -> int:
    """The copies for a need that is no whole number; none only where nothing is needed."""
    return 0 if need <= 0 else max(1, math.ceil(need - TOLERANCE))


def further(course: Course, need: float, bounds: Bounds, now_s: float, pace: Pace) -> Course:
    """The course after a look at `now_s`, at which `need` copies' worth of work was there."""
    asked = bounds.hold(whole(need))
    earlier = (
        (at_s, copies)
        for at_s, copies in course.needed
        if at_s > now_s - pace.calm_s and copies > asked
    )
    needed = (*earlier, (now_s, asked))
    now = bounds.hold(course.copies)
    if asked > now:
        goal = _up(course, now, asked, now_s, pace)
    else:
        goal = _down(course, now, min(now, needed[0][1]), now_s, pace)
    changed_at_s = course.changed_at_s if goal == course.copies else now_s
    return replace(course, copies=bounds.hold(goal), changed_at_s=changed_at_s, needed=needed)


def _up(course: Course, now: int, asked: int, now_s: float, pace: Pace) -> int:
    if now_s - course.changed_at_s < pace.up_pause_s:
        return now
    return min(asked, now + max(pace.up_least, math.floor(now * pace.up_share)))


def _down(course: Course, now: int, kept: int, now_s: float, pace: Pace) -> int:
    if kept >= now or now_s - course.changed_at_s < pace.down_pause_s:
        return now
    return max(kept, now - max(1, math.floor(now * pace.down_share)))
