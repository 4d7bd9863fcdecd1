"""Who works here, and what support may do to somebody's account."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from matinee.identity.models import Account, Outbox, Session, StaffRole
from matinee.kernel import clock
from matinee.kernel.http import callers

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

Visitors = Callable[[], Any]
Committed = Callable[[], AbstractContextManager[None]]
WHY = "Ticket 12: cannot sign in"


def staff_of(visitors: Visitors, role: str) -> Any:
    """Somebody who is signed in with a role."""
    member = visitors()
    session = member.sign_up(f"{role}@example.org")
    StaffRole.objects.create(account_id=session.account.id, role=role)
    member.refresh()
    return member


@pytest.fixture
def owner(visitors: Visitors) -> Any:
    return staff_of(visitors, "owner")


@pytest.fixture
def support(visitors: Visitors) -> Any:
    return staff_of(visitors, "support")


@pytest.fixture
def ada(visitors: Visitors) -> Any:
    visitor = visitors()
    visitor.sign_up("ada@example.org")
    return visitor


@pytest.fixture
def committed(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> Committed:
    """What is done within is committed, and every process has heard which sessions ended."""

    @contextmanager
    def within() -> Iterator[None]:
        with django_capture_on_commit_callbacks(using="identity", execute=True):
            yield
        monkeypatch.setattr(callers.ended_sessions(), "_looked_s", float("-inf"))

    return within


def code_of(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of a problem answer."""
    return answer.status_code, json.loads(answer.content)["code"]


def noted(action: str) -> list[dict[str, Any]]:
    """What the audit log is told of one kind."""
    told = Outbox.objects.filter(type="audit.noted").order_by("id")
    return [row.body for row in told if row.body["action"] == action]


def id_of(email: str) -> str:
    return next(str(each.pk) for each in Account.objects.all() if each.email == email)


@pytest.mark.usefixtures("ada")
def test_an_owner_gives_and_takes_roles(owner: Any) -> None:
    draft = {"email": "ADA@example.org", "roles": ["editor", "analyst"]}
    member = json.loads(owner.send("PUT", "studio/staff", draft).content)
    assert (member["email"], member["roles"]) == ("ada@example.org", ["analyst", "editor"])
    assert member["second_factor"] is False
    listed = json.loads(owner.send("GET", "studio/staff").content)
    assert [each["email"] for each in listed] == ["owner@example.org", "ada@example.org"]
    gone = owner.send("DELETE", f"studio/staff/{member['account_id']}")
    assert gone.status_code == 204
    assert not StaffRole.objects.filter(account_id=member["account_id"]).exists()
    assert [note["about"] for note in noted("staff.changed")] == [member["account_id"]] * 2
    again = owner.send("DELETE", f"studio/staff/{member['account_id']}")
    assert code_of(again) == (404, "unknown_member")


def test_a_role_that_was_taken_is_in_no_token_any_more(
    owner: Any, support: Any, committed: Committed
) -> None:
    account_id = id_of("support@example.org")
    with committed():
        assert owner.send("DELETE", f"studio/staff/{account_id}").status_code == 204
    find = {"email": "owner@example.org", "reason": WHY}
    assert support.send("POST", "studio/accounts/find", find).status_code == 401


def test_somebody_stays_owner(owner: Any) -> None:
    account_id = id_of("owner@example.org")
    assert code_of(owner.send("DELETE", f"studio/staff/{account_id}")) == (409, "last_owner")
    draft = {"email": "owner@example.org", "roles": ["editor"]}
    assert code_of(owner.send("PUT", "studio/staff", draft)) == (409, "last_owner")
    assert StaffRole.objects.get().role == "owner"


def test_roles_are_given_after_fresh_proof(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=6))
    draft = {"email": "owner@example.org", "roles": ["owner", "finance"]}
    assert code_of(owner.send("PUT", "studio/staff", draft)) == (403, "step_up_needed")


def test_no_role_for_an_address_without_an_account(owner: Any) -> None:
    draft = {"email": "nobody@example.org", "roles": ["editor"]}
    assert code_of(owner.send("PUT", "studio/staff", draft)) == (404, "unknown_account")


@pytest.mark.usefixtures("ada")
def test_support_finds_an_account_only_with_a_reason_which_stays(support: Any) -> None:
    for body in ({"email": "ada@example.org"}, {"email": "ada@example.org", "reason": "   x   "}):
        answer = support.send("POST", "studio/accounts/find", body)
        assert code_of(answer) == (422, "invalid")
    find = {"email": "ada@example.org", "reason": WHY}
    found = json.loads(support.send("POST", "studio/accounts/find", find).content)
    assert (found["email"], found["profiles"], len(found["sessions"])) == ("ada@example.org", 1, 1)
    [note] = noted("account.looked_up")
    assert note["about"] == found["id"]
    assert note["account_id"] == id_of("support@example.org")
    # Sealed with the key of the account that was looked up.
    assert note["sealed_reason"]
    assert WHY not in json.dumps(note)


@pytest.mark.asvs("V7.4.5")
def test_support_ends_somebodys_sessions(support: Any, ada: Any, committed: Committed) -> None:
    account_id = id_of("ada@example.org")
    path = f"studio/accounts/{account_id}/sessions/end"
    with committed():
        left = json.loads(support.send("POST", path, {"reason": WHY}).content)
    assert left["sessions"] == []
    assert ada.send("POST", "refresh", {}).status_code == 401
    assert ada.send("GET", "account").status_code == 401
    assert [note["facts"] for note in noted("account.signed_out")] == [{"sessions": 1}]
    assert Session.objects.exists()


@pytest.mark.asvs("V7.4.2")
def test_a_disabled_account_is_signed_out_and_stays_out_until_enabled(
    support: Any, ada: Any, committed: Committed
) -> None:
    account_id = id_of("ada@example.org")
    with committed():
        off = support.send("POST", f"studio/accounts/{account_id}/disable", {"reason": WHY})
    assert json.loads(off.content)["is_disabled"] is True
    assert ada.send("GET", "account").status_code == 401
    assert ada.send("POST", "refresh", {}).status_code == 401
    told = Outbox.objects.filter(type="session.ended").order_by("id").last()
    assert told is not None
    assert told.body["reason"] == "account_disabled"
    # The answer of a wrong password: it tells a guesser nothing.
    assert code_of(ada.sign_in("ada@example.org")) == (401, "wrong_credentials")
    on = support.send("POST", f"studio/accounts/{account_id}/enable", {"reason": WHY})
    assert json.loads(on.content)["is_disabled"] is False
    assert ada.sign_in("ada@example.org").status_code == 200


def test_support_disables_no_member_of_the_staff(support: Any, owner: Any) -> None:
    assert owner
    path = f"studio/accounts/{id_of('owner@example.org')}/disable"
    assert code_of(support.send("POST", path, {"reason": WHY})) == (409, "has_roles")


@pytest.mark.parametrize("verb", ["sessions/end", "disable", "enable"])
def test_what_is_not_there_is_not_found(support: Any, verb: str) -> None:
    path = f"studio/accounts/01a1fff2-a6c7-751c-a75b-2e153e118dc1/{verb}"
    assert code_of(support.send("POST", path, {"reason": WHY})) == (404, "unknown_account")
