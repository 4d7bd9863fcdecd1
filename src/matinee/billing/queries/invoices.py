"""Invoices and credit notes, as messages and as what their documents say."""

from typing import cast
from uuid import UUID

from matinee.billing import settings
from matinee.billing.models import CreditNote, CustomerBalance, Invoice, InvoiceLine
from matinee.billing.rules.document import Document, Row
from matinee.contracts import invoices as messages
from matinee.kernel.money import Money
from matinee.kernel.problems import NotFound

_AT_ONCE = 100


def invoices_of(account_id: UUID, before: UUID | None = None) -> list[messages.Invoice]:
    """An account's invoices, newest first, at most 100; `before` one for those that follow it."""
    rows = Invoice.objects.filter(customer__account_id=account_id).exclude(status="draft")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = rows.prefetch_related("lines", "credit_notes").order_by("-pk")[:_AT_ONCE]
    return [invoice_message(row) for row in page]


def credit_of(account_id: UUID) -> list[messages.Credit]:
    """What an account has to its credit, by currency."""
    rows = CustomerBalance.objects.filter(customer__account_id=account_id, amount_minor__gt=0)
    return [
        messages.Credit(amount_minor=row.amount_minor, currency=row.currency)
        for row in rows.order_by("currency")
    ]


def invoice_message(row: Invoice) -> messages.Invoice:
    """An invoice as others read it."""
    return messages.Invoice(
        id=row.id,
        number=row.number,
        status=cast("messages.InvoiceStatus", row.status),
        currency=row.currency,
        subtotal_minor=row.subtotal_minor,
        discount_minor=row.discount_minor,
        tax_minor=row.tax_minor,
        total_minor=row.total_minor,
        credit_applied_minor=row.credit_applied_minor,
        due_minor=row.due_minor,
        issued_at=row.issued_at,
        paid_at=row.paid_at,
        lines=[_line(line) for line in row.lines.all()],
        credit_notes=[_note(note) for note in row.credit_notes.all()],
    )


def invoice_document(account_id: UUID, invoice_id: UUID) -> Document:
    """What an account's invoice says; NotFound if it has none with a number by that id."""
    mine = Invoice.objects.select_related("customer").filter(customer__account_id=account_id)
    row = mine.filter(pk=invoice_id, number__isnull=False).first()
    if row is None or row.number is None or row.issued_at is None:
        raise _unknown()
    lines = list(row.lines.order_by("id"))
    rows = [Row(line.description, Money(line.amount_minor, row.currency)) for line in lines]
    sums = [
        ("Subtotal", row.subtotal_minor),
        ("Discount", -row.discount_minor),
        *_taxes(lines),
        ("Total", row.total_minor),
        ("Paid from your credit", -row.credit_applied_minor),
        ("Credit notes", -row.credited_minor),
        ("Still to be paid", row.due_minor),
    ]
    always = {"Subtotal", "Total", "Still to be paid"}
    return Document(
        title="Invoice",
        number=row.number,
        day=row.issued_at,
        seller=_seller(),
        buyer=(row.customer.name, *row.customer.address.splitlines()),
        rows=tuple(rows),
        sums=tuple(Row(what, Money(n, row.currency)) for what, n in sums if n or what in always),
    )


def credit_note_document(account_id: UUID, note_id: UUID) -> Document:
    """What an account's credit note says; NotFound if it has none by that id."""
    notes = CreditNote.objects.select_related("customer", "invoice")
    note = notes.filter(pk=note_id, customer__account_id=account_id).first()
    if note is None:
        raise _unknown()
    lines = note.lines.select_related("line").order_by("id")
    currency = note.currency
    return Document(
        title=f"Credit note to invoice {note.invoice.number}",
        number=note.number,
        day=note.issued_at,
        seller=_seller(),
        buyer=(note.customer.name, *note.customer.address.splitlines()),
        rows=tuple(Row(each.line.description, Money(each.net_minor, currency)) for each in lines),
        sums=(
            Row("Net", Money(note.net_minor, currency)),
            Row("Taxes", Money(note.tax_minor, currency)),
            Row("Total given back", Money(note.total_minor, currency)),
        ),
    )


def _taxes(lines: list[InvoiceLine]) -> list[tuple[str, int]]:
    """Each tax of an invoice by its name, added up."""
    sums: dict[str, int] = {}
    for line in lines:
        for tax in line.taxes:
            how = "included" if tax["inclusive"] else "added"
            name = f"{tax['name']} {float(tax['percent']):g} % ({how})"
            sums[name] = sums.get(name, 0) + tax["amount_minor"]
    return list(sums.items())


def _line(line: InvoiceLine) -> messages.InvoiceLine:
    return messages.InvoiceLine(
        description=line.description,
        amount_minor=line.amount_minor,
        discount_minor=line.discount_minor,
        tax_minor=line.tax_minor,
        period_start=line.period_start,
        period_end=line.period_end,
    )


def _note(note: CreditNote) -> messages.CreditNote:
    return messages.CreditNote(
        id=note.id,
        number=note.number,
        reason=note.reason,
        total_minor=note.total_minor,
        to_credit_minor=note.to_credit_minor,
        issued_at=note.issued_at,
    )


def _seller() -> tuple[str, ...]:
    ours = settings.get()
    return (ours.seller_name, *filter(None, ours.seller_address.split("|")))


def _unknown() -> NotFound:
    return NotFound("unknown_document", "There is no such document. Choose one from the list.")
