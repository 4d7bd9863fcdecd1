"""Giving money back, and what banks take back by themselves."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from matinee.billing.actions.saving import add_many, save_many
from matinee.billing.actions.settling import (
    DisputeNote,
    credit_refund,
    dispute_record,
    refund_record,
)
from matinee.billing.actions.webhooks import Told, operator_tell
from matinee.billing.gateways import gateway as gateways
from matinee.billing.gateways.chosen import chosen
from matinee.billing.gateways.gateway import RefundOrder, RefusedError, UnsureError
from matinee.billing.models import Dispute, Invoice, Payment, Refund
from matinee.billing.queries.reading import fresh, read, relate
from matinee.billing.rules import payments as rules
from matinee.kernel import clock
from matinee.kernel.databases import rows_of, transaction_of
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, NotFound

log = logging.getLogger(__name__)

AT_ONCE = 100

_BY_ID = "payment.id = %(id)s::uuid"
_BY_REFUND = "payment.id = (SELECT payment_id FROM billing_refund WHERE id = %(id)s::uuid)"
# That it is none of nothing is said because the index has no others.
_BY_CHARGE = """payment.gateway = %(gateway)s::text
AND payment.charge_ref = %(ref)s::text AND payment.charge_ref <> ''"""
_LOCK = """
SELECT customer.id FROM billing_customer AS customer
JOIN billing_invoice AS invoice ON invoice.customer_id = customer.id
JOIN billing_payment AS payment ON payment.invoice_id = invoice.id
WHERE {which} FOR UPDATE OF customer
"""
_PAYMENT = """
SELECT {{payment}}, {{invoice}} FROM billing_payment AS payment
JOIN billing_invoice AS invoice ON invoice.id = payment.invoice_id WHERE {which}
"""
_REFUND = "SELECT {refund} FROM billing_refund AS refund WHERE id = %(id)s::uuid"
_GIVEN_BACK = {"refunded_minor": "bigint"}
_DISPUTE = "SELECT {dispute} FROM billing_dispute AS dispute WHERE ref = %(ref)s::text"


@dataclass(frozen=True)
class RefundWish:
    """What a member of the staff wants to give back, and why."""

    payment_id: UUID
    amount_minor: int
    reason: str
    by_account: UUID


def payment_refund(wish: RefundWish) -> Refund:
    """Give a part of a payment back.

    NotFound for an unknown payment; Conflict where not so much is left, or the gateway
    refuses. While the gateway does not answer the refund is under way: it is asked for again.
    """
    refund = _begun(wish)
    try:
        _ask(refund, is_asked_again=False)
    except UnsureError as error:
        log.warning("refund %s: nobody knows whether it was done: %s", refund.pk, error)
    refund.refresh_from_db()
    if refund.status == "failed":
        detail = "The payment service refused this refund. Nothing was given back."
        raise Conflict("refund_refused", detail)
    return refund


def refunds_ask_again() -> int:
    """Ask again for refunds whose answer never came; how many."""
    rows = Refund.objects.filter(status="processing").select_related("payment")
    page = list(rows.order_by("asked_at")[:AT_ONCE])
    for refund in page:
        Refund.objects.filter(pk=refund.pk).update(asked_at=clock.now())
        if refund.ref:
            refund_note(chosen().refund_find(refund.ref))
        else:
            _ask(refund, is_asked_again=True)
    return len(page)


def refund_note(told: gateways.Refund) -> None:
    """Write down how a refund stands; what was known already changes nothing."""
    kind, _, refund_id = told.key.partition(":")
    if kind != "refund":
        return
    with transaction_of("billing"):
        refund = _locked(UUID(refund_id))
        if refund is None or refund.status != "processing":
            return
        refund.ref, refund.status = told.ref, told.status
        save_many([refund], {"ref": "text", "status": "text"})
        if told.status == "succeeded":
            _book(refund, told.amount, clock.now())
            operator_tell([Told("refund.succeeded", _facts(refund))])
        elif told.status == "failed":
            _give_up(refund)


def dispute_note(told: gateways.Dispute) -> None:
    """Write down how a dispute stands; its steps are booked in order, each once."""
    now = clock.now()
    with transaction_of("billing"):
        payment = _locked_payment(_BY_CHARGE, gateway=chosen().name, ref=told.charge_ref)
        if payment is None:
            return
        row = _dispute_known(told) or _dispute_opened(told, payment, now)
        if row.status == "open" and told.status != "open":
            more = told.fee - Money(row.fee_minor, told.fee.currency)
            note = DisputeNote(told.ref, told.amount, more, told.status, now)
            dispute_record(payment.invoice, note)
            row.status, row.fee_minor = told.status, told.fee.amount_minor
            save_many([row], {"status": "text", "fee_minor": "bigint"})
            operator_tell([Told(f"dispute.{told.status}", _of_dispute(row))])


def _dispute_known(told: gateways.Dispute) -> Dispute | None:
    """The dispute as it was told before, if it was; its customer is locked."""
    for (row,) in read(_DISPUTE, {"ref": told.ref}, dispute=Dispute):
        known: Dispute = row
        return known
    return None


def _dispute_opened(told: gateways.Dispute, payment: Payment, now: datetime) -> Dispute:
    """A dispute that is new, with what the bank took for it."""
    row = fresh(
        Dispute,
        payment_id=payment.pk,
        ref=told.ref,
        amount_minor=told.amount.amount_minor,
        fee_minor=told.fee.amount_minor,
        status="open",
    )
    add_many([row])
    note = DisputeNote(told.ref, told.amount, told.fee, "opened", now)
    dispute_record(payment.invoice, note)
    operator_tell([Told("dispute.opened", _of_dispute(row))])
    return row


def _begun(wish: RefundWish) -> Refund:
    with transaction_of("billing"):
        payment = _locked_payment(_BY_ID, id=wish.payment_id)
        if payment is None:
            raise NotFound("unknown_payment", "There is no such payment.")
        left = payment.amount_minor - payment.refunded_minor
        if payment.status != "succeeded" or payment.disputes.exists():
            raise Conflict("not_refundable", "Only a payment that succeeded is given back.")
        if not 0 < wish.amount_minor <= min(left, _left_of(payment.invoice)):
            most = Money(max(min(left, _left_of(payment.invoice)), 0), payment.currency)
            raise Conflict("too_much_refund", f"At most {most} can be given back of this payment.")
        payment.refunded_minor += wish.amount_minor
        save_many([payment], _GIVEN_BACK)
        refund = Refund(
            payment=payment,
            amount_minor=wish.amount_minor,
            reason=wish.reason,
            by_account=wish.by_account,
            asked_at=clock.now(),
        )
        add_many([refund])
        return refund


def _left_of(invoice: Invoice) -> int:
    """What of an invoice was not credited yet, and not on its way to be."""
    under_way = Refund.objects.filter(payment__invoice=invoice, status="processing")
    waiting = sum(under_way.values_list("amount_minor", flat=True))
    return int(invoice.total_minor - invoice.credited_minor - waiting)


def _ask(refund: Refund, *, is_asked_again: bool) -> None:
    payment = refund.payment
    order = RefundOrder(
        key=rules.refund_key(refund.pk),
        charge_ref=payment.charge_ref,
        amount=Money(refund.amount_minor, payment.currency),
        is_asked_again=is_asked_again,
    )
    try:
        refund_note(chosen().refund_make(order))
    except RefusedError as error:
        log.error("refund %s was refused by the gateway: %s", refund.pk, error)  # noqa: TRY400 - told in full
        with transaction_of("billing"):
            locked = _locked(refund.pk)
            if locked is not None and locked.status == "processing":
                locked.status = "failed"
                save_many([locked], {"status": "text"})
                _give_up(locked)


def _book(refund: Refund, amount: Money, now: datetime) -> None:
    """Book money that went back; never more than the customer was owed."""
    invoice = refund.payment.invoice
    try:
        with transaction_of("billing"):
            refund_record(invoice, refund.pk, amount, now)
    except Conflict:
        # A credit note was written meanwhile: what went back comes from the credit.
        credit_refund(invoice, refund.pk, amount, now)


def _facts(refund: Refund) -> dict[str, Any]:
    return {
        "refund_id": str(refund.pk),
        "payment_id": str(refund.payment_id),
        "amount_minor": refund.amount_minor,
        "currency": refund.payment.currency,
    }


def _of_dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        "dispute_id": str(dispute.pk),
        "payment_id": str(dispute.payment_id),
        "amount_minor": dispute.amount_minor,
        "currency": dispute.payment.currency,
    }


def _give_up(refund: Refund) -> None:
    payment = refund.payment
    payment.refunded_minor -= refund.amount_minor
    save_many([payment], _GIVEN_BACK)


def _locked(refund_id: UUID) -> Refund | None:
    """A refund, its payment and its invoice, their customer locked."""
    payment = _locked_payment(_BY_REFUND, id=refund_id)
    for (row,) in read(_REFUND, {"id": refund_id}, refund=Refund):
        refund: Refund = row
        relate(refund, payment=payment)
        return refund
    return None


def _locked_payment(which: str, **values: object) -> Payment | None:
    """A payment and its invoice, its customer locked: read then, as whoever held them left it."""
    rows_of("billing", _LOCK.format(which=which), values)
    for row, invoice in read(
        _PAYMENT.format(which=which), values, payment=Payment, invoice=Invoice
    ):
        payment: Payment = row
        relate(payment, invoice=invoice)
        return payment
    return None
