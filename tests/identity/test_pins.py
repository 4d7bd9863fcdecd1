"""PINs, kids profiles, and what a child may not know, through the HTTP edge."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from matinee.identity import passwords
from matinee.identity.models import Account, Profile, Session
from matinee.kernel import clock
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.tokens import Caller

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

Visitors = Callable[[], Any]


@pytest.fixture
def ada(visitor: Any) -> Any:
    visitor.sign_up("ada@example.org")
    return visitor


@pytest.fixture
def bo(ada: Any) -> str:
    """A second grown-up of Ada's account."""
    return made(ada, name="Bo")


@pytest.fixture
def kid(ada: Any) -> str:
    return made(ada, name="Kim", is_kids=True)


def made(visitor: Any, **draft: object) -> str:
    """The id of a profile that is added."""
    answer = visitor.send("POST", "profiles", draft)
    assert answer.status_code == 201, answer.content
    return str(json.loads(answer.content)["id"])


def code_of(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of a problem answer."""
    return answer.status_code, json.loads(answer.content)["code"]


def who(visitor: Any) -> Caller:
    return access_tokens().verify(visitor.token, "identity")


def later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=minutes))


@pytest.mark.asvs("V8.3.1", "V7.2.4")
def test_a_profile_with_a_pin_is_entered_with_it_under_a_new_session(ada: Any, bo: str) -> None:
    assert ada.send("PUT", f"profiles/{bo}/pin", {"pin": "4711"}).status_code == 204
    assert [each["has_pin"] for each in json.loads(ada.send("GET", "profiles").content)] == [
        False,
        True,
    ]
    before = who(ada)
    assert code_of(ada.send("POST", "refresh", {"profile_id": bo})) == (403, "pin_needed")
    wrong = ada.send("POST", "refresh", {"profile_id": bo, "pin": "4712"})
    assert code_of(wrong) == (403, "pin_wrong")
    assert str(ada.refresh().profile_id) == str(before.profile_id)
    ada.refresh(profile_id=bo, pin="4711")
    entered = who(ada)
    assert str(entered.profile_id) == bo
    assert entered.session_id != before.session_id
    # Whoever is in stays in, without the PIN.
    assert str(ada.refresh(profile_id=bo).profile_id) == bo
    kept = Profile.objects.get(pk=bo).pin
    assert "4711" not in kept
    assert passwords.check("4711", kept)[0]


def test_a_guesser_of_pins_has_five_tries(ada: Any, bo: str) -> None:
    ada.send("PUT", f"profiles/{bo}/pin", {"pin": "4711"})
    for guess in range(5):
        answer = ada.send("POST", "refresh", {"profile_id": bo, "pin": f"000{guess}"})
        assert code_of(answer) == (403, "pin_wrong")
    answer = ada.send("POST", "refresh", {"profile_id": bo, "pin": "4711"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    # A new one, set after a step up, begins anew.
    assert ada.send("PUT", f"profiles/{bo}/pin", {"pin": "1234"}).status_code == 204
    assert str(ada.refresh(profile_id=bo, pin="1234").profile_id) == bo


def test_a_new_pin_holds_elsewhere_at_once(ada: Any, bo: str, visitors: Visitors) -> None:
    tablet = visitors()
    tablet.keep(tablet.sign_in("ada@example.org"), 200)
    tablet.refresh(profile_id=bo)
    assert ada.send("PUT", f"profiles/{bo}/pin", {"pin": "4711"}).status_code == 204
    assert tablet.refresh().profile_id is None
    assert code_of(tablet.send("POST", "refresh", {"profile_id": bo})) == (403, "pin_needed")


def test_the_only_profile_is_not_chosen_past_its_pin(ada: Any, visitors: Visitors) -> None:
    only = Profile.objects.get()
    assert ada.send("PUT", f"profiles/{only.pk}/pin", {"pin": "4711"}).status_code == 204
    elsewhere = visitors()
    session = elsewhere.keep(elsewhere.sign_in("ada@example.org"), 200)
    assert session.profile_id is None
    elsewhere.refresh(profile_id=str(only.pk), pin="4711")


@pytest.mark.asvs("V7.5.1")
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("what", ["profiles/{}/pin", "profiles/adding-pin"])
def test_pins_change_only_after_fresh_proof(
    ada: Any, bo: str, monkeypatch: pytest.MonkeyPatch, method: str, what: str
) -> None:
    body = {"pin": "4711"} if method == "PUT" else None
    later(monkeypatch, 6)
    assert code_of(ada.send(method, what.format(bo), body)) == (403, "step_up_needed")
    assert Profile.objects.get(pk=bo).pin == Account.objects.get().adding_pin == ""


def test_adding_a_profile_can_take_a_pin(ada: Any) -> None:
    assert ada.send("PUT", "profiles/adding-pin", {"pin": "4711"}).status_code == 204
    assert ada.refresh().account.adding_needs_pin
    assert code_of(ada.send("POST", "profiles", {"name": "Bo"})) == (403, "pin_needed")
    wrong = ada.send("POST", "profiles", {"name": "Bo", "pin": "0000"})
    assert code_of(wrong) == (403, "pin_wrong")
    made(ada, name="Bo", pin="4711")
    assert ada.send("DELETE", "profiles/adding-pin").status_code == 204
    made(ada, name="Cy")


@pytest.mark.parametrize("pin", ["", "471", "47112", "abcd", "４７１１"])  # noqa: RUF001 - no ASCII
def test_a_pin_has_four_digits(ada: Any, bo: str, pin: str) -> None:
    answer = ada.send("PUT", f"profiles/{bo}/pin", {"pin": pin})
    assert code_of(answer) == (422, "invalid")


def test_pins_of_others_cannot_be_set(ada: Any, visitors: Visitors) -> None:
    theirs = visitors().sign_up("bo@example.org").profiles[0]
    for method in ("PUT", "DELETE"):
        answer = ada.send(method, f"profiles/{theirs.id}/pin", {"pin": "4711"})
        assert code_of(answer) == (404, "unknown_profile")
    assert ada.send("POST", "refresh", {"profile_id": str(theirs.id)}).status_code == 404


@pytest.mark.asvs("V8.2.3")
def test_a_child_learns_no_address_and_has_no_role(ada: Any, kid: str) -> None:
    Account.objects.get().staff_roles.create(role="owner")
    session = ada.refresh(profile_id=kid)
    assert (session.account.email, session.account.roles) == (None, [])
    told = json.loads(ada.send("GET", "account").content)
    assert (told["email"], told["roles"]) == (None, [])
    assert b"ada@example.org" not in ada.send("POST", "refresh", {}).content
    caller = who(ada)
    assert caller.is_kids
    assert not caller.roles


@pytest.mark.asvs("V8.2.3")
def test_a_child_changes_no_profile(ada: Any, bo: str, kid: str) -> None:
    ada.refresh(profile_id=kid)
    tries = [
        ("POST", "profiles", {"name": "New"}),
        ("PATCH", f"profiles/{kid}", {"is_kids": False}),
        ("DELETE", f"profiles/{bo}", None),
        ("PUT", f"profiles/{bo}/pin", {"pin": "1111"}),
        ("PUT", "profiles/adding-pin", {"pin": "1111"}),
        ("POST", f"profiles/{bo}/move", {"email": "kim@example.org"}),
    ]
    for method, path, body in tries:
        assert code_of(ada.send(method, path, body)) == (403, "kids_profile"), path


@pytest.mark.usefixtures("bo")
def test_who_has_just_signed_in_looks_after_the_account_for_ten_minutes(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = visitors()
    elsewhere.keep(elsewhere.sign_in("ada@example.org"), 200)
    made(elsewhere, name="Cy")
    later(monkeypatch, 11)
    elsewhere.refresh()
    assert code_of(elsewhere.send("POST", "profiles", {"name": "Di"})) == (403, "no_profile")


def test_a_grown_up_stays_in_every_account(ada: Any, kid: str) -> None:
    only = Profile.objects.exclude(pk=kid).get()
    assert code_of(ada.send("DELETE", f"profiles/{only.pk}")) == (409, "last_grown_up")
    to_kids = ada.send("PATCH", f"profiles/{only.pk}", {"is_kids": True})
    assert code_of(to_kids) == (409, "last_grown_up")
    assert not Profile.objects.get(pk=only.pk).is_kids


def test_where_a_removed_child_watched_nobody_is_signed_in(
    ada: Any, kid: str, visitors: Visitors
) -> None:
    tablet = visitors()
    tablet.keep(tablet.sign_in("ada@example.org"), 200)
    tablet.refresh(profile_id=kid)
    assert ada.send("DELETE", f"profiles/{kid}").status_code == 204
    assert tablet.send("POST", "refresh", {}).status_code == 401
    assert Session.objects.count() == 1


def test_a_locked_profile_is_removed_by_others_only_after_fresh_proof(
    ada: Any, bo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.send("PUT", f"profiles/{bo}/pin", {"pin": "4711"})
    with monkeypatch.context() as patch:
        later(patch, 6)
        assert code_of(ada.send("DELETE", f"profiles/{bo}")) == (403, "step_up_needed")
    assert ada.send("DELETE", f"profiles/{bo}").status_code == 204


def test_a_kids_ceiling_stays_where_it_was_put(ada: Any) -> None:
    kid = made(ada, name="Kim", is_kids=True, maturity_age=8)
    changed = json.loads(ada.send("PATCH", f"profiles/{kid}", {"name": "Kimi"}).content)
    assert (changed["name"], changed["maturity_age"]) == ("Kimi", 8)


def test_ratings_are_told_to_whoever_asks(visitor: Any) -> None:
    told = json.loads(visitor.send("GET", "ratings").content)
    codes = {system["code"] for system in told["systems"]}
    assert told["own"] in codes
    assert {"fsk", "bbfc", "us", "years"} <= codes
