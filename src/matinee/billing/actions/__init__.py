"""What can be done with plans, subscriptions, invoices and credit; each in one transaction."""

from matinee.billing.actions.coupons import (
    CouponDraft,
    coupon_add,
    coupon_end,
    gift_card_give,
    gift_card_redeem,
)
from matinee.billing.actions.crediting import Reason, credit_back
from matinee.billing.actions.customers import (
    CustomerFacts,
    customer_can_be_charged,
    customer_keep,
    locked_customer,
)
from matinee.billing.actions.dunning import AT_ONCE as CASES_AT_ONCE
from matinee.billing.actions.dunning import cases_step
from matinee.billing.actions.ending import stale_title_orders_drop
from matinee.billing.actions.granting import (
    grants_announce,
    offers_announce,
    title_name,
    title_order,
    title_price_set,
    title_price_withdraw,
)
from matinee.billing.actions.hearing import AT_ONCE as NEWS_AT_ONCE
from matinee.billing.actions.hearing import news_ask, news_hear, news_prune
from matinee.billing.actions.letters import AT_ONCE as LETTERS_AT_ONCE
from matinee.billing.actions.letters import letters_send
from matinee.billing.actions.looking import subscribers_look
from matinee.billing.actions.ordering import (
    MissingPlanError,
    Order,
    Wish,
    subscription_choose,
    subscription_order,
    subscription_start_default,
)
from matinee.billing.actions.paying import AT_ONCE as PAYMENTS_AT_ONCE
from matinee.billing.actions.paying import invoices_collect, payments_ask_again
from matinee.billing.actions.plans import (
    PlanDraft,
    PriceDraft,
    plan_add,
    plan_withdraw,
    price_add,
    price_change,
    price_changes_tell,
)
from matinee.billing.actions.refunding import AT_ONCE as REFUNDS_AT_ONCE
from matinee.billing.actions.refunding import RefundWish, payment_refund, refunds_ask_again
from matinee.billing.actions.renewing import subscriptions_roll
from matinee.billing.actions.settling import (
    DisputeNote,
    credit_refund,
    dispute_record,
    invoice_give_up,
    invoice_settle,
    refund_record,
    subscription_end_unpaid,
    subscription_hold,
)
from matinee.billing.actions.settling_many import Paid, invoices_settle, invoices_unpaid
from matinee.billing.actions.subscriptions import (
    subscription_cancel,
    subscription_cancel_now,
    subscription_pause,
    subscription_resume,
)
from matinee.billing.actions.taxing import TaxDraft, tax_add, tax_end
from matinee.billing.actions.telling import AT_ONCE, entitlements_announce
from matinee.billing.actions.visiting import AT_ONCE as VISITS_AT_ONCE
from matinee.billing.actions.visiting import (
    invoice_visit,
    method_choose,
    method_remove,
    method_visit,
    visits_end,
    visits_look,
)
from matinee.billing.actions.webhooks import Told, operator_tell, webhooks

__all__ = [
    "AT_ONCE",
    "CASES_AT_ONCE",
    "LETTERS_AT_ONCE",
    "NEWS_AT_ONCE",
    "PAYMENTS_AT_ONCE",
    "REFUNDS_AT_ONCE",
    "VISITS_AT_ONCE",
    "CouponDraft",
    "CustomerFacts",
    "DisputeNote",
    "MissingPlanError",
    "Order",
    "Paid",
    "PlanDraft",
    "PriceDraft",
    "Reason",
    "RefundWish",
    "TaxDraft",
    "Told",
    "Wish",
    "cases_step",
    "coupon_add",
    "coupon_end",
    "credit_back",
    "credit_refund",
    "customer_can_be_charged",
    "customer_keep",
    "dispute_record",
    "entitlements_announce",
    "gift_card_give",
    "gift_card_redeem",
    "grants_announce",
    "invoice_give_up",
    "invoice_settle",
    "invoice_visit",
    "invoices_collect",
    "invoices_settle",
    "invoices_unpaid",
    "letters_send",
    "locked_customer",
    "method_choose",
    "method_remove",
    "method_visit",
    "news_ask",
    "news_hear",
    "news_prune",
    "offers_announce",
    "operator_tell",
    "payment_refund",
    "payments_ask_again",
    "plan_add",
    "plan_withdraw",
    "price_add",
    "price_change",
    "price_changes_tell",
    "refund_record",
    "refunds_ask_again",
    "stale_title_orders_drop",
    "subscribers_look",
    "subscription_cancel",
    "subscription_cancel_now",
    "subscription_choose",
    "subscription_end_unpaid",
    "subscription_hold",
    "subscription_order",
    "subscription_pause",
    "subscription_resume",
    "subscription_start_default",
    "subscriptions_roll",
    "tax_add",
    "tax_end",
    "title_name",
    "title_order",
    "title_price_set",
    "title_price_withdraw",
    "visits_end",
    "visits_look",
    "webhooks",
]
