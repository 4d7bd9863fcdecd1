"""Callers of the billing API, and a clock that can be set."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from matinee.billing import settings
from matinee.kernel import clock, ids
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.tokens import Caller

Call = Callable[..., HttpResponse]
SetClock = Callable[[datetime], AbstractContextManager[None]]


@pytest.fixture
def account_id() -> UUID:
    return ids.uuid7()


@pytest.fixture
def call(account_id: UUID) -> Call:
    """Ask the billing API as the account; the token is fresh at the clock's time."""

    def ask(method: str, path: str, body: dict[str, Any] | None = None) -> HttpResponse:
        token, _ = access_tokens().issue(Caller(account_id=account_id, session_id=ids.uuid7()))
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
