"""How the simulator tells its merchant: signed, again until taken, twice, late or never."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from matinee.billing.simulator.bank import Bank
from matinee.billing.simulator.faults import Faults
from matinee.billing.simulator.posting import AT_ONCE, Postman
from matinee.billing.simulator.store import Store
from matinee.kernel import clock, ids
from matinee.kernel.webhooks import signatures
from tests.patience import PATIENCE_S, until

SECRET = signatures.secret_of(b"0123456789abcdef01234567")


class Merchant(HTTPServer):
    """Takes posts, or refuses them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken: list[list[str]] = []
        self.status = 204
        self.ahead_s = 0.0  # of the true time, as the simulator may be

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/news"


class Taking(BaseHTTPRequestHandler):
    server: Merchant

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        signatures.check(SECRET, headers, clock.unix_s() + self.server.ahead_s, body)
        if self.server.status == 204:
            self.server.taken.append([item["id"] for item in json.loads(body)["news"]])
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    with Merchant() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    store = Store(tmp_path / "simulator.sqlite")
    yield Bank(store)
    store.close()


def happen(bank: Bank, times: int) -> None:
    """Charge that often."""
    customer = bank.customer_make(str(ids.uuid7()))["ref"]
    method = bank.method_make(customer, "4242424242424242")["ref"]
    for number in range(times):
        wish = {"key": f"k{number}", "customer_ref": customer, "method_ref": method}
        bank.charge_make({**wish, "amount_minor": 1, "currency": "EUR"})


def test_news_is_posted_many_at_a_time(bank: Bank, merchant: Merchant) -> None:
    happen(bank, AT_ONCE + 3)
    postman = Postman(bank, merchant.url, SECRET)
    assert [postman.post_due(), postman.post_due(), postman.post_due()] == [AT_ONCE, 3, 0]
    assert [int(one) for post in merchant.taken for one in post] == list(range(1, AT_ONCE + 4))


def test_what_is_refused_comes_again(bank: Bank, merchant: Merchant) -> None:
    happen(bank, 1)
    postman = Postman(bank, merchant.url, SECRET)
    merchant.status = 503
    assert postman.post_due() == 0
    assert postman.post_due() == 0, "only after a while"
    bank.store.set("shift_s", "5")
    merchant.status = 204
    assert postman.post_due() == 1
    assert merchant.taken == [["1"]]


def test_a_merchant_that_is_away_misses_nothing(bank: Bank, merchant: Merchant) -> None:
    happen(bank, 2)
    merchant.shutdown()
    merchant.socket.close()
    assert Postman(bank, merchant.url, SECRET).post_due() == 0
    assert [row[3] for row in bank.store.rows("SELECT * FROM post")] == [1, 1]


def test_news_comes_twice_late_and_not_at_all(bank: Bank, merchant: Merchant) -> None:
    bank.faults_set(Faults(seed=3, doubled=0.5, dropped=0.2, late_s_max=3600))
    happen(bank, 60)
    postman = Postman(bank, merchant.url, SECRET)
    postman.post_due()
    merchant.ahead_s = 3601
    bank.store.set("shift_s", "3601")
    while postman.post_due():
        pass
    told = [one for post in merchant.taken for one in post]
    assert len(set(told)) < 60, "some are lost"
    assert len(told) > len(set(told)), "some come twice"
    assert told != sorted(told, key=int), "in another order"


def test_the_postman_works_by_itself(bank: Bank, merchant: Merchant) -> None:
    postman = Postman(bank, merchant.url, SECRET)
    postman.start()
    happen(bank, 3)
    until(lambda: sum(map(len, merchant.taken)) >= 3)
    postman.stop()
    postman.join(PATIENCE_S)
    assert sorted(one for post in merchant.taken for one in post) == ["1", "2", "3"]
