"""Cancelling, pausing and resuming."""

from datetime import datetime
from uuid import UUID

from matinee.billing import queries
from matinee.billing.actions.charging import Till
from matinee.billing.actions.crediting import Reason, credit_unused_time
from matinee.billing.actions.customers import locked_customer
from matinee.billing.actions.ending import order_drop, unpaid_take_back
from matinee.billing.actions.invoicing import invoices_write
from matinee.billing.actions.renewing import up_to_date
from matinee.billing.actions.telling import keep_course
from matinee.billing.models import Invoice, Subscription
from matinee.billing.rules import course as rules
from matinee.billing.rules.calendar import Stretch
from matinee.billing.rules.proration import Unit, unused_from
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, Unprocessable


def subscription_cancel(account_id: UUID) -> Subscription:
    """Let a subscription end with its period; NotFound if none is running.

    One that is unpaid, on hold or paused ends now, and what was asked for it is taken back.
    """
    now = _now()
    with transaction_of("billing"):
        row = _mine(account_id, now)
        course = queries.course_of(row)
        if course.activated_at is None:
            order_drop(row, now)
        else:
            onward = rules.cancelled(course, now)
            if onward != course:
                keep_course(row, onward)
            if onward.ended_at is not None:
                unpaid_take_back(row, now)
    return row


def subscription_cancel_now(account_id: UUID, *, refund: bool) -> Subscription:
    """End a subscription at once; what is left of its period is put to the customer's credit.

    By the second or by the day, as its plan says; without `refund` nothing is given back.
    """
    now = _now()
    with transaction_of("billing"):
        row = _mine(account_id, now)
        course = queries.course_of(row)
        if course.activated_at is None:
            order_drop(row, now)
            return row
        if refund and not course.is_unpaid:
            unit: Unit = queries.terms_of(row.price).stub_unit
            unused = Stretch(unused_from(now, unit, row.time_zone), course.period.end)
            credit_unused_time(row, unused, unit, Reason("cancelled", now))
        _end_now(row, now)
    return row


def subscription_pause(account_id: UUID, resumes_at: datetime | None) -> Subscription:
    """Pause a subscription from its period's end, until a moment or until it is resumed.

    Conflict where it is not simply running; Unprocessable if the moment comes before.
    """
    now = _now()
    with transaction_of("billing"):
        row = _mine(account_id, now)
        course = queries.course_of(row)
        if rules.status(course, now) != "active" or course.is_unpaid:
            detail = "Only a subscription that is paid and not cancelled can be paused."
            raise Conflict("not_active", detail)
        if resumes_at is not None and resumes_at <= course.period.end:
            detail = "The pause would end before it begins. Choose a later day."
            raise Unprocessable("too_early", detail)
        back = None if resumes_at is None else resumes_at.replace(microsecond=0)
        keep_course(row, course._replace(paused_from=course.period.end, resumes_at=back))
    return row


def subscription_resume(account_id: UUID) -> tuple[Subscription, Invoice | None]:
    """End a pause: a period begins now and is charged. Conflict where nothing is paused."""
    now = _now()
    with transaction_of("billing"):
        row = _mine(account_id, now)
        course = queries.course_of(row)
        if course.paused_from is None:
            raise Conflict("not_paused", "This subscription is not paused. Just watch.")
        step = rules.resume(course, queries.next_terms_of(row), now, queries.payer_of(row))
        if step.charge is None:
            keep_course(row, step.course)
            return row, None
        price = queries.coming_price(row)
        row.price, row.plan, row.next_price, row.next_price_from = price, price.plan, None, None
        (invoice,) = invoices_write([Till([row]).ask(row, price, step.charge)], now)
        paid = step.course.period.end if invoice.status == "paid" else now
        keep_course(row, step.course._replace(paid_until=paid))
    return row, invoice


def _mine(account_id: UUID, now: datetime) -> Subscription:
    """The account's subscription that has not ended, locked and up to date; or NotFound."""
    customer = locked_customer(account_id)
    row = queries.newest(account_id)
    if row is None or row.ended_at is not None:
        raise queries.no_subscription()
    row.customer = customer
    up_to_date(row, now)
    if row.ended_at is not None:
        raise queries.no_subscription()
    return row


def _end_now(row: Subscription, now: datetime) -> None:
    keep_course(row, rules.ended(queries.course_of(row), now, "cancelled"))
    unpaid_take_back(row, now)


def _now() -> datetime:
    return clock.now().replace(microsecond=0)
