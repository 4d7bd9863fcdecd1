"""Having invoices paid: each try is written down, then the gateway is asked, then noted.

Between the first and the last step anything may die: a payment that is left `started` is
asked for again with the same key, and the gateway does what a key asks for once.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q

from matinee.billing.actions.dunning import case_closed, case_failed
from matinee.billing.actions.settling import invoice_settle
from matinee.billing.actions.webhooks import Told, operator_tell
from matinee.billing.gateways.chosen import chosen
from matinee.billing.gateways.gateway import Charge, ChargeOrder, GatewayError, RefusedError
from matinee.billing.models import Customer, Invoice, Payment, PaymentMethod
from matinee.billing.rules import payments as rules
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money

log = logging.getLogger(__name__)

AT_ONCE = 500
ASK_AGAIN_AFTER = timedelta(seconds=30)
_NO_METHOD = "no_method"


def invoices_collect() -> int:
    """Charge what is due, at most 500 invoices; how many were dealt with.

    Those of customers who are busy just now are left for the next time.
    """
    now = clock.now()
    with transaction_of("billing"):
        payments, without = _begun(_to_collect(now), now)
        for invoice in without:
            case_failed(invoice, _NO_METHOD, now)
    _charge(payments, is_asked_again=False)
    return len(payments) + len(without)


def payments_ask_again() -> int:
    """Ask again for charges whose answer never came, and how those under way stand."""
    now = clock.now()
    before = now - ASK_AGAIN_AFTER
    rows = Payment.objects.filter(
        checkout_ref="", status__in=["started", "processing"], asked_at__lt=before
    )
    page = list(rows.select_related("method", "invoice").order_by("asked_at")[:AT_ONCE])
    Payment.objects.filter(pk__in=[row.pk for row in page]).update(asked_at=now)
    _charge([row for row in page if row.status == "started"], is_asked_again=True)
    waiting = [row for row in page if row.status == "processing"]
    if waiting:
        found = chosen().charges_find([row.charge_ref for row in waiting])
        charges_note([charge for charge in found if isinstance(charge, Charge)])
    return len(page)


def charges_note(charges: Sequence[Charge]) -> None:
    """Write down how charges stand; what was known already changes nothing."""
    by_key = {charge.key: charge for charge in charges}
    found = [(key, *parsed) for key in by_key if (parsed := rules.parsed(key)) is not None]
    if not found:
        return
    wanted = {(invoice, number): by_key[key] for key, invoice, number in found}
    now = clock.now()
    with transaction_of("billing"):
        for payment in _locked([invoice for invoice, _ in wanted]):
            charge = wanted.get((payment.invoice_id, payment.number))
            if charge is not None:
                charge_note(payment, charge, now)


def charge_note(payment: Payment, charge: Charge, now: datetime) -> None:
    """Write down how the charge of a payment stands; its customer is locked."""
    known = rules.status_of(payment.status)
    if charge.status == "succeeded" and known in {"failed", "closed"}:
        _came_after_all(payment, charge, now)
        return
    if not rules.may_become(known, charge.status):
        return
    payment.status, payment.charge_ref = charge.status, charge.ref
    payment.decline = charge.decline or ""
    if charge.status != "processing":
        payment.decided_at = now
    payment.save(update_fields=["status", "charge_ref", "decline", "decided_at"])
    if charge.status == "succeeded":
        invoice_settle(payment.invoice, payment.pk, charge.amount, now)
        case_closed(payment.invoice, "paid", now)
    elif charge.status == "failed":
        case_failed(payment.invoice, payment.decline, now)
    if charge.status != "processing":
        operator_tell([_message(payment)])


def payment_begin(invoice: Invoice, method: PaymentMethod | None, now: datetime) -> Payment:
    """Write down a try to have a locked invoice paid; the database refuses a second live one."""
    last = Payment.objects.filter(invoice=invoice).aggregate(last=Max("number"))["last"] or 0
    return Payment.objects.create(
        invoice=invoice,
        number=last + 1,
        gateway=chosen().name,
        method=method,
        currency=invoice.currency,
        amount_minor=invoice.due_minor,
        asked_at=now,
    )


def _to_collect(now: datetime) -> list[Invoice]:
    """Invoices that are due and not being paid, their customers locked."""
    live = Payment.objects.filter(invoice=OuterRef("pk"), status__in=rules.LIVE)
    retry = Q(dunning__next_step="retry", dunning__next_at__lte=now, dunning__ended_at=None)
    due = Invoice.objects.filter(status="open", due_at__lte=now, due_minor__gt=0)
    rows = due.filter(Q(dunning=None) | retry).exclude(Exists(live)).order_by("due_at", "id")
    found = list(rows.values_list("pk", "customer_id")[:AT_ONCE])
    customers = sorted({customer for _, customer in found})
    free = Customer.objects.select_for_update(skip_locked=True).filter(pk__in=customers)
    mine = {customer.pk for customer in free.order_by("pk")}
    again = rows.filter(pk__in=[pk for pk, customer in found if customer in mine])
    return list(again.select_related("customer"))


def _begun(invoices: Sequence[Invoice], now: datetime) -> tuple[list[Payment], list[Invoice]]:
    """A payment for each invoice whose customer has a card, and the invoices of the others."""
    gateway = chosen().name
    saved = PaymentMethod.objects.filter(
        customer__in={invoice.customer_id for invoice in invoices},
        removed_at=None,
        gateway=gateway,
    )
    methods = {method.customer_id: method for method in saved.order_by("chosen_at")}
    lasts = dict(
        Payment.objects.filter(invoice__in=invoices)
        .values_list("invoice_id")
        .annotate(last=Max("number"))
    )
    payments = [
        Payment(
            invoice=invoice,
            number=lasts.get(invoice.pk, 0) + 1,
            gateway=gateway,
            method=methods[invoice.customer_id],
            currency=invoice.currency,
            amount_minor=invoice.due_minor,
            asked_at=now,
        )
        for invoice in invoices
        if invoice.customer_id in methods
    ]
    Payment.objects.bulk_create(payments)
    return payments, [each for each in invoices if each.customer_id not in methods]


def _charge(payments: Sequence[Payment], *, is_asked_again: bool) -> None:
    """Ask the gateway for payments that are written down, and note what it says."""
    orders = [
        ChargeOrder(
            key=rules.key_of(payment.invoice_id, payment.number),
            customer_ref=payment.method.customer_ref,
            method_ref=payment.method.ref,
            amount=Money(payment.amount_minor, payment.currency),
            is_asked_again=is_asked_again,
        )
        for payment in payments
        if payment.method is not None
    ]
    answers = chosen().charges_make(orders) if orders else []
    charges_note([answer for answer in answers if isinstance(answer, Charge)])
    for order, answer in zip(orders, answers, strict=True):
        if isinstance(answer, RefusedError):
            _refused(order, answer)
        elif isinstance(answer, GatewayError):
            log.warning("%s: nobody knows whether it was paid: %s", order.key, answer)


def _refused(order: ChargeOrder, error: RefusedError) -> None:
    """The gateway will never do it: the try has failed, and a person should know why."""
    log.error("%s was refused by the gateway: %s", order.key, error)
    parsed = rules.parsed(order.key)
    if parsed is None:
        return
    invoice_id, number = parsed
    now = clock.now()
    with transaction_of("billing"):
        for payment in _locked([invoice_id]):
            if payment.number == number and payment.status == "started":
                payment.status, payment.decline, payment.decided_at = "failed", "refused", now
                payment.save(update_fields=["status", "decline", "decided_at"])
                case_failed(payment.invoice, payment.decline, now)


def _message(payment: Payment) -> Told:
    """What the operator's systems are told of a payment that is decided."""
    data = {
        "payment_id": str(payment.pk),
        "invoice_id": str(payment.invoice_id),
        "account_id": str(payment.invoice.customer.account_id),
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "decline": payment.decline,
    }
    return Told(f"payment.{payment.status}", data)


def _came_after_all(payment: Payment, charge: Charge, now: datetime) -> None:
    """Money came of a try that had been given up: it is booked, and what is too much credited."""
    log.error("%s was paid after it had %s", charge.key, payment.status)
    others = Payment.objects.filter(invoice=payment.invoice, status__in=rules.LIVE)
    if not others.exclude(pk=payment.pk).exists():
        payment.status = "succeeded"
    payment.charge_ref, payment.decided_at = charge.ref, now
    payment.save(update_fields=["status", "charge_ref", "decided_at"])
    invoice_settle(payment.invoice, payment.pk, charge.amount, now)
    case_closed(payment.invoice, "paid", now)


def _locked(invoices: Sequence[UUID]) -> list[Payment]:
    """The payments of invoices, with their customers locked in one order."""
    customers = Invoice.objects.filter(pk__in=invoices).values("customer_id")
    list(Customer.objects.select_for_update().filter(pk__in=customers).order_by("pk"))
    rows = Payment.objects.filter(invoice__in=invoices).select_related("invoice__customer")
    return list(rows.order_by("invoice_id", "number"))
