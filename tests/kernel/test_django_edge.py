"""Whatever goes wrong below a Django service's address is said as a problem."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from matinee.kernel.problems import MEDIA_TYPE

pytestmark = pytest.mark.django_db(databases=["billing"])


def problem(answer: Any) -> tuple[int, str]:
    """Status and code of a problem answer, which is kept by no cache."""
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    assert body["detail"]
    return answer.status_code, body["code"]


def test_an_unknown_address(client: Client) -> None:
    for path in ("/api/billing/nope", "/nope", "/api/viewing/titles/no-id", "/api/billing"):
        assert problem(client.get(path)) == (404, "not_found")


def test_a_method_that_an_address_does_not_take(client: Client) -> None:
    answer = client.delete("/api/billing/plans")
    assert problem(answer) == (405, "wrong_method")
    assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_too_large(client: Client) -> None:
    path, kind = "/api/identity/sign-in", "application/json"
    answer = client.post(path, b"x" * (1024 * 1024 + 1), content_type=kind)
    assert problem(answer) == (413, "too_large")


@pytest.mark.parametrize("body", [b"{", b"[" * 5_000], ids=["cut off", "too deep"])
def test_a_body_that_is_no_json(client: Client, body: bytes) -> None:
    answer = client.post("/api/identity/sign-in", body, content_type="application/json")
    assert problem(answer) == (400, "bad_request")


def test_a_body_that_goes_deep(client: Client) -> None:
    body = b'{"email": ' + b"[" * 800 + b"]" * 800 + b"}"
    answer = client.post("/api/identity/sign-in", body, content_type="application/json")
    assert problem(answer) == (422, "invalid")


def test_a_wrong_value_is_named_as_its_sender_knows_it(client: Client) -> None:
    form = {"email": "ada@example.org", "password": "short", "profile_name": "Ada"}
    answer = client.post("/api/identity/sign-up", form, content_type="application/json")
    assert problem(answer) == (422, "invalid")
    assert json.loads(answer.content)["errors"][0]["at"] == "password"
    assert json.loads(answer.content)["detail"].startswith("password: ")
    nothing = client.post("/api/identity/sign-up", [], content_type="application/json")
    assert json.loads(nothing.content)["errors"][0]["at"] == "body"


@pytest.mark.asvs("V16.5.1")
def test_a_database_that_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("matinee.billing.queries.plans_offered", away)
    answer = client.get("/api/billing/plans")
    assert problem(answer) == (503, "database_down")
    assert answer.headers["Retry-After"]


@pytest.mark.asvs("V16.5.1")
def test_what_nobody_thought_of_says_nothing_of_its_cause(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr("matinee.billing.queries.plans_offered", broken)
    answer = client.get("/api/billing/plans")
    assert problem(answer) == (500, "internal")
    assert b"inside" not in answer.content


def test_an_answer_is_kept_by_no_cache_unless_it_says_so(client: Client) -> None:
    assert client.get("/api/billing/plans").headers["Cache-Control"] == "no-store"


def test_the_length_of_a_body_is_told_where_there_is_one(client: Client) -> None:
    answer = client.get("/api/billing/plans")
    assert int(answer.headers["Content-Length"]) == len(answer.content) > 0
    wrong = client.delete("/api/billing/plans")
    assert int(wrong.headers["Content-Length"]) == len(wrong.content) > 0
    assert "Content-Length" not in client.get("/api/billing/livez").headers
