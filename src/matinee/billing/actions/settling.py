"""What payments, and their failing, do to invoices and subscriptions.

Each is called in the open transaction of whoever heard of the payment, under the customer's lock.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import F

from matinee.billing import queries
from matinee.billing.actions.bookkeeping import Movement, book, is_booked
from matinee.billing.actions.crediting import Reason, credit_back
from matinee.billing.actions.ending import end_running, order_drop
from matinee.billing.actions.granting import grant_title
from matinee.billing.actions.invoicing import give_numbers, issue_movement
from matinee.billing.actions.locking import subscriptions_locked
from matinee.billing.actions.telling import keep_course
from matinee.billing.models import CustomerBalance, Invoice, Subscription
from matinee.billing.rules import course as rules
from matinee.billing.rules import ledger
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict

RefundTo = Literal["gateway", "credit"]


@dataclass(frozen=True)
class DisputeNote:
    """A step of a dispute; the fee is what the bank took for this step alone."""

    reference: str
    amount: Money
    fee: Money
    step: ledger.DisputeStep
    at: datetime


def invoice_settle(invoice: Invoice, reference: object, amount: Money, at: datetime) -> None:
    """Book a payment of an invoice; once it is paid, what it was for begins or goes on.

    The same reference is booked once. What is paid beyond what is due, or for an order that
    was dropped, is put to the customer's credit, so that nothing is lost.
    """
    if is_booked("payment", reference):
        return
    # All of it, also where a page of payments has read what most of them need.
    whole = [column.attname for column in Invoice._meta.concrete_fields]
    invoice.refresh_from_db(fields=whole, from_queryset=Invoice.objects.select_for_update())
    if amount.currency != invoice.currency or amount.amount_minor <= 0:
        asked = Money(invoice.due_minor, invoice.currency)
        detail = f"{amount} cannot pay an invoice over {asked}. Ask the gateway what was charged."
        raise Conflict("wrong_payment", detail)
    _issue(invoice, at)
    pays = min(amount.amount_minor, invoice.due_minor)
    transfers = _payment(invoice, Money(pays, amount.currency), amount)
    book(Movement("payment", reference, at, transfers, invoice.customer_id, invoice.id))
    invoice.paid_minor += pays
    invoice.due_minor -= pays
    is_paid_now = pays > 0 and invoice.due_minor == 0
    if is_paid_now:
        invoice.status, invoice.paid_at = "paid", at
    invoice.save()
    if is_paid_now:
        invoice_paid(invoice, at)


def invoice_paid(invoice: Invoice, at: datetime) -> None:
    """Let begin or go on what an invoice was for, now that nothing of it is due."""
    grant_title(invoice, at)
    if invoice.subscription_id is None:
        return
    row = subscription_locked(invoice.subscription_id)
    course = queries.course_of(row)
    if course.ended_at is not None:
        return
    if course.activated_at is None:
        end_running(row.customer, at, "replaced")
    was_held = course.held_at is not None
    course = rules.settled(course, queries.terms_of(row.price), at, row.time_zone)
    if was_held:
        # The time of supply moved on with the payment.
        invoice.lines.filter(price__isnull=False).update(
            rate_minor=F("amount_minor"),
            period_start=course.period.start,
            period_end=course.period.end,
            cycle_start=course.period.start,
            cycle_end=course.period.end,
        )
    keep_course(row, course)


def subscription_hold(subscription: Subscription, at: datetime) -> None:
    """The grace is over and nothing was paid: nothing plays until it is."""
    row = subscription_locked(subscription.pk)
    course = queries.course_of(row)
    if course.is_running and course.is_unpaid and course.held_at is None:
        keep_course(row, course._replace(held_at=at, grace_until=None))


def subscription_end_unpaid(subscription: Subscription, at: datetime) -> None:
    """Nothing was paid for too long: it ends. What is due stays due until it is given up."""
    row = subscription_locked(subscription.pk)
    course = queries.course_of(row)
    if course.ended_at is not None:
        return
    if course.activated_at is None:
        order_drop(row, at)
        return
    keep_course(row, rules.ended(course, at, "unpaid"))


def invoice_give_up(invoice: Invoice, at: datetime) -> None:
    """Ask for an invoice no longer; what was due is a loss."""
    invoice.refresh_from_db(from_queryset=Invoice.objects.select_for_update())
    if invoice.status != "open":
        return
    due = Money(invoice.due_minor, invoice.currency)
    book(
        Movement(
            "write_off",
            invoice.id,
            at,
            ledger.write_off(due),
            invoice.customer_id,
            invoice.id,
        )
    )
    invoice.status = "uncollectible"
    invoice.save(update_fields=["status"])


def refund_record(
    invoice: Invoice, reference: object, amount: Money, at: datetime, to: RefundTo = "gateway"
) -> None:
    """Book that an amount of an invoice was given back: a credit note, then the refund of it.

    Conflict where not so much was paid, or is left after what was credited before.
    """
    if is_booked("refund", reference):
        return
    invoice.refresh_from_db(from_queryset=Invoice.objects.select_for_update())
    noted = min(amount.amount_minor, invoice.total_minor - invoice.credited_minor)
    to_credit = noted - min(noted, invoice.due_minor)
    if noted < amount.amount_minor or (to == "gateway" and to_credit < noted):
        most = Money(to_credit, amount.currency)
        detail = f"Of invoice {invoice.number} only {most} can be refunded. Choose no more."
        raise Conflict("too_much_refund", detail)
    if noted:
        reason = Reason("refund", at, f"refund:{reference}")
        credit_back(invoice, Money(noted, amount.currency), reason)
    if to == "gateway":
        transfers = ledger.refund(amount)
        book(Movement("refund", reference, at, transfers, invoice.customer_id, invoice.id))


def credit_refund(invoice: Invoice, reference: object, amount: Money, at: datetime) -> None:
    """Book that a gateway gave back what stood to the customer's credit since a credit note.

    Conflict where there is not so much to it.
    """
    if is_booked("refund", reference):
        return
    mine = CustomerBalance.objects.select_for_update().filter(
        customer_id=invoice.customer_id, currency=amount.currency
    )
    standing = mine.values_list("amount_minor", flat=True).first() or 0
    if standing < amount.amount_minor:
        most = Money(standing, amount.currency)
        detail = f"Only {most} stand to the customer's credit. Choose no more."
        raise Conflict("too_much_refund", detail)
    transfers = ledger.refund(amount)
    book(Movement("refund", reference, at, transfers, invoice.customer_id, invoice.id))


def dispute_record(invoice: Invoice, note: DisputeNote) -> None:
    """Book a step of a dispute over an invoice's payment, once."""
    kind = f"dispute_{note.step}"
    if is_booked(kind, note.reference):
        return
    transfers = ledger.dispute(note.step, note.amount, note.fee)
    book(Movement(kind, note.reference, note.at, transfers, invoice.customer_id, invoice.id))


def subscription_locked(subscription_id: UUID) -> Subscription:
    """A subscription with its terms, locked with its customer."""
    (row,) = subscriptions_locked([subscription_id])
    return row


def _issue(invoice: Invoice, at: datetime) -> None:
    """An order that is paid becomes an invoice with a number."""
    if invoice.status != "draft":
        return
    give_numbers([invoice])
    invoice.status, invoice.issued_at, invoice.due_at = "open", at, at
    book(issue_movement(invoice, at))


def _payment(invoice: Invoice, pays: Money, amount: Money) -> tuple[ledger.Transfer, ...]:
    beyond = ledger.overpayment(amount - pays)
    if invoice.status == "uncollectible":
        return ledger.recovered(pays) + beyond
    return ledger.payment(pays) + beyond
