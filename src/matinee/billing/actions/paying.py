"""Having invoices paid: each try is written down, then the gateway is asked, then noted.

Between the first and the last step anything may die: a payment that is left `started` is
asked for again with the same key, and the gateway does what a key asks for once.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q

from matinee.billing.actions.dunning import cases_failed, cases_settled
from matinee.billing.actions.saving import among, save_many
from matinee.billing.actions.settling_many import Paid, invoices_settle
from matinee.billing.actions.webhooks import Told, operator_tell
from matinee.billing.gateways.chosen import chosen
from matinee.billing.gateways.gateway import Charge, ChargeOrder, GatewayError, RefusedError
from matinee.billing.models import Invoice, Payment, PaymentMethod
from matinee.billing.queries.reading import Part, read, relate
from matinee.billing.rules import payments as rules
from matinee.kernel import clock, ids
from matinee.kernel.arrays import array
from matinee.kernel.databases import rows_of, transaction_of
from matinee.kernel.money import Money

log = logging.getLogger(__name__)

AT_ONCE = 500
# Longer than asking for a whole page takes: nobody asks while the first answer is on its way.
ASK_AGAIN_AFTER = timedelta(minutes=6)
_NO_METHOD = "no_method"
_PAID_TWICE = "paid_twice"
_COLUMNS = {
    "status": "text",
    "charge_ref": "text",
    "decline": "text",
    "decided_at": "timestamptz",
}

# What is due and not being paid just now.
_DUE = f"""
LEFT JOIN billing_dunningcase AS dunning ON dunning.invoice_id = invoice.id
WHERE invoice.status = 'open' AND invoice.due_at <= %(now)s::timestamptz
AND invoice.due_minor > 0 AND (dunning.id IS NULL OR dunning.next_step = 'retry'
    AND dunning.next_at <= %(now)s::timestamptz AND dunning.ended_at IS NULL)
AND NOT EXISTS (SELECT FROM billing_payment AS payment WHERE payment.invoice_id = invoice.id
    AND payment.status IN ({", ".join(map(repr, sorted(rules.LIVE)))}))
"""
_FREE = f"""
SELECT invoice.id FROM billing_invoice AS invoice
JOIN billing_customer AS customer ON customer.id = invoice.customer_id {_DUE}
ORDER BY invoice.due_at, invoice.id LIMIT {AT_ONCE} FOR UPDATE OF customer SKIP LOCKED
"""  # noqa: S608 - of texts that stand here
# What is due still, each with the card chosen last; where there is one, a payment is begun.
_BEGIN = f"""
WITH due AS (SELECT invoice.id, invoice.due_at, invoice.customer_id, invoice.currency,
        invoice.due_minor FROM billing_invoice AS invoice {_DUE}
        AND invoice.id = ANY(%(ids)s::uuid[])),
tried AS (SELECT due.*, (%(payment_ids)s::uuid[])[row_number() OVER ()] AS payment_id,
        coalesce(last.number, 0) + 1 AS number, method.id AS method_id, method.ref,
        method.customer_ref
    FROM due LEFT JOIN LATERAL (SELECT * FROM billing_paymentmethod AS saved
        WHERE saved.customer_id = due.customer_id AND removed_at IS NULL
        AND gateway = %(gateway)s::text ORDER BY chosen_at DESC LIMIT 1) AS method ON true
    LEFT JOIN LATERAL (SELECT max(number) AS number FROM billing_payment AS payment
        WHERE payment.invoice_id = due.id) AS last ON true),
begun AS (INSERT INTO billing_payment (id, created_at, invoice_id, number, gateway, method_id,
        checkout_ref, charge_ref, currency, amount_minor, refunded_minor, status, decline, asked_at)
    SELECT payment_id, %(now)s::timestamptz, id, number, %(gateway)s::text, method_id,
        '', '', currency, due_minor, 0, 'started', '', %(now)s::timestamptz
    FROM tried WHERE method_id IS NOT NULL)
SELECT id, number, customer_ref, ref, due_minor, currency FROM tried ORDER BY due_at, id
"""  # noqa: S608 - of texts that stand here
_LOCK = """
SELECT count(*) FROM (SELECT FROM billing_customer WHERE id = ANY(ARRAY(
    SELECT customer_id FROM billing_invoice WHERE id = ANY(%(ids)s::uuid[])))
ORDER BY id FOR UPDATE) AS locked
"""
# What it takes to note how a charge stands, and to settle an invoice with a page of others.
_TRIED = Part(
    Payment,
    (
        *("id", "invoice_id", "number", "currency", "amount_minor"),
        *("status", "charge_ref", "decline", "decided_at"),
    ),
)
_ASKED = Part(Invoice, ("id", "customer_id", "subscription_id", "status", "currency", "due_minor"))
_PAYMENTS = """
SELECT {payment}, {invoice} FROM billing_payment AS payment
JOIN billing_invoice AS invoice ON invoice.id = payment.invoice_id
WHERE payment.invoice_id = ANY(%(ids)s::uuid[]) ORDER BY payment.invoice_id, payment.number
"""


def invoices_collect() -> int:
    """Charge what is due, at most 500 invoices; how many were found so.

    Those of customers who are busy just now are left for the next time, so that several can
    do this at once. Of what is found, another may have begun all a moment ago: more may be due.
    """
    now = clock.now()
    with transaction_of("billing"):
        found = [id_ for (id_,) in rows_of("billing", _FREE, {"now": now})]
        orders, without = _begun(found, now)
        cases_failed(dict.fromkeys(without, _NO_METHOD), now)
    _charge(orders)
    return len(found)


def payments_ask_again() -> int:
    """Ask again for charges whose answer never came, and how those under way stand."""
    now = clock.now()
    before = now - ASK_AGAIN_AFTER
    # Whoever was to pay at a page has no method yet: `visits_end` closes pages.
    asked = Q(status="processing") | Q(status="started", method__isnull=False)
    rows = Payment.objects.filter(asked, checkout_ref="", asked_at__lt=before)
    page = list(rows.select_related("method").order_by("asked_at")[:AT_ONCE])
    Payment.objects.filter(pk__in=[row.pk for row in page]).update(asked_at=now)
    _charge([_order_again(row) for row in page if row.status == "started"])
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
    with transaction_of("billing"):
        rows = _locked([invoice for invoice, _ in wanted])
        known = [(row, wanted.get((row.invoice_id, row.number))) for row in rows]
        charges_take([(row, charge) for row, charge in known if charge is not None], clock.now())


def charges_take(pairs: Sequence[tuple[Payment, Charge]], now: datetime) -> None:
    """Write down how the charges of payments stand; their customers are locked."""
    fresh = [(payment, charge) for payment, charge in pairs if _changes(payment, charge)]
    for payment, charge in fresh:
        _change(payment, charge, now)
    rows = [payment for payment, _ in fresh]
    save_many(rows, _COLUMNS)
    paid = [(row, charge) for row, charge in fresh if charge.status == "succeeded"]
    invoices_settle([Paid(row.invoice, row.pk, charge.amount) for row, charge in paid], now)
    cases_settled([row.invoice_id for row, _ in paid], now)
    settled = {row.pk for row, _ in paid}
    failed = [row for row in rows if row.status == "failed" and row.pk not in settled]
    cases_failed({row.invoice_id: row.decline for row in failed}, now)
    operator_tell(_messages([row for row in rows if row.status != "processing"]))


def _changes(payment: Payment, charge: Charge) -> bool:
    """Whether it is news how a charge stands. Money that came is news whatever was thought."""
    known = rules.status_of(payment.status)
    if charge.status == "succeeded" and known in {"failed", "closed"}:
        return payment.decline != _PAID_TWICE
    return rules.may_become(known, charge.status)


def _change(payment: Payment, charge: Charge, now: datetime) -> None:
    """Let a payment stand as its charge does."""
    status = charge.status
    decline: str = charge.decline or ""
    if payment.status in {"failed", "closed"}:
        log.error("%s was paid after it had %s", charge.key, payment.status)
        others = Payment.objects.filter(invoice=payment.invoice_id, status__in=rules.LIVE)
        if others.exists():
            # The invoice is paid twice: what is too much is put to the customer's credit.
            status, decline = "failed", _PAID_TWICE
    payment.status, payment.charge_ref = status, charge.ref
    payment.decline = decline
    payment.decided_at = None if status == "processing" else now


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


def _begun(found: Sequence[UUID], now: datetime) -> tuple[list[ChargeOrder], list[UUID]]:
    """Begin to collect invoices that were found due and not being paid, their customers locked.

    What the gateway is to be asked for, and the invoices of those who have no card.
    """
    if not found:
        return [], []
    values = {
        "now": now,
        "gateway": chosen().name,
        "ids": array(found),
        "payment_ids": array([ids.uuid7() for _ in found]),
    }
    # Looked at again: what somebody did before they let the customer go may not be seen yet.
    orders, without = [], []
    for invoice_id, number, customer_ref, ref, due_minor, currency in rows_of(
        "billing", _BEGIN, values
    ):
        if ref is None:
            without.append(invoice_id)
            continue
        key = rules.key_of(invoice_id, number)
        orders.append(ChargeOrder(key, customer_ref, ref, Money(due_minor, currency)))
    return orders, without


def _order_again(payment: Payment) -> ChargeOrder:
    """What the gateway may have been asked for before, by a method that was saved."""
    if payment.method is None:
        raise ValueError(f"payment {payment.pk} is made at a page, and by nobody else")
    return ChargeOrder(
        key=rules.key_of(payment.invoice_id, payment.number),
        customer_ref=payment.method.customer_ref,
        method_ref=payment.method.ref,
        amount=Money(payment.amount_minor, payment.currency),
        is_asked_again=True,
    )


def _charge(orders: Sequence[ChargeOrder]) -> None:
    """Ask the gateway for payments that are written down, and note what it says."""
    answers = chosen().charges_make(orders) if orders else []
    charges_note([answer for answer in answers if isinstance(answer, Charge)])
    unsure = []
    for order, answer in zip(orders, answers, strict=True):
        if isinstance(answer, RefusedError):
            _refused(order, answer)
        elif isinstance(answer, GatewayError):
            unsure.append((order.key, answer))
    if unsure:
        what = "nobody knows whether %d charges were made; %s, for one: %s"
        log.warning(what, len(unsure), *unsure[0])


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
                cases_failed({invoice_id: payment.decline}, now)


def _messages(payments: Sequence[Payment]) -> Iterator[Told]:
    """What the operator's systems are told of payments that are decided."""
    invoices = Invoice.objects.filter(pk__in=among([payment.invoice_id for payment in payments]))
    accounts = dict(invoices.values_list("pk", "customer__account_id"))
    for payment in payments:
        data = {
            "payment_id": str(payment.pk),
            "invoice_id": str(payment.invoice_id),
            "account_id": str(accounts[payment.invoice_id]),
            "amount_minor": payment.amount_minor,
            "currency": payment.currency,
            "decline": payment.decline,
        }
        yield Told(f"payment.{payment.status}", data)


def _locked(invoices: Sequence[UUID]) -> list[Payment]:
    """The payments of invoices, with their customers locked in one order."""
    values = {"ids": array(set(invoices))}
    rows_of("billing", _LOCK, values)
    found = read(_PAYMENTS, values, payment=_TRIED, invoice=_ASKED)
    for payment, invoice in found:
        relate(payment, invoice=invoice)
    return [payment for payment, _ in found]
