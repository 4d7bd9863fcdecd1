"""What holds for every operation of every service."""

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from django import conf
from django.db import OperationalError

from matinee.contracts.message import Request
from matinee.kernel import ids, reliances, stores
from matinee.kernel.http.callers import access_tokens
from matinee.run import services
from tests.security import asked

pytestmark = pytest.mark.django_db(databases="__all__")

OPERATIONS = list(asked.operations())
LOOKS = [path for method, path, _ in OPERATIONS if method == "GET"]
# Addresses that name a token: of one package for twenty minutes, and of one play's measurements.
TOKENS_IN_PATHS = {
    "/api/playback/media/{token}/{package}/key",
    "/api/insights/cmcd/{token}",
}
_SECRET = re.compile(r"token|secret|password|passw|pin$|^code$|e_?mail|session", re.IGNORECASE)
INSIDE = "a secret of the inside"


@pytest.mark.asvs("V14.3.2")
def test_answers_stay_out_of_shared_caches() -> None:
    asked.furnish()
    for path in LOOKS:
        told = asked.look(path)
        kept = told.headers.get("Cache-Control", "")
        assert "no-store" in kept or "private, no-cache" in kept, (path, kept)


@pytest.mark.asvs("V14.2.1")
def test_no_address_holds_what_only_its_owner_may_know() -> None:
    for _, path, operation in OPERATIONS:
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query":
                assert not _SECRET.search(parameter["name"]), (path, parameter["name"])
            if parameter["in"] == "path" and parameter["name"] == "token":
                assert path in TOKENS_IN_PATHS


CLOSED = (
    "/metrics",
    "/api/metrics",
    "/admin",
    "/admin/login/",
    "/docs",
    "/redoc",
    "/openapi",
    "/openapi.json",
    "/openapi/openapi.json",
    "/__debug__/",
    "/static/admin/css/base.css",
    "/.git/config",
    "/.env",
)


@pytest.mark.asvs("V13.4.2")
def test_nothing_is_shown_that_helps_only_attackers() -> None:
    assert not conf.settings.DEBUG
    paths = [*CLOSED]
    for service in services.ALL:
        paths += [f"/api/{service}{path}" for path in CLOSED]
        paths += [f"/api/{service}", f"/api/{service}/", f"/api/{service}/nothing"]
    client = asked.whole_client()
    for path in paths:
        told = client.get(path)
        assert told.status_code in {401, 404}, path
        assert told.get_json()["code"] in {"not_found", "not_signed_in"}, path
    for service in services.FLASK:
        assert not asked.flask_app(service).debug
        assert not asked.flask_app(service).testing


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each schema that is asked with, by service."""
    for service, document in asked.documents():
        schemas = document["components"]["schemas"]
        for methods in document["paths"].values():
            for operation in methods.values():
                content = operation.get("requestBody", {}).get("content", {})
                for kind in content.values():
                    name = kind.get("schema", {}).get("$ref", "").rpartition("/")[2]
                    if name:
                        yield f"{service}.{name}", schemas[name]


@pytest.mark.asvs("V15.3.3")
def test_a_body_says_what_it_may_and_no_more() -> None:
    found = {name for name, schema in bodies() if schema.get("additionalProperties", True)}
    # A CDM's licence request (W3C), and what agents and services of ours tell each other.
    own = {name for name in found if name.endswith(".Person")}
    assert found - own <= {"playback.ClearKeyRequest", "delivery.EdgeReport"}
    assert Request.model_config["extra"] == "forbid"


@pytest.mark.asvs("V15.3.3")
@pytest.mark.parametrize("extra", ["roles", "is_staff", "account_id", "slot", "id"])
def test_nobody_writes_what_is_not_theirs_to_write(extra: str) -> None:
    asked.furnish()
    path = asked.filled("/api/identity/profiles/{profile_id}")
    for body in ({"name": "Eve", extra: "owner"}, {extra: str(ids.uuid7())}):
        told = asked.ask("PATCH", path, body)
        assert told.status_code == 422, told.text
        assert extra in told.get_json()["detail"]
    names = [one["name"] for one in asked.look("/api/identity/profiles").get_json()]
    assert names == ["Owner"]


@pytest.mark.asvs("V16.5.1")
@pytest.mark.parametrize("service", services.FLASK)
def test_what_nobody_thought_of_says_nothing_of_its_cause(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_service: str) -> NoReturn:
        raise ZeroDivisionError(INSIDE)

    def away(_service: str) -> NoReturn:
        raise OperationalError(INSIDE)

    client = asked.whole_client()
    for cause, status, code in ((broken, 500, "internal"), (away, 503, "database_down")):
        monkeypatch.setattr(reliances, "of", cause)
        told = client.get(f"/api/{service}/readyz")
        assert (told.status_code, told.get_json()["code"]) == (status, code)
        assert INSIDE not in told.text
        assert "Traceback" not in told.text


@pytest.mark.asvs("V16.5.1")
def test_nobody_gets_in_while_something_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    asked.furnish()
    title = asked.known["title_id"]
    monkeypatch.setattr(stores, "connect", lambda: stores.open_store("unix:///nowhere.sock"))
    credentials = {"email": "owner@example.org", "password": "a long enough guess"}
    for path, body in (
        ("/api/identity/sign-in", credentials),
        ("/api/playback/sessions", {"title_id": title}),
    ):
        told = asked.ask("POST", path, body)
        assert told.status_code in {401, 402, 404, 503}, (path, told.text)
        assert told.get_json()["code"] != "internal"

    def unreadable(*_: object) -> None:
        raise OSError(INSIDE)

    monkeypatch.setattr(access_tokens(), "verify", unreadable)
    told = asked.look("/api/billing/subscription")
    assert told.status_code >= 500
    assert INSIDE not in told.text
