"""The Stripe adapter: the contract against localstripe, and what no twin of Stripe covers."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any

import httpx
import pytest
import stripe

from bench import ports
from matinee.billing.gateways.stripe_gateway import StripeGateway
from matinee.kernel import clock, ids
from tests.billing.gateway_contract import Counter, GatewayContract
from tests.patience import PATIENCE_S, until

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
Answer = tuple[Any, int, Mapping[str, str]]


@pytest.fixture(scope="session")
def twin() -> Iterator[str]:
    """The address of a localstripe."""
    port = ports.free()
    child = subprocess.Popen([sys.executable, "-W", "ignore", "-c", _TWIN, str(port)])
    base = f"http://127.0.0.1:{port}"
    try:
        until(lambda: httpx.get(base, timeout=PATIENCE_S), lambda: "localstripe did not start")
        yield base
    finally:
        child.terminate()
        child.wait(PATIENCE_S)


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
    details: Any = {
        "number": NUMBERS[card],
        "exp_month": 12,
        "exp_year": clock.now().year + 4,
        "cvc": "123",
    }
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
            # It posts a few things of each charge; without any more it raises Empty.
            while True:
                body, headers = webhooks.get(timeout=PATIENCE_S)
                event = json.loads(body)
                if event["data"]["object"]["id"] == charge_ref:
                    return body, headers

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
