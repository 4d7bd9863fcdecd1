"""Credit notes: what of an invoice is taken back, and where it goes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import cast

from matinee.billing import settings
from matinee.billing.actions.bookkeeping import Movement, book, numbers
from matinee.billing.actions.saving import add_many, save_many
from matinee.billing.models import (
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    Subscription,
)
from matinee.billing.rules import ledger
from matinee.billing.rules.calendar import Stretch
from matinee.billing.rules.invoicing import (
    Charged,
    Credit,
    Item,
    Line,
    Span,
    credit_amount,
    credit_unused,
)
from matinee.billing.rules.proration import Unit
from matinee.billing.rules.taxes import Tax
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict

_CREDITED = dict.fromkeys(("credited_net_minor", "credited_tax_minor"), "bigint")


@dataclass(frozen=True)
class Reason:
    """Why something is taken back; a reference makes it happen once."""

    code: str
    at: datetime
    reference: str | None = None


def charged_of(row: InvoiceLine, unit: Unit | None = None) -> Charged:
    """A line as the rules see it; its time reckoned in another unit if one is given."""
    taxes = tuple(Tax(tax["name"], Decimal(tax["percent"]), tax["inclusive"]) for tax in row.taxes)
    item = Item(row.rate_minor, taxes, _span(row, unit))
    amounts = tuple(tax["amount_minor"] for tax in row.taxes)
    line = Line(item, row.amount_minor, row.discount_minor, row.net_minor, amounts)
    return Charged(line, row.credited_net_minor, row.credited_tax_minor)


def credit_unused_time(
    subscription: Subscription, unused: Stretch, unit: Unit, reason: Reason
) -> list[CreditNote]:
    """Take back what a subscription was charged for time of its present period, if not used.

    Lowers what is unpaid first; the rest is put to the customer's credit. What was charged
    at a price that was left before, and given back then, is not looked at again.
    """
    lines = InvoiceLine.objects.filter(
        invoice__customer=subscription.customer_id,
        invoice__subscription=subscription,
        invoice__status__in=["open", "paid"],
        price=subscription.price_id,
        period_start=subscription.current_period_start,
    )
    notes = []
    invoices = Invoice.objects.select_for_update().filter(pk__in=lines.values("invoice"))
    for invoice in invoices.order_by("id"):
        rows = list(lines.filter(invoice=invoice).order_by("id"))
        parts = [credit_unused(charged_of(row, unit), unused) for row in rows]
        note = credit_note_write(invoice, list(zip(rows, parts, strict=True)), reason)
        if note is not None:
            notes.append(note)
    return notes


def credit_back(invoice: Invoice, amount: Money | None, reason: Reason) -> CreditNote | None:
    """Take an amount of a locked invoice back, taxes included, or (None) all that is left.

    Conflict where less is left.
    """
    rows = list(invoice.lines.order_by("id"))
    try:
        parts = credit_amount([charged_of(row) for row in rows], amount)
    except ValueError as error:
        left = Money(invoice.total_minor - invoice.credited_minor, invoice.currency)
        detail = f"Only {left} of invoice {invoice.number} are left to give back."
        raise Conflict("too_much_credit", detail) from error
    return credit_note_write(invoice, list(zip(rows, parts, strict=True)), reason)


def credit_note_write(
    invoice: Invoice, parts: Sequence[tuple[InvoiceLine, Credit]], reason: Reason
) -> CreditNote | None:
    """Write a credit note over parts of a locked invoice's lines; None for nothing at all."""
    given = [(row, credit) for row, credit in parts if credit.total_minor > 0]
    net = sum(credit.net_minor for _, credit in given)
    tax = sum(credit.tax_minor for _, credit in given)
    if not given:
        return None
    unpaid = min(net + tax, invoice.due_minor)
    credited = ledger.Credited(net, tax, unpaid, invoice.currency)
    note = _note(invoice, credited, reason)
    add_many(
        [
            CreditNoteLine(
                credit_note=note, line=row, net_minor=credit.net_minor, tax_minor=credit.tax_minor
            )
            for row, credit in given
        ]
    )
    _note_on_invoice(invoice, note, given)
    movement = Movement(
        "credit_note", note.id, reason.at, ledger.credit_note(credited), invoice.customer_id
    )
    book(replace(movement, invoice_id=invoice.id))
    return note


def _note(invoice: Invoice, credited: ledger.Credited, reason: Reason) -> CreditNote:
    total = credited.net_minor + credited.tax_minor
    note = CreditNote(
        invoice=invoice,
        customer_id=invoice.customer_id,
        number=numbers("credit_note", settings.get().credit_note_prefix, 1)[0],
        reason=reason.code,
        currency=invoice.currency,
        net_minor=credited.net_minor,
        tax_minor=credited.tax_minor,
        total_minor=total,
        to_credit_minor=total - credited.unpaid_minor,
        reference=reason.reference,
        issued_at=reason.at,
    )
    add_many([note])
    return note


def _note_on_invoice(
    invoice: Invoice, note: CreditNote, given: Sequence[tuple[InvoiceLine, Credit]]
) -> None:
    for row, credit in given:
        row.credited_net_minor += credit.net_minor
        row.credited_tax_minor += credit.tax_minor
    save_many([row for row, _ in given], _CREDITED)
    invoice.credited_minor += note.total_minor
    invoice.due_minor -= note.total_minor - note.to_credit_minor
    if invoice.status == "open" and invoice.due_minor == 0:
        is_all = invoice.credited_minor == invoice.total_minor and invoice.paid_minor == 0
        invoice.status = "void" if is_all else "paid"
    save_many([invoice], {"credited_minor": "bigint", "due_minor": "bigint", "status": "text"})


def _span(row: InvoiceLine, unit: Unit | None) -> Span | None:
    if row.period_start is None or row.period_end is None:
        return None
    part = Stretch(row.period_start, row.period_end)
    cycle = Stretch(row.cycle_start or part.start, row.cycle_end or part.end)
    return Span(part, cycle, unit or cast("Unit", row.unit), row.time_zone)
