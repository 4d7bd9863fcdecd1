"""Every list of Studio asks the databases as often for many things as for few.

The lists are derived from the APIs' documents: a new one fails here until somebody says how more
is put into it, or why there is no need to.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.test.utils import CaptureQueriesContext
from werkzeug.test import Client

from matinee.billing import actions as billing
from matinee.catalog.models import Encode, SheetImport, Upload
from matinee.catalog.models.uploads import Arrival
from matinee.contracts.identity import ProfileDraft
from matinee.delivery.models import TakedownRecord
from matinee.identity.actions import account_create
from matinee.kernel import clock, ids, sealing
from matinee.kernel.money import Money
from matinee.recommendations.models import Fit
from tests import connections as kept
from tests.billing.money import plan, subscribed
from tests.security import asked

pytestmark = pytest.mark.django_db(databases="__all__")

FEW, MANY = 2, 9
# What is no list, or one that no database answers, or not in rows: why it is not filled here.
NOT_FILLED = {
    "studio_calendar": "a time is asked for: tests/catalog/test_rights.py",
    "studio_preview": "a moment is asked for: tests/catalog/test_rights.py",
    "export_titles": "a file",
    "export_ledger": "a file",
    "get_revenue": "sums",
    "get_ledger": "sums by account, of which there is a fixed number",
    "list_debts": "invoices that could not be collected: tests/billing/test_finance.py",
    "list_payments": "a gateway's: tests/billing/test_finance.py",
    "list_price_changes": "follow a price with notice: tests/billing/test_offering.py",
    "delivery_edges_list": "hosts that joined: tests/delivery/test_overview.py",
    "delivery_sites_list": "places of hosts that joined",
    "delivery_overview": "figures of hosts that joined: tests/delivery/test_overview.py",
    "insights_alert_history": "alerts that fired: tests/insights/test_alerts_api.py",
    "insights_experiments_list": "written in steps: tests/insights/test_experiments.py",
    "insights_experiments_tables": "what experiments may turn; the same for ever",
    "insights_summary": "sums",
    "list_audit": "links of a chain, which are written in their turn: tests/identity/test_audit.py",
    "insights_metrics": "what figures mean; the same for ever",
    "insights_live": "figures",
    "insights_series": "figures, from files in columns",
    "insights_breakdown": "figures, from files in columns",
    "insights_cohorts": "figures, from files in columns",
    "recommendations_policies_list": "one for each of two decisions",
}


def paths() -> dict[str, str]:
    """By service and operation, where everything is that Studio reads without naming a thing."""
    return {
        f"{path.split('/')[2]}:{operation['operationId']}": path
        for method, path, operation in asked.operations()
        if method == "GET"
        and "staff" in str(operation.get("x-access"))
        and "{" not in path
        and not path.endswith(".csv")
    }


@pytest.fixture(autouse=True)
def _connections_stay() -> Iterator[None]:
    with kept.staying():
        yield


class Owner:
    """Somebody who may see all of it."""

    def __init__(self) -> None:
        asked.furnish()
        self._client = Client(asked.whole(), use_cookies=False)
        self._token = asked._token[0]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._client.open(path, method=method, json=body, headers=headers)

    def put_in(self, path: str, body: dict[str, Any], method: str = "POST") -> None:
        answer = self.ask(method, path, body)
        assert answer.status_code < 300, (path, answer.text)


def _catalog(owner: Owner, number: int) -> None:
    name = f"Title {number}"
    draft = {"name": name, "genres": [f"Genre {number}"], "slug": f"title-{number}"}
    made = owner.ask("POST", "/api/catalog/studio/titles", draft).json
    studio, title_id = "/api/catalog/studio", made["id"]
    owner.put_in(f"{studio}/rows", {"name": name, "title_ids": [title_id]})
    names = [{"language": "de", "name": name}]
    label = {"kind": "genre", "label": f"Genre {number}", "names": names}
    owner.put_in(f"{studio}/labels", label, "PUT")
    of_file = {"title_id": title_id, "file_name": "a.mkv", "size_bytes": 5}
    Upload.objects.create(**of_file, expires_at=clock.now() + timedelta(hours=1))
    told = {"encode_id": ids.uuid7(), "revision": 1, "stage": "encoding", "fraction": 0.5}
    Encode.objects.create(title_id=title_id, **told, began_at=clock.now())
    seen = {"size_bytes": 5, "version": "1", "steady_since": clock.now(), "state": "asking"}
    Arrival.objects.create(digest=str(number), place="file:///a", path=f"{number}.mkv", **seen)
    SheetImport.objects.create(file_name=f"{number}.csv", state="done")


def _billing(owner: Owner, number: int) -> None:
    studio = "/api/billing/studio"
    owner.put_in(f"{studio}/coupons", {"code": f"OFF{number}", "percent": "10"})
    owner.put_in(f"{studio}/gift-cards", {"amount_minor": 500, "currency": "EUR"})
    territory = f"DE-{number}"
    tax = {"territory": territory, "name": "VAT", "percent": "19", "inclusive": True}
    owner.put_in(f"{studio}/tax-rates", {**tax, "valid_from": clock.now().isoformat()})
    billing.title_price_set(ids.uuid7(), Money(399, "EUR"), None)


def _people(owner: Owner, number: int) -> None:
    account = account_create(
        f"staff-{number}@example.org", None, [ProfileDraft(name="Ada")], ["editor"]
    )
    subscribed(account.id, plan(f"plan-{number}", 999))
    token = {"name": f"Token {number}", "scopes": ["titles.read"]}
    owner.put_in("/api/identity/studio/api-tokens", token)
    client = {"name": f"Client {number}", "scopes": ["watch"], "is_device": True}
    owner.put_in("/api/identity/studio/clients", client)


def _others(owner: Owner, number: int) -> None:
    TakedownRecord.objects.create(package=f"p{number}", title_id=ids.uuid7(), asked_at=clock.now())
    at = {"started_at": clock.now(), "catalogue_version": 1}
    Fit.objects.create(version=number + 1, state="refused", **at)
    rule = {"name": f"Alert {number}", "metric": "plays", "side": "below", "limit": 1}
    owner.put_in("/api/insights/studio/alerts", rule)
    for service in ("catalog", "billing", "insights"):
        url = f"https://example.org/{number}"
        owner.put_in(f"/api/{service}/studio/webhooks", {"url": url})


def _counted(owner: Owner) -> dict[str, tuple[int, int]]:
    """Operation -> how many queries it takes, and how long its answer is."""
    found = {}
    for name, path in paths().items():
        query = "?kind=genre" if path.endswith("/labels") else ""
        with ExitStack() as stack:
            captured = [
                stack.enter_context(CaptureQueriesContext(connections[alias]))
                for alias in connections
                if alias != DEFAULT_DB_ALIAS
            ]
            answer = owner.ask("GET", f"{path}{query}")
        found[name] = (sum(map(len, captured)), len(answer.data))
    return found


def _settled(owner: Owner) -> dict[str, tuple[int, int]]:
    """The counts once all that a process remembers has been looked up, but no account's key."""
    _counted(owner)
    sealing._cache.clear()
    return _counted(owner)


def test_a_list_of_many_takes_no_more_queries_than_one_of_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What is remembered for a while stays so, however long this machine takes.
    began_s = clock.monotonic_s()
    monkeypatch.setattr(clock, "monotonic_s", lambda: began_s)
    owner = Owner()
    makers: tuple[Callable[[Owner, int], None], ...] = (_catalog, _billing, _people, _others)
    for number in range(FEW):
        for make in makers:
            make(owner, number)
    few = _settled(owner)
    for number in range(FEW, MANY):
        for make in makers:
            make(owner, number)
    many = _settled(owner)
    growing = {name for name in few if few[name][0] != many[name][0]}
    assert not growing, {name: (few[name], many[name]) for name in growing}
    same = {name for name in few if many[name][1] <= few[name][1]}
    assert {name.partition(":")[2] for name in same} <= set(NOT_FILLED)
