"""Applications of others, as they ask a person for leave and the service for tokens."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from matinee.contracts.oauth import ClientDraft
from matinee.identity.actions import clients
from matinee.identity.models import OAuthClient
from matinee.identity.rules.refreshing import GRACE
from matinee.kernel import audit

BACK = "https://app.example.org/back"
VERIFIER = "v" * 43
LATER = GRACE + timedelta(seconds=1)
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def challenge(verifier: str = VERIFIER) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def draft(**changes: Any) -> ClientDraft:
    own: dict[str, Any] = {
        "name": "Remote",
        "redirect_uris": [BACK],
        "scopes": ["watch", "profiles"],
    }
    return ClientDraft.model_validate({**own, **changes})


@dataclass
class App:
    """An application of somebody else, registered, and the person whom it asks."""

    client: OAuthClient
    secret: str | None
    person: Any
    http: Client = field(default_factory=Client)

    def query(self, **changes: str | None) -> str:
        own: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": BACK,
            "scope": "watch",
            "state": "s1",
            "code_challenge": challenge(),
            "code_challenge_method": "S256",
        }
        return urlencode({k: v for k, v in {**own, **changes}.items() if v is not None})

    def asked(self, **changes: str | None) -> HttpResponse:
        answer: HttpResponse = self.person.send(
            "POST", "oauth/asked", {"query": self.query(**changes)}
        )
        return answer

    def answered(self, *, is_allowed: bool = True, **changes: str | None) -> dict[str, str]:
        """What the browser brings back to the application."""
        body = {"query": self.query(**changes), "is_allowed": is_allowed}
        answer = self.person.send("POST", "oauth/answer", body)
        assert answer.status_code == 200, answer.content
        url = json.loads(answer.content)["url"]
        assert url.startswith(f"{BACK}?")
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    def post(self, path: str, form: dict[str, str | None], **headers: str) -> HttpResponse:
        own = {"client_id": self.client.client_id, "client_secret": self.secret}
        sent = {k: v for k, v in {**own, **form}.items() if v is not None}
        answer: Any = self.http.post(
            f"/api/identity/oauth/{path}",
            urlencode(sent),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Real-IP": self.person.address, "Host": "127.0.0.1:8480", **headers},
        )
        assert isinstance(answer, HttpResponse)
        return answer

    def exchange(self, code: str, **changes: str | None) -> HttpResponse:
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        return self.post("token", {**form, **changes})

    def connect(self) -> dict[str, Any]:
        """Tokens, by the whole way."""
        return good(self.exchange(self.answered()["code"]))

    def refresh(self, token: str, **changes: str | None) -> HttpResponse:
        return self.post(
            "token", {"grant_type": "refresh_token", "refresh_token": token, **changes}
        )


def good(answer: HttpResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(json.loads(answer.content))


def refused(answer: HttpResponse, error: str, status: int = 400) -> None:
    body = json.loads(answer.content)
    assert (answer.status_code, body["error"]) == (status, error), body


@pytest.fixture
def register(visitors: Callable[[], Any]) -> Callable[..., App]:
    def registered(**changes: Any) -> App:
        person = visitors()
        person.sign_up("ada@example.org")
        made = clients.client_register(draft(**changes), audit.COMMAND_LINE)
        return App(made.client, made.secret, person)

    return registered


@pytest.fixture
def app(register: Callable[..., App]) -> App:
    return register()
