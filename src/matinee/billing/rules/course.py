"""How a subscription goes on: trial, periods, payment, grace, hold, pause, cancellation, end.

Everything follows from its moments. A period is charged in advance; one that is not
paid is followed by no other, so that nobody is asked for two at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from matinee.billing.rules.calendar import Cycle, Stretch, first_anchor
from matinee.billing.rules.invoicing import Span
from matinee.billing.rules.pricing import Anchor, Terms
from matinee.contracts.billing import SubscriptionStatus

EndReason = Literal["", "cancelled", "unpaid", "trial_over", "abandoned", "replaced", "paused"]
Refusal = Literal["on_hold", "paused", "unpaid"]
# How long an order waits for its first payment.
ORDER_WAITS = timedelta(days=1)
# A government that moves its clocks moves boundaries that were told before; that is no part of
# a period.
_CLOCKS_DIFFER = timedelta(hours=3)


class Course(NamedTuple):
    """How far a subscription has come.

    `anchor_at` is what its periods are counted from; `paid_until` how far nothing is to be
    paid any more, be it paid, a trial or free. `paused_from` is the end of a period.
    """

    started_at: datetime
    anchor_at: datetime
    period: Stretch
    activated_at: datetime | None = None
    trial_ends_at: datetime | None = None
    paid_until: datetime | None = None
    grace_until: datetime | None = None
    held_at: datetime | None = None
    cancelled_at: datetime | None = None
    paused_from: datetime | None = None
    resumes_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: EndReason = ""

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.activated_at is not None and self.ended_at is None

    @property
    def is_trialing(self) -> bool:
        """Whether it is still in the days that cost nothing."""
        return self.ended_at is None and self.trial_ends_at == self.period.end

    @property
    def is_unpaid(self) -> bool:
        """Whether its present period is still to be paid."""
        return self.paid_until is None or self.paid_until < self.period.end

    @property
    def due_at(self) -> datetime | None:
        """When something is to be done by itself; None: never, or once somebody has acted."""
        if self.ended_at is not None:
            return None
        if self.activated_at is None:
            return self.started_at + ORDER_WAITS
        if self.paused_from is not None:
            return self.resumes_at
        return None if self.is_unpaid else self.period.end


@dataclass(frozen=True)
class Step:
    """How it goes on, and which time is to be charged for that, if any."""

    course: Course
    charge: Span | None = None


def start(terms: Terms, anchor: Anchor, trial_until: datetime | None = None) -> Step:
    """A subscription that begins at the anchor's moment: free, with its trial, or to be paid.

    Nobody gets a second trial: where there was one, it goes on to its end,
    `trial_until`, and not beyond.
    """
    now = anchor.at
    until = _trial_end(terms, anchor) if trial_until is None else trial_until
    if not terms.is_free and terms.trial_days > 0 and until > now:
        begins_at = first_anchor(until, terms.interval, terms.alignment, anchor.zone)
        period = Stretch(now, until)
        return Step(Course(now, begins_at, period, now, trial_ends_at=until, paid_until=until))
    begins_at = first_anchor(now, terms.interval, terms.alignment, anchor.zone)
    cycle = terms.cycle(Anchor(begins_at, anchor.zone)).period(now)
    period = Stretch(now, cycle.end)
    course = Course(now, begins_at, period)
    if terms.is_free:
        return Step(course._replace(activated_at=now, paid_until=period.end))
    return Step(course, Span(period, cycle, terms.stub_unit, anchor.zone))


def advance(course: Course, terms: Terms, now: datetime, payer: "Payer") -> Step | None:
    """The next thing that happens by itself up to `now`; None where there is nothing.

    `terms` are those of the next period.
    """
    due = course.due_at
    if due is None or due > now:
        return None
    if course.activated_at is None:
        return Step(ended(course, due, "abandoned"))
    if course.paused_from is not None:
        return resume(course, terms, due, payer)
    if course.cancelled_at is not None:
        return Step(ended(course, due, "cancelled"))
    if course.is_trialing and not terms.is_free and not payer.can_be_charged:
        return Step(ended(course, due, "trial_over"))
    return _renewed(course, terms, now, payer.zone)


@dataclass(frozen=True)
class Payer:
    """Whose time zone counts, and whether there is a way to charge them."""

    zone: str = "UTC"
    can_be_charged: bool = False


def resume(course: Course, terms: Terms, at: datetime, payer: Payer) -> Step:
    """End a pause: before it began nothing was changed; after, periods count from now."""
    course_on = course._replace(paused_from=None, resumes_at=None)
    if course.paused_from is None or at < course.paused_from:
        return Step(course_on)
    return _begun_anew(course_on._replace(trial_ends_at=None), terms, at, payer.zone)


def settled(course: Course, terms: Terms, at: datetime, zone: str) -> Course:
    """What was to be paid is paid.

    One that was on hold begins its period anew: time that could not be used is not paid for.
    """
    paid = course._replace(activated_at=course.activated_at or at, grace_until=None)
    if course.held_at is not None:
        paid = _restarted(paid._replace(held_at=None), terms, at, zone)
    return paid._replace(paid_until=paid.period.end)


def ended(course: Course, at: datetime, reason: EndReason) -> Course:
    """It is over."""
    return course._replace(ended_at=at, end_reason=reason)


def cancelled(course: Course, now: datetime) -> Course:
    """It ends with its period, and a pause that was to come does not; what gives nothing ends now.

    That is what is unpaid, on hold, or paused already.
    """
    paused = course.paused_from is not None and course.paused_from <= now
    if paused or course.held_at is not None or course.is_unpaid:
        return ended(course, now, "cancelled")
    undone = course._replace(paused_from=None, resumes_at=None)
    return undone._replace(cancelled_at=course.cancelled_at or now)


def status(course: Course, now: datetime) -> SubscriptionStatus:
    """What people call the state of a subscription; of several names the first that fits."""
    paused = course.paused_from is not None and course.paused_from <= now
    names: tuple[tuple[SubscriptionStatus, bool], ...] = (
        ("ended", course.ended_at is not None),
        ("incomplete", course.activated_at is None),
        ("on_hold", course.held_at is not None),
        ("paused", paused),
        ("cancelled", course.cancelled_at is not None),
        ("trialing", course.is_trialing),
        ("past_due", course.is_unpaid and course.grace_until is not None),
    )
    return next((name for name, fits in names if fits), "active")


def entitled_until(
    course: Course, terms: Terms, payer: Payer, collecting: timedelta
) -> datetime | None:
    """When watching ends unless something happens; None where it goes on by itself.

    What renews is valid for `collecting` beyond what is paid: so long may collecting take.
    """
    if course.ended_at is not None or course.held_at is not None:
        return course.ended_at or course.held_at
    if course.paused_from is not None or course.cancelled_at is not None:
        return course.paused_from or course.period.end
    if terms.is_free:
        return None
    if course.grace_until is not None:
        return course.grace_until
    if course.is_trialing and not payer.can_be_charged:
        return course.period.end
    return (course.paid_until or course.started_at) + collecting


def why_unchangeable(course: Course, terms: Terms, now: datetime) -> Refusal | None:
    """What must be settled before the plan may be changed."""
    if course.held_at is not None:
        return "on_hold"
    if course.paused_from is not None and course.paused_from <= now:
        return "paused"
    return "unpaid" if course.is_unpaid and not terms.is_free else None


def _renewed(course: Course, terms: Terms, now: datetime, zone: str) -> Step:
    """The next period; if whole ones were missed, the present one: they were not given."""
    end = course.period.end
    anchor_at = course.anchor_at
    if terms.alignment == "calendar":
        anchor_at = first_anchor(end, terms.interval, "calendar", zone)
    cycles = Cycle(anchor_at, terms.interval, terms.interval_count, zone)
    cycle = cycles.period(end + _CLOCKS_DIFFER)
    if abs(cycle.start - end) <= _CLOCKS_DIFFER:
        cycle = Stretch(end, cycle.end)
    part = Stretch(end, cycle.end)
    if cycle.end <= now:
        part = cycle = cycles.period(now)
    onward = course._replace(anchor_at=anchor_at, period=part)
    if terms.is_free:
        return Step(onward._replace(paid_until=part.end))
    return Step(onward, Span(part, cycle, terms.stub_unit, zone))


def _begun_anew(course: Course, terms: Terms, at: datetime, zone: str) -> Step:
    anchor_at = first_anchor(at, terms.interval, terms.alignment, zone)
    cycle = terms.cycle(Anchor(anchor_at, zone)).period(at)
    part = Stretch(at, cycle.end)
    anew = course._replace(anchor_at=anchor_at, period=part)
    if terms.is_free:
        return Step(anew._replace(paid_until=part.end))
    return Step(anew, Span(part, cycle, terms.stub_unit, zone))


def _restarted(course: Course, terms: Terms, at: datetime, zone: str) -> Course:
    """The same time once more, from now: a whole period, or a part as long as it was."""
    period = course.period
    if terms.cycle(Anchor(course.anchor_at, zone)).period(period.start) == period:
        whole = terms.cycle(Anchor(at, zone)).period(at)
        return course._replace(anchor_at=at, period=whole)
    end = at + (period.end - period.start)
    return course._replace(anchor_at=end, period=Stretch(at, end))


def _trial_end(terms: Terms, anchor: Anchor) -> datetime:
    return Cycle(anchor.at, "day", 1, anchor.zone).boundary(terms.trial_days)
