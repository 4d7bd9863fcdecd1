"""Tables of `billing`."""

from matinee.billing.models.invoices import (
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    NumberSeries,
)
from matinee.billing.models.ledger import CustomerBalance, GiftCard, LedgerTransfer
from matinee.billing.models.payments import (
    Dispute,
    DunningCase,
    GatewayCustomer,
    GatewayNews,
    NewsMark,
    Payment,
    PaymentMethod,
    Refund,
    Visit,
)
from matinee.billing.models.plans import (
    Plan,
    PlanPrice,
    PriceChange,
    TaxRate,
    TitleName,
    TitlePrice,
)
from matinee.billing.models.subscriptions import (
    Coupon,
    Customer,
    Notice,
    Redemption,
    Subscription,
    TitleGrant,
)
from matinee.billing.models.telling import DeadLetter, Inbox, Outbox, Retelling
from matinee.billing.models.webhooks import WebhookDelivery, WebhookEndpoint, WebhookMessage

__all__ = [
    "Coupon",
    "CreditNote",
    "CreditNoteLine",
    "Customer",
    "CustomerBalance",
    "DeadLetter",
    "Dispute",
    "DunningCase",
    "GatewayCustomer",
    "GatewayNews",
    "GiftCard",
    "Inbox",
    "Invoice",
    "InvoiceLine",
    "LedgerTransfer",
    "NewsMark",
    "Notice",
    "NumberSeries",
    "Outbox",
    "Payment",
    "PaymentMethod",
    "Plan",
    "PlanPrice",
    "PriceChange",
    "Redemption",
    "Refund",
    "Retelling",
    "Subscription",
    "TaxRate",
    "TitleGrant",
    "TitleName",
    "TitlePrice",
    "Visit",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
]
