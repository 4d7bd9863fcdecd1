"""Who gets in with a password, how guessing is slowed down, and what nobody learns by trying."""

import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from matinee.identity import actions, hashing, settings
from matinee.identity.actions.known_devices import devices_prune
from matinee.identity.models import Account, KnownDevice, Outbox
from matinee.kernel import clock
from tests.identity.conftest import PASSWORD, Visitor
from tests.identity.post import PostBox

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

Visitors = Callable[[], Any]


def an_address() -> str:
    """An address that no other test tries, as tries are counted beyond one test."""
    return f"{uuid4().hex}@example.org"


@pytest.mark.asvs("V6.3.1")
def test_guessing_from_everywhere_ends_and_the_owners_browser_still_gets_in(
    visitors: Visitors, chosen: Callable[..., None]
) -> None:
    chosen(account_tries="12")
    email, owner = an_address(), visitors()
    owner.sign_up(email)
    came = [visitors().sign_in(email, "a guess").status_code for _ in range(14)]
    assert came == [401] * 12 + [429] * 2
    # A stranger is kept out even with the right password, the owner's browser is not.
    assert visitors().sign_in(email).status_code == 429
    assert owner.sign_in(email).status_code == 200


@pytest.mark.asvs("V6.3.1")
def test_guessing_from_one_place_ends(visitors: Visitors) -> None:
    email, guesser = an_address(), visitors()
    visitors().sign_up(email)
    tries = settings.get().sign_in_tries
    came = [guesser.sign_in(email, "a guess").status_code for _ in range(tries + 2)]
    assert came == [401] * tries + [429] * 2
    assert visitors().sign_in(email).status_code == 200


@pytest.mark.asvs("V6.3.1")
def test_one_place_may_not_try_all_accounts(visitor: Any, chosen: Callable[..., None]) -> None:
    chosen(address_tries="5")
    came = [visitor.sign_in(an_address(), "a guess").status_code for _ in range(7)]
    assert came == [401] * 5 + [429] * 2


def test_a_known_browser_may_not_guess_for_ever_either(visitors: Visitors) -> None:
    email, thief = an_address(), visitors()
    thief.sign_up(email)
    tries = settings.get().sign_in_tries
    came = [thief.sign_in(email, "a guess").status_code for _ in range(tries + 1)]
    assert came == [401] * tries + [429]
    assert visitors().sign_in(email).status_code == 200


def test_a_browser_is_known_to_its_own_account_only(visitors: Visitors) -> None:
    mine, theirs = visitors(), visitors()
    mine.sign_up(an_address())
    theirs.sign_up(an_address())
    assert KnownDevice.objects.count() == 2
    secrets = {bytes(row.secret_sha256) for row in KnownDevice.objects.all()}
    assert len(secrets) == 2
    assert mine.client.cookies["matinee_device"].value.encode() not in b"".join(secrets)


@pytest.mark.parametrize("cookie", ["x" * 5000, "", "ü"])
def test_a_made_up_device_is_no_known_one(visitor: Any, cookie: str) -> None:
    email = an_address()
    visitor.client.cookies["matinee_device"] = cookie
    visitor.sign_up(email)
    assert visitor.sign_in(email).status_code == 200


def test_devices_that_nobody_uses_are_forgotten(visitor: Any) -> None:
    visitor.sign_up(an_address())
    with clock.shifted(timedelta(days=399)):
        assert devices_prune() == 0
    with clock.shifted(timedelta(days=401)):
        assert devices_prune() == 1


@pytest.mark.asvs("SVC-5")
def test_no_answer_tells_who_has_an_account(
    visitors: Visitors, post: PostBox, chosen: Callable[..., None]
) -> None:
    there, not_there = an_address(), an_address()
    visitors().sign_up(there)
    post.empty()
    chosen(verify_email="first")
    for path, more in (
        ("sign-up", {"password": PASSWORD, "profile_name": "Ada"}),
        ("sign-in", {"password": "something else"}),
        ("password/forgot", {}),
    ):
        told = [told_of(visitors(), path, email, more) for email in (there, not_there)]
        assert told[0] == told[1], path
    assert post.subjects(there) == ["You have an account already", "Choose a new password"]
    assert post.subjects(not_there) == ["Finish making your account"]
    assert Account.objects.count() == 1


def told_of(visitor: Any, path: str, email: str, more: dict[str, Any]) -> tuple[Any, ...]:
    """Everything that an answer says, but for the address itself and when."""
    answer = visitor.send("POST", path, {"email": email, **more})
    body = json.loads(answer.content)
    body.pop("email", None)
    body.pop("expires_at", None)
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    return answer.status_code, body, headers, sorted(answer.cookies)


@pytest.mark.asvs("SVC-5")
@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("sign-in", {"password": "a guess"}),
        ("password/forgot", {}),
        ("sign-up", {"password": PASSWORD, "profile_name": "Ada"}),
    ],
)
def test_no_time_tells_who_has_an_account(
    visitors: Visitors, chosen: Callable[..., None], path: str, more: dict[str, Any]
) -> None:
    chosen(verify_email="first")
    there = [an_address() for _ in range(5)]
    for email in there:
        actions.account_create(email, None, [])
    spent = {
        exists: [work_of(visitors(), path, {"email": email, **more}) for email in emails]
        for exists, emails in ((True, there), (False, [an_address() for _ in there]))
    }
    known, unknown = statistics.median(spent[True]), statistics.median(spent[False])
    # A network's own jitter hides less than this.
    assert abs(known - unknown) < max(0.3 * max(known, unknown), 0.005), spent


def work_of(visitor: Any, path: str, body: dict[str, Any]) -> float:
    """Seconds that this process computes for a request, which other processes do not lengthen."""
    before = time.process_time()
    answer = visitor.send("POST", path, body)
    spent = time.process_time() - before
    assert answer.status_code in {202, 401}, answer.content
    return spent


@pytest.mark.asvs("V16.3.1")
def test_right_and_wrong_sign_ins_are_kept_with_who_when_and_where(visitor: Any) -> None:
    email = an_address()
    account_id = str(visitor.sign_up(email).account.id)
    visitor.sign_in(email, "a guess")
    visitor.sign_in(email)
    visitor.sign_in(an_address(), "a guess")
    notes = [row.body for row in Outbox.objects.filter(type="audit.noted").order_by("id")]
    kept = [(note["action"], note["about"]) for note in notes]
    assert kept == [
        ("account.created", account_id),
        ("sign_in.failed", account_id),
        ("sign_in.ok", account_id),
        ("sign_in.failed", None),
    ]
    assert all(note["place"].endswith("/24") and note["occurred_at"] for note in notes)
    assert email not in json.dumps(notes)


def test_a_crowd_that_signs_in_is_told_to_wait_while_all_seats_are_taken(visitor: Any) -> None:
    email, program = an_address(), hashing._running()
    taken = [program.free.get_nowait() for _ in range(hashing.SEATS)]
    try:
        came = [visitor.sign_in(email) for _ in range(settings.get().sign_in_tries + 1)]
    finally:
        for seat in taken:
            program.free.put(seat)
    # None of them counted as a try.
    assert {answer.status_code for answer in came} == {503}
    assert json.loads(came[0].content)["code"] == "busy"
    assert came[0].headers["Retry-After"] == "1"
    assert visitor.sign_in(email).status_code == 401


def test_the_device_cookie_is_out_of_reach_of_scripts(visitor: Visitor) -> None:
    visitor.sign_up(an_address())
    cookie = visitor.client.cookies["matinee_device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/api/identity"
