"""Everything that has a part in a payment is killed in the middle of it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.faults.trial import Fault, Trial
from tests.journeys.viewer import Viewer, eventually

pytestmark = pytest.mark.engines

GROUP = "Killed in the middle of a payment"
# In the order in which they come to know of it.
KNOWING = ("simulator", "web", "valkey", "worker", "relay", "postgres")
CARD = "4242424242424242"
PLAN = {
    "code": "gold",
    "name": "Gold",
    "description": "Everything.",
    "amount_minor": 999,
    "currency": "EUR",
}


@pytest.fixture
def payer(trial: Trial) -> Iterator[Viewer]:
    someone = Viewer(trial.service)
    yield someone
    someone.http.close()


def plan_id(trial: Trial) -> str:
    """A plan that costs something, offered by the operator."""
    with trial.service.client(trial.service.operator_token()) as owner:
        answer = owner.post("/api/billing/studio/plans", json=PLAN).raise_for_status()
    return next(str(plan["id"]) for plan in answer.json() if plan["code"] == PLAN["code"])


def test_a_payment_is_taken_once_whatever_is_killed_meanwhile(trial: Trial, payer: Viewer) -> None:
    payer.post("/api/billing/subscription", {"plan_id": plan_id(trial)})
    (due,) = payer.get("/api/billing/paying")["due"]
    page = payer.post(f"/api/billing/invoices/{due['invoice_id']}/checkout", {})["url"]

    def pay_and_kill() -> None:
        paid = payer.http.post(page, data={"do": "pay", "card": CARD})
        assert paid.status_code == httpx.codes.SEE_OTHER, paid.text
        for name in KNOWING:
            trial.kill(name)

    def has_it() -> bool:
        found = eventually("a subscription", lambda: payer.get("/api/billing/subscription"))
        return bool(found["status"] == "active" and found["plan"]["code"] == PLAN["code"])

    trial.of(Fault(GROUP, ", ".join(KNOWING), pay_and_kill, has_it))
    payer.renew()
    invoices = payer.get("/api/billing/invoices")
    assert [one["status"] for one in invoices if one["total_minor"]] == ["paid"]
    assert payer.get("/api/billing/paying")["due"] == []
