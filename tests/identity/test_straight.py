"""Signing in, as it should be, goes past Django; all else is answered alike."""

import itertools
import json
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any
from uuid import uuid4

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import OperationalError, close_old_connections
from werkzeug.test import Client, TestResponse

from matinee.identity.actions import signing_in
from matinee.run.questions import records_app
from tests.identity.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

PLAIN = "application/json"
# JSON as well, and not the very text that goes past Django.
THROUGH_DJANGO = "application/json; charset=utf-8"
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _kept_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a web process, Django closes nothing: here it would be the test's own transaction."""
    monkeypatch.setattr(WSGIHandler, "__call__", _unsignalled(WSGIHandler.__call__))


def _unsignalled(answer: Callable[..., Any]) -> Callable[..., Any]:
    def answering(*asked: Any) -> Any:
        request_started.disconnect(close_old_connections)
        try:
            return answer(*asked)
        finally:
            request_started.connect(close_old_connections)

    return answering


def client() -> Client:
    return Client(records_app(), use_cookies=False)


def ask(where: str, body: bytes | str, kind: str = PLAIN, **headers: str) -> TestResponse:
    """From an address of its own, as tries are counted."""
    number = next(_numbers)
    own = {"X-Real-IP": f"10.77.{number >> 8}.{number & 255}", "Host": "127.0.0.1:8480"}
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return client().post(
        f"/api/identity/{where}", data=body, content_type=kind, headers={**own, **told}
    )


def look(**headers: str) -> TestResponse:
    return client().get("/api/identity/account", headers=headers)


def both(where: str, body: bytes | str, **headers: str) -> tuple[TestResponse, TestResponse]:
    return ask(where, body, **headers), ask(where, body, THROUGH_DJANGO, **headers)


def form(email: str, password: str = PASSWORD) -> str:
    return json.dumps({"email": email, "password": password})


def cookies(answer: TestResponse) -> dict[str, dict[str, str]]:
    """Each cookie with what is said of it, but its value and when it ends."""
    read: SimpleCookie = SimpleCookie()
    for line in answer.headers.getlist("Set-Cookie"):
        read.load(line)
    ends = {"expires", "max-age"}
    return {
        name: {what: said for what, said in one.items() if what not in ends}
        for name, one in read.items()
    }


@pytest.fixture
def email(visitors: Callable[[], Any]) -> str:
    """The address of somebody who has signed up."""
    own = f"{uuid4().hex}@example.org"
    visitors().sign_up(own)
    return own


@pytest.fixture
def past_django(email: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """As `email`; from then on no request may come to Django's handler."""
    monkeypatch.setattr(WSGIHandler, "get_response", lambda *_: pytest.fail("asked Django"))
    return email


def test_what_visits_begin_with_goes_past_django(past_django: str) -> None:
    came = ask("sign-in", form(past_django))
    assert came.status_code == 200
    assert came.json is not None
    seen = look(Authorization=f"Bearer {came.json['access_token']}")
    assert seen.status_code == 200
    assert seen.json == came.json["account"]
    kept = "; ".join(line.partition(";")[0] for line in came.headers.getlist("Set-Cookie"))
    again = ask("refresh", "{}", Cookie=kept)
    assert again.status_code == 200
    assert again.json is not None
    assert again.json["profile_id"] == came.json["profile_id"]


def test_both_ways_say_the_same(email: str) -> None:
    straight, djangos = both("sign-in", form(email))
    assert straight.status_code == djangos.status_code == 200
    assert set(straight.headers.keys()) == set(djangos.headers.keys())
    for name in ("Content-Type", "Cache-Control"):
        assert straight.headers[name] == djangos.headers[name]
    assert cookies(straight) == cookies(djangos)
    assert straight.json is not None
    assert djangos.json is not None
    assert straight.json.keys() == djangos.json.keys()
    for part in ("account", "profiles", "profile_id", "roles_rest"):
        assert straight.json[part] == djangos.json[part] or part == "account"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{",
        b"\xff",
        b'{"email": "a@example.org"}',
        b'{"email": 1, "password": "x"}',
        b'{"email": "a@example.org", "password": ""}',
        b'{"email": "a\\u0000@example.org", "password": "x"}',
        b'{"email": "a@example.org", "password": "x", "more": 1}',
        b"[" * 5_000,
        b" " * (1024 * 1024 + 1),
    ],
    ids=lambda body: repr(body[:30]),
)
def test_what_is_wrong_with_a_body_is_said_alike(body: bytes) -> None:
    straight, djangos = both("sign-in", body)
    assert straight.status_code in {400, 413, 422}
    assert (straight.status_code, straight.json) == (djangos.status_code, djangos.json)


def test_who_may_not_hears_the_same(email: str) -> None:
    nobody = f"{uuid4().hex}@example.org"
    asked = [
        both("sign-in", form(email, "a guess")),
        both("sign-in", form(nobody)),
        both("sign-in", form(email), Origin="https://elsewhere.example"),
        both("refresh", "{}", Cookie="matinee_session=none.such"),
    ]
    assert [straight.status_code for straight, _ in asked] == [401, 401, 403, 401]
    for straight, djangos in asked:
        assert (straight.status_code, straight.json) == (djangos.status_code, djangos.json)
        assert set(straight.headers.items()) == set(djangos.headers.items())


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer none.such.token", "Basic YTpi"])
def test_a_token_that_opens_nothing_is_refused_alike(
    header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = look(Authorization=header)
    monkeypatch.setattr("matinee.kernel.http.django_straight._operations", {})
    djangos = look(Authorization=header)
    assert straight.status_code == djangos.status_code == 401
    assert straight.headers["Content-Type"] == djangos.headers["Content-Type"]
    assert straight.headers["Cache-Control"] == djangos.headers["Cache-Control"]


def test_an_engine_that_is_away_is_answered_alike(
    email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("the connection was lost")

    monkeypatch.setattr(signing_in, "account_sign_in", away)
    straight, djangos = both("sign-in", form(email))
    assert straight.status_code == 503
    assert (straight.status_code, straight.json) == (djangos.status_code, djangos.json)


def test_other_methods_are_djangos() -> None:
    assert client().get("/api/identity/sign-in").status_code == 405
