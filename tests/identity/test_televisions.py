"""A television is let in by a short code that somebody types on a phone (RFC 8628)."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.sessions import DeviceAsked, DeviceCode, DeviceLook
from matinee.identity import rules
from matinee.identity.actions.televisions import devices_waiting_prune
from matinee.identity.models import DeviceGrant, Session
from matinee.identity.rules import televisions
from matinee.identity.rules.televisions import Asking, Poll
from matinee.kernel import clock
from matinee.kernel.http.django_edge import access_tokens
from tests.identity.answers import problem

pytestmark = pytest.mark.django_db(databases=["identity"])

Visitors = Callable[[], Any]
INTERVAL = timedelta(seconds=televisions.INTERVAL_S)


def codes(tv: Any, name: str = "Living room") -> DeviceCode:
    answer = tv.send("POST", "device/codes", {"device_name": name})
    assert answer.status_code == 201, answer.content
    return DeviceCode.model_validate_json(answer.content)


def poll(tv: Any, code: DeviceCode) -> HttpResponse:
    answer: HttpResponse = tv.send("POST", "device/token", {"device_code": code.device_code})
    return answer


def look(phone: Any, user_code: str) -> HttpResponse:
    answer: HttpResponse = phone.send("POST", "device/look", {"user_code": user_code})
    return answer


def say(phone: Any, code: DeviceCode, *, is_allowed: bool) -> HttpResponse:
    body = {"user_code": code.user_code, "is_allowed": is_allowed}
    answer: HttpResponse = phone.send("POST", "device/answer", body)
    return answer


@pytest.mark.asvs("SVC-1")
def test_a_phone_lets_a_television_in(visitors: Visitors) -> None:
    tv, phone = visitors(), visitors()
    session = phone.sign_up("ada@example.org")
    code = codes(tv)
    assert math.log2(len(televisions.LETTERS)) * 8 >= 20
    assert code.expires_at - clock.now() <= timedelta(minutes=10)
    problem(poll(tv, code), 400, "authorization_pending")
    asked = DeviceAsked.model_validate_json(look(phone, code.user_code.lower()).content)
    assert (asked.device_name, asked.place) == ("Living room", tv.address)
    assert not asked.is_same_place
    assert say(phone, code, is_allowed=True).status_code == 204
    with clock.shifted(INTERVAL):
        let_in = tv.keep(poll(tv, code), 200)
        assert let_in.account.id == session.account.id
        row = Session.objects.get(pk=access_tokens().verify(tv.token, "identity").session_id)
        assert (row.device_class, row.device_name) == ("tv", "Living room")
        tv.refresh()
        problem(poll(tv, code), 410, "expired_code")


def test_a_television_runs_no_studio(visitors: Visitors) -> None:
    tv, phone = visitors(), visitors()
    phone.sign_up("ada@example.org")
    from matinee.identity.actions import account_make_owner  # noqa: PLC0415 - needs records

    account_make_owner("ada@example.org")
    code = codes(tv)
    say(phone, code, is_allowed=True)
    tv.keep(poll(tv, code), 200)
    assert not access_tokens().verify(tv.token, "identity").roles


def test_the_qr_code_shows_the_phones_page(visitors: Visitors) -> None:
    code = codes(visitors())
    assert code.verification_uri_complete == f"{code.verification_uri}#code={code.user_code}"
    kind, _, drawn = code.qr_svg.partition(",")
    assert kind.startswith("data:image/svg+xml")
    assert ET.fromstring(unquote(drawn)).tag.endswith("svg")  # noqa: S314 - of our own making


def test_who_was_refused_is_told_so(visitors: Visitors) -> None:
    tv, phone = visitors(), visitors()
    phone.sign_up("ada@example.org")
    code = codes(tv)
    assert say(phone, code, is_allowed=False).status_code == 204
    problem(poll(tv, code), 403, "refused")
    problem(say(phone, code, is_allowed=True), 404, "unknown_code")
    assert Session.objects.count() == 1


def test_who_asks_too_often_has_to_wait_longer(visitors: Visitors) -> None:
    tv = visitors()
    code = codes(tv)
    problem(poll(tv, code), 400, "authorization_pending")
    slower = poll(tv, code)
    problem(slower, 429, "slow_down")
    assert slower.headers["Retry-After"] == "10"
    with clock.shifted(INTERVAL):
        assert poll(tv, code).headers["Retry-After"] == "15"
    with clock.shifted(INTERVAL + timedelta(seconds=15)):
        problem(poll(tv, code), 400, "authorization_pending")


def test_codes_end_and_are_forgotten(visitors: Visitors) -> None:
    tv, phone = visitors(), visitors()
    phone.sign_up("ada@example.org")
    code = codes(tv)
    with clock.shifted(televisions.LIFETIME + timedelta(seconds=1)):
        problem(poll(tv, code), 410, "expired_code")
        problem(look(phone, code.user_code), 404, "unknown_code")
        problem(say(phone, code, is_allowed=True), 404, "unknown_code")
        assert devices_waiting_prune() == 1
        problem(poll(tv, code), 410, "expired_code")
    assert not DeviceGrant.objects.exists()


@pytest.mark.asvs("V6.6.3")
def test_five_wrong_codes_and_a_right_one_has_to_wait(visitors: Visitors) -> None:
    tv, phone = visitors(), visitors()
    phone.sign_up("ada@example.org")
    code = codes(tv)
    for _ in range(3):  # right ones do not count
        assert look(phone, code.user_code).status_code == 200
    for _ in range(5):
        problem(look(phone, "BBBB-BBBB"), 404, "unknown_code")
    refused = look(phone, code.user_code)
    problem(refused, 429, "too_many_attempts")
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    problem(say(phone, code, is_allowed=True), 429, "too_many_attempts")


@pytest.mark.asvs("SVC-5")
def test_of_wrong_old_and_answered_codes_all_sound_the_same(visitors: Visitors) -> None:
    phone = visitors()
    phone.sign_up("ada@example.org")
    answered, old = codes(visitors()), codes(visitors())
    say(phone, answered, is_allowed=True)
    DeviceGrant.objects.filter(user_code_sha256=rules.digest(old.user_code)).update(
        expires_at=clock.now()
    )
    said = [look(phone, user_code) for user_code in (answered.user_code, old.user_code, "BCDFGHJK")]
    assert len({answer.content for answer in said}) == 1
    assert {answer.status_code for answer in said} == {404}


def test_only_who_is_signed_in_may_look(visitors: Visitors) -> None:
    stranger = visitors()
    code = codes(stranger)
    problem(look(stranger, code.user_code), 401, "not_signed_in")
    problem(say(stranger, code, is_allowed=True), 401, "not_signed_in")


def test_codes_are_kept_as_digests(visitors: Visitors) -> None:
    code = codes(visitors())
    row = DeviceGrant.objects.get()
    assert bytes(row.user_code_sha256) == rules.digest(code.user_code)
    assert bytes(row.device_code_sha256) == rules.digest(code.device_code)


@pytest.mark.parametrize("typed", ["bcdf ghjk", "BCDF-GHJK", " b c d f g h j k ", "bcdfghjk"])
def test_codes_may_be_typed_in_any_way(typed: str) -> None:
    assert DeviceLook(user_code=typed).user_code == "BCDF-GHJK"


def test_what_can_be_no_code_is_said_so(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    wrong: list[object] = ["", "BCDF", "BCDF-GHJKL", "x" * 10_000, "BCDF-GHJ/", 7, None]
    for typed in wrong:
        answer = visitor.send("POST", "device/look", {"user_code": typed})
        assert "user_code" in problem(answer, 422, "invalid"), typed


@given(
    st.one_of(st.none(), st.integers(-100, 700)),
    st.integers(-700, 700),
    st.sampled_from([None, True, False]),
    st.sampled_from([True, False]),
)
def test_a_poll_comes_to_one_thing(
    polled_s: int | None, expires_s: int, answer: object, used: object
) -> None:
    now = clock.now()
    polled_at = None if polled_s is None else now - timedelta(seconds=polled_s)
    is_allowed = None if answer is None else answer is True
    asking = Asking(now + timedelta(seconds=expires_s), polled_at, 5, is_allowed, used is True)
    told = televisions.poll(asking, now)
    if used or expires_s <= 0:
        assert told == Poll("expired", 5)
    elif is_allowed is not None:
        assert told == Poll("let_in" if is_allowed else "refused", 5)
    elif polled_s is not None and polled_s < 4:
        assert told == Poll("too_quick", 10)
    else:
        assert told == Poll("waiting", 5)
