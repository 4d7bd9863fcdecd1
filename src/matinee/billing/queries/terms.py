"""Rows as the rules see them."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

from matinee.billing import settings
from matinee.billing.models import PlanPrice, Subscription
from matinee.billing.rules.calendar import Alignment, Interval, Stretch
from matinee.billing.rules.course import Course, EndReason, Payer, entitled_until
from matinee.billing.rules.pricing import Manner, Terms
from matinee.contracts import billing as messages
from matinee.kernel.money import Money


def terms_of(price: PlanPrice) -> Terms:
    """A plan at one of its prices."""
    plan = price.plan
    return _terms(
        (price.amount_minor, price.currency, price.interval, price.interval_count),
        (plan.trial_days, plan.streams_at_once, plan.height_max),
        (plan.alignment, plan.upgrades, plan.downgrades),
    )


# Of a page of rows nearly all have the same few.
@lru_cache(maxsize=1024)
def _terms(
    asked: tuple[int, str, str, int], given: tuple[int, int, int], manners: tuple[str, str, str]
) -> Terms:
    amount_minor, currency, interval, interval_count = asked
    trial_days, streams_at_once, height_max = given
    alignment, upgrades, downgrades = manners
    return Terms(
        price=Money(amount_minor, currency),
        interval=cast("Interval", interval),
        interval_count=interval_count,
        trial_days=trial_days,
        streams_at_once=streams_at_once,
        height_max=height_max,
        alignment=cast("Alignment", alignment),
        upgrades=cast("Manner", upgrades),
        downgrades=cast("Manner", downgrades),
    )


def next_terms_of(row: Subscription) -> Terms:
    """What a subscription's next period is charged by."""
    return terms_of(coming_price(row))


def coming_price(row: Subscription) -> PlanPrice:
    """The price of the next period; one that changes does so only after its notice."""
    if row.next_price_id is None:
        return row.price
    from_when = row.next_price_from
    if row.next_price is None or (from_when is not None and from_when > row.current_period_end):
        return row.price
    return row.next_price


def kept_price(row: Subscription) -> PlanPrice:
    """The price that a subscription is at, of the plan that it gives now."""
    later = row.next_price
    if later is not None and row.price.plan_id != row.plan_id:
        return later
    return row.price


def payer_of(row: Subscription) -> Payer:
    """The time zone that it began in, and whether there is a way to charge its customer."""
    return Payer(row.time_zone, row.customer.can_be_charged)


def course_of(row: Subscription) -> Course:
    """How far a subscription has come."""
    return Course(
        started_at=row.started_at,
        anchor_at=row.anchor_at,
        period=Stretch(row.current_period_start, row.current_period_end),
        activated_at=row.activated_at,
        trial_ends_at=row.trial_ends_at,
        paid_until=row.paid_until,
        grace_until=row.grace_until,
        held_at=row.held_at,
        cancelled_at=row.cancelled_at,
        paused_from=row.paused_from,
        resumes_at=row.resumes_at,
        ended_at=row.ended_at,
        end_reason=cast("EndReason", row.end_reason),
    )


def entitlement_message(row: Subscription) -> messages.Entitlement:
    """What a subscription entitles its account to."""
    return messages.Entitlement(
        account_id=row.customer.account_id,
        streams_at_once=row.plan.streams_at_once,
        height_max=row.plan.height_max,
        ends_at=entitlement_ends_at(row),
        plan=row.plan.code,
    )


def entitlement_ends_at(row: Subscription) -> datetime | None:
    """Until when it entitles, unless something happens; None where it goes on by itself."""
    collecting = timedelta(hours=settings.get().collect_hours)
    return entitled_until(course_of(row), next_terms_of(row), payer_of(row), collecting)
