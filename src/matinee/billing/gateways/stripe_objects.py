"""Stripe's amounts, statuses and declines in billing's words, and back."""

from datetime import date
from typing import Any

from matinee.billing.gateways.gateway import (
    Charge,
    ChargeStatus,
    Checkout,
    CheckoutStatus,
    Decline,
    Dispute,
    DisputeStatus,
    Method,
    Refund,
    RefundStatus,
    RefusedError,
    Subject,
)
from matinee.kernel import money
from matinee.kernel.money import Money

# What one of our minor units is at Stripe, where the two differ:
# docs.stripe.com/currencies, sections "Zero-decimal currencies" and "Special cases".
_STRIPE_DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}
_THREE_DIGITS = 3

_CHARGES: dict[str, ChargeStatus] = {"succeeded": "succeeded", "processing": "processing"}
_REFUNDS: dict[str, RefundStatus] = {
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
_CHECKOUTS: dict[str, CheckoutStatus] = {"complete": "complete", "expired": "closed"}
_DISPUTES: dict[str, DisputeStatus] = {
    "won": "won",
    "warning_closed": "won",
    "prevented": "won",
    "lost": "lost",
}
# docs.stripe.com/declines/codes
_DECLINES: dict[str, Decline] = {
    "insufficient_funds": "insufficient_funds",
    "authentication_required": "authentication_required",
    "payment_intent_authentication_failure": "authentication_required",
    "expired_card": "expired_card",
    "lost_card": "card_lost",
    "stolen_card": "card_lost",
    "pickup_card": "card_lost",
    "card_not_supported": "card_not_accepted",
    "currency_not_supported": "card_not_accepted",
    "invalid_account": "card_not_accepted",
    "new_account_information_available": "card_not_accepted",
    "transaction_not_allowed": "card_not_accepted",
}
_SUBJECTS: dict[str, Subject] = {
    "payment_intent.": "charge",
    "checkout.session.": "checkout",
    "refund.": "refund",
    "charge.dispute.": "dispute",
}


def amount(of: Money) -> int:
    """An amount as Stripe wants it; RefusedError where it cannot be said there."""
    ours = money.exponent(of.currency)
    theirs = _STRIPE_DIGITS.get(of.currency, ours)
    if ours == _THREE_DIGITS and of.amount_minor % 10:
        raise RefusedError(f"Stripe takes {of.currency} in tens of its minor unit only, not {of}.")
    if theirs >= ours:
        return of.amount_minor * int(10 ** (theirs - ours))
    if of.amount_minor % 10 ** (ours - theirs):
        raise RefusedError(f"Stripe takes whole {of.currency} only, not {of}.")
    return int(of.amount_minor // 10 ** (ours - theirs))


def money_of(stripe_amount: int, currency: str) -> Money:
    """An amount as Stripe tells it."""
    code = currency.upper()
    ours = money.exponent(code)
    theirs = _STRIPE_DIGITS.get(code, ours)
    if theirs >= ours:
        return Money(stripe_amount // 10 ** (theirs - ours), code)
    return Money(stripe_amount * 10 ** (ours - theirs), code)


def plain(told: Any) -> dict[str, Any]:
    """One of Stripe's objects with all below it as dictionaries."""
    known: dict[str, Any] = told if isinstance(told, dict) else told.to_dict()
    return known


def key_of(told: dict[str, Any]) -> str:
    """The key that something was asked for with."""
    return str((told.get("metadata") or {}).get("key", ""))


def charge(told: Any) -> Charge:
    """A PaymentIntent. One that waits for its holder has failed: the holder is not there."""
    intent = plain(told)
    status = _CHARGES.get(intent["status"], "failed")
    error = intent.get("last_payment_error") or {}
    code = error.get("decline_code") or error.get("code") or ""
    if intent["status"] == "requires_action":
        code = "authentication_required"
    return Charge(
        ref=intent["id"],
        key=key_of(intent),
        amount=money_of(intent["amount"], intent["currency"]),
        status=status,
        decline=_DECLINES.get(code, "declined") if status == "failed" else None,
    )


def method(told: Any) -> Method:
    """A PaymentMethod that is a card."""
    saved = plain(told)
    card = saved["card"]
    return Method(
        ref=saved["id"],
        customer_ref=str(saved["customer"]),
        brand=str(card["brand"]).title(),
        last4=card["last4"],
        expires=date(card["exp_year"], card["exp_month"], 1).isoformat()[:7],
    )


def refund(told: Any) -> Refund:
    """A Refund; one that waits is under way."""
    back = plain(told)
    return Refund(
        ref=back["id"],
        key=key_of(back),
        charge_ref=str(back["payment_intent"]),
        amount=money_of(back["amount"], back["currency"]),
        status=_REFUNDS.get(back["status"], "processing"),
    )


def dispute(told: Any) -> Dispute:
    """A Dispute, and what Stripe keeps for it."""
    taken = plain(told)
    fee = sum(entry["fee"] for entry in taken.get("balance_transactions") or [])
    return Dispute(
        ref=taken["id"],
        charge_ref=str(taken["payment_intent"]),
        amount=money_of(taken["amount"], taken["currency"]),
        fee=money_of(max(fee, 0), taken["currency"]),
        status=_DISPUTES.get(taken["status"], "open"),
    )


def checkout(told: Any) -> Checkout:
    """A Checkout Session, with what came of it."""
    session = plain(told)
    status = _CHECKOUTS.get(session["status"], "open")
    intent, setup = session.get("payment_intent"), session.get("setup_intent")
    is_complete = status == "complete"
    saved = (intent or setup or {}).get("payment_method") if is_complete else None
    return Checkout(
        ref=session["id"],
        key=key_of(session),
        status=status,
        url=session.get("url") or "",
        charge=charge(intent) if intent and is_complete else None,
        method=None if saved is None else method(saved),
    )


def subject(event_type: str) -> Subject | None:
    """What an event is about; None where billing does not follow it."""
    found = (of for prefix, of in _SUBJECTS.items() if event_type.startswith(prefix))
    return next(found, None)
