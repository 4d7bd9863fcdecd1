"""The Stripe adapter: what no twin of Stripe covers, with answers as its reference shows them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import stripe

from matinee.billing.gateways import stripe_objects
from matinee.billing.gateways.gateway import CheckoutOrder, RefusedError, UnsureError
from matinee.billing.gateways.stripe_gateway import StripeGateway
from matinee.kernel.money import Money
from tests.billing.gateway_contract import PRICE

SECRET = "whsec_of_the_tests"
Answer = tuple[Any, int, Mapping[str, str]]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Money(999, "EUR"), 999),
        (Money(980, "JPY"), 980),
        (Money(1290, "ISK"), 129_000),
        (Money(25_000, "UGX"), 2_500_000),
        (Money(3250, "KWD"), 3250),
        (Money(500_00, "MGA"), 500),
    ],
)
def test_amounts_are_said_as_stripe_says_them(ours: Money, theirs: int) -> None:
    assert stripe_objects.amount(ours) == theirs
    assert stripe_objects.money_of(theirs, ours.currency.lower()) == ours


@pytest.mark.parametrize("amount", [Money(3251, "KWD"), Money(50_01, "MGA")])
def test_amounts_that_stripe_cannot_take_are_refused(amount: Money) -> None:
    with pytest.raises(RefusedError, match="Stripe takes"):
        stripe_objects.amount(amount)


class Canned(stripe.HTTPClient):
    """Answers as Stripe's reference shows its objects; says what was asked."""

    name = "canned"

    def __init__(self, **answers: Any) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[tuple[str, str, str]] = []

    def request(self, method: str, url: str, *asked: Any, **_more: Any) -> Answer:
        path = url.partition("/v1/")[2].partition("?")[0]
        self.asked.append((method, path, str(asked[1] if len(asked) > 1 else "")))
        kind = path.partition("/")[0]
        status, body = self.answers[kind]
        return json.dumps(body), status, {"request-id": "req_1"}

    def close(self) -> None:
        pass


CARD = {"brand": "visa", "last4": "4242", "exp_month": 7, "exp_year": 2031}
METHOD = {"id": "pm_1", "object": "payment_method", "customer": "cus_1", "card": CARD}
INTENT = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "succeeded",
    "amount": 999,
    "currency": "eur",
    "metadata": {"key": "invoice:1:1"},
    "last_payment_error": None,
    "payment_method": METHOD,
}


def session(status: str, **more: object) -> dict[str, object]:
    """A Checkout Session."""
    told = {"id": "cs_1", "object": "checkout.session", "status": status, "url": "https://pay"}
    rest = {"metadata": {"key": "invoice:1:1"}, "payment_intent": None, "setup_intent": None}
    return {**told, **rest, **more}


def canned(**answers: Any) -> tuple[StripeGateway, Canned]:
    """A gateway that is answered so."""
    client = Canned(**answers)
    return StripeGateway("sk_test_123456", SECRET, http_client=client), client


def test_a_checkout_that_is_paid_has_a_charge_and_a_card() -> None:
    gateway, _ = canned(checkout=(200, session("complete", payment_intent=INTENT)))
    found = gateway.checkout_find("cs_1")
    assert (found.status, found.key) == ("complete", "invoice:1:1")
    assert found.charge is not None
    assert (found.charge.ref, found.charge.status, found.charge.amount) == (
        "pi_1",
        "succeeded",
        PRICE,
    )
    assert found.method is not None
    assert (found.method.brand, found.method.last4, found.method.expires) == (
        "Visa",
        "4242",
        "2031-07",
    )


def test_a_checkout_only_saves_a_card() -> None:
    setup = {"id": "seti_1", "object": "setup_intent", "payment_method": METHOD}
    gateway, _ = canned(checkout=(200, session("complete", setup_intent=setup)))
    found = gateway.checkout_find("cs_1")
    assert found.charge is None
    assert found.method is not None


def test_a_checkout_is_opened_for_the_amount_and_saves_the_card() -> None:
    gateway, client = canned(checkout=(200, session("open", payment_intent=None)))
    order = CheckoutOrder("invoice:1:1", "cus_1", PRICE, "EUR", "https://here/account")
    assert gateway.checkout_open(order).status == "open"
    posted = client.asked[0][2]
    for part in ("mode=payment", "unit_amount", "999", "setup_future_usage", "off_session"):
        assert part in posted


@pytest.mark.parametrize(
    ("stripe_status", "status"),
    [("needs_response", "open"), ("under_review", "open"), ("won", "won"), ("lost", "lost")],
)
def test_disputes_stand_as_stripe_says(stripe_status: str, status: str) -> None:
    told = {"id": "dp_1", "object": "dispute", "status": stripe_status, "amount": 999}
    entry = {"object": "balance_transaction", "fee": 2000}
    rest = {"currency": "eur", "payment_intent": "pi_1", "balance_transactions": [entry]}
    gateway, _ = canned(disputes=(200, {**told, **rest}))
    dispute = gateway.dispute_find("dp_1")
    assert (dispute.status, dispute.charge_ref, dispute.fee) == (
        status,
        "pi_1",
        Money(2000, "EUR"),
    )


@pytest.mark.parametrize("status", [401, 409, 429, 500, 503])
def test_nothing_is_decided_while_stripe_cannot_answer(status: int) -> None:
    kind = "idempotency_error" if status == 409 else "api_error"
    error = {"error": {"message": "not now", "type": kind}}
    gateway, _ = canned(disputes=(status, error))
    with pytest.raises(UnsureError):
        gateway.dispute_find("dp_1")


@pytest.mark.parametrize(
    ("code", "decline"),
    [
        ("insufficient_funds", "insufficient_funds"),
        ("stolen_card", "card_lost"),
        ("authentication_required", "authentication_required"),
        ("do_not_honor", "declined"),
    ],
)
def test_declines_are_told_in_our_words(code: str, decline: str) -> None:
    error = {"code": "card_declined", "decline_code": code, "message": "no"}
    intent = {**INTENT, "status": "requires_payment_method", "last_payment_error": error}
    gateway, _ = canned(payment_intents=(200, intent))
    (charge,) = gateway.charges_find(["pi_1"])
    assert getattr(charge, "decline", charge) == decline
