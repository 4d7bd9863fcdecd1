"""Many payments, made or failed, at once, as a night of renewals brings them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from matinee.billing import queries
from matinee.billing.actions.bookkeeping import Movement, book
from matinee.billing.actions.saving import among, save_many
from matinee.billing.actions.settling import invoice_settle
from matinee.billing.actions.telling import keep_courses, take_course, tell
from matinee.billing.models import Invoice, LedgerTransfer, Subscription
from matinee.billing.rules import course as rules
from matinee.billing.rules import ledger
from matinee.kernel.money import Money

# What changes of a course that goes on as it was to.
_SETTLED = dict.fromkeys(("activated_at", "paid_until", "grace_until", "due_at"), "timestamptz")


@dataclass(frozen=True)
class Paid:
    """A payment of an invoice, as a gateway tells it."""

    invoice_id: UUID
    reference: object
    amount: Money


def invoices_settle(payments: Sequence[Paid], at: datetime) -> None:
    """Book payments in the open transaction; the same as one `invoice_settle` after the other.

    Renewals that are paid to the unit take one statement for all; the others go one by one.
    """
    if not payments:
        return
    booked = set(
        LedgerTransfer.objects.filter(
            kind="payment",
            reference__in=among([str(each.reference) for each in payments], "text"),
        ).values_list("reference", flat=True)
    )
    news = [each for each in payments if str(each.reference) not in booked]
    wanted = Invoice.objects.filter(pk__in=among([each.invoice_id for each in news]))
    subscriptions = _locked(wanted)
    invoices = {row.pk: row for row in wanted.select_for_update().order_by("pk")}
    plain: dict[UUID, Paid] = {}
    for each in news:
        invoice = invoices[each.invoice_id]
        row = subscriptions.get(invoice.subscription_id) if invoice.subscription_id else None
        if row is not None and row.pk not in plain and _is_plain(invoice, row, each):
            plain[row.pk] = each
    _settle_plain([(invoices[each.invoice_id], each) for each in plain.values()], at)
    _go_on([subscriptions[pk] for pk in plain], at)
    one_by_one = set(map(id, news)) - set(map(id, plain.values()))
    for each in news:
        if id(each) in one_by_one:
            invoice_settle(invoices[each.invoice_id], each.reference, each.amount, at)


def invoices_unpaid(invoices: Sequence[Invoice], at: datetime, grace_until: datetime) -> None:
    """Payments failed: what they were for goes on until the grace is over. Orders just wait."""
    if not invoices:
        return
    owed = Invoice.objects.filter(pk__in=among([each.pk for each in invoices]))
    unpaid = []
    for row in _locked(owed).values():
        course = queries.course_of(row)
        if course.is_running and course.is_unpaid and course.held_at is None:
            take_course(row, replace(course, grace_until=max(grace_until, at)))
            unpaid.append(row)
    keep_courses(unpaid)


def _locked(invoices: QuerySet[Invoice]) -> dict[UUID, Subscription]:
    """The subscriptions of invoices, locked with their customers."""
    rows = Subscription.objects.select_related("customer")
    locked = rows.select_for_update(of=("self", "customer")).filter(
        pk__in=invoices.values("subscription")
    )
    with_terms = locked.prefetch_related(*queries.TERMS_OF_MANY)
    return {row.pk: row for row in with_terms.order_by("pk")}


def _is_plain(invoice: Invoice, row: Subscription, paid: Paid) -> bool:
    """Whether a payment just lets a running subscription go on."""
    return (
        invoice.status == "open"
        and paid.amount == Money(invoice.due_minor, invoice.currency)
        and queries.course_of(row).is_running
        and row.held_at is None
    )


def _settle_plain(pairs: list[tuple[Invoice, Paid]], at: datetime) -> None:
    book(
        *(
            Movement(
                "payment",
                paid.reference,
                at,
                ledger.payment(paid.amount),
                invoice.customer_id,
                invoice.pk,
            )
            for invoice, paid in pairs
        )
    )
    # All that is due is paid, so that one statement says it of every invoice.
    Invoice.objects.filter(pk__in=among([invoice.pk for invoice, _ in pairs])).update(
        paid_minor=F("paid_minor") + F("due_minor"), due_minor=0, status="paid", paid_at=at
    )


def _go_on(rows: list[Subscription], at: datetime) -> None:
    for row in rows:
        terms = queries.terms_of(row.price)
        take_course(row, rules.settled(queries.course_of(row), terms, at, row.time_zone))
    save_many(rows, _SETTLED)
    tell(*rows)
