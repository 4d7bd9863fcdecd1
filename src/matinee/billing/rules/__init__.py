"""Rules of periods, trials and entitlements, without I/O.

A period's end is always computed from the original anchor, never from the period
before: 31 January → 28 February → 31 March. Days are those of UTC.
"""

import calendar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from matinee.contracts.billing import SubscriptionStatus
from matinee.kernel.money import Money

Interval = Literal["month", "year"]
_MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True)
class Terms:
    """What a plan asks for and gives."""

    price: Money
    interval: Interval
    trial_days: int
    streams_at_once: int
    height_max: int

    @property
    def is_free(self) -> bool:
        """Whether nothing is ever to be paid."""
        return self.price.amount_minor == 0


@dataclass(frozen=True)
class Course:
    """How far a subscription has come.

    `anchor_at` is where its first ordinary period begins: the start, or the end
    of the trial.
    """

    started_at: datetime
    anchor_at: datetime
    current_period_end: datetime
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def has_trial(self) -> bool:
        """Whether it began with days that cost nothing."""
        return self.anchor_at > self.started_at

    @property
    def is_trialing(self) -> bool:
        """Whether it is still in those days."""
        return (
            self.ended_at is None and self.has_trial and self.current_period_end == self.anchor_at
        )


def boundary(anchor_at: datetime, interval: Interval, number: int) -> datetime:
    """Where period `number` (from 0) begins: on the anchor's day, or else the month's last."""
    months = anchor_at.year * 12 + anchor_at.month - 1 + number * _MONTHS[interval]
    year, month = divmod(months, 12)
    day = min(anchor_at.day, calendar.monthrange(year, month + 1)[1])
    return anchor_at.replace(year=year, month=month + 1, day=day)


def period_end(anchor_at: datetime, interval: Interval, at: datetime) -> datetime:
    """The first boundary after the moment `at`, which is not before the anchor."""
    months = (at.year - anchor_at.year) * 12 + at.month - anchor_at.month
    number = max(months // _MONTHS[interval], 0)
    end = boundary(anchor_at, interval, number)
    return end if end > at else boundary(anchor_at, interval, number + 1)


def start(terms: Terms, now: datetime, trial_until: datetime | None = None) -> Course | None:
    """A subscription that begins now; None where it would have to be paid for.

    A plan with a price begins with its trial. Nobody gets a second one: where there
    was one, it goes on to its end, `trial_until`, and not beyond.
    """
    if terms.is_free:
        return Course(now, now, period_end(now, terms.interval, now))
    until = now + timedelta(days=terms.trial_days) if trial_until is None else trial_until
    if terms.trial_days == 0 or until <= now:
        return None
    return Course(now, until, until)


def rolled(course: Course, terms: Terms, now: datetime) -> Course:
    """The subscription as it is at the moment `now`: renewed, or ended at its period's end.

    It goes on by itself only if it is not cancelled and nothing is to be paid.
    """
    if course.ended_at is not None or now < course.current_period_end:
        return course
    if course.cancelled_at is not None or not terms.is_free:
        return replace(course, ended_at=course.current_period_end)
    return replace(course, current_period_end=period_end(course.anchor_at, terms.interval, now))


def status(course: Course) -> SubscriptionStatus:
    """What people call the state of a subscription."""
    if course.ended_at is not None:
        return "ended"
    if course.cancelled_at is not None:
        return "cancelled"
    return "trialing" if course.is_trialing else "active"


def entitled_until(course: Course, terms: Terms) -> datetime | None:
    """When watching ends unless something happens; None where it goes on by itself."""
    if course.ended_at is not None:
        return course.ended_at
    if course.cancelled_at is not None or not terms.is_free:
        return course.current_period_end
    return None
