"""The Stripe adapter: the contract against localstripe, and what no twin of Stripe covers."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Empty, Queue
from typing import Any

import httpx
import pytest
import stripe

from matinee.billing.gateways import stripe_objects
from matinee.billing.gateways.gateway import CheckoutOrder, RefusedError, UnsureError
from matinee.billing.gateways.stripe_gateway import StripeGateway
from matinee.kernel import clock, ids
from matinee.kernel.money import Money
from tests.billing.gateway_contract import PRICE, Counter, GatewayContract
from tests.run.conftest import free_port

SECRET = "whsec_of_the_tests"
NUMBERS = {"pays": "4242424242424242", "declined": "4000000000000341", "poor": "4000000000000341"}
# localstripe listens on every address and writes its store down; neither is wanted here.
_TWIN = """
import sys
from aiohttp import web
from localstripe.resources import store
from localstripe.server import app
store.dump_to_disk = lambda: None
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
"""
_START_S = 20.0
Answer = tuple[Any, int, Mapping[str, str]]


@pytest.fixture(scope="session")
def twin() -> Iterator[str]:
    """The address of a localstripe."""
    port = free_port()
    child = subprocess.Popen([sys.executable, "-W", "ignore", "-c", _TWIN, str(port)])
    base = f"http://127.0.0.1:{port}"
    until = clock.monotonic_s() + _START_S
    while True:
        try:
            httpx.get(base, timeout=1)
            break
        except httpx.TransportError:
            assert clock.monotonic_s() < until, "localstripe did not start"
            clock.pause(0.05)
    yield base
    child.terminate()
    child.wait(10)


class Taking(BaseHTTPRequestHandler):
    """Takes localstripe's webhooks."""

    taken: "Queue[tuple[bytes, dict[str, str]]]"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.put((body, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture
def webhooks(twin: str) -> "Iterator[Queue[tuple[bytes, dict[str, str]]]]":
    """What localstripe posts."""
    taken: Queue[tuple[bytes, dict[str, str]]] = Queue()
    with HTTPServer(("127.0.0.1", 0), type("Mine", (Taking,), {"taken": taken})) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        where = {"url": f"http://127.0.0.1:{server.server_port}/", "secret": SECRET}
        httpx.post(f"{twin}/_config/webhooks/tests", json=where).raise_for_status()
        yield taken
        server.shutdown()
        thread.join()


class OncePerKey(stripe.RequestsClient):
    """Gives the answer again that a key had (docs.stripe.com/api/idempotent_requests).

    localstripe takes no notice of keys, and lists the PaymentIntents of all customers
    only, so this stands before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Answer] = {}

    def request(  # type: ignore[override] # as its own parent has it
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
    ) -> Answer:
        key = str((headers or {}).get("Idempotency-Key"))
        if "/v1/payment_intents?" in url:
            url = url.partition("?")[0] + "?limit=100"
        if method.lower() == "post" and key in self.answers:
            return self.answers[key]
        answer = super().request(method, url, headers, post_data)
        self.answers[key] = answer
        return answer


class Forgetful(OncePerKey):
    """Stripe a day later."""

    def request(self, *asked: Any, **more: Any) -> Answer:
        self.answers.clear()
        return super().request(*asked, **more)


@pytest.fixture
def gateway(twin: str) -> StripeGateway:
    return StripeGateway("sk_test_123456", SECRET, base=twin, http_client=OncePerKey())


def save(twin: str, customer: str, card: str) -> str:
    """Save a card as Stripe's own page would."""
    api = stripe.StripeClient("sk_test_123456", base_addresses={"api": twin}).v1
    details: Any = {"number": NUMBERS[card], "exp_month": 12, "exp_year": 2031, "cvc": "123"}
    method = api.payment_methods.create({"type": "card", "card": details})
    api.payment_methods.attach(method.id, {"customer": customer})
    return str(method.id)


class TestStripe(GatewayContract):
    """The adapter keeps the contract, as far as localstripe can show it."""

    uncovered = "localstripe has no Checkout and no disputes; canned answers below stand for them"

    @pytest.fixture
    def counter(
        self,
        twin: str,
        gateway: StripeGateway,
        webhooks: "Queue[tuple[bytes, dict[str, str]]]",
    ) -> Counter:
        def news(charge_ref: str) -> tuple[bytes, dict[str, str]]:
            until = clock.monotonic_s() + 10
            while clock.monotonic_s() < until:
                try:
                    body, headers = webhooks.get(timeout=5)
                except Empty:
                    break
                event = json.loads(body)
                if event["data"]["object"]["id"] == charge_ref:
                    return body, headers
            raise AssertionError("localstripe posted nothing")

        def cannot(*_what: object) -> Any:
            pytest.skip(self.uncovered)

        return Counter(
            gateway=gateway,
            save=lambda customer, card: save(twin, customer, card),
            pay=cannot,
            dispute=cannot,
            decide=cannot,
            news=news,
        )

    @pytest.mark.skip(reason=uncovered)
    def test_paying_on_the_page_charges_and_saves_the_card(self, counter: Counter) -> None: ...

    @pytest.mark.skip(reason="localstripe gives back more than came; Stripe itself does not")
    def test_no_more_goes_back_than_came(self, counter: Counter) -> None: ...

    @pytest.mark.skip(reason=uncovered)
    def test_a_card_is_saved_without_paying(self, counter: Counter) -> None: ...

    @pytest.mark.skip(reason=uncovered)
    def test_nobody_pays_on_a_page_that_was_closed(self, counter: Counter) -> None: ...


def test_a_key_that_stripe_forgot_still_takes_money_once(twin: str) -> None:
    forgetful = StripeGateway("sk_test_123456", SECRET, base=twin, http_client=Forgetful())
    customer = forgetful.customer_make(ids.uuid7())
    contract = TestStripe()
    order = contract.order(
        Counter(forgetful, lambda c, k: save(twin, c, k), *[lambda *_: None] * 4)  # type: ignore[arg-type]
    )
    first = contract.charged(Counter(forgetful, *[lambda *_: None] * 5), order)  # type: ignore[arg-type]
    assert customer != order.customer_ref
    again = type(order)(**{**order.__dict__, "is_asked_again": True})
    assert forgetful.charges_make([again]) == [first]


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


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_nothing_is_decided_while_stripe_cannot_answer(status: int) -> None:
    error = {"error": {"message": "not now", "type": "api_error"}}
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
