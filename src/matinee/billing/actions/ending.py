"""How subscriptions and orders end, by whatever hand."""

from datetime import datetime

from django.db.models import QuerySet

from matinee.billing import queries
from matinee.billing.actions.bookkeeping import Movement, book
from matinee.billing.actions.crediting import Reason, credit_back
from matinee.billing.actions.telling import AT_ONCE, keep_course, save_course
from matinee.billing.models import Customer, Invoice, Subscription
from matinee.billing.rules import course as rules
from matinee.billing.rules import ledger
from matinee.billing.rules.course import ORDER_WAITS
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money


def end_running(customer: Customer, at: datetime, reason: rules.EndReason) -> None:
    """End a locked customer's subscription to make room for another, which is told instead."""
    running = Subscription.objects.filter(
        customer=customer, activated_at__isnull=False, ended_at=None
    )
    for row in map(queries.with_plan, running.select_related(*queries.WITH_ITS_TERMS)):
        save_course(row, rules.ended(queries.course_of(row), at, reason))
        unpaid_take_back(row, at)


def orders_drop(customer: Customer, at: datetime) -> None:
    """Drop what a locked customer has ordered and not paid."""
    waiting = Subscription.objects.filter(customer=customer, activated_at=None, ended_at=None)
    for row in map(queries.with_plan, waiting.select_related(*queries.WITH_ITS_TERMS)):
        order_drop(row, at)


def order_drop(row: Subscription, at: datetime) -> None:
    """End an order; its draft is void, and credit set aside for it is free again."""
    keep_course(row, rules.ended(queries.course_of(row), at, "abandoned"))
    for invoice in row.invoices.select_for_update().filter(status="draft"):
        draft_void(invoice, at)


def title_orders_drop(customer: Customer, at: datetime) -> None:
    """Drop a locked customer's orders of single titles: the newest counts."""
    for invoice in _title_orders().filter(customer=customer).select_for_update().order_by("id"):
        draft_void(invoice, at)


def stale_title_orders_drop() -> int:
    """Drop orders of single titles that nobody paid for a day, at most 500; how many."""
    now = clock.now()
    with transaction_of("billing"):
        stale = _title_orders().filter(created_at__lte=now - ORDER_WAITS)
        # As for subscriptions: what somebody is paying just now is left for the next time.
        rows = list(
            stale.select_related("customer")
            .select_for_update(skip_locked=True, of=("self", "customer"))
            .order_by("id")[:AT_ONCE]
        )
        for invoice in rows:
            draft_void(invoice, now)
    return len(rows)


def _title_orders() -> QuerySet[Invoice]:
    return Invoice.objects.filter(status="draft", subscription=None)


def draft_void(invoice: Invoice, at: datetime) -> None:
    """Take back a draft: it never had a number."""
    set_aside = Money(invoice.credit_applied_minor, invoice.currency)
    if set_aside.amount_minor:
        transfers = ledger.credit_returned(set_aside)
        book(
            Movement("credit_returned", invoice.id, at, transfers, invoice.customer_id, invoice.id)
        )
    invoice.status, invoice.due_minor, invoice.credit_applied_minor = "void", 0, 0
    invoice.save(update_fields=["status", "due_minor", "credit_applied_minor"])


def unpaid_take_back(row: Subscription, at: datetime) -> None:
    """Take back what an ended subscription was asked for and never paid."""
    for invoice in row.invoices.select_for_update().filter(status="open").order_by("id"):
        if invoice.paid_minor == 0:
            credit_back(invoice, None, Reason("not_supplied", at))
