"""The simulator: the contract of every gateway, and what only a simulator can be made to do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from matinee.billing.gateways.gateway import (
    Charge,
    ChargeOrder,
    Checkout,
    CheckoutOrder,
    RefundOrder,
    RefusedError,
    UnsureError,
)
from matinee.billing.gateways.simulated import SimulatedGateway
from matinee.billing.simulator.app import make_app
from matinee.billing.simulator.bank import DAY_S, Bank
from matinee.billing.simulator.cards import BY_NUMBER
from matinee.billing.simulator.faults import Faults
from matinee.billing.simulator.store import Store
from matinee.kernel import clock, ids
from matinee.kernel.money import Money
from matinee.kernel.webhooks import signatures
from tests.billing.gateway_contract import BACK, PRICE, Counter, GatewayContract

KEY = "key-of-the-tests"
SECRET = signatures.secret_of(b"0123456789abcdef01234567")
NUMBERS = {"pays": "4242424242424242", "declined": "4000000000000341", "poor": "4000000000000101"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    kept = Store(tmp_path / "simulator.sqlite")
    yield kept
    kept.close()


@pytest.fixture
def app(store: Store) -> Flask:
    return make_app(Bank(store), KEY)


@pytest.fixture
def gateway(app: Flask) -> Iterator[SimulatedGateway]:
    transport = httpx.WSGITransport(app=app)
    asked = SimulatedGateway(transport, key=KEY, webhook_secret=SECRET, pages="http://here")
    yield asked
    asked.close()


def paid_at(client: FlaskClient, checkout: Checkout, number: str = NUMBERS["pays"]) -> str:
    """What the page says after a card was chosen, or where it leads."""
    path = checkout.url.removeprefix("http://here")
    answer = client.post(path, data={"do": "pay", "card": number})
    return answer.location or answer.text


class TestSimulator(GatewayContract):
    """The simulator keeps the contract."""

    @pytest.fixture
    def counter(self, app: Flask, gateway: SimulatedGateway, store: Store) -> Counter:
        def save(customer: str, card: str) -> str:
            wish = {"customer_ref": customer, "number": NUMBERS[card]}
            return str(gateway.control("POST", "methods", wish)["ref"])

        def news(_charge_ref: str) -> tuple[bytes, dict[str, str]]:
            rows = store.rows("SELECT number, subject, ref FROM news ORDER BY number")
            told = [{"id": str(n), "subject": subject, "ref": ref} for n, subject, ref in rows]
            body = json.dumps({"news": told}).encode()
            return body, signatures.signed(SECRET, "msg_1", int(clock.unix_s()), body)

        return Counter(
            gateway=gateway,
            save=save,
            pay=lambda checkout: [paid_at(app.test_client(), checkout)].clear(),
            dispute=lambda ref: str(
                gateway.control("POST", "disputes", {"charge_ref": ref})["ref"]
            ),
            decide=lambda ref, status: [
                gateway.control("POST", f"disputes/{ref}/{status}")
            ].clear(),
            news=news,
        )


def a_checkout(gateway: SimulatedGateway, amount: Money | None = PRICE) -> Checkout:
    customer = gateway.customer_make(ids.uuid7())
    return gateway.checkout_open(CheckoutOrder("invoice:1:1", customer, amount, "EUR", BACK))


def an_order(gateway: SimulatedGateway, number: str = NUMBERS["pays"]) -> ChargeOrder:
    customer = gateway.customer_make(ids.uuid7())
    wish = {"customer_ref": customer, "number": number}
    method = gateway.control("POST", "methods", wish)["ref"]
    return ChargeOrder(f"invoice:{ids.uuid7()}:1", customer, method, PRICE)


def the_charge(gateway: SimulatedGateway, order: ChargeOrder) -> Charge:
    (charge,) = gateway.charges_make([order])
    assert isinstance(charge, Charge), charge
    return charge


def test_every_page_says_that_no_money_moves(app: Flask, gateway: SimulatedGateway) -> None:
    client, checkout = app.test_client(), a_checkout(gateway)
    path = checkout.url.removeprefix("http://here")
    pages = [client.get(path).text, paid_at(client, checkout, "4000000000000002")]
    pages.append(paid_at(client, checkout, "4000002760003184"))
    client.post(path, data={"do": "leave"})
    pages.append(client.get(path).text)
    assert len(set(pages)) == 4
    for page in pages:
        assert "no money moves" in page


def test_three_d_secure_asks_whether_it_is_the_holder(
    app: Flask, gateway: SimulatedGateway
) -> None:
    client, checkout = app.test_client(), a_checkout(gateway)
    path = checkout.url.removeprefix("http://here")
    assert "3-D Secure" in paid_at(client, checkout, "4000002500003155")
    assert gateway.checkout_find(checkout.ref).status == "open"
    refused = client.post(path, data={"do": "refuse"})
    assert "did not get its confirmation" in refused.text
    assert gateway.checkout_find(checkout.ref).charge is None
    assert "3-D Secure" in paid_at(client, checkout, "4000002500003155")
    assert client.post(path, data={"do": "confirm"}).location == BACK
    after = gateway.checkout_find(checkout.ref)
    assert after.charge is not None
    assert after.method is not None
    order = ChargeOrder("invoice:2:1", after.method.customer_ref, after.method.ref, PRICE)
    assert the_charge(gateway, order).status == "succeeded"


def test_a_card_that_always_asks_cannot_be_charged_in_absence(
    gateway: SimulatedGateway,
) -> None:
    charge = the_charge(gateway, an_order(gateway, "4000002760003184"))
    assert (charge.status, charge.decline) == ("failed", "authentication_required")


@pytest.mark.parametrize("number", [n for n, card in BY_NUMBER.items() if card.declined_at_once])
def test_declined_cards_pay_nothing_and_say_why(
    app: Flask, gateway: SimulatedGateway, number: str
) -> None:
    checkout = a_checkout(gateway)
    assert re.search(r'role="alert">[A-Z].+\. .+\.<', paid_at(app.test_client(), checkout, number))
    assert gateway.checkout_find(checkout.ref).status == "open"
    with pytest.raises(RefusedError, match="declined"):
        an_order(gateway, number)


def test_a_page_left_alone_closes_after_a_day(gateway: SimulatedGateway) -> None:
    checkout = a_checkout(gateway)
    gateway.control("PUT", "clock", {"shift_s": DAY_S + 1})
    assert gateway.checkout_find(checkout.ref).status == "closed"


def test_a_charge_may_take_a_day(gateway: SimulatedGateway) -> None:
    gateway.control("PUT", "faults", {"processing": 1.0})
    charge = the_charge(gateway, an_order(gateway))
    assert charge.status == "processing"
    gateway.control("PUT", "clock", {"shift_s": DAY_S + 1})
    (after,) = gateway.charges_find([charge.ref])
    assert isinstance(after, Charge)
    assert after.status == "succeeded"


def test_a_disputed_card_comes_back_after_days_and_is_decided(gateway: SimulatedGateway) -> None:
    charge = the_charge(gateway, an_order(gateway, "4000000000000259"))
    gateway.control("PUT", "clock", {"shift_s": 6 * DAY_S})
    (ref,) = [item.ref for item in gateway.news_after(None, 100) if item.subject == "dispute"]
    assert gateway.dispute_find(ref).charge_ref == charge.ref
    gateway.control("PUT", "clock", {"shift_s": 60 * DAY_S})
    assert gateway.dispute_find(ref).status in {"won", "lost"}
    with pytest.raises(RefusedError):
        gateway.refund_make(RefundOrder("refund:1", charge.ref, PRICE))


@pytest.mark.parametrize(("fault", "is_done"), [("lost_before", False), ("lost_after", True)])
def test_an_answer_may_be_lost_before_or_after_the_deed(
    gateway: SimulatedGateway, fault: str, *, is_done: bool
) -> None:
    order = an_order(gateway)
    gateway.control("PUT", "faults", {fault: 1.0})
    (lost,) = gateway.charges_make([order])
    assert isinstance(lost, UnsureError)
    totals = {row["kind"] for row in gateway.control("GET", "totals")}
    assert ("charge" in totals) is is_done
    gateway.control("PUT", "faults", {})
    assert the_charge(gateway, order).status == "succeeded"
    (total,) = gateway.control("GET", "totals")
    assert (total["count"], total["amount_minor"]) == (1, 999)


def test_a_key_is_good_for_one_wish(gateway: SimulatedGateway) -> None:
    order = an_order(gateway)
    the_charge(gateway, order)
    (other,) = gateway.charges_make(
        [ChargeOrder(order.key, order.customer_ref, order.method_ref, Money(1, "EUR"))]
    )
    assert isinstance(other, RefusedError)


def test_without_the_key_nothing_is_told(app: Flask, gateway: SimulatedGateway) -> None:
    checkout = a_checkout(gateway)
    client = app.test_client()
    for path in (f"/simulator/v1/checkouts/{checkout.ref}", "/simulator/control/totals"):
        assert client.get(path).status_code == 401


@pytest.mark.parametrize("body", [{}, {"orders": [{}]}, {"orders": 1}, {"refs": [1]}])
def test_a_bad_request_is_refused_with_a_reason(app: Flask, body: dict[str, object]) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = app.test_client().post("/simulator/v1/charges", json=body, headers=headers)
    assert answer.status_code == 409
    assert answer.json
    assert answer.json["refused"]


def test_what_was_kept_survives_a_restart(tmp_path: Path) -> None:
    first = Store(tmp_path / "kept.sqlite")
    customer = Bank(first).customer_make(str(ids.uuid7()))
    Bank(first).faults_set(Faults(seed=7))
    first.close()
    again = Store(tmp_path / "kept.sqlite")
    assert Bank(again).found(customer["ref"], "customer") == customer
    assert Bank(again).faults.seed == 7
    again.close()


def test_faults_follow_from_the_seed_alone() -> None:
    one, same, other = Faults(seed=1), Faults(seed=1), Faults(seed=2)
    keys = [f"invoice:{number}:1" for number in range(2000)]
    draws = [one.draw("decline", key) for key in keys]
    assert draws == [same.draw("decline", key) for key in keys]
    assert draws != [other.draw("decline", key) for key in keys]
    hit = sum(one.hits(0.1, "decline", key) for key in keys)
    assert 150 < hit < 250
    assert not any(one.hits(0.0, key) for key in keys)
