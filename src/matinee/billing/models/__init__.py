"""Tables of `billing`."""

from matinee.billing.models.invoices import (
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    NumberSeries,
)
from matinee.billing.models.ledger import CustomerBalance, GiftCard, LedgerTransfer
from matinee.billing.models.plans import Plan, PlanPrice, PriceChange, TaxRate, TitlePrice
from matinee.billing.models.subscriptions import (
    Coupon,
    Customer,
    Notice,
    Redemption,
    Subscription,
    TitleGrant,
)
from matinee.billing.models.telling import DeadLetter, Inbox, Outbox

__all__ = [
    "Coupon",
    "CreditNote",
    "CreditNoteLine",
    "Customer",
    "CustomerBalance",
    "DeadLetter",
    "GiftCard",
    "Inbox",
    "Invoice",
    "InvoiceLine",
    "LedgerTransfer",
    "Notice",
    "NumberSeries",
    "Outbox",
    "Plan",
    "PlanPrice",
    "PriceChange",
    "Redemption",
    "Subscription",
    "TaxRate",
    "TitleGrant",
    "TitlePrice",
]
