"""Changing a running subscription's plan, by the policy of the plan that is left."""

from datetime import datetime

from matinee.billing import queries
from matinee.billing.actions.charging import Till
from matinee.billing.actions.crediting import Reason, credit_unused_time
from matinee.billing.actions.invoicing import invoices_write
from matinee.billing.actions.telling import keep_course
from matinee.billing.models import Invoice, PlanPrice, Subscription
from matinee.billing.rules.calendar import Stretch
from matinee.billing.rules.course import Course, Refusal, why_unchangeable
from matinee.billing.rules.invoicing import Span
from matinee.billing.rules.pricing import Anchor, change
from matinee.billing.rules.proration import Unit
from matinee.kernel.problems import Conflict

_REFUSED: dict[Refusal, str] = {
    "on_hold": "This subscription is on hold. Pay what is due, then change the plan.",
    "paused": "This subscription is paused. Resume it, then change the plan.",
    "unpaid": "Something of this subscription is to be paid. Pay it, then change the plan.",
}


def change_plan(row: Subscription, price: PlanPrice, now: datetime) -> Invoice | None:
    """Change a locked, running subscription to another price, or take its cancellation back.

    A pause that was to come is taken back, too: who chooses a plan wants to watch. The
    invoice is of the rest of the period, where the policy charges at once. Conflict while
    something is still to be paid.
    """
    course = queries.course_of(row)
    onward = course._replace(cancelled_at=None, paused_from=None, resumes_at=None)
    refusal = why_unchangeable(course, queries.terms_of(row.price), now)
    if refusal is not None:
        raise Conflict(refusal, _REFUSED[refusal])
    if row.price_id == price.pk:
        _stay(row, onward)
        return None
    if price.currency != row.price.currency and price.amount_minor and row.price.amount_minor:
        detail = f"This subscription is paid in {row.price.currency}. Choose a price in that."
        raise Conflict("other_currency", detail)
    plan = change(queries.terms_of(row.price), queries.terms_of(price))
    if plan.manner != "renewal" and not course.is_trialing:
        return _change_now(row, price, onward, plan.manner, now)
    row.next_price, row.next_price_from = price, None
    if plan.gives_at_once:
        row.plan = price.plan
    else:
        row.plan = row.price.plan
    keep_course(row, onward)
    return None


def _stay(row: Subscription, course: Course) -> None:
    """Go on as before: take back a cancellation, or a change that was to come.

    A price that was changed by the operator stays changed.
    """
    before = queries.course_of(row), row.plan_id, row.next_price_id
    if row.next_price_from is None:
        row.next_price = None
    row.plan = row.price.plan
    if (course, row.plan_id, row.next_price_id) != before:
        keep_course(row, course)


def _change_now(
    row: Subscription, price: PlanPrice, course: Course, unit: Unit, now: datetime
) -> Invoice | None:
    """Give back what is left of the period, and charge it anew at the other price."""
    reason = Reason("plan_change", now)
    credit_unused_time(row, Stretch(now, course.period.end), unit, reason)
    cycle = queries.terms_of(price).cycle(Anchor(course.anchor_at, row.time_zone)).period(now)
    part = Stretch(now, cycle.end)
    row.plan, row.price, row.next_price, row.next_price_from = price.plan, price, None, None
    onward = course._replace(period=part, paid_until=now)
    if price.amount_minor == 0:
        keep_course(row, onward._replace(paid_until=part.end))
        return None
    ask = Till([row]).ask(row, price, Span(part, cycle, unit, row.time_zone))
    (invoice,) = invoices_write([ask], now)
    if invoice.status == "paid":
        onward = onward._replace(paid_until=part.end)
    keep_course(row, onward)
    return invoice
