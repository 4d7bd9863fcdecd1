"""Which passwords are taken, how they are kept, and how they are changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator

from matinee.identity import known_passwords
from matinee.identity.models import Account, KnownDevice, Session
from tests.identity.conftest import PASSWORD
from tests.identity.leaked import lines_of
from tests.identity.phone import code_of
from tests.identity.post import PostBox

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

ADA = "ada@example.org"
NEXT = "a quite different one"
Visitors = Callable[[], Any]


@pytest.mark.asvs("V6.2.1")
@pytest.mark.parametrize(
    "password",
    [
        "zqxjkvbw",  # eight small letters
        "  two spaces lead and trail  ",
        "ünïcödé 密码 🎬",
        "x" * 127 + "Y",
        "\t tabs and \x00 nothing",
    ],
)
def test_a_password_is_taken_as_it_is(visitors: Visitors, password: str) -> None:
    form = {"email": ADA, "password": password, "profile_name": "Ada"}
    assert visitors().send("POST", "sign-up", form).status_code == 201
    assert visitors().sign_in(ADA, password).status_code == 200
    for other in (password.swapcase(), "!" + password[1:], password[:-1]):
        assert visitors().sign_in(ADA, other).status_code == 401


@pytest.mark.asvs("V6.2.1")
@pytest.mark.parametrize("password", ["1234567", "x" * 129])
def test_too_short_and_too_long_are_refused(visitor: Any, password: str) -> None:
    form = {"email": ADA, "password": password, "profile_name": "Ada"}
    assert code_of(visitor.send("POST", "sign-up", form), 422) == "invalid"


@pytest.mark.asvs("V6.2.4")
def test_what_everybody_takes_is_refused_everywhere(
    visitor: Any, post: PostBox, tmp_path: Path, chosen: Callable[..., None]
) -> None:
    leaked = tmp_path / "leaked"
    leaked.write_text(lines_of(["leaked sentence", "another", "third"]))
    chosen(leaked_passwords=str(leaked))
    for weak, code in (
        ("Password1", "known_password"),
        ("leaked sentence", "known_password"),
        ("ada@example.org", "weak_password"),
    ):
        form = {"email": ADA, "password": weak, "profile_name": "Ada"}
        assert code_of(visitor.send("POST", "sign-up", form), 422) == code
    visitor.sign_up(ADA)
    change = {"current": PASSWORD, "new": "leaked sentence"}
    assert code_of(visitor.send("POST", "password", change), 422) == "known_password"
    visitor.send("POST", "password/forgot", {"email": ADA})
    reset = {"code": post.code(ADA), "password": "qwertyuiop"}
    assert code_of(visitor.send("POST", "password/reset", reset), 422) == "known_password"
    # What was refused did not use the letter up.
    assert visitor.send("POST", "password/reset", {**reset, "password": NEXT}).status_code == 200


@pytest.mark.asvs("V6.2.4")
def test_the_commonest_three_thousand_are_known() -> None:
    listed = sorted(CommonPasswordValidator().passwords)
    assert len(listed) >= 3000
    assert all(known_passwords.is_known(word.upper(), None) for word in listed)
    assert not known_passwords.is_known(PASSWORD, None)


@pytest.mark.asvs("V6.2.3")
def test_a_change_needs_the_present_password(visitor: Any, post: PostBox) -> None:
    visitor.sign_up(ADA)
    for wish in ({"new": NEXT}, {"current": "a guess", "new": NEXT}):
        assert code_of(visitor.send("POST", "password", wish), 403) == "wrong_password"
    assert visitor.sign_in(ADA).status_code == 200
    changed = visitor.send("POST", "password", {"current": PASSWORD, "new": NEXT})
    assert changed.status_code == 204
    assert visitor.sign_in(ADA, NEXT).status_code == 200
    assert visitor.sign_in(ADA).status_code == 401
    assert post.subjects(ADA)[-1] == "Your password was changed"


def test_guessing_the_present_password_ends(visitor: Any) -> None:
    visitor.sign_up(ADA)
    for _ in range(10):
        wish = {"current": "a guess", "new": NEXT}
        assert visitor.send("POST", "password", wish).status_code == 403
    wish = {"current": PASSWORD, "new": NEXT}
    assert code_of(visitor.send("POST", "password", wish), 429) == "too_many_attempts"


@pytest.mark.asvs("V7.4.3")
@pytest.mark.parametrize("end_sessions", [True, False])
def test_a_change_signs_out_elsewhere_if_wished(visitors: Visitors, *, end_sessions: bool) -> None:
    here, there = visitors(), visitors()
    here.sign_up(ADA)
    there.keep(there.sign_in(ADA), 200)
    wish = {"current": PASSWORD, "new": NEXT, "end_sessions": end_sessions}
    assert here.send("POST", "password", wish).status_code == 204
    here.refresh()
    answer = there.send("POST", "refresh", {})
    assert answer.status_code == (401 if end_sessions else 200)
    assert Session.objects.count() == (1 if end_sessions else 2)
    # A thief's browser is a stranger's again.
    assert KnownDevice.objects.count() == (1 if end_sessions else 2)


@pytest.mark.asvs("V11.4.2")
@pytest.mark.usefixtures("hashes_cost_all")
def test_hashes_are_argon2id_of_owasp_strength(visitor: Any) -> None:
    visitor.sign_up(ADA)
    kept = Account.objects.get().password
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
