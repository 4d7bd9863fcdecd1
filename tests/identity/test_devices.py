"""Where an account is signed in: the list, signing out, stolen secrets, and how long it lasts."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest

from matinee.contracts.sessions import SessionEnded, SignedInDevice
from matinee.identity import actions, rules, settings
from matinee.identity.models import Account, Outbox, Session, StaffRole
from matinee.identity.rules.refreshing import GRACE
from matinee.kernel import clock, ended_sessions, ids
from matinee.kernel.http import callers
from matinee.kernel.http.django_edge import access_tokens
from tests.identity.answers import problem

pytestmark = pytest.mark.django_db(databases=["identity"])

Visitors = Callable[[], Any]
COOKIE = "matinee_session"
LATER = GRACE + timedelta(seconds=1)


def devices(visitor: Any) -> list[SignedInDevice]:
    answer = visitor.send("GET", "sessions")
    assert answer.status_code == 200, answer.content
    return [SignedInDevice.model_validate(each) for each in json.loads(answer.content)]


def ended() -> dict[str, str]:
    """Reasons by session, as other services are told."""
    told = Outbox.objects.filter(type="session.ended").values_list("body", flat=True)
    return {body["session_id"]: body["reason"] for body in told}


def session_id(visitor: Any) -> str:
    return str(access_tokens().verify(visitor.token, "identity").session_id)


@pytest.fixture
def committed(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], AbstractContextManager[None]]:
    """What follows a commit happens at the block's end, and every process has looked again."""

    @contextmanager
    def until() -> Iterator[None]:
        with django_capture_on_commit_callbacks(using="identity", execute=True):
            yield
        monkeypatch.setattr(callers.ended_sessions(), "_looked_s", float("-inf"))

    return until


def test_the_list_shows_every_device(visitors: Visitors) -> None:
    laptop, phone = visitors(), visitors()
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    laptop.send(
        "POST",
        "sign-up",
        {"email": "ada@example.org", "password": "correct horse battery", "profile_name": "Ada"},
        User_Agent=firefox,
    )
    with clock.shifted(timedelta(minutes=5)):
        phone.keep(phone.sign_in("ada@example.org"), 200)
        shown = devices(phone)
    assert [device.is_current for device in shown] == [True, False]
    assert shown[1].name == "Firefox on Linux"
    assert shown[1].place == laptop.address
    assert shown[1].device_class == "browser"
    assert shown[1].signed_in_at < shown[0].signed_in_at


@pytest.mark.asvs("V7.5.2")
def test_any_one_can_be_signed_out(visitors: Visitors, committed: Any) -> None:
    here, there, stranger = visitors(), visitors(), visitors()
    here.sign_up("ada@example.org")
    there.keep(there.sign_in("ada@example.org"), 200)
    stranger.sign_up("bo@example.org")
    target = session_id(there)
    problem(stranger.send("DELETE", f"sessions/{target}"), 404, "unknown_session")
    problem(here.send("DELETE", f"sessions/{ids.uuid7()}"), 404, "unknown_session")
    assert len(devices(here)) == 2
    with committed():
        assert here.send("DELETE", f"sessions/{target}").status_code == 204
    assert [device.is_current for device in devices(here)] == [True]
    problem(there.send("GET", "sessions"), 401, "signed_out")
    problem(there.send("POST", "refresh", {}), 401, "signed_out")
    assert ended() == {target: "ended_elsewhere"}


@pytest.mark.parametrize("others_only", [True, False])
def test_all_can_be_signed_out_at_once(
    visitors: Visitors, committed: Any, *, others_only: bool
) -> None:
    here, there, stranger = visitors(), visitors(), visitors()
    here.sign_up("ada@example.org")
    there.keep(there.sign_in("ada@example.org"), 200)
    stranger.sign_up("bo@example.org")
    with committed():
        answer = here.send("POST", "sessions/end", {"others_only": others_only})
    assert answer.status_code == 204
    problem(there.send("POST", "refresh", {}), 401, "signed_out")
    assert here.send("POST", "refresh", {}).status_code == (200 if others_only else 401)
    assert (here.client.cookies[COOKIE].value == "") is not others_only
    assert stranger.send("POST", "refresh", {}).status_code == 200


@pytest.mark.asvs("V7.4.1")
def test_after_signing_out_neither_token_is_taken(visitor: Any, committed: Any) -> None:
    visitor.sign_up("ada@example.org")
    secret = visitor.client.cookies[COOKIE].value
    assert visitor.send("GET", "account").status_code == 200
    with committed():
        visitor.send("POST", "sign-out", {})
    problem(visitor.send("GET", "account"), 401, "signed_out")
    visitor.client.cookies[COOKIE] = secret
    problem(visitor.send("POST", "refresh", {}), 401, "signed_out")


def test_what_ended_is_told_again_until_the_store_has_it(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(ended_sessions, "tell", told.append)
    visitor.sign_up("ada@example.org")
    visitor.send("POST", "sign-out", {})
    body = Outbox.objects.get(type="session.ended").body
    actions.session_refuse(SessionEnded.model_validate(body))
    assert [[str(each) for each in batch] for batch in told] == [[body["session_id"]]]


def test_each_use_changes_the_secret(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    seen = [visitor.client.cookies[COOKIE].value]
    for turn in range(1, 4):
        with clock.shifted(turn * LATER):
            visitor.refresh()
            seen.append(visitor.client.cookies[COOKIE].value)
    assert len(set(seen)) == 4
    assert len({secret.partition(".")[0] for secret in seen}) == 1


def test_two_tabs_that_race_are_both_let_in(visitors: Visitors) -> None:
    one, two = visitors(), visitors()
    one.sign_up("ada@example.org")
    old = one.client.cookies[COOKIE].value
    with clock.shifted(LATER):
        one.refresh()
        two.client.cookies[COOKIE] = old
        two.refresh()
        assert two.client.cookies[COOKIE].value == one.client.cookies[COOKIE].value != old
    with clock.shifted(3 * LATER):
        two.refresh()


def test_a_stolen_secret_signs_thief_and_owner_out(visitors: Visitors, committed: Any) -> None:
    owner, thief = visitors(), visitors()
    owner.sign_up("ada@example.org")
    thief.client.cookies[COOKIE] = owner.client.cookies[COOKIE].value
    with clock.shifted(LATER):
        thief.refresh()
    with clock.shifted(3 * LATER):
        with committed():
            problem(owner.send("POST", "refresh", {}), 401, "signed_out")
        problem(thief.send("POST", "refresh", {}), 401, "signed_out")
        problem(thief.send("GET", "account"), 401, "signed_out")
    assert list(ended().values()) == ["reused"]
    noted = Outbox.objects.filter(type="audit.noted").values_list("body", flat=True)
    assert "session.reused" in {body["action"] for body in noted}
    assert not Session.objects.exists()


@pytest.mark.asvs("V7.2.4")
def test_a_proof_of_who_is_there_gives_a_new_session(visitor: Any, committed: Any) -> None:
    visitor.sign_up("ada@example.org")
    before, secret = session_id(visitor), visitor.client.cookies[COOKIE].value
    visitor.keep(visitor.sign_in("ada@example.org"), 200)
    assert session_id(visitor) != before
    row = Session.objects.get(pk=session_id(visitor))
    with committed():
        renewed = actions.session_step_up(row.pk, has_second_factor=True)
    assert renewed.session.pk != row.pk
    assert renewed.session.has_second_factor
    assert renewed.session.device_name == row.device_name
    assert renewed.session.place == visitor.address
    assert renewed.session.ends_at == row.ends_at
    assert renewed.secret.partition(".")[0] not in secret
    assert ended() == {str(row.pk): "renewed"}
    problem(visitor.send("GET", "account"), 401, "signed_out")
    visitor.client.cookies[COOKIE] = renewed.secret
    visitor.refresh()


def test_a_pin_is_no_proof_of_who_owns_the_account(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    with clock.shifted(timedelta(hours=1)):
        before = Session.objects.get()
        renewed = actions.session_step_up(before.pk, pin_at=clock.now())
        assert renewed.session.authenticated_at == before.authenticated_at
        assert renewed.session.pin_at == renewed.session.refreshed_at or renewed.session.pin_at


@pytest.mark.asvs("V7.3.1")
@pytest.mark.parametrize(
    ("device_class", "is_staff"),
    [("browser", False), ("tv", False), ("app", False), ("browser", True)],
)
def test_a_session_ends_when_idle_and_in_any_case(
    visitor: Any, device_class: str, *, is_staff: bool
) -> None:
    visitor.sign_up("ada@example.org")
    account = Account.objects.get()
    if is_staff:
        StaffRole.objects.create(account=account, role="support")
    from matinee.identity.actions.starting import start_session  # noqa: PLC0415 - needs records
    from matinee.identity.rules.devices import Device  # noqa: PLC0415

    idle, most = settings.get().days_signed_in(device_class, is_staff=is_staff)
    assert idle <= most
    device = Device(device_class)  # type: ignore[arg-type]
    left, used = (start_session(account.pk, device) for _ in range(2))
    with clock.shifted(timedelta(days=idle, seconds=1)):
        visitor.client.cookies[COOKIE] = left.secret
        problem(visitor.send("POST", "refresh", {}), 401, "signed_out")
    visitor.client.cookies[COOKIE] = used.secret
    for day in range(idle - 1, most, idle - 1):
        with clock.shifted(timedelta(days=day)):
            visitor.refresh()
    with clock.shifted(timedelta(days=most, seconds=1)):
        problem(visitor.send("POST", "refresh", {}), 401, "signed_out")


@pytest.mark.asvs("V7.4.2")
def test_an_account_is_signed_out_everywhere(visitors: Visitors, committed: Any) -> None:
    one, two = visitors(), visitors()
    one.sign_up("ada@example.org")
    two.keep(two.sign_in("ada@example.org"), 200)
    account = Account.objects.get()
    with committed():
        assert actions.sessions_end(account.pk, "account_disabled") == 2
    for visitor in (one, two):
        problem(visitor.send("GET", "account"), 401, "signed_out")
        problem(visitor.send("POST", "refresh", {}), 401, "signed_out")
    assert set(ended().values()) == {"account_disabled"}


def test_sessions_that_make_room_or_expire_are_told(visitors: Visitors) -> None:
    visitors().sign_up("ada@example.org")
    first = str(Session.objects.get().pk)
    for _ in range(rules.SESSIONS_MAX):
        actions.start_session(Account.objects.get().pk)
    assert ended() == {first: "displaced"}
    with clock.shifted(timedelta(days=61)):
        actions.sessions_prune()
    assert list(ended().values()).count("expired") == rules.SESSIONS_MAX


def test_where_somebody_was_is_sealed(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    from django.db import connections  # noqa: PLC0415 - past the model, as a thief would

    with connections["identity"].cursor() as cursor:
        cursor.execute("SELECT row_to_json(identity_session)::text FROM identity_session")
        raw = str(cursor.fetchall())
    assert visitor.address not in raw
    assert visitor.address.encode().hex() not in raw
