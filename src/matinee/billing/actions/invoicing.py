"""Invoices as they are written: many at a time, numbered, booked, paid from credit where it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from matinee.billing import settings
from matinee.billing.actions.bookkeeping import Movement, book, numbers
from matinee.billing.actions.saving import add_many, among
from matinee.billing.models import (
    Customer,
    CustomerBalance,
    Invoice,
    InvoiceLine,
    PlanPrice,
    Subscription,
    TitlePrice,
)
from matinee.billing.queries.reading import fresh
from matinee.billing.rules import ledger
from matinee.billing.rules.discounts import Discount
from matinee.billing.rules.invoicing import Bill, Item, Line, bill
from matinee.kernel.money import Money


@dataclass(frozen=True)
class Charge:
    """Something to stand on an invoice."""

    description: str
    item: Item
    price: PlanPrice | None = None
    title_price: TitlePrice | None = None


@dataclass(frozen=True)
class Ask:
    """What a customer is to be asked for. An order gets its number when it is paid."""

    customer: Customer
    currency: str
    charges: tuple[Charge, ...]
    subscription: Subscription | None = None
    discount: Discount | None = None
    is_order: bool = False


@dataclass
class Reckoned:
    """Rows of many invoices, until they are saved together."""

    invoices: list[Invoice] = field(default_factory=list)
    lines: list[InvoiceLine] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)


def invoices_write(asks: Sequence[Ask], at: datetime) -> list[Invoice]:
    """Write invoices in the open transaction; who calls holds the customers' locks.

    What customers have to their credit pays first. Those with nothing left to pay are paid;
    what follows from that is for who calls. Orders stay drafts unless so paid.
    """
    reckoned = invoices_reckon(asks, at)
    invoices_save(reckoned)
    return reckoned.invoices


def invoices_reckon(asks: Sequence[Ask], at: datetime) -> Reckoned:
    """Reckon invoices without saving them; `invoices_write` says what they come to."""
    reckoned = Reckoned()
    credit = _credit_of(asks) if asks else {}
    for ask in asks:
        _write(reckoned, ask, credit, at)
    return reckoned


def invoices_save(reckoned: Reckoned) -> None:
    """Save what was reckoned in the same transaction, whose last act this best is.

    Whoever else writes invoices waits from the numbers to the transaction's end; so they come
    last, and the rows that point at invoices before them: PostgreSQL checks those at the end.
    """
    add_many(reckoned.lines)
    book(*reckoned.movements)
    give_numbers([invoice for invoice in reckoned.invoices if invoice.status != "draft"])
    add_many(reckoned.invoices)


def give_numbers(invoices: Sequence[Invoice]) -> None:
    """Number invoices that become asked for or paid; does not save them."""
    prefix = settings.get().invoice_prefix
    for invoice, number in zip(invoices, numbers("invoice", prefix, len(invoices)), strict=True):
        invoice.number = number


def issue_movement(invoice: Invoice, at: datetime) -> Movement:
    """What the ledger says of an invoice that was issued."""
    net = Money(invoice.total_minor - invoice.tax_minor, invoice.currency)
    return Movement(
        "invoice",
        invoice.id,
        at,
        ledger.invoice(net, Money(invoice.tax_minor, invoice.currency)),
        invoice.customer_id,
        invoice.id,
    )


def _write(reckoned: Reckoned, ask: Ask, credit: dict[tuple[UUID, str], int], at: datetime) -> None:
    sums = bill([charge.item for charge in ask.charges], ask.currency, ask.discount)
    place = ask.customer.id, ask.currency
    from_credit = min(credit.get(place, 0), sums.total_minor)
    invoice = _invoice(ask, sums, from_credit, at)
    reckoned.invoices.append(invoice)
    for charge, line in zip(ask.charges, sums.lines, strict=True):
        reckoned.lines.append(_line(invoice, charge, line))
    if invoice.status != "draft":
        reckoned.movements.append(issue_movement(invoice, at))
    if from_credit:
        credit[place] -= from_credit
        transfers = ledger.credit_applied(Money(from_credit, ask.currency))
        reckoned.movements.append(
            Movement("credit_applied", invoice.id, at, transfers, ask.customer.id, invoice.id)
        )


def _invoice(ask: Ask, sums: Bill, from_credit: int, at: datetime) -> Invoice:
    due = sums.total_minor - from_credit
    is_draft = ask.is_order and due > 0
    return fresh(
        Invoice,
        customer_id=ask.customer.pk,
        subscription_id=None if ask.subscription is None else ask.subscription.pk,
        status="draft" if is_draft else "open" if due else "paid",
        currency=ask.currency,
        subtotal_minor=sums.subtotal_minor,
        discount_minor=sums.discount_minor,
        tax_minor=sums.tax_minor,
        total_minor=sums.total_minor,
        credit_applied_minor=from_credit,
        due_minor=due,
        issued_at=None if is_draft else at,
        due_at=None if is_draft else at,
        paid_at=None if due else at,
    )


def _line(invoice: Invoice, charge: Charge, line: Line) -> InvoiceLine:
    row = fresh(
        InvoiceLine,
        invoice_id=invoice.pk,
        kind="title" if charge.title_price is not None else "subscription",
        description=charge.description[:200],
        price_id=None if charge.price is None else charge.price.pk,
        title_price_id=None if charge.title_price is None else charge.title_price.pk,
        rate_minor=line.item.rate_minor,
        amount_minor=line.amount_minor,
        discount_minor=line.discount_minor,
        tax_minor=sum(line.tax_minor),
        net_minor=line.net_minor,
        taxes=[
            {
                "name": tax.name,
                "percent": str(tax.percent),
                "inclusive": tax.inclusive,
                "amount_minor": amount,
            }
            for tax, amount in zip(line.item.taxes, line.tax_minor, strict=True)
        ],
    )
    span = line.item.span
    if span is not None:
        row.period_start, row.period_end = span.part
        row.cycle_start, row.cycle_end = span.cycle
        row.unit, row.time_zone = span.unit, span.zone
    return row


def _credit_of(asks: Iterable[Ask]) -> dict[tuple[UUID, str], int]:
    """What the customers have to their credit."""
    customers = {ask.customer.id for ask in asks}
    mine = Q(customer_id__in=among(customers), amount_minor__gt=0)
    return {
        (row.customer_id, row.currency): row.amount_minor
        for row in CustomerBalance.objects.select_for_update().filter(mine)
    }
