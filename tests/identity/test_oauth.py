"""Applications of others: leave is asked for, given in part, used, renewed and taken back."""

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
from pydantic import ValidationError

from matinee.contracts.oauth import ClientDraft
from matinee.identity import rules
from matinee.identity.actions import clients
from matinee.identity.actions.authorizing import codes_prune
from matinee.identity.models import Account, AuthorizationCode, OAuthClient, Outbox, Session
from matinee.identity.rules.refreshing import GRACE
from matinee.kernel import audit, clock
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.problems import NotSignedIn

pytestmark = pytest.mark.django_db(databases=["identity"])

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


@pytest.mark.asvs("V10.4.5")
def test_a_refresh_token_that_comes_again_ends_the_family(app: App) -> None:
    first = app.connect()["refresh_token"]
    with clock.shifted(LATER):
        second = good(app.refresh(first))
        assert second["refresh_token"] != first
        access_tokens().verify(second["access_token"], "playback")
    with clock.shifted(3 * LATER):
        refused(app.refresh(first), "invalid_grant")
        refused(app.refresh(second["refresh_token"]), "invalid_grant")
    assert Outbox.objects.get(type="session.ended").body["reason"] == "reused"


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


def test_a_confidential_application_shows_its_secret(register: Callable[..., App]) -> None:
    app = register(is_public=False)
    assert app.secret is not None
    assert bytes(OAuthClient.objects.get().secret_sha256 or b"") == rules.digest(app.secret)
    code = app.answered()["code"]
    for secret in (None, "wrong", ""):
        refused(app.exchange(code, client_secret=secret), "invalid_client", 401)
    pair = base64.b64encode(f"{app.client.client_id}:{app.secret}".encode()).decode()
    form: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": None,
        "client_secret": None,
    }
    good(app.post("token", form, Authorization=f"Basic {pair}"))


def test_less_may_be_asked_for_and_never_more(app: App) -> None:
    assert app.asked(scope="history").status_code == 400
    assert app.asked(scope="watch everything").status_code == 400
    tokens = good(app.exchange(app.answered(scope="watch profiles")["code"]))
    assert tokens["scope"] == "profiles watch"
    narrow = good(app.refresh(tokens["refresh_token"], scope="profiles"))
    assert access_tokens().verify(narrow["access_token"], "identity").scopes == frozenset(
        {"profiles"}
    )
    refused(app.refresh(narrow["refresh_token"], scope="profiles history"), "invalid_scope")


def test_an_application_reaches_nothing_but_its_scopes(app: App) -> None:
    tokens = good(app.exchange(app.answered(scope="profiles")["code"]))
    signed = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert app.http.get("/api/identity/profiles", headers=signed).status_code == 200
    for path in ("account", "sessions", "security"):
        answer = app.http.get(f"/api/identity/{path}", headers=signed)
        assert answer.status_code == 403
        assert json.loads(answer.content)["code"] == "insufficient_scope"


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_leave_is_given_back(app: App, which: str) -> None:
    tokens = app.connect()
    assert app.post("revoke", {"token": "made up"}).status_code == 200
    assert app.post("revoke", {"token": tokens[which]}).status_code == 200
    refused(app.refresh(tokens["refresh_token"]), "invalid_grant")
    assert Session.objects.count() == 1
    assert app.person.refresh().account.email == "ada@example.org"


def test_who_signs_a_device_out_ends_an_application_too(app: App) -> None:
    tokens = app.connect()
    assert app.person.send("POST", "sessions/end", {"others_only": True}).status_code == 204
    refused(app.refresh(tokens["refresh_token"]), "invalid_grant")


def test_a_television_application_is_let_in(register: Callable[..., App]) -> None:
    app = register(is_device=True, redirect_uris=[])
    told = good(app.post("device_authorization", {"scope": "watch"}))
    assert told["expires_in"] <= 600
    form: dict[str, str | None] = {"grant_type": DEVICE, "device_code": told["device_code"]}
    refused(app.post("token", form), "authorization_pending")
    refused(app.post("token", form), "slow_down")
    looked = good(app.person.send("POST", "device/look", {"user_code": told["user_code"]}))
    assert looked["client_name"] == "Remote"
    assert looked["scopes"]
    other = clients.client_register(draft(name="Other", is_device=True), audit.COMMAND_LINE)
    app.person.send("POST", "device/answer", {"user_code": told["user_code"], "is_allowed": True})
    refused(App(other.client, None, app.person).post("token", form), "expired_token")
    with clock.shifted(timedelta(seconds=20)):
        tokens = good(app.post("token", form))
        assert access_tokens().verify(tokens["access_token"], "playback").scopes == frozenset(
            {"watch"}
        )
        refused(app.post("token", form), "expired_token")
    # The page of our own cannot be let in with it.
    answer = app.person.send("POST", "device/token", {"device_code": told["device_code"]})
    assert answer.status_code == 410


def test_an_application_without_that_wish_gets_no_television_code(app: App) -> None:
    refused(app.post("device_authorization", {}), "unauthorized_client")


def test_what_cannot_be_read_is_refused_in_words(app: App) -> None:
    for query in ("", "x" * 3000, "client_id=%ff", "&".join(["state=1"] * 40), "client_id=é"):
        answer = app.person.send("POST", "oauth/asked", {"query": query})
        assert answer.status_code == 400, query
    for form in ({"grant_type": "é"}, {"code": "\\"}, {}):
        assert app.post("token", dict(form)).status_code in {400, 401}
    twice = f"{app.query()}&redirect_uri=https://evil.example"
    answer = app.person.send("POST", "oauth/asked", {"query": twice})
    assert answer.status_code == 400


def test_studio_registers_and_removes(app: App) -> None:
    owner = app.person
    from matinee.identity.actions import account_make_owner  # noqa: PLC0415 - needs records

    path, form = "studio/clients", draft(name="Chat", is_public=False).model_dump()
    assert owner.send("POST", path, form).status_code == 403
    account_make_owner("ada@example.org")
    owner.refresh()
    made = json.loads(owner.send("POST", path, form).content)
    assert made["secret"]
    listed = json.loads(owner.send("GET", path).content)
    assert [each["name"] for each in listed] == ["Chat", "Remote"]
    assert all(each["secret"] is None for each in listed)
    tokens = app.connect()
    assert owner.send("DELETE", f"{path}/{app.client.pk}").status_code == 204
    assert owner.send("DELETE", f"{path}/{app.client.pk}").status_code == 404
    assert app.refresh(tokens["refresh_token"]).status_code in {400, 401}
    assert Outbox.objects.get(type="session.ended").body["reason"] == "client_removed"
    with clock.shifted(timedelta(minutes=6)):
        refresh = owner.refresh()
        assert refresh.account.email == "ada@example.org"
        answer = owner.send("POST", path, form)
    assert json.loads(answer.content)["code"] == "step_up_needed"


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


def test_a_service_token_is_no_application(app: App) -> None:
    with pytest.raises(NotSignedIn):
        access_tokens().verify(app.connect()["refresh_token"], "identity")
