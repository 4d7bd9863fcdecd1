"""What is known about plans, subscriptions and invoices, as the messages that others read."""

from matinee.billing.queries.invoices import (
    credit_note_document,
    credit_of,
    invoice_document,
    invoice_message,
    invoices_of,
)
from matinee.billing.queries.offers import (
    coupons,
    gift_cards,
    own_titles,
    price_changes,
    title_offers,
    titles_for_sale,
)
from matinee.billing.queries.payments import paying_of, payments_found, refund_message
from matinee.billing.queries.plans import first_price, plans_offered
from matinee.billing.queries.revenue import (
    debts,
    ledger,
    ledger_csv,
    revenue,
    subscribers,
)
from matinee.billing.queries.subscriptions import (
    TERMS_OF_MANY,
    WITH_ITS_TERMS,
    as_it_is,
    newest,
    no_subscription,
    subscription_message,
    subscription_of,
    with_plan,
)
from matinee.billing.queries.taxes import OwnTable, tax_rates
from matinee.billing.queries.terms import (
    coming_price,
    course_of,
    entitlement_ends_at,
    entitlement_message,
    kept_price,
    next_terms_of,
    payer_of,
    terms_of,
)

__all__ = [
    "TERMS_OF_MANY",
    "WITH_ITS_TERMS",
    "OwnTable",
    "as_it_is",
    "coming_price",
    "coupons",
    "course_of",
    "credit_note_document",
    "credit_of",
    "debts",
    "entitlement_ends_at",
    "entitlement_message",
    "first_price",
    "gift_cards",
    "invoice_document",
    "invoice_message",
    "invoices_of",
    "kept_price",
    "ledger",
    "ledger_csv",
    "newest",
    "next_terms_of",
    "no_subscription",
    "own_titles",
    "payer_of",
    "paying_of",
    "payments_found",
    "plans_offered",
    "price_changes",
    "refund_message",
    "revenue",
    "subscribers",
    "subscription_message",
    "subscription_of",
    "tax_rates",
    "terms_of",
    "title_offers",
    "titles_for_sale",
    "with_plan",
]
