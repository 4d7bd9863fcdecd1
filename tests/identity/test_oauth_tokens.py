"""Applications of others: what they do with their tokens, and how leave is taken back."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from matinee.identity import rules
from matinee.identity.actions import clients
from matinee.identity.models import OAuthClient, Outbox, Session
from matinee.kernel import audit, clock
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.problems import NotSignedIn
from tests.identity.applications import (
    BACK,
    DEVICE,
    LATER,
    VERIFIER,
    App,
    app,
    draft,
    good,
    refused,
    register,
)

pytestmark = pytest.mark.django_db(databases=["identity"])
assert app
assert register


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


def test_a_service_token_is_no_application(app: App) -> None:
    with pytest.raises(NotSignedIn):
        access_tokens().verify(app.connect()["refresh_token"], "identity")
