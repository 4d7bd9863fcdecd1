"""The staff's side: figures, refunds, the ledger as CSV, and who may see them."""

import csv
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from matinee.billing import actions, queries
from matinee.billing.actions.customers import CustomerFacts
from matinee.billing.models import Outbox, Payment
from matinee.billing.rules import revenue as rules
from matinee.kernel import clock, ids
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.money import monthly
from matinee.kernel.tokens import Caller
from tests.billing import money
from tests.billing.at_the_gateway import POOR, Till, renew, subscribed

pytestmark = pytest.mark.django_db(databases=["billing", "keys"])


def ask(
    role: str, method: str, path: str, body: object = None, *, reason: str = ""
) -> HttpResponse:
    """Ask as a member of the staff; a fresh token each time."""
    who = Caller(account_id=ids.uuid7(), session_id=ids.uuid7(), roles=frozenset({role} - {""}))
    token, _ = access_tokens().issue(who)
    answer = Client().generic(
        method,
        f"/api/billing/studio/{path}",
        b"" if body is None else json.dumps(body).encode(),
        content_type="application/json",
        headers={
            "Authorization": f"Bearer {token}",
            **({"Matinee-Reason": reason} if reason else {}),
        },
    )
    return cast("HttpResponse", answer)


def told(answer: HttpResponse) -> Any:
    assert answer.status_code in {200, 201}, answer.content
    return json.loads(answer.content)


READS = [
    ("revenue", {"finance", "analyst", "owner"}),
    ("debts", {"finance", "support", "owner"}),
    ("subscribers", {"finance", "support", "owner"}),
    ("payments", {"finance", "support", "owner"}),
    ("ledger", {"finance", "owner"}),
    ("webhooks", {"finance", "owner"}),
]


@pytest.mark.parametrize(("path", "allowed"), READS)
def test_each_part_is_for_those_who_need_it(path: str, allowed: set[str]) -> None:
    for role in ("owner", "finance", "support", "analyst", "editor", ""):
        status = ask(role, "GET", path).status_code
        assert status == (200 if role in allowed else 403), role
    assert Client().get(f"/api/billing/studio/{path}").status_code == 401


def test_revenue_counts_months_whatever_the_interval(till: Till) -> None:
    monthly, yearly = money.plan("m", 1000), money.plan("y", 12000, interval="year")
    for plan in (monthly, monthly, yearly):
        subscribed(till, ids.uuid7(), plan)
    yen = money.plan("j", 980, "JPY")
    subscribed(till, ids.uuid7(), yen)
    now = told(ask("finance", "GET", "revenue"))
    assert now["monthly"] == [
        {"amount_minor": 3000, "currency": "EUR"},
        {"amount_minor": 980, "currency": "JPY"},
    ]
    assert (now["paying"], now["trialing"], now["past_due"]) == (4, 0, 0)
    assert now["churn"] is None


def test_churn_trials_and_debts(till: Till, clock_at: money.SetClock) -> None:
    paid, trial = money.plan("paid", 999), money.plan("trial", 999, trial_days=7)
    stays, leaves, owes, converts, goes = (ids.uuid7() for _ in range(5))
    with clock_at(money.START):
        subscribed(till, stays, paid)
        subscribed(till, leaves, paid)
        subscribed(till, owes, paid, POOR)
        for account in (converts, goes):
            money.order(account, trial)
        till.use(actions.method_visit(converts), "4242424242424242")
        actions.visits_look(converts)
        actions.subscription_cancel(leaves)
    with clock_at(money.START + timedelta(days=8)):
        renew()
        assert told(ask("analyst", "GET", "revenue"))["trial_conversion"] == 0.5
    with clock_at(money.FEBRUARY_28 + timedelta(days=1)):
        renew()
        (debt,) = told(ask("support", "GET", "debts"))
        assert (debt["account_id"], debt["decline"]) == (str(owes), "insufficient_funds")
        now = told(ask("analyst", "GET", "revenue"))
        assert (now["past_due"], now["owed"]) == (1, [{"amount_minor": 999, "currency": "EUR"}])
    with clock_at(money.START + timedelta(days=31)):
        now = told(ask("analyst", "GET", "revenue"))
        assert now["churn"] == pytest.approx(1 / 3)


def test_the_ledger_adds_up_and_so_does_its_export(till: Till, account_id: UUID) -> None:
    subscribed(till, account_id, money.plan("paid", 999))
    wish = {"amount_minor": 400, "reason": "Sorry"}
    refund = told(ask("support", "POST", f"payments/{Payment.objects.get().pk}/refund", wish))
    assert (refund["status"], refund["reason"]) == ("succeeded", "Sorry")
    balances = told(ask("finance", "GET", "ledger"))["balances"]
    assert sum(each["amount"]["amount_minor"] for each in balances) == 0
    held = {each["account"]: each["amount"]["amount_minor"] for each in balances}
    assert held["gateway"] == 599
    span = "since=2020-01-01T00:00:00Z&until=2099-01-01T00:00:00Z"
    answer = ask("finance", "GET", f"ledger.csv?{span}")
    assert isinstance(answer, StreamingHttpResponse)
    assert answer["Content-Type"] == "text/csv"
    lines = list(csv.DictReader(answer.getvalue().decode().splitlines()))
    debit = sum(Decimal(line["debit"] or 0) for line in lines)
    assert debit == sum(Decimal(line["credit"] or 0) for line in lines)
    assert debit >= Decimal("9.99")
    assert len(lines) % 2 == 0


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("2020-01-01T00:00:00", 422),
        ("1577836800", 422),
        ("0001-01-01T00:00:00%2B01:00", 422),
        # The database knows no zone that is so far away.
        ("0557-03-21T21:39:02-17:20", 200),
    ],
)
def test_the_ledger_is_exported_of_any_time_that_there_is(since: str, status: int) -> None:
    answer = ask("finance", "GET", f"ledger.csv?since={since}&until=2099-01-01T00:00:00Z")
    assert answer.status_code == status
    if isinstance(answer, StreamingHttpResponse):
        assert answer.getvalue().startswith(b"entry,")


def test_subscribers_and_payments_are_found_by_account(till: Till, account_id: UUID) -> None:
    plan = money.plan("paid", 999)
    subscribed(till, account_id, plan)
    subscribed(till, ids.uuid7(), plan)
    assert len(told(ask("support", "GET", "subscribers"))) == 2
    (mine,) = told(ask("support", "GET", f"subscribers?account_id={account_id}"))
    assert (mine["plan"], mine["status"]) == ("Paid", "active")
    (payment,) = told(ask("support", "GET", f"payments?account_id={account_id}"))
    assert (payment["status"], payment["is_disputed"]) == ("succeeded", False)
    newest = told(ask("support", "GET", "payments"))
    assert len(told(ask("support", "GET", f"payments?before={newest[0]['id']}"))) == 1


def test_plans_are_offered_and_withdrawn() -> None:
    draft = {
        "code": "gold",
        "name": "Gold",
        "description": "All of it.",
        "amount_minor": 1299,
        "currency": "EUR",
    }
    offered = told(ask("finance", "POST", "plans", draft))
    assert offered[-1]["price"] == {"amount_minor": 1299, "currency": "EUR"}
    assert ask("finance", "POST", "plans", draft).status_code == 409
    assert ask("support", "POST", "plans", draft).status_code == 403
    for wrong in ({"currency": "euro"}, {"amount_minor": -1}, {"code": "Gold!"}):
        assert ask("finance", "POST", "plans", {**draft, **wrong}).status_code == 422
    left = told(ask("finance", "DELETE", "plans/gold"))
    assert "gold" not in [plan["code"] for plan in left]
    assert ask("finance", "DELETE", "plans/never").status_code == 404


@pytest.mark.parametrize(
    ("amount", "interval", "count", "minor"),
    [
        (999, "month", 1, 999),
        (12000, "year", 1, 1000),
        (3000, "month", 3, 1000),
        (70, "week", 1, 304),
    ],
)
def test_prices_a_month(amount: int, interval: str, count: int, minor: int) -> None:
    assert round(monthly(amount, interval, count)) == minor


def test_a_share_of_nothing_is_none() -> None:
    assert rules.share(0, 0) is None
    assert rules.share(1, 4) == 0.25
    assert queries.revenue().churn is None
    assert clock.now()


def test_whose_subscription_it_is_takes_a_reason_which_stays(till: Till, account_id: UUID) -> None:
    actions.customer_keep(account_id, CustomerFacts(email="ada@example.org"))
    subscribed(till, account_id, money.plan("paid", 999))
    (bare,) = told(ask("support", "GET", "subscribers"))
    assert bare["email"] is None
    assert not Outbox.objects.filter(type="audit.noted").exists()
    (named,) = told(ask("support", "GET", "subscribers", reason="Ticket 12: charged twice"))
    assert named["email"] == "ada@example.org"
    note = Outbox.objects.get(type="audit.noted").body
    assert (note["action"], note["about"]) == ("subscriber.looked_up", str(account_id))
    assert note["sealed_reason"]
    assert ask("support", "GET", "subscribers", reason="why").status_code == 422
