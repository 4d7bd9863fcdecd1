"""What happens to subscriptions by itself: renewals, ends of trials, of pauses and of orders."""

from datetime import datetime
from uuid import UUID

from matinee.billing import queries
from matinee.billing.actions.charging import Till
from matinee.billing.actions.ending import draft_void
from matinee.billing.actions.invoicing import Ask, invoices_reckon, invoices_save
from matinee.billing.actions.locking import subscriptions_due
from matinee.billing.actions.telling import (
    courses_noted,
    save_changed_courses,
    take_course,
    tell,
)
from matinee.billing.models import Invoice, Subscription
from matinee.billing.rules.course import Step, advance
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of


def subscriptions_roll() -> int:
    """Do what is due to subscriptions, at most 500; how many.

    Those that somebody is changing just now are left for the next time.
    """
    now = clock.now().replace(microsecond=0)
    with transaction_of("billing"):
        rows = subscriptions_due(now)
        _roll(rows, now)
    return len(rows)


def up_to_date(row: Subscription, now: datetime) -> None:
    """Do what is due to one locked subscription before somebody changes it."""
    if row.due_at is not None and row.due_at <= now:
        _roll([row], now)


def _roll(rows: list[Subscription], now: datetime) -> None:
    """Take each of some locked subscriptions one step on."""
    told = [_told(row) for row in rows]
    before = courses_noted(rows)
    asks: list[Ask] = []
    till = Till(rows)
    moved = []
    for row in rows:
        step = advance(
            queries.course_of(row), queries.next_terms_of(row), now, queries.payer_of(row)
        )
        if step is None:
            _sleep(row, now)
            continue
        moved.append(row)
        ask = _take(row, step, till)
        if ask is not None:
            asks.append(ask)
    reckoned = invoices_reckon(asks, now)
    _mark_paid(reckoned.invoices, {row.pk: row for row in moved})
    save_changed_courses(rows, before)
    _drop_drafts(moved, now)
    pairs = zip(rows, told, strict=True)
    tell(*(row for row, old in pairs if row.ended_at is not None or _told(row) != old))
    invoices_save(reckoned)


def _take(row: Subscription, step: Step, till: Till) -> Ask | None:
    """Write a step into its row; the ask for what it charges."""
    price = queries.coming_price(row)
    take_course(row, step.course)
    if row.ended_at is None:
        if price.pk == row.next_price_id:
            row.next_price, row.next_price_from = None, None
        if (row.price_id, row.plan_id) != (price.pk, price.plan_id):
            row.price, row.plan = price, price.plan
    if step.charge is None:
        return None
    # As it will be once this is paid: the payment then changes nothing that an index knows, and
    # PostgreSQL writes it beside the row, and into no index. Unpaid by then, it is put to sleep.
    row.due_at = step.course.period.end
    return till.ask(row, price, step.charge)


def _sleep(row: Subscription, now: datetime) -> None:
    """Let one that was looked at, and waits for somebody to act, be woken by that alone."""
    if row.due_at is not None and row.due_at <= now:
        row.due_at = queries.course_of(row).due_at


def _mark_paid(invoices: list[Invoice], rows: dict[UUID, Subscription]) -> None:
    """What coupons and credit have paid in full goes on as paid."""
    for invoice in invoices:
        if invoice.status == "paid" and invoice.subscription_id is not None:
            row = rows[invoice.subscription_id]
            take_course(row, queries.course_of(row)._replace(paid_until=row.current_period_end))


def _drop_drafts(rows: list[Subscription], now: datetime) -> None:
    """Orders that nobody paid leave no drafts behind."""
    abandoned = [row.pk for row in rows if row.end_reason == "abandoned"]
    if abandoned:
        drafts = Invoice.objects.filter(subscription__in=abandoned, status="draft")
        for invoice in drafts.select_for_update().order_by("id"):
            draft_void(invoice, now)


def _told(row: Subscription) -> tuple[object, ...]:
    """What of a subscription others are told, and a step may change.

    By what that is reckoned from, which is read sooner. The period's end is left out: a step
    moves it only where watching goes on by itself.
    """
    if row.activated_at is None:
        return ()
    free = queries.coming_price(row).amount_minor == 0
    return (
        *(free or row.paid_until, row.grace_until, row.held_at, row.cancelled_at, row.paused_from),
        *(row.plan_id, row.price_id, row.trial_ends_at),
    )
