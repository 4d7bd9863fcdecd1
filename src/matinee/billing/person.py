"""What `billing` keeps of a person: how it is gathered, and how it is erased."""

from typing import Any

from matinee.billing.actions.erasing import customer_forget, documents_kept
from matinee.billing.models import (
    CreditNote,
    Customer,
    Invoice,
    InvoiceLine,
    Notice,
    Payment,
    PaymentMethod,
    Redemption,
    Refund,
    Subscription,
    TitleGrant,
)
from matinee.kernel.people import Erased, Person, PersonalRecords, sheet

_CUSTOMER = ("name", "address", "email", "territory", "time_zone", "created_at")
_TERM = ("started_at", "current_period_start", "current_period_end", "ended_at", "end_reason")
_AMOUNTS = ("subtotal_minor", "discount_minor", "tax_minor", "total_minor", "due_minor")
_LINE = ("description", "amount_minor", "tax_minor", "period_start", "period_end")
_PAYMENT = ("currency", "amount_minor", "refunded_minor", "status", "asked_at")


def gather(person: Person) -> PersonalRecords:
    """The customer, what was agreed, asked for, paid and given back; newest first."""
    mine = {"customer__account_id": person.account_id}
    numbered = Invoice.objects.filter(number__isnull=False, **mine)
    lines = InvoiceLine.objects.filter(invoice__in=numbered.values("pk"))
    payments = Payment.objects.filter(invoice__in=numbered.values("pk"))
    refunds = Refund.objects.filter(by_account=person.account_id)
    sheets = [
        sheet("customer", "Whom invoices are made out to", _customer(person)),
        sheet("subscriptions", "Your plans", _rows(Subscription, mine, "plan__name", *_TERM)),
        sheet("invoices", "Your invoices", _values(numbered, "number", "issued_at", *_INVOICE)),
        sheet("invoice_lines", "What is on them", _values(lines, "invoice__number", *_LINE)),
        sheet("credit_notes", "What was taken back", _rows(CreditNote, mine, *_NOTE)),
        sheet("payments", "What you paid", _values(payments, "invoice__number", *_PAYMENT)),
        sheet("cards", "Cards you saved", _rows(PaymentMethod, mine, *_CARD)),
        sheet("titles", "Titles you rented or bought", _rows(TitleGrant, mine, *_GRANT)),
        sheet("coupons", "Coupons in use", _rows(Redemption, mine, "coupon__code", "starts_at")),
        sheet("notices", "What you were told", _rows(Notice, mine, "kind", "told_at")),
        sheet("refunds_by_you", "What you gave back", _values(refunds, "amount_minor", "reason")),
    ]
    return PersonalRecords(service="billing", sheets=sheets)


_INVOICE = ("status", "currency", *_AMOUNTS, "paid_at")
_NOTE = ("number", "reason", "currency", "total_minor", "issued_at")
_CARD = ("brand", "last4", "expires", "chosen_at", "removed_at")
_GRANT = ("price__title_id", "starts_at", "ends_at")


def erase(person: Person) -> Erased:
    """End what there is; invoices stay for the tax office, and are nobody's."""
    kept = documents_kept(person.account_id)
    return Erased(customer_forget(person.account_id), kept)


def _customer(person: Person) -> list[dict[str, Any]]:
    """Sealed columns are opened row by row; a database cannot."""
    rows = Customer.objects.filter(account_id=person.account_id)
    return [{column: getattr(row, column) for column in _CUSTOMER} for row in rows]


def _rows(table: Any, mine: dict[str, Any], *columns: str) -> Any:
    return _values(table.objects.filter(**mine), *columns)


def _values(rows: Any, *columns: str) -> Any:
    return rows.order_by("-id").values(*columns)
