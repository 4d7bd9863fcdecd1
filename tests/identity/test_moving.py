"""A profile becomes an account of its own, and its history goes with it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from matinee.identity import tasks
from matinee.identity.models import Account, Profile
from matinee.kernel import clock
from matinee.kernel.http.django_edge import access_tokens
from matinee.viewing import actions as viewing
from tests.identity.conftest import PASSWORD
from tests.identity.post import PostBox

pytestmark = pytest.mark.django_db(databases=["identity", "keys", "viewing"])

assert tasks

Visitors = Callable[[], Any]
NEW = "bo@example.org"


@pytest.fixture
def ada(visitor: Any) -> Any:
    visitor.sign_up("ada@example.org")
    return visitor


@pytest.fixture
def bo(ada: Any) -> str:
    answer = ada.send("POST", "profiles", {"name": "Bo", "avatar": "moss"})
    return str(json.loads(answer.content)["id"])


def code_of(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of a problem answer."""
    return answer.status_code, json.loads(answer.content)["code"]


def accepted(post: PostBox, password: str = PASSWORD) -> dict[str, str]:
    """What takes the profile of the newest letter over."""
    return {"code": post.code(NEW), "password": password}


def test_a_profile_moves_with_its_name_and_all_that_is_kept_of_it(
    ada: Any, bo: str, visitors: Visitors, post: PostBox
) -> None:
    viewing.my_list_add(UUID(bo), UUID(bo))
    assert ada.send("POST", f"profiles/{bo}/move", {"email": NEW}).status_code == 202
    phone = visitors()
    session = phone.keep(phone.send("POST", "profiles/move/accept", accepted(post)), 201)
    assert [(str(each.id), each.name) for each in session.profiles] == [(bo, "Bo")]
    assert (session.account.email, str(session.profile_id)) == (NEW, bo)
    account = Account.objects.get(pk=session.account.id)
    assert account.email_verified_at is not None
    assert [each.name for each in ada.refresh().profiles] == ["Ada"]
    # Sealed with the new account's key: reading it anew from the database works.
    assert Profile.objects.get(pk=bo).name == "Bo"
    own_list = Client().get(
        "/api/viewing/my-list", headers={"Authorization": f"Bearer {phone.token}"}
    )
    assert bo in own_list.content.decode()


def test_a_letter_moves_a_profile_once(
    ada: Any, bo: str, visitors: Visitors, post: PostBox
) -> None:
    ada.send("POST", f"profiles/{bo}/move", {"email": NEW})
    take = accepted(post)
    assert visitors().send("POST", "profiles/move/accept", take).status_code == 201
    assert code_of(visitors().send("POST", "profiles/move/accept", take)) == (410, "ticket_over")


def test_where_the_profile_watched_its_old_tokens_end(
    ada: Any, bo: str, visitors: Visitors, post: PostBox
) -> None:
    tablet = visitors()
    tablet.keep(tablet.sign_in("ada@example.org"), 200)
    tablet.refresh(profile_id=bo)
    ada.send("POST", f"profiles/{bo}/move", {"email": NEW})
    visitors().send("POST", "profiles/move/accept", accepted(post))
    assert tablet.send("POST", "refresh", {}).status_code == 401


@pytest.mark.asvs("SVC-5")
def test_moving_tells_nobody_who_has_an_account(
    ada: Any, bo: str, visitors: Visitors, post: PostBox
) -> None:
    visitors().sign_up("cy@example.org")
    told = [
        ada.send("POST", f"profiles/{bo}/move", {"email": email})
        for email in ("cy@example.org", "dee@example.org")
    ]
    assert [each.status_code for each in told] == [202, 202]
    assert [set(json.loads(each.content)) for each in told] == [{"email", "expires_at"}] * 2
    assert "You have an account already" in post.subjects("cy@example.org")
    assert post.subjects("dee@example.org") == ["Take your profile with you"]


@pytest.mark.asvs("V7.5.1")
def test_moving_takes_fresh_proof(ada: Any, bo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=6))
    answer = ada.send("POST", f"profiles/{bo}/move", {"email": NEW})
    assert code_of(answer) == (403, "step_up_needed")


def test_who_cannot_move(ada: Any, visitors: Visitors) -> None:
    only = Profile.objects.get()
    answer = ada.send("POST", f"profiles/{only.pk}/move", {"email": NEW})
    assert code_of(answer) == (409, "last_profile")
    kid = json.loads(ada.send("POST", "profiles", {"name": "Kim", "is_kids": True}).content)["id"]
    answer = ada.send("POST", f"profiles/{kid}/move", {"email": NEW})
    assert code_of(answer) == (409, "kids_stay")
    theirs = visitors().sign_up("cy@example.org").profiles[0].id
    answer = ada.send("POST", f"profiles/{theirs}/move", {"email": NEW})
    assert code_of(answer) == (404, "unknown_profile")


@pytest.mark.asvs("V6.2.4")
def test_a_known_password_is_refused_and_the_letter_still_works(
    ada: Any, bo: str, visitors: Visitors, post: PostBox
) -> None:
    ada.send("POST", f"profiles/{bo}/move", {"email": NEW})
    phone = visitors()
    weak = phone.send("POST", "profiles/move/accept", accepted(post, "password1"))
    assert code_of(weak) == (422, "known_password")
    assert phone.send("POST", "profiles/move/accept", accepted(post)).status_code == 201


def test_a_moved_profile_is_of_its_new_account_alone(
    ada: Any, bo: str, visitors: Visitors, post: PostBox
) -> None:
    ada.send("POST", f"profiles/{bo}/move", {"email": NEW})
    phone = visitors()
    phone.keep(phone.send("POST", "profiles/move/accept", accepted(post)), 201)
    assert ada.send("POST", "refresh", {"profile_id": bo}).status_code == 404
    assert str(access_tokens().verify(phone.token, "viewing").profile_id) == bo
