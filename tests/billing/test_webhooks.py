"""The operator's own systems are told: signed, again until taken, logged, replayed."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import pytest

from matinee.billing import actions
from matinee.billing.models import WebhookDelivery, WebhookEndpoint, WebhookMessage
from matinee.kernel import clock, ids, settings
from matinee.kernel.problems import Conflict, NotFound, Unprocessable
from matinee.kernel.webhooks import signatures
from matinee.kernel.webhooks.telling import IN_HAND
from matinee.kernel.webhooks.waits import TRIES_MAX, wait_after
from tests.billing.money import SetClock, order, pay, plan

pytestmark = pytest.mark.django_db(databases=["billing"])


class System(HTTPServer):
    """One of the operator's systems."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listening)
        self.status = 200
        self.heard: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Listening(BaseHTTPRequestHandler):
    server: System

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((headers, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture(autouse=True)
def _own_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The operator's systems stand beside this one, and the operator says so."""
    monkeypatch.setenv("MATINEE_OUTBOUND_PRIVATE_HOSTS", '["127.0.0.1"]')
    settings.get.cache_clear()
    yield
    monkeypatch.undo()
    settings.get.cache_clear()


@pytest.fixture
def system() -> Iterator[System]:
    with System() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def happen(kind: str = "payment.succeeded") -> None:
    actions.operator_tell([actions.Told(kind, {"amount_minor": 999})])


def test_what_happens_is_told_signed(system: System) -> None:
    endpoint = actions.webhooks.endpoint_add(system.url, [])
    happen()
    assert actions.webhooks.deliveries_make() == 1
    ((headers, body),) = system.heard
    signatures.check(endpoint.secret, headers, clock.unix_s(), body)
    told = json.loads(body)
    assert (told["type"], told["data"]) == ("payment.succeeded", {"amount_minor": 999})
    assert headers["webhook-id"] == str(WebhookMessage.objects.get().pk)
    assert actions.webhooks.deliveries_make() == 0
    (logged,) = actions.webhooks.deliveries(endpoint.id)
    assert logged.taken_at is not None
    assert (logged.tries, logged.answer) == (1, "200")


def test_what_is_not_taken_comes_again_for_days_and_then_no_more(
    system: System, clock_at: SetClock
) -> None:
    endpoint = actions.webhooks.endpoint_add(system.url, [])
    happen()
    system.status = 500
    start = clock.now()
    for hour in range(24 * 5):
        with clock_at(start + timedelta(hours=hour)):
            actions.webhooks.deliveries_make()
    assert 8 <= len(system.heard) <= TRIES_MAX
    with clock_at(start + timedelta(days=30)):
        while actions.webhooks.deliveries_make():
            pass
    (logged,) = actions.webhooks.deliveries(endpoint.id)
    assert (logged.next_at, logged.answer) == (None, "500")
    assert len({headers["webhook-id"] for headers, _ in system.heard}) == 1
    system.status = 204
    actions.webhooks.delivery_replay(logged.id)
    actions.webhooks.deliveries_make()
    assert actions.webhooks.deliveries(endpoint.id)[0].taken_at is not None


def test_a_system_that_is_away_is_told_later(system: System, clock_at: SetClock) -> None:
    actions.webhooks.endpoint_add(system.url.replace(str(system.server_port), "1"), [])
    happen()
    assert actions.webhooks.deliveries_make() == 1
    row = WebhookDelivery.objects.get()
    assert "Connect" in row.answer
    assert row.due_at is not None
    with clock_at(row.due_at + timedelta(seconds=1)):
        assert actions.webhooks.deliveries_make() == 1


def test_only_what_is_wanted_is_told(system: System) -> None:
    actions.webhooks.endpoint_add(system.url, ["refund.succeeded"])
    happen("payment.failed")
    assert not WebhookMessage.objects.exists()
    happen("refund.succeeded")
    assert actions.webhooks.deliveries_make() == 1


def test_every_change_of_a_subscription_is_told(system: System, account_id: UUID) -> None:
    actions.webhooks.endpoint_add(system.url, ["subscription.changed"])
    ordered = order(account_id, plan("premium", 1299))
    assert not WebhookMessage.objects.exists(), "it was not begun yet"
    pay(ordered.invoice)
    actions.subscription_cancel(account_id)
    while actions.webhooks.deliveries_make():
        pass
    # Messages go out side by side; their ids say in which order they were written.
    heard = sorted(system.heard, key=lambda each: each[0]["webhook-id"])
    told = [json.loads(body)["data"] for _, body in heard]
    assert [each["status"] for each in told] == ["active", "cancelled"]
    assert {each["account_id"] for each in told} == {str(account_id)}
    assert (told[0]["plan"], told[0]["amount_minor"]) == ("premium", 1299)
    assert told[1]["entitled_until"] == told[1]["current_period_end"]
    actions.entitlements_announce()
    assert actions.webhooks.deliveries_make() == 0, "telling the services again changes nothing"


def test_nothing_is_kept_for_nobody() -> None:
    happen()
    assert not WebhookMessage.objects.exists()


def test_a_system_that_says_it_is_gone_is_paused(system: System) -> None:
    endpoint = actions.webhooks.endpoint_add(system.url, [])
    happen()
    system.status = 410
    actions.webhooks.deliveries_make()
    assert WebhookEndpoint.objects.get().is_paused
    happen()
    assert actions.webhooks.deliveries_make() == 0
    system.status = 200
    actions.webhooks.endpoint_pause(endpoint.id, is_paused=False)
    assert actions.webhooks.deliveries_make() == 1


def test_a_message_in_hand_is_not_sent_twice(system: System, clock_at: SetClock) -> None:
    actions.webhooks.endpoint_add(system.url, [])
    happen()
    WebhookDelivery.objects.update(due_at=clock.now() + IN_HAND)
    assert actions.webhooks.deliveries_make() == 0
    with clock_at(clock.now() + IN_HAND + timedelta(seconds=1)):
        assert actions.webhooks.deliveries_make() == 1, "its worker died"


def test_endpoints_are_few_and_each_once(system: System) -> None:
    endpoint = actions.webhooks.endpoint_add(system.url, [])
    with pytest.raises(Conflict, match="already"):
        actions.webhooks.endpoint_add(system.url, [])
    happen()
    actions.webhooks.endpoint_remove(endpoint.id)
    assert actions.webhooks.deliveries_make() == 0
    assert actions.webhooks.endpoints() == []
    for act in (actions.webhooks.endpoint_remove, actions.webhooks.delivery_replay):
        with pytest.raises(NotFound):
            act(ids.uuid7())
    with pytest.raises(NotFound):
        actions.webhooks.endpoint_pause(endpoint.id, is_paused=True)
    for number in range(20):
        actions.webhooks.endpoint_add(f"{system.url}/{number}", [])
    with pytest.raises(Conflict, match="Remove one"):
        actions.webhooks.endpoint_add(system.url, [])


def test_what_was_told_long_ago_is_forgotten(system: System, clock_at: SetClock) -> None:
    actions.webhooks.endpoint_add(system.url, [])
    happen()
    assert actions.webhooks.messages_prune() == 0
    with clock_at(clock.now() + timedelta(days=31)):
        assert actions.webhooks.messages_prune() > 0
    assert not WebhookDelivery.objects.exists()


@pytest.mark.asvs("V1.3.6")
def test_nobody_is_told_inside_a_network_that_was_not_opened(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = actions.webhooks.endpoint_add(system.url, [])
    happen()
    monkeypatch.delenv("MATINEE_OUTBOUND_PRIVATE_HOSTS")
    settings.get.cache_clear()
    with pytest.raises(Unprocessable, match="private network"):
        actions.webhooks.endpoint_add(f"{system.url}/other", [])
    assert actions.webhooks.deliveries_make() == 1
    assert not system.heard
    assert "RefusedAddressError" in actions.webhooks.deliveries(endpoint.id)[0].answer


def test_waits_grow_and_end() -> None:
    waits = [wait_after(tries) for tries in range(1, TRIES_MAX + 1)]
    assert waits[-1] is None
    known = [wait for wait in waits if wait is not None]
    assert known == sorted(known)
    assert timedelta(days=2) < sum(known, timedelta()) < timedelta(days=4)
