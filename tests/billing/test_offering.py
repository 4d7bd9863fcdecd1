"""What the staff offers: further prices, coupons, gift cards, taxes, titles alone."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from matinee.billing import actions
from matinee.billing.models import Coupon, GiftCard
from matinee.kernel import clock, ids
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.money import Money
from matinee.kernel.problems import NotFound, TooMany
from matinee.kernel.tokens import Caller
from tests.billing.money import order, plan, subscribed

pytestmark = pytest.mark.django_db(databases=["billing"])

Ask = Callable[..., Any]


@pytest.fixture
def ask() -> Ask:
    """Ask Studio's part of billing as somebody who keeps the books."""

    def send(method: str, path: str, body: Any = None, role: str = "finance") -> Any:
        who = Caller(ids.uuid7(), ids.uuid7(), roles=frozenset({role}))
        token, _ = access_tokens().issue(who)
        answer = Client().generic(
            method,
            f"/api/billing/studio/{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None

    return send


def test_only_finance_offers(ask: Ask) -> None:
    card = {"amount_minor": 100, "currency": "EUR"}
    status, said = ask("POST", "gift-cards", card, role="support")
    assert (status, GiftCard.objects.count()) == (403, 0)
    assert said["code"]


def test_prices_are_added_and_changed(ask: Ask) -> None:
    wanted = plan("premium", 1299)
    subscribed(ids.uuid7(), wanted)
    yearly = {"amount_minor": 12999, "currency": "EUR", "interval": "year"}
    assert ask("POST", "plans/premium/prices", yearly)[0] == 201
    assert ask("POST", "plans/premium/prices", yearly)[1]["code"] == "price_exists"
    assert ask("POST", "plans/gold/prices", yearly)[1]["code"] == "unknown_plan"
    first = wanted.prices.get(interval="month")
    follows = {"amount_minor": 1499, "effective_at": clock.now().isoformat()}
    status, offered = ask("POST", f"prices/{first.id}/change", follows)
    assert (status, offered[-1]["price"]["amount_minor"]) == (200, 1499)
    assert ask("POST", f"prices/{first.id}/change", follows)[1]["code"] == "unknown_price"
    (change,) = ask("GET", "price-changes", role="analyst")[1]
    amounts = [change[which]["amount_minor"] for which in ("old", "new")]
    assert (amounts, change["plan"], change["waiting"]) == ([1299, 1499], "Premium", 1)


def test_coupons_and_gift_cards_work_as_told(ask: Ask, account_id: UUID) -> None:
    assert ask("POST", "coupons", {"code": "third", "percent": "33.333", "months": 1})[0] == 204
    assert ask("POST", "coupons", {"code": "THIRD", "percent": 10})[1]["code"] == "coupon_exists"
    for nonsense in ({}, {"percent": 10, "amount_minor": 5, "currency": "EUR"}):
        assert ask("POST", "coupons", {"code": "x1", **nonsense})[1]["code"] == "bad_coupon"
    assert ask("POST", "coupons", {"code": "x2", "percent": 101})[0] == 422
    assert Coupon.objects.count() == 1
    _, card = ask("POST", "gift-cards", {"amount_minor": 800, "currency": "EUR"})
    actions.gift_card_redeem(account_id, card["code"])
    invoice = order(account_id, plan("premium", 1299), coupon="third").invoice
    assert invoice is not None
    assert (invoice.total_minor, invoice.due_minor) == (866, 66)


def test_what_was_given_out_is_listed_and_ended(ask: Ask, account_id: UUID) -> None:
    other = ids.uuid7()
    for code in ("first", "second"):
        assert ask("POST", "coupons", {"code": code, "percent": 50})[0] == 204
    order(account_id, plan("premium", 1000), coupon="first")
    _, (second, first) = ask("GET", "coupons", role="support")
    assert [(each["code"], each["redemptions"]) for each in (first, second)] == [
        ("FIRST", 1),
        ("SECOND", 0),
    ]
    assert ask("GET", f"coupons?before={second['id']}")[1] == [first]
    assert ask("POST", f"coupons/{first['id']}/end")[0] == 204
    assert ask("POST", f"coupons/{ids.uuid7()}/end")[1]["code"] == "unknown_coupon"
    with pytest.raises(NotFound, match="no such coupon"):
        order(other, plan("gold", 2000), coupon="first")
    _, card = ask("POST", "gift-cards", {"amount_minor": 800, "currency": "EUR"})
    (given,) = ask("GET", "gift-cards", role="support")[1]
    assert (given["last_letters"], given["redeemed_at"]) == (card["code"][-4:], None)
    assert card["code"] not in json.dumps(given)
    actions.gift_card_redeem(account_id, card["code"])
    assert ask("GET", "gift-cards")[1][0]["redeemed_at"] is not None


@pytest.mark.asvs("V2.4.1")
def test_codes_cannot_be_guessed_by_trying(account_id: UUID) -> None:
    _, code = actions.gift_card_give(Money(800, "EUR"))
    for _ in range(10):
        with pytest.raises(NotFound):
            actions.gift_card_redeem(account_id, "NOSUCHCODE")
    with pytest.raises(TooMany):
        actions.gift_card_redeem(account_id, code)
    with pytest.raises(TooMany):
        order(account_id, plan("premium", 1000), coupon="nosuch")
    assert GiftCard.objects.get().redeemed_at is None


def test_taxes_follow_each_other(ask: Ask) -> None:
    now = clock.now()
    rate = {"territory": "FR", "name": "TVA", "percent": 19.6, "inclusive": True}
    old = {**rate, "valid_from": (now - timedelta(days=300)).isoformat()}
    assert ask("POST", "tax-rates", old)[0] == 201
    new = {**rate, "percent": 20, "valid_from": now.isoformat()}
    _, table = ask("POST", "tax-rates", new)
    assert [each["valid_until"] is None for each in table] == [True, False]
    assert ask("POST", "tax-rates", old)[1]["code"] == "tax_overlaps"
    backwards = {**new, "valid_until": (now - timedelta(days=1)).isoformat()}
    assert ask("POST", "tax-rates", backwards)[1]["code"] == "bad_time"
    _, ended = ask("POST", f"tax-rates/{table[0]['id']}/end")
    assert ended[0]["valid_until"] is not None
    assert ask("POST", f"tax-rates/{ids.uuid7()}/end")[1]["code"] == "unknown_tax"
    assert ask("GET", "tax-rates", role="analyst") == (200, ended)


def test_titles_are_priced(ask: Ask) -> None:
    title = str(ids.uuid7())
    price = {"title_id": title, "amount_minor": 399, "currency": "EUR", "window_hours": 48}
    assert ask("POST", "title-prices", price)[1][0]["amount_minor"] == 399
    assert ask("POST", "title-prices", {**price, "amount_minor": 0})[0] == 422
    assert ask("POST", "title-prices", {**price, "amount_minor": 499})[0] == 201
    (offer,) = ask("GET", "title-prices", role="analyst")[1]
    assert offer["amount_minor"] == 499, "instead of the old price"
    assert ask("DELETE", f"title-prices/{offer['id']}")[0] == 204
    assert ask("DELETE", f"title-prices/{offer['id']}")[1]["code"] == "unknown_price"
    assert ask("GET", "title-prices")[1] == []
