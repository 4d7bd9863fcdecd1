"""Callers of the viewing API, each with a profile of their own."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from matinee.kernel import ids
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.tokens import Caller


@dataclass
class Watcher:
    """A signed-in browser in which a profile was chosen."""

    profile_id: UUID | None = field(default_factory=ids.uuid7)
    account_id: UUID = field(default_factory=ids.uuid7)

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> HttpResponse:
        """One request; the token is fresh at the clock's time."""
        who = Caller(self.account_id, ids.uuid7(), self.profile_id, maturity_age=18)
        token, _ = access_tokens().issue(who)
        answer = Client().generic(
            method,
            f"/api/viewing/{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        return cast("HttpResponse", answer)

    def done(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        """One request that is answered with nothing."""
        answer = self.send(method, path, body)
        assert (answer.status_code, answer.content) == (204, b"")

    def read(self, path: str) -> Any:
        """The JSON of an answer."""
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)


@pytest.fixture
def watchers() -> Callable[[], Watcher]:
    return Watcher


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()
