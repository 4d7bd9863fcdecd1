"""Many payments, made or failed, at once, as a night of renewals brings them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from matinee.billing import queries
from matinee.billing.actions.bookkeeping import Movement, book
from matinee.billing.actions.locking import subscriptions_locked
from matinee.billing.actions.saving import noted, save_changed
from matinee.billing.actions.settling import invoice_settle
from matinee.billing.actions.telling import keep_courses, take_course, tell_paid
from matinee.billing.models import Invoice, Subscription
from matinee.billing.rules import course as rules
from matinee.billing.rules import ledger
from matinee.kernel.arrays import array
from matinee.kernel.databases import rows_of
from matinee.kernel.money import Money

# What changes of a course that goes on as it was to.
_SETTLED = dict.fromkeys(("activated_at", "paid_until", "grace_until", "due_at"), "timestamptz")

_BOOKED = """
SELECT reference FROM billing_ledgertransfer
WHERE kind = 'payment' AND reference = ANY(%(references)s::text[])
"""
# All that is due is paid, so that one statement says it of every invoice.
_PAID = """
UPDATE billing_invoice SET paid_minor = paid_minor + due_minor, due_minor = 0, status = 'paid',
    paid_at = %(at)s::timestamptz
WHERE id = ANY(%(ids)s::uuid[]) AND status = 'open' AND due_minor > 0 RETURNING id
"""


@dataclass(frozen=True)
class Paid:
    """A payment of an invoice, as a gateway tells it; the invoice's customer is locked."""

    invoice: Invoice
    reference: object
    amount: Money


def invoices_settle(payments: Sequence[Paid], at: datetime) -> None:
    """Book payments in the open transaction; the same as one `invoice_settle` after the other.

    Renewals that are paid to the unit take one statement for all; the others go one by one.
    """
    if not payments:
        return
    references = array([each.reference for each in payments])
    booked = {told for (told,) in rows_of("billing", _BOOKED, {"references": references})}
    news = [each for each in payments if str(each.reference) not in booked]
    subscriptions = _locked([each.invoice for each in news])
    plain: dict[UUID, Paid] = {}
    for each in news:
        of_it = each.invoice.subscription_id
        row = subscriptions.get(of_it) if of_it else None
        if row is not None and row.pk not in plain and _is_plain(row, each):
            plain[row.pk] = each
    _settle_plain(list(plain.values()), at)
    _go_on([subscriptions[pk] for pk in plain], at)
    one_by_one = set(map(id, news)) - set(map(id, plain.values()))
    for each in news:
        if id(each) in one_by_one:
            invoice_settle(each.invoice, each.reference, each.amount, at)


def invoices_unpaid(invoices: Sequence[Invoice], at: datetime, grace_until: datetime) -> None:
    """Payments failed: what they were for goes on until the grace is over. Orders just wait."""
    if not invoices:
        return
    unpaid = []
    for row in _locked(invoices).values():
        course = queries.course_of(row)
        if course.is_running and course.is_unpaid and course.held_at is None:
            take_course(row, course._replace(grace_until=max(grace_until, at)))
            unpaid.append(row)
    keep_courses(unpaid)


def _locked(invoices: Sequence[Invoice]) -> dict[UUID, Subscription]:
    """The subscriptions of invoices, locked with their customers."""
    wanted = {each.subscription_id for each in invoices if each.subscription_id is not None}
    return {row.pk: row for row in subscriptions_locked(wanted)}


def _is_plain(row: Subscription, paid: Paid) -> bool:
    """Whether a payment just lets a running subscription go on."""
    invoice = paid.invoice
    return (
        invoice.status == "open"
        and paid.amount == Money(invoice.due_minor, invoice.currency)
        and queries.course_of(row).is_running
        and row.held_at is None
    )


def _settle_plain(payments: list[Paid], at: datetime) -> None:
    book(
        *(
            Movement(
                "payment",
                paid.reference,
                at,
                ledger.payment(paid.amount),
                paid.invoice.customer_id,
                paid.invoice.pk,
            )
            for paid in payments
        )
    )
    values = {"ids": array([paid.invoice.pk for paid in payments]), "at": at}
    if len(rows_of("billing", _PAID, values)) != len(payments):
        raise RuntimeError("an invoice was read before its customer was locked, and paid meanwhile")


def _go_on(rows: list[Subscription], at: datetime) -> None:
    before = noted(rows, _SETTLED)
    for row in rows:
        terms = queries.terms_of(row.price)
        take_course(row, rules.settled(queries.course_of(row), terms, at, row.time_zone))
    save_changed(rows, before, _SETTLED)
    tell_paid(rows)
