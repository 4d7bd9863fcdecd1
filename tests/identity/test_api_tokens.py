"""API tokens: shown once, good within scopes and roles, ended within seconds, counted."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from matinee.contracts.api_tokens import ApiScope
from matinee.identity.actions import staff_remove
from matinee.identity.actions.api_tokens import api_tokens_prune
from matinee.identity.models import Account, ApiToken, Outbox, StaffRole
from matinee.identity.person import gather
from matinee.kernel import api_tokens, asking, audit, clock, ids, settings
from matinee.kernel.clients import Client
from matinee.kernel.http import callers
from matinee.kernel.people import Person
from matinee.kernel.problems import Forbidden, NotSignedIn, TooMany
from matinee.kernel.scopes import PROGRAM_SCOPES, SCOPES, opens

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

Visitors = Callable[[], Any]
Committed = Callable[[], AbstractContextManager[None]]
STUDIO = "/api/catalog/studio/titles"


@pytest.fixture(autouse=True)
def _way() -> Iterator[None]:
    """Edges ask `identity` in this process, as on one machine, and remember nothing before."""
    before = asking._Known.way
    asking.reach(_identity_here)
    api_tokens._kept.clear()
    callers.ended_sessions.cache_clear()
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    asking._Known.way = before
    api_tokens._kept.clear()


def _identity_here() -> Client:
    for signal in (request_started, request_finished):
        # A test's transaction outlives the requests within; Django's client connects it again.
        signal.disconnect(close_old_connections)
    return Client("http://services.internal", app=WSGIHandler())


def staff_of(visitors: Visitors, role: str) -> Any:
    """Somebody who is signed in with a role, and has just shown who they are."""
    member = visitors()
    session = member.sign_up(f"{role}@example.org")
    StaffRole.objects.create(account_id=session.account.id, role=role)
    member.refresh()
    return member


@pytest.fixture
def committed(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> Committed:
    """What is done within is committed, and every process has heard which sessions ended."""

    @contextmanager
    def run() -> Iterator[None]:
        with django_capture_on_commit_callbacks(using="identity", execute=True):
            yield
        callers.ended_sessions.cache_clear()

    return run


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    with clock.shifted(moment - clock.now()):
        yield


@pytest.fixture
def editor(visitors: Visitors) -> Any:
    return staff_of(visitors, "editor")


def make(member: Any, *scopes: str, **more: Any) -> dict[str, Any]:
    draft = {"name": "nightly import", "scopes": scopes or ["titles.write"], **more}
    answer = member.send("POST", "studio/api-tokens", draft)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = json.loads(answer.content)
    return made


def come_in(made: dict[str, Any], method: str = "GET", path: str = STUDIO) -> Any:
    """Who comes in at an edge with a token."""
    return callers.caller_of(f"Bearer {made['secret']}", method, path)


def test_a_token_is_shown_once_and_kept_as_a_digest(editor: Any) -> None:
    made = make(editor, "titles.write", "titles.read")
    assert made["secret"].startswith(api_tokens.PREFIX)
    assert len(made["secret"]) > 40
    row = ApiToken.objects.get()
    assert made["secret"].encode() not in bytes(row.token_sha256)
    listed = json.loads(editor.send("GET", "studio/api-tokens").content)
    assert [one["name"] for one in listed["tokens"]] == ["nightly import"]
    assert listed["tokens"][0]["secret"] is None
    assert listed["tokens"][0]["owner"] == "editor@example.org"
    assert {one["name"] for one in listed["scopes"]} == set(PROGRAM_SCOPES)
    noted = [row.body for row in Outbox.objects.filter(type="audit.noted")]
    assert "api_token.made" in {body["action"] for body in noted}
    assert made["secret"] not in json.dumps(noted)


def test_it_opens_what_its_scopes_and_its_makers_roles_open(editor: Any) -> None:
    made = make(editor, "titles.read", "billing.write")
    who = come_in(made)
    assert who.roles == {"editor"}
    assert who.scopes == {"titles.read", "billing.write"}
    for method, path in (
        ("POST", STUDIO),
        ("GET", "/api/identity/studio/api-tokens"),
        ("GET", "/api/identity/account"),
        ("GET", "/api/billing/subscription"),
        ("GET", "/api/viewing/history"),
    ):
        with pytest.raises(Forbidden, match="leave"):
            come_in(made, method, path)
    assert come_in(made, "POST", "/api/billing/studio/plans").roles == {"editor"}
    with pytest.raises(Forbidden, match="role finance"):
        come_in(made, "POST", "/api/billing/studio/plans").needs_role("finance")
    with pytest.raises(Forbidden, match="Show that it is you"):
        who.needs_step_up()


def test_what_applications_are_given_opens_nothing_of_the_staffs() -> None:
    for path in (STUDIO, "/api/billing/studio/plans", "/api/delivery/edges"):
        assert not opens(SCOPES, "GET", path)
    assert set(PROGRAM_SCOPES) == set(get_args(ApiScope))
    assert not set(PROGRAM_SCOPES) & set(SCOPES)
    for path in ("/api/identity/studio/api-tokens", "/api/identity/studio/staff",
                 "/api/identity/studio/clients", "/api/identity/step-up"):  # fmt: skip
        assert not opens(PROGRAM_SCOPES, "POST", path)
    assert not opens(["titles.read"], "POST", STUDIO)
    assert opens(["titles.write"], "PATCH", "/api/catalog/uploads/1")


def test_a_token_that_is_ended_opens_nothing(editor: Any, committed: Committed) -> None:
    made = make(editor)
    come_in(made)
    with committed():
        answer = editor.send("DELETE", f"studio/api-tokens/{made['id']}")
    assert answer.status_code == 204
    with pytest.raises(NotSignedIn, match="does not work"):
        come_in(made)
    assert editor.send("DELETE", f"studio/api-tokens/{made['id']}").status_code == 404


@pytest.mark.parametrize("how", ["role", "disabled"])
def test_with_its_makers_role_a_token_loses_what_it_opens(
    editor: Any, committed: Committed, how: str
) -> None:
    made = make(editor)
    account_id = come_in(made).account_id
    with committed():
        StaffRole.objects.create(account_id=_other_owner(), role="owner")
        staff_remove(account_id, audit.COMMAND_LINE)
    if how == "disabled":
        Account.objects.filter(pk=account_id).update(disabled_at=clock.now())
    with pytest.raises(NotSignedIn, match="no role" if how == "role" else "does not work"):
        come_in(made)
    if how == "role":
        StaffRole.objects.create(account_id=account_id, role="analyst")
        assert come_in(made).roles == {"analyst"}, "it follows its maker, at once"


def _other_owner() -> UUID:
    return Account.objects.create(email=f"{ids.uuid7()}@example.org", password="!").pk


def test_a_token_works_until_its_day(editor: Any) -> None:
    made = make(editor, days=1)
    now = clock.now()
    with clock_at(now + timedelta(hours=23, minutes=55)):
        come_in(made)
    with clock_at(now + timedelta(days=1, minutes=5)):
        with pytest.raises(NotSignedIn):
            come_in(made)
        api_tokens_prune()
        assert ApiToken.objects.exists(), "somebody may ask why a program stopped"
    with clock_at(now + timedelta(days=40)):
        api_tokens_prune()
        assert not ApiToken.objects.exists()


def test_an_exchange_is_asked_for_once_in_minutes(editor: Any) -> None:
    made = make(editor)
    come_in(made)
    first = ApiToken.objects.get().used_at
    come_in(made)
    assert ApiToken.objects.get().used_at == first
    with clock_at(clock.now() + timedelta(minutes=11)):
        come_in(made)
        later = ApiToken.objects.get().used_at
    assert first is not None
    assert later is not None
    assert later > first


def test_a_program_that_asks_too_often_waits(editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made, other = make(editor), make(editor)
    monkeypatch.setenv("MATINEE_API_TOKEN_REQUESTS_PER_MINUTE", "3")
    settings.get.cache_clear()
    try:
        for _ in range(3):
            come_in(made)
        with pytest.raises(TooMany):
            come_in(made)
        come_in(other)
    finally:
        monkeypatch.undo()
        settings.get.cache_clear()


def test_what_is_no_token_opens_nothing(visitor: Any) -> None:
    for secret in (f"{api_tokens.PREFIX}{ids.secret()}", api_tokens.PREFIX, "mat_ x"):
        with pytest.raises(NotSignedIn):
            callers.caller_of(f"Bearer {secret}", "GET", STUDIO)
        told = visitor.send("POST", "api-tokens/exchange", {"token": secret})
        assert told.status_code == 401


def test_a_new_token_takes_a_fresh_proof_and_a_role(editor: Any, visitors: Visitors) -> None:
    draft = {"name": "x", "scopes": ["titles.read"]}
    viewer = visitors()
    viewer.sign_up("bo@example.org")
    assert viewer.send("POST", "studio/api-tokens", draft).status_code == 403
    with clock_at(clock.now() + timedelta(minutes=6)):
        answer = editor.send("POST", "studio/api-tokens", draft)
        assert json.loads(answer.content)["code"] == "step_up_needed"
    wrongs: list[dict[str, Any]] = [
        {"scopes": ["all"]},
        {"scopes": []},
        {"days": 0},
        {"days": 1000},
        {"name": " "},
    ]
    for wrong in wrongs:
        answer = editor.send("POST", "studio/api-tokens", {**draft, **wrong})
        assert answer.status_code == 422, wrong


def test_everybody_sees_and_ends_their_own_and_owners_all(visitors: Visitors) -> None:
    editor, analyst = staff_of(visitors, "editor"), staff_of(visitors, "analyst")
    owner = staff_of(visitors, "owner")
    mine, theirs = make(editor), make(analyst, "insights.read")

    def seen_by(member: Any) -> set[str]:
        listed = json.loads(member.send("GET", "studio/api-tokens").content)
        return {one["id"] for one in listed["tokens"]}

    assert (seen_by(editor), seen_by(analyst)) == ({mine["id"]}, {theirs["id"]})
    assert seen_by(owner) == {mine["id"], theirs["id"]}
    assert editor.send("DELETE", f"studio/api-tokens/{theirs['id']}").status_code == 404
    assert owner.send("DELETE", f"studio/api-tokens/{theirs['id']}").status_code == 204


def test_somebody_has_so_many_and_no_more(editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matinee.identity.actions.api_tokens.TOKENS_MAX", 2)
    for _ in range(2):
        make(editor)
    draft = {"name": "x", "scopes": ["titles.read"]}
    answer = editor.send("POST", "studio/api-tokens", draft)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (409, "too_many_tokens")


def test_tokens_are_told_to_whose_they_are_and_gone_with_them(editor: Any) -> None:
    made = make(editor)
    account_id = come_in(made).account_id
    person = Person(account_id=account_id)
    (sheet,) = [one for one in gather(person).sheets if one.name == "api_tokens"]
    assert [row["name"] for row in sheet.rows] == ["nightly import"]
    Account.objects.filter(pk=account_id).delete()
    assert not ApiToken.objects.exists()
