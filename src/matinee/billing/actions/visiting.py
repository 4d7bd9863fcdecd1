"""Sending people to the gateway's page, to pay or to save a card, and noting what came of it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from matinee.billing.actions.customers import customer_can_be_charged, locked_customer
from matinee.billing.actions.dunning import retry_soon
from matinee.billing.actions.paying import charges_take, payment_begin
from matinee.billing.gateways.chosen import chosen
from matinee.billing.gateways.gateway import (
    Checkout,
    CheckoutOrder,
    GatewayError,
    Method,
    RefusedError,
)
from matinee.billing.models import (
    Customer,
    GatewayCustomer,
    Invoice,
    Payment,
    PaymentMethod,
    Visit,
)
from matinee.billing.rules import payments as rules
from matinee.kernel import clock, ids, settings
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, NotFound, Unavailable

log = logging.getLogger(__name__)

# A page that is left open keeps its invoice from being charged otherwise; not for longer.
_PAGE_STANDS = timedelta(hours=1)
AT_ONCE = 100


def invoice_visit(account_id: UUID, invoice_id: UUID) -> str:
    """The address of the gateway's page at which an account's invoice is paid.

    NotFound if it is none of the account's; Conflict if there is nothing to pay, or it is
    being paid just now; Unavailable while the gateway does not answer.
    """
    with gateway_or_unavailable():
        ref = gateway_customer(account_id)
        payment = _begun(account_id, invoice_id)
        return _page_of(payment, ref).url


def method_visit(account_id: UUID) -> str:
    """The address of the gateway's page at which a card is saved; Unavailable likewise."""
    visit_id = ids.uuid7()
    currency = _currency_of(account_id)
    with gateway_or_unavailable():
        ref = gateway_customer(account_id)
        order = CheckoutOrder(f"visit:{visit_id}", ref, None, currency, _return_url())
        checkout = chosen().checkout_open(order)
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        Visit.objects.create(
            pk=visit_id, customer=customer, gateway=chosen().name, ref=checkout.ref
        )
    return checkout.url


def visits_look(account_id: UUID) -> None:
    """Ask the gateway what came of an account's visits: it may tell by itself only later.

    Also where it has told of the charge already: of the card saved with it, it tells apart.
    """
    gateway = chosen().name
    open_or_new = Q(status="started") | Q(method=None, decided_at__gt=clock.now() - _PAGE_STANDS)
    payments = Payment.objects.filter(
        open_or_new, invoice__customer__account_id=account_id, gateway=gateway
    )
    visits = Visit.objects.filter(customer__account_id=account_id, ended_at=None, gateway=gateway)
    refs = [ref for ref in payments.values_list("checkout_ref", flat=True) if ref]
    refs += list(visits.order_by("-id").values_list("ref", flat=True)[:5])
    with gateway_or_unavailable():
        for ref in refs:
            checkout_note(chosen().checkout_find(ref))


def visits_end() -> int:
    """Close pages that were left open, so that what they were for can be collected; how many.

    At most 100. One that the gateway refuses to close keeps no others waiting. GatewayError
    while it does not answer.
    """
    now = clock.now()
    before = now - _PAGE_STANDS
    rows = Payment.objects.filter(
        status="started", method=None, asked_at__lt=before, gateway=chosen().name
    )
    left = list(rows.select_related("invoice__customer").order_by("asked_at")[:AT_ONCE])
    for payment in left:
        try:
            checkout_note(_closed(payment))
        except RefusedError as error:
            log.error("payment %s: the gateway refuses its page: %s", payment.pk, error)  # noqa: TRY400 - told in full
            _refused(payment, now)
    return len(left)


def checkout_note(checkout: Checkout) -> None:
    """Write down what came of a visit; what was known already changes nothing."""
    if checkout.status == "open":
        return
    now = clock.now()
    with transaction_of("billing"):
        customer = _customer_of(checkout)
        if customer is None:
            return
        if checkout.method is not None:
            _method_keep(customer, checkout.method, now)
        Visit.objects.filter(ref=checkout.ref, ended_at=None).update(ended_at=now)
        payment = Payment.objects.filter(checkout_ref=checkout.ref).first()
        if payment is None:
            return
        if checkout.charge is not None:
            charges_take([(payment, checkout.charge)], now)
        elif checkout.status == "closed" and payment.status == "started":
            payment.status, payment.decided_at = "closed", now
            payment.save(update_fields=["status", "decided_at"])


def method_remove(account_id: UUID, method_id: UUID) -> None:
    """Forget a saved card, at the gateway too; NotFound if it is none of the account's."""
    row = PaymentMethod.objects.filter(
        pk=method_id, customer__account_id=account_id, removed_at=None
    ).first()
    if row is None:
        raise NotFound("unknown_method", "There is no such card. Reload the page.")
    with gateway_or_unavailable():
        chosen().method_remove(row.ref)
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        PaymentMethod.objects.filter(pk=method_id).update(removed_at=clock.now())
        mine = PaymentMethod.objects.filter(customer=customer, removed_at=None)
        customer_can_be_charged(customer, can=mine.exists())


def method_choose(account_id: UUID, method_id: UUID) -> None:
    """Charge this card from now on; NotFound if it is none of the account's."""
    now = clock.now()
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        mine = PaymentMethod.objects.filter(pk=method_id, customer=customer, removed_at=None)
        if not mine.update(chosen_at=now):
            raise NotFound("unknown_method", "There is no such card. Reload the page.")
        retry_soon(customer, now)


def gateway_customer(account_id: UUID) -> str:
    """Who an account is at the gateway, made there if need be; GatewayError if it does not."""
    gateway = chosen()
    known = GatewayCustomer.objects.filter(
        customer__account_id=account_id, gateway=gateway.name
    ).first()
    if known is not None:
        return known.ref
    ref = gateway.customer_make(account_id)
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        kept, _ = GatewayCustomer.objects.get_or_create(
            customer=customer, gateway=gateway.name, defaults={"ref": ref}
        )
    return kept.ref


@contextmanager
def gateway_or_unavailable() -> Iterator[None]:
    """Where a person asks: Unavailable in place of what the gateway says that does not do it."""
    try:
        yield
    except GatewayError as error:
        detail = (
            "The payment service does not answer just now. Nothing was charged; try again soon."
        )
        raise Unavailable("gateway_away", detail) from error


def _begun(account_id: UUID, invoice_id: UUID) -> Payment:
    """A payment of the invoice: the one whose page stands open already, or a new one."""
    now = clock.now()
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        mine = Invoice.objects.filter(pk=invoice_id, customer=customer)
        invoice = mine.select_for_update().first()
        if invoice is None:
            raise NotFound("unknown_invoice", "There is no such invoice. Reload the page.")
        if invoice.status not in {"draft", "open"} or invoice.due_minor == 0:
            raise Conflict("nothing_due", "Nothing is to be paid here any more.")
        live = Payment.objects.filter(invoice=invoice, status__in=rules.LIVE).first()
        if live is None:
            return payment_begin(invoice, None, now)
        is_page = live.method_id is None and live.status == "started"
        if not is_page or live.amount_minor != invoice.due_minor:
            detail = "This is being paid just now. Look again in a minute."
            raise Conflict("being_paid", detail)
        return live


def _closed(payment: Payment) -> Checkout:
    """The page of a payment, at which nobody can pay any more."""
    ref = payment.checkout_ref
    if not ref:
        # Whoever was to write its address down died: the key leads to the same page again.
        customer_ref = gateway_customer(payment.invoice.customer.account_id)
        ref = _page_of(payment, customer_ref).ref
    return chosen().checkout_close(ref)


def _refused(payment: Payment, now: datetime) -> None:
    """Do without a page that cannot be closed.

    Nobody was told the address of one that cannot even be opened, so that nobody pays there: its
    payment is closed. Any other is left alone for another while.
    """
    with transaction_of("billing"):
        Customer.objects.select_for_update().get(pk=payment.invoice.customer_id)
        waiting = Payment.objects.filter(pk=payment.pk, status="started")
        waiting.filter(checkout_ref="").update(status="closed", decided_at=now)
        waiting.update(asked_at=now)


def _page_of(payment: Payment, customer_ref: str) -> Checkout:
    """The page at which a payment is made: the same one whenever it is asked for."""
    order = CheckoutOrder(
        key=rules.key_of(payment.invoice_id, payment.number),
        customer_ref=customer_ref,
        amount=Money(payment.amount_minor, payment.currency),
        currency=payment.currency,
        return_url=_return_url(),
    )
    checkout = chosen().checkout_open(order)
    Payment.objects.filter(pk=payment.pk).update(checkout_ref=checkout.ref)
    return checkout


def _return_url() -> str:
    """Where people come back to. It is part of what a key asks for, so it never varies."""
    return f"{settings.get().url}/account"


def _customer_of(checkout: Checkout) -> Customer | None:
    """Whose visit it was, locked."""
    payment = Payment.objects.filter(checkout_ref=checkout.ref).first()
    visit = Visit.objects.filter(ref=checkout.ref).first()
    owner = visit.customer_id if visit is not None else None
    if payment is not None:
        owner = payment.invoice.customer_id
    if owner is None:
        return None
    return Customer.objects.select_for_update().get(pk=owner)


def _method_keep(customer: Customer, method: Method, now: datetime) -> None:
    """Keep a card that was saved; it is the one that is charged from now on."""
    PaymentMethod.objects.get_or_create(
        gateway=chosen().name,
        ref=method.ref,
        defaults={
            "customer": customer,
            "customer_ref": method.customer_ref,
            "brand": method.brand[:30],
            "last4": method.last4,
            "expires": method.expires,
            "chosen_at": now,
        },
    )
    customer_can_be_charged(customer, can=True)
    retry_soon(customer, now)


def _currency_of(account_id: UUID) -> str:
    last = Invoice.objects.filter(customer__account_id=account_id).order_by("-id").first()
    return "EUR" if last is None else last.currency
