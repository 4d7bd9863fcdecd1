"""Signing up by letter, showing that an address is one's own, and choosing a new password by it."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from matinee.identity import tickets
from matinee.identity.actions.writing import letter_write
from matinee.identity.models import Account, KnownDevice, Session
from matinee.identity.steps import Forgotten, SignUpDraft
from matinee.identity.tasks import write_letter
from matinee.kernel import clock, settings, stores
from matinee.kernel.problems import Gone
from tests.identity.conftest import PASSWORD
from tests.identity.phone import body, code_of, enrol
from tests.identity.post import PostBox

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

ADA = "ada@example.org"
NEXT = "a quite different one"
FORM = {"email": "Ada@Example.org", "password": PASSWORD, "profile_name": "Ada"}
Visitors = Callable[[], Any]


@pytest.fixture
def first(chosen: Callable[..., None]) -> None:
    """Letters come first."""
    chosen(verify_email="first")


@pytest.mark.usefixtures("first")
def test_an_account_begins_where_its_letter_was_asked_for(visitor: Any, post: PostBox) -> None:
    assert body(visitor.send("GET", "ways"))["verify_first"] is True
    sent = body(visitor.send("POST", "sign-up", FORM), 202)
    assert sent["email"] == ADA
    assert not Account.objects.exists()
    (letter,) = post.letters(ADA)
    assert f"{settings.get().url}/sign-up/verify#code=" in str(letter.get_payload())
    session = visitor.keep(visitor.send("POST", "sign-up/verify", {"code": post.code(ADA)}), 201)
    assert session.account.email == ADA
    assert Account.objects.get().email_verified_at
    assert visitor.sign_in(ADA).status_code == 200


@pytest.mark.usefixtures("first")
def test_a_letter_opened_elsewhere_takes_the_chosen_password(
    visitors: Visitors, post: PostBox
) -> None:
    """Whoever opens a letter that they did not ask for ends up in no stranger's account."""
    asker, opener = visitors(), visitors()
    asker.send("POST", "sign-up", FORM)
    shown = {"code": post.code(ADA)}
    assert code_of(opener.send("POST", "sign-up/verify", shown), 403) == "password_needed"
    wrong = {**shown, "password": "not what was chosen"}
    for _ in range(5):
        assert code_of(opener.send("POST", "sign-up/verify", wrong), 403) == "wrong_password"
    assert code_of(opener.send("POST", "sign-up/verify", wrong), 429) == "too_many_attempts"
    other = visitors()
    right = {**shown, "password": PASSWORD}
    assert other.keep(other.send("POST", "sign-up/verify", right), 201).account.email == ADA


@pytest.mark.asvs("V6.4.1", "V6.5.1", "V6.5.5")
@pytest.mark.usefixtures("first")
def test_codes_are_random_work_once_and_end(visitors: Visitors, post: PostBox) -> None:
    one, two = visitors(), visitors()
    one.send("POST", "sign-up", FORM)
    first_code = post.code(ADA)
    two.send("POST", "sign-up", FORM)
    second_code = post.code(ADA)
    assert first_code != second_code
    assert re.fullmatch(r"[\w-]{43}", first_code), "32 random bytes"
    with clock.shifted(timedelta(minutes=10, seconds=1)):
        old = two.send("POST", "sign-up/verify", {"code": second_code})
        assert code_of(old, 410) == "ticket_over"
    assert one.send("POST", "sign-up/verify", {"code": first_code}).status_code == 201
    again = one.send("POST", "sign-up/verify", {"code": first_code})
    assert code_of(again, 410) == "ticket_over"
    # By now the address has an account, whose owner opened this second letter as well.
    late = two.send("POST", "sign-up/verify", {"code": second_code})
    assert code_of(late, 409) == "email_taken"


@pytest.mark.asvs("V6.4.1", "V6.5.1")
def test_a_password_is_chosen_anew_by_letter_once(visitors: Visitors, post: PostBox) -> None:
    owner, other = visitors(), visitors()
    owner.sign_up(ADA)
    body(other.send("POST", "password/forgot", {"email": "ADA@example.org"}), 202)
    reset = {"code": post.code(ADA), "password": NEXT}
    session = other.keep(other.send("POST", "password/reset", reset), 200)
    assert session.account.email == ADA
    assert owner.send("POST", "refresh", {}).status_code == 401
    assert visitors().sign_in(ADA, NEXT).status_code == 200
    assert code_of(visitors().send("POST", "password/reset", reset), 410) == "ticket_over"
    assert Account.objects.get().email_verified_at
    assert post.subjects(ADA)[-1] == "Your password was changed"


def test_who_shows_an_address_first_is_rid_of_whoever_took_it(
    visitors: Visitors, post: PostBox
) -> None:
    """Somebody signs up with another's address and sets up an app to come back by."""
    stranger, owner = visitors(), visitors()
    stranger.sign_up(ADA)
    enrol(stranger)
    owner.send("POST", "password/forgot", {"email": ADA})
    reset = {"code": post.code(ADA), "password": NEXT, "end_sessions": False}
    owner.keep(owner.send("POST", "password/reset", reset), 200)
    assert stranger.send("POST", "refresh", {}).status_code == 401
    assert visitors().sign_in(ADA, NEXT).status_code == 200
    assert not KnownDevice.objects.filter(secret_sha256=digest_of(stranger)).exists()
    assert body(owner.send("GET", "security"))["totp"] is False


def digest_of(visitor: Any) -> bytes:
    """What is kept of a browser's device cookie."""
    return hashlib.sha256(visitor.client.cookies["matinee_device"].value.encode()).digest()


def test_an_older_letter_is_void_once_the_password_has_changed(visitor: Any, post: PostBox) -> None:
    visitor.sign_up(ADA)
    visitor.send("POST", "password/forgot", {"email": ADA})
    old = post.code(ADA)
    visitor.send("POST", "password", {"current": PASSWORD, "new": NEXT})
    late = visitor.send("POST", "password/reset", {"code": old, "password": "yet another one"})
    assert code_of(late, 410) == "ticket_over"


def test_nobody_is_flooded_with_letters(visitors: Visitors, post: PostBox) -> None:
    visitors().sign_up(ADA)
    post.empty()
    came = [
        visitors().send("POST", "password/forgot", {"email": ADA}).status_code for _ in range(5)
    ]
    assert came == [202] * 3 + [429] * 2
    assert len(post.letters(ADA)) == 3


def test_a_new_account_is_asked_to_confirm_its_address(visitors: Visitors, post: PostBox) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    assert body(mine.send("GET", "security"))["email_verified"] is False
    assert post.subjects(ADA) == ["Confirm your e-mail address"]
    old = post.code(ADA)
    body(mine.send("POST", "email/verify/letter"), 202)
    # Opened on the phone, where nobody is signed in.
    assert visitors().send("POST", "email/verify", {"code": old}).status_code == 204
    assert body(mine.send("GET", "security"))["email_verified"] is True
    assert code_of(visitors().send("POST", "email/verify", {"code": old}), 410) == "ticket_over"


@pytest.mark.asvs("V7.5.1")
def test_another_address_counts_once_its_letter_was_opened(
    visitors: Visitors, post: PostBox
) -> None:
    mine, phone = visitors(), visitors()
    mine.sign_up(ADA)
    body(mine.send("POST", "email", {"email": "Ada@New.example"}), 202)
    assert visitors().sign_in("ada@new.example").status_code == 401
    code = post.code("ada@new.example")
    assert phone.send("POST", "email/verify", {"code": code}).status_code == 204
    assert visitors().sign_in("ada@new.example").status_code == 200
    assert visitors().sign_in(ADA).status_code == 401
    assert post.subjects(ADA)[-1] == "Your address was changed"
    with clock.shifted(timedelta(minutes=6)):
        mine.refresh()
        late = mine.send("POST", "email", {"email": "third@example.org"})
        assert code_of(late, 403) == "step_up_needed"


@pytest.mark.asvs("SVC-5")
def test_asking_for_a_taken_address_tells_only_its_owner(visitors: Visitors, post: PostBox) -> None:
    mine, theirs = visitors(), visitors()
    mine.sign_up(ADA)
    theirs.sign_up("bo@example.org")
    free = theirs.send("POST", "email", {"email": "free@example.org"})
    taken = theirs.send("POST", "email", {"email": ADA})
    assert free.status_code == taken.status_code == 202
    assert set(body(free, 202)) == set(body(taken, 202))
    assert post.subjects(ADA)[-1] == "This address belongs to another account"


def test_two_who_want_one_address_get_it_once(visitors: Visitors, post: PostBox) -> None:
    mine, theirs = visitors(), visitors()
    mine.sign_up(ADA)
    theirs.sign_up("bo@example.org")
    wanted = {"email": "wanted@example.org"}
    mine.send("POST", "email", wanted)
    one = post.code("wanted@example.org")
    theirs.send("POST", "email", wanted)
    two = post.code("wanted@example.org")
    assert visitors().send("POST", "email/verify", {"code": one}).status_code == 204
    late = visitors().send("POST", "email/verify", {"code": two})
    assert code_of(late, 409) == "email_taken"
    assert theirs.sign_in("bo@example.org").status_code == 200


@pytest.mark.asvs("V11.3.2")
def test_who_reads_the_store_learns_neither_code_nor_address(
    visitor: Any, post: PostBox, chosen: Callable[..., None]
) -> None:
    chosen(verify_email="first")
    visitor.send("POST", "sign-up", FORM)
    code = post.code(ADA)
    store = stores.connect()
    names = list(store.scan_iter("ticket:*"))
    lying = json.dumps({name: store.get(name) for name in names})
    assert names
    for secret in (code, ADA, "Ada", "argon2"):
        assert secret not in lying


def test_a_ticket_of_one_kind_is_none_of_another() -> None:
    code, _ = tickets.issue(Forgotten(email=ADA))
    with pytest.raises(Gone):
        tickets.look(SignUpDraft, code)
    assert tickets.take(Forgotten, code).email == ADA
    with pytest.raises(Gone):
        tickets.take(Forgotten, code)


def test_a_letter_waits_while_the_mail_server_is_away(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, str]] = []
    monkeypatch.setattr("matinee.kernel.tasks.send", lambda _task, what: sent.append(what))
    visitor.sign_up(ADA)
    away = settings.get().model_copy(update={"smtp_url": "smtp://127.0.0.1:1"})
    monkeypatch.setattr("matinee.kernel.settings.get", lambda: away)
    with pytest.raises(ConnectionRefusedError):
        letter_write(**sent[0])
    assert write_letter.max_retries == 6
    assert Session.objects.count() == 1


@pytest.mark.parametrize("code", ["x", "#" * 100, "ü", "../../etc/passwd"])
@pytest.mark.parametrize("path", ["sign-up/verify", "email/verify", "password/reset"])
def test_made_up_codes_are_over(visitor: Any, path: str, code: str) -> None:
    shown = {"code": code, **({"password": NEXT} if path == "password/reset" else {})}
    assert code_of(visitor.send("POST", path, shown), 410) == "ticket_over"
