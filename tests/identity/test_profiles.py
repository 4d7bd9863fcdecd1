"""Profiles of an account, through the HTTP edge."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from matinee.contracts.identity import Profile as ProfileMessage
from matinee.contracts.identity import ProfileDraft
from matinee.identity import actions
from matinee.identity.models import Account, Outbox, Profile, StaffRole
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.problems import NotFound

pytestmark = pytest.mark.django_db(databases=["identity"])

Visitors = Callable[[], Any]


@pytest.fixture
def ada(visitor: Any) -> Any:
    visitor.sign_up("ada@example.org")
    Outbox.objects.all().delete()
    return visitor


def code_of(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of a problem answer."""
    return answer.status_code, json.loads(answer.content)["code"]


def profile_of(answer: HttpResponse, status: int) -> ProfileMessage:
    """The profile in an answer."""
    assert answer.status_code == status, answer.content
    return ProfileMessage.model_validate_json(answer.content)


def test_who_is_signed_in(ada: Any) -> None:
    account = json.loads(ada.send("GET", "account").content)
    assert account["email"] == "ada@example.org"
    assert account["roles"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "account"),
        ("GET", "profiles"),
        ("POST", "profiles"),
        ("PATCH", f"profiles/{uuid4()}"),
        ("DELETE", f"profiles/{uuid4()}"),
    ],
)
def test_strangers_are_asked_to_sign_in(visitor: Any, method: str, path: str) -> None:
    assert code_of(visitor.send(method, path, {"name": "Bo"})) == (401, "not_signed_in")


def test_an_account_has_up_to_five_profiles(ada: Any) -> None:
    for name in ("Bo", "Cy", "Di", "Ed"):
        assert ada.send("POST", "profiles", {"name": name}).status_code == 201
    answer = ada.send("POST", "profiles", {"name": "Flo"})
    assert code_of(answer) == (409, "too_many_profiles")
    names = [profile["name"] for profile in json.loads(ada.send("GET", "profiles").content)]
    assert names == ["Ada", "Bo", "Cy", "Di", "Ed"]


@pytest.mark.usefixtures("ada")
def test_the_database_refuses_a_sixth_profile() -> None:
    row = Profile.objects.get()
    for slot in (row.slot, 6, 0):
        with pytest.raises(IntegrityError), transaction.atomic(using="identity"):
            Profile.objects.create(
                account=row.account,
                slot=slot,
                name="x",
                avatar="iris",
                maturity_age=0,
                is_kids=False,
                language="en",
            )
    assert Profile.objects.count() == 1


def test_each_change_is_told_whole(ada: Any) -> None:
    profile = profile_of(ada.send("POST", "profiles", {"name": "Bo", "avatar": "moss"}), 201)
    change = {"name": "Bob", "language": "pt-BR", "avatar": None}
    changed = profile_of(ada.send("PATCH", f"profiles/{profile.id}", change), 200)
    assert changed == profile.model_copy(update={"name": "Bob", "language": "pt-BR"})
    told = [row.body["profile"] for row in Outbox.objects.order_by("id")]
    # All but what only its own account needs to know.
    own = {"name", "avatar", "has_pin"}
    assert told == [each.model_dump(mode="json", exclude=own) for each in (profile, changed)]


def test_a_kids_profile_shows_less_by_itself(ada: Any) -> None:
    kid = profile_of(ada.send("POST", "profiles", {"name": "Bo", "is_kids": True}), 201)
    assert kid.maturity_age == 6
    grown = profile_of(ada.send("POST", "profiles", {"name": "Cy", "maturity_age": 16}), 201)
    small = profile_of(ada.send("PATCH", f"profiles/{grown.id}", {"is_kids": True}), 200)
    assert (small.is_kids, small.maturity_age) == (True, 6)


@pytest.mark.parametrize("age", [12, 16, 18])
def test_a_kids_profile_cannot_show_more(ada: Any, age: int) -> None:
    draft = {"name": "Bo", "is_kids": True, "maturity_age": age}
    assert code_of(ada.send("POST", "profiles", draft)) == (422, "kids_ceiling")
    kid = profile_of(ada.send("POST", "profiles", {"name": "Bo", "is_kids": True}), 201)
    answer = ada.send("PATCH", f"profiles/{kid.id}", {"maturity_age": age})
    assert code_of(answer) == (422, "kids_ceiling")
    both = {"maturity_age": age, "is_kids": False}
    assert profile_of(ada.send("PATCH", f"profiles/{kid.id}", both), 200).maturity_age == age


def test_an_unknown_rating_is_refused(ada: Any) -> None:
    answer = ada.send("POST", "profiles", {"name": "Bo", "maturity_age": 19})
    assert code_of(answer) == (422, "invalid")


def test_removing_a_profile_is_told_and_frees_its_place(ada: Any) -> None:
    kept = [profile_of(ada.send("POST", "profiles", {"name": n}), 201) for n in "BCDE"]
    assert ada.send("DELETE", f"profiles/{kept[1].id}").status_code == 204
    told = Outbox.objects.order_by("id").last()
    assert told is not None
    assert (told.type, told.body["profile_id"]) == ("profile.removed", str(kept[1].id))
    assert ada.send("POST", "profiles", {"name": "New"}).status_code == 201


def test_the_last_profile_stays(ada: Any) -> None:
    only = Profile.objects.get()
    assert code_of(ada.send("DELETE", f"profiles/{only.id}")) == (409, "last_profile")
    assert Profile.objects.count() == 1
    assert not Outbox.objects.exists()


def test_who_watched_as_a_removed_profile_chooses_anew(ada: Any) -> None:
    bo = profile_of(ada.send("POST", "profiles", {"name": "Bo"}), 201)
    ada.refresh(profile_id=str(bo.id))
    assert ada.send("DELETE", f"profiles/{bo.id}").status_code == 204
    assert ada.refresh().profile_id is None


def test_profiles_of_others_do_not_exist(ada: Any, visitors: Visitors) -> None:
    bo = visitors()
    theirs = bo.sign_up("bo@example.org").profiles[0]
    for method in ("PATCH", "DELETE"):
        answer = ada.send(method, f"profiles/{theirs.id}", {"name": "Mine"})
        assert code_of(answer) == (404, "unknown_profile")
    assert Profile.objects.get(pk=theirs.id).name == "Ada"


def test_an_owner_is_made_once_and_named_in_the_token(ada: Any) -> None:
    actions.account_make_owner(" ADA@example.org")
    actions.account_make_owner("ada@example.org")
    session = ada.refresh()
    assert session.account.roles == ["owner"]
    assert access_tokens().verify(session.access_token, "identity").roles == {"owner"}
    with pytest.raises(NotFound, match="Sign up"):
        actions.account_make_owner("nobody@example.org")


def test_accounts_can_be_made_with_roles_and_several_profiles() -> None:
    drafts = [ProfileDraft(name="Ada"), ProfileDraft(name="Bo", is_kids=True)]
    account = actions.account_create("Staff@Example.org", None, drafts, ["editor", "analyst"])
    assert Account.objects.get().email == "staff@example.org"
    assert set(StaffRole.objects.values_list("role", flat=True)) == {"editor", "analyst"}
    made = Profile.objects.filter(account=account).order_by("slot")
    assert [row.name for row in made] == ["Ada", "Bo"]
    told = Outbox.objects.filter(type="profile.changed").order_by("id")
    assert [row.body["profile"]["id"] for row in told] == [str(row.pk) for row in made]
