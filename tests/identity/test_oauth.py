"""Applications of others: leave is asked for and given, and a code is exchanged for it."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from pydantic import ValidationError

from matinee.identity import rules
from matinee.identity.actions import clients
from matinee.identity.actions.authorizing import codes_prune
from matinee.identity.models import Account, AuthorizationCode, Outbox, Session
from matinee.kernel import audit, clock
from matinee.kernel.http.django_edge import access_tokens
from tests.identity.applications import (
    BACK,
    App,
    app,
    challenge,
    draft,
    good,
    refused,
    register,
)

pytestmark = pytest.mark.django_db(databases=["identity"])
assert app
assert register


def test_somebody_sees_who_asks_and_gives_leave(app: App) -> None:
    asked = good(app.asked())
    assert asked["client_name"] == "Remote"
    assert asked["redirect_host"] == "app.example.org"
    assert [scope["name"] for scope in asked["scopes"]] == ["watch"]
    brought = app.answered()
    assert (brought["state"], brought["iss"]) == ("s1", "http://127.0.0.1:8480")
    tokens = good(app.exchange(brought["code"]))
    assert (tokens["token_type"], tokens["scope"]) == ("Bearer", "watch")
    assert tokens["expires_in"] == 600
    who = access_tokens().verify(tokens["access_token"], "playback")
    account = Account.objects.get()
    assert (who.account_id, who.client_id) == (account.pk, app.client.client_id)
    assert who.scopes == frozenset({"watch"})
    assert not who.roles
    assert who.profile_id is not None
    shown = json.loads(app.person.send("GET", "sessions").content)
    assert [each["client_name"] for each in shown] == ["Remote", None]


def test_who_says_no_gives_nothing(app: App) -> None:
    brought = app.answered(is_allowed=False)
    assert (brought["error"], brought["state"]) == ("access_denied", "s1")
    assert not AuthorizationCode.objects.exists()


@pytest.mark.asvs("V10.4.1")
@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        f"{BACK}/",
        f"{BACK}?x=1",
        f"{BACK}#x",
        BACK.upper(),
        "https://app.example.org",
        "https://app.example.org.evil.example/back",
        "https://app.example.org@evil.example/back",
        "https://evil.example/back",
        'https://evil.example/"\\',
        "javascript:alert(1)",
        "http://app.example.org/back",
    ],
)
def test_nobody_is_sent_to_another_address(app: App, uri: str | None) -> None:
    for answer in (
        app.asked(redirect_uri=uri),
        app.person.send(
            "POST", "oauth/answer", {"query": app.query(redirect_uri=uri), "is_allowed": True}
        ),
    ):
        assert answer.status_code == 400, answer.content
        assert json.loads(answer.content)["code"] == "not_askable"
    code = app.answered()["code"]
    answer = app.exchange(code, redirect_uri=uri or "https://evil.example/back")
    assert answer.status_code == 400
    assert json.loads(answer.content)["error"] in {"invalid_grant", "invalid_request"}
    good(app.exchange(code))


@pytest.mark.asvs("V10.4.2")
def test_a_code_opens_once_and_who_shows_it_again_ends_what_it_opened(app: App) -> None:
    code = app.answered()["code"]
    tokens = good(app.exchange(code))
    refused(app.exchange(code), "invalid_grant")
    refused(app.refresh(tokens["refresh_token"]), "invalid_grant")
    ended = Outbox.objects.get(type="session.ended").body
    sid = access_tokens().verify(tokens["access_token"], "playback").session_id
    assert (ended["session_id"], ended["reason"]) == (str(sid), "code_reused")
    assert not Session.objects.filter(client__isnull=False).exists()


def test_a_code_is_soon_over(app: App) -> None:
    code = app.answered()["code"]
    row = AuthorizationCode.objects.get()
    assert bytes(row.code_sha256) == rules.digest(code)
    assert row.expires_at - row.created_at <= timedelta(minutes=10)
    with clock.shifted(timedelta(seconds=61)):
        refused(app.exchange(code), "invalid_grant")
        assert codes_prune() == 0
    with clock.shifted(timedelta(hours=2)):
        assert codes_prune() == 1


def test_a_code_is_of_one_application(app: App) -> None:
    other = clients.client_register(draft(name="Other"), audit.COMMAND_LINE)
    stranger = App(other.client, other.secret, app.person)
    refused(stranger.exchange(app.answered()["code"]), "invalid_grant")
    refused(stranger.refresh(app.connect()["refresh_token"]), "invalid_grant")


@pytest.mark.asvs("V10.4.4")
@pytest.mark.parametrize("kind", ["token", "id_token", "code token", "none", ""])
def test_there_is_no_implicit_grant(app: App, kind: str) -> None:
    assert app.asked(response_type=kind).status_code == 400


@pytest.mark.asvs("V10.4.4")
@pytest.mark.parametrize("grant", ["password", "client_credentials", "implicit", "", 'a"b'])
def test_there_is_no_password_grant(app: App, grant: str) -> None:
    form: dict[str, str | None] = {
        "grant_type": grant,
        "username": "ada@example.org",
        "password": "correct horse battery",
    }
    answer = app.post("token", form)
    assert answer.status_code == 400
    assert json.loads(answer.content)["error"] in {"unsupported_grant_type", "invalid_request"}


@pytest.mark.asvs("V10.4.6")
def test_nobody_goes_without_pkce(app: App) -> None:
    for changes in (
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"code_challenge": None, "code_challenge_method": None},
    ):
        assert app.asked(**changes).status_code == 400
    for verifier in (None, "w" * 43, challenge(), "short"):
        answer = app.exchange(app.answered()["code"], code_verifier=verifier)
        assert answer.status_code == 400
    made = clients.client_register(draft(is_public=False), audit.COMMAND_LINE)
    confidential = App(made.client, made.secret, app.person)
    assert confidential.asked(code_challenge=None).status_code == 400
    refused(confidential.exchange(confidential.answered()["code"], code_verifier=None),
            "invalid_request")  # fmt: skip


def test_what_cannot_be_read_is_refused_in_words(app: App) -> None:
    for query in ("", "x" * 3000, "client_id=%ff", "&".join(["state=1"] * 40), "client_id=é"):
        answer = app.person.send("POST", "oauth/asked", {"query": query})
        assert answer.status_code == 400, query
    for form in ({"grant_type": "é"}, {"code": "\\"}, {}):
        assert app.post("token", dict(form)).status_code in {400, 401}
    twice = f"{app.query()}&redirect_uri=https://evil.example"
    answer = app.person.send("POST", "oauth/asked", {"query": twice})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example.org/back",
        "https://app.example.org/back#x",
        "javascript:alert(1)",
        "https://",
        "app:/back",
        "https://app.example.org/\r\nSet-Cookie: x",
        "https://app.example.org/ü",
        "",
    ],
)
def test_addresses_that_lead_astray_are_not_registered(uri: str) -> None:
    with pytest.raises(ValidationError):
        draft(redirect_uris=[uri])


@pytest.mark.parametrize(
    "uri", [BACK, "org.example.app:/back", "http://127.0.0.1:8123/back", "http://localhost/back"]
)
def test_addresses_of_pages_apps_and_programs_are(uri: str) -> None:
    assert draft(redirect_uris=[uri]).redirect_uris == [uri]


def test_everybody_may_read_the_keys_and_what_the_server_can_do(client: Client) -> None:
    keys = json.loads(client.get("/.well-known/jwks.json").content)["keys"]
    assert keys
    assert all(set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"} for key in keys)
    told = json.loads(client.get("/.well-known/oauth-authorization-server").content)
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["issuer"] == "http://127.0.0.1:8480"
    assert "password" not in told["grant_types_supported"]
    assert client.post("/.well-known/jwks.json").status_code == 405
