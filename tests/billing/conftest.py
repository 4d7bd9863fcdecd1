"""Callers of the billing API, and a clock that can be set."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from matinee.billing import actions, settings
from matinee.billing.gateways import chosen
from matinee.billing.models import Plan
from matinee.billing.rules.pricing import Terms
from matinee.billing.simulator.store import Store
from matinee.kernel import clock, ids
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.money import Money
from matinee.kernel.tokens import Caller
from tests.billing.at_the_gateway import PRICE, Till, open_till

Call = Callable[..., HttpResponse]
SetClock = Callable[[datetime], AbstractContextManager[None]]


@pytest.fixture
def account_id() -> UUID:
    return ids.uuid7()


@pytest.fixture
def call(account_id: UUID) -> Call:
    """Ask the billing API as the account; the token is fresh at the clock's time."""

    def ask(
        method: str, path: str, body: dict[str, Any] | None = None, *, is_proven: bool = True
    ) -> HttpResponse:
        proven = clock.now() if is_proven else None
        who = Caller(account_id, ids.uuid7(), ids.uuid7(), authenticated_at=proven)
        token, _ = access_tokens().issue(who)
        answer = Client().generic(
            method,
            f"/api/billing/{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        return cast("HttpResponse", answer)

    return ask


@pytest.fixture
def clock_at() -> SetClock:
    return lambda moment: clock.shifted(moment - clock.now())


@pytest.fixture
def default_plan(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Choose another default plan, as the operator would by the environment."""

    def choose(code: str) -> None:
        monkeypatch.setenv("MATINEE_BILLING_DEFAULT_PLAN", code)
        settings.get.cache_clear()

    yield choose
    settings.get.cache_clear()


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    """A simulator that billing asks in place of the one of the settings."""
    store = Store(tmp_path / "simulator.sqlite")
    opened = open_till(store)
    monkeypatch.setattr(chosen, "_made", lambda: opened.gateway)
    yield opened
    store.close()


@pytest.fixture
def premium() -> Plan:
    """A plan of a month that is to be paid first."""
    terms = Terms(Money(PRICE, "EUR"), "month", 0, 2, 1080)
    return actions.plan_add(actions.PlanDraft("premium", "Premium", "For the tests.", terms))
