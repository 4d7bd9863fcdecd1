"""Visitors of the identity API, each from an address of their own."""

import ipaddress
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.http import HttpResponse
from django.test import Client

from matinee.contracts.identity import Session
from matinee.identity import settings
from matinee.kernel import clock
from tests.identity.post import PostBox, opened

PASSWORD = "correct horse battery"
_addresses = itertools.count(int(ipaddress.ip_address("10.0.0.1")))


@dataclass
class Visitor:
    """A browser: cookies, an address, and the access token of its page."""

    address: str
    client: Client = field(default_factory=Client)
    token: str = ""

    def send(
        self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> HttpResponse:
        """One request with a JSON body."""
        own = {"X-Real-IP": self.address, "Host": "127.0.0.1:8480"}
        if self.token:
            own["Authorization"] = f"Bearer {self.token}"
        renamed = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.generic(
            method,
            f"/api/identity/{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type=renamed.pop("Content-Type", "application/json"),
            headers={**own, **renamed},
        )
        return cast("HttpResponse", answer)

    def sign_up(self, email: str, profile_name: str = "Ada") -> Session:
        """A new account, signed in here."""
        form = {"email": email, "password": PASSWORD, "profile_name": profile_name}
        return self.keep(self.send("POST", "sign-up", form), 201)

    def sign_in(self, email: str, password: str = PASSWORD) -> HttpResponse:
        """Try to sign in."""
        return self.send("POST", "sign-in", {"email": email, "password": password})

    def refresh(self, **wish: str) -> Session:
        """A new access token by the cookie."""
        return self.keep(self.send("POST", "refresh", wish), 200)

    def keep(self, answer: HttpResponse, status: int) -> Session:
        """The session in an answer, whose token is used from now on."""
        assert answer.status_code == status, answer.content
        session = Session.model_validate_json(answer.content)
        self.token = session.access_token
        return session


@pytest.fixture
def visitors() -> Callable[[], Visitor]:
    return lambda: Visitor(str(ipaddress.ip_address(next(_addresses))))


@pytest.fixture
def visitor(visitors: Callable[[], Visitor]) -> Visitor:
    return visitors()


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostBox]:
    with opened(monkeypatch) as box:
        yield box


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets settings of identity by name, for one test."""

    def choose(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"MATINEE_IDENTITY_{name.upper()}", value)
        settings.get.cache_clear()

    yield choose
    monkeypatch.undo()
    settings.get.cache_clear()


@pytest.fixture
def time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test stands where a step of thirty seconds begins, however slow the machine is."""
    begun = datetime.fromtimestamp((clock.unix_s() // 30 + 1) * 30, UTC) - clock._shift
    monkeypatch.setattr("matinee.kernel.clock.now", lambda: begun + clock._shift)
