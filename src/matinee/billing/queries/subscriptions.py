"""Subscriptions, as the messages that others read."""

from datetime import datetime
from uuid import UUID

from matinee.billing.models import Customer, Plan, PlanPrice, Subscription
from matinee.billing.queries.plans import plan_message, price_message
from matinee.billing.queries.reading import read, relate
from matinee.billing.queries.terms import course_of, kept_price, next_terms_of, payer_of
from matinee.billing.rules.course import Course, advance, status
from matinee.contracts import billing as messages
from matinee.kernel import clock
from matinee.kernel.problems import NotFound

# To be completed by `with_plan`.
WITH_ITS_TERMS = ("customer", "price__plan")
# To prefetch for many rows: plans and prices are few, so that each is read and made once for all.
TERMS_OF_MANY = ("plan", "price__plan", "next_price__plan")

_NEWEST = """
SELECT {kept}, {customer}, {price}, {plan} FROM billing_customer AS customer
JOIN billing_subscription AS kept ON kept.customer_id = customer.id
JOIN billing_planprice AS price ON price.id = kept.price_id
JOIN billing_plan AS plan ON plan.id = price.plan_id
WHERE customer.account_id = %(account)s::uuid
ORDER BY kept.ended_at IS NOT NULL, CASE WHEN kept.ended_at IS NULL THEN kept.activated_at END,
    kept.activated_at DESC NULLS LAST, kept.id DESC
LIMIT 1
"""


def subscription_of(account_id: UUID) -> messages.Subscription:
    """The newest subscription of an account, as it is now; NotFound if there never was one."""
    row = newest(account_id)
    if row is None:
        raise no_subscription()
    return subscription_message(row, clock.now())


def newest(account_id: UUID) -> Subscription | None:
    """The subscription that counts: the running one, else one to be paid, else the last.

    One that was never paid for counts only where there is no other.
    """
    found = read(
        _NEWEST,
        {"account": account_id},
        kept=Subscription,
        customer=Customer,
        price=PlanPrice,
        plan=Plan,
    )
    for row, customer, price, plan in found:
        relate(price, plan=plan)
        relate(row, customer=customer, price=price)
        return with_plan(row)
    return None


def with_plan(row: Subscription) -> Subscription:
    """A row that was read with its terms, with the plan that it gives: mostly that of its price.

    Joining it, and what follows, PostgreSQL takes longer to plan than to find the rest.
    """
    if row.plan_id == row.price.plan_id:
        row.plan = row.price.plan
    return row


def no_subscription() -> NotFound:
    """The problem of an account that has none."""
    code = "no_subscription"
    return NotFound(code, "There is no subscription. Choose a plan to start one.")


def as_it_is(row: Subscription, now: datetime) -> Course:
    """How far it has come, even before the periodic work has noted it; charges apart."""
    course = course_of(row)
    step = advance(course, next_terms_of(row), now, payer_of(row))
    return course if step is None or step.charge is not None else step.course


def subscription_message(row: Subscription, now: datetime) -> messages.Subscription:
    """A subscription as others read it."""
    course = as_it_is(row, now)
    next_price = row.next_price
    follows = next_price is not None and next_price.plan_id != row.plan_id
    return messages.Subscription(
        id=row.id,
        plan=plan_message(row.plan, [kept_price(row)]),
        status=status(course, now),
        started_at=course.started_at,
        current_period_end=course.period.end,
        price=price_message(row.price),
        next_plan=next_price.plan.name if follows and next_price is not None else None,
        next_price=None if next_price is None else price_message(next_price),
        trial_ends_at=course.trial_ends_at,
        grace_until=course.grace_until,
        resumes_at=course.resumes_at,
    )
