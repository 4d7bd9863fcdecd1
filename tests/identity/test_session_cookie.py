"""The session's cookie: who may use it, and what it is worth."""

from collections.abc import Callable
from typing import Any

import pytest

from matinee.identity import rules
from matinee.identity.models import Session
from matinee.kernel import settings as kernel_settings
from tests.identity.answers import problem

pytestmark = pytest.mark.django_db(databases=["identity"])

PASSWORD = "correct horse battery"
Visitors = Callable[[], Any]


def test_a_made_up_cookie_is_no_session(visitor: Any) -> None:
    for secret in ("", "x", "ü", "x" * 4000):
        visitor.client.cookies["matinee_session"] = secret
        problem(visitor.send("POST", "refresh", {}), 401, "signed_out")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    cookie = visitor.client.cookies["matinee_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/api/identity"
    assert cookie["max-age"] == 60 * 24 * 3600
    assert not cookie["secure"]
    family, _, link = cookie.value.partition(".")
    kept = Session.objects.get()
    assert bytes(kept.family_sha256) == rules.digest(family)
    assert bytes(kept.secret_sha256) == rules.digest(link)


@pytest.mark.asvs("V3.3")
def test_on_https_the_cookie_is_of_this_host_alone(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = kernel_settings.get().model_copy(update={"public_url": "https://films.example"})
    public.__dict__.pop("url", None)
    monkeypatch.setattr("matinee.kernel.settings.get", lambda: public)
    visitor.sign_up("ada@example.org")
    cookie = visitor.client.cookies["__Host-matinee_session"]
    assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Strict")
    assert cookie["secure"]
    assert cookie["httponly"]
    assert visitor.refresh().account.email == "ada@example.org"
    answer = visitor.send("POST", "sign-out", {})
    gone = answer.cookies["__Host-matinee_session"]
    assert (gone.value, gone["max-age"], gone["path"], gone["secure"]) == ("", 0, "/", True)


def test_sign_out_ends_the_session_on_the_server(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    secret = visitor.client.cookies["matinee_session"].value
    assert visitor.send("POST", "sign-out", {}).status_code == 204
    assert visitor.client.cookies["matinee_session"].value == ""
    visitor.client.cookies["matinee_session"] = secret
    problem(visitor.send("POST", "refresh", {}), 401, "signed_out")
    assert visitor.send("POST", "sign-out", {}).status_code == 204


def test_our_page_signs_out_without_a_body(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    problem(visitor.send("POST", "sign-out"), 400, "not_json")
    assert Session.objects.count() == 1
    answer = visitor.send("POST", "sign-out", Origin="http://127.0.0.1:8480")
    assert answer.status_code == 204
    assert not Session.objects.exists()


@pytest.mark.parametrize("path", ["sign-up", "sign-in", "refresh", "sign-out"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "http://127.0.0.1"])
def test_other_peoples_pages_cannot_use_the_cookie(visitor: Any, path: str, origin: str) -> None:
    visitor.sign_up("ada@example.org")
    sessions = Session.objects.count()
    form = {"email": "bo@example.org", "password": PASSWORD, "profile_name": "Bo"}
    bodies = {"sign-up": form, "sign-in": {"email": "ada@example.org", "password": PASSWORD}}
    answer = visitor.send("POST", path, bodies.get(path, {}), Origin=origin)
    problem(answer, 403, "foreign_page")
    assert Session.objects.count() == sessions


def test_our_own_page_may(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    assert visitor.send("POST", "refresh", {}, Origin="http://127.0.0.1:8480").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_cannot_speak_for_the_cookie(visitor: Any, kind: str) -> None:
    visitor.sign_up("ada@example.org")
    answer = visitor.send("POST", "refresh", {}, Content_Type=kind)
    problem(answer, 400, "not_json")
