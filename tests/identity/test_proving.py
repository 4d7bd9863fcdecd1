"""What takes more than being signed in: working here, and what weakens an account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from matinee.identity.models import Session, StaffRole
from matinee.kernel import clock
from tests.identity.conftest import PASSWORD, Visitor
from tests.identity.phone import ADA, body, code_of, enrol, roles_of, second

pytestmark = [
    pytest.mark.django_db(databases=["identity", "keys"]),
    pytest.mark.usefixtures("time_stands_still"),
]

Visitors = Callable[[], Any]


@pytest.mark.asvs("V6.3.3")
def test_staff_are_nobody_without_a_second_factor(
    visitors: Visitors, chosen: Callable[..., None]
) -> None:
    chosen(staff_second_factor="always")
    mine, other = visitors(), visitors()
    session = mine.sign_up(ADA)
    StaffRole.objects.create(account_id=session.account.id, role="owner")
    session = mine.refresh()
    assert session.roles_rest
    assert roles_of(session) == frozenset()
    assert mine.send("GET", "studio/staff").status_code == 403
    found = body(mine.send("GET", "security"))
    assert (found["needs_factor"], found["roles_rest"]) == (True, True)
    _, recovery = enrol(mine)
    assert roles_of(mine.refresh()) == {"owner"}
    assert mine.send("GET", "studio/staff").status_code == 200
    entered = other.keep(second(other, recovery_code=recovery[0]), 200)
    assert roles_of(entered) == {"owner"}
    assert not entered.roles_rest


@pytest.mark.asvs("V6.3.3")
def test_staff_who_lose_their_factor_lose_their_roles(
    visitor: Visitor, chosen: Callable[..., None]
) -> None:
    chosen(staff_second_factor="always")
    session = visitor.sign_up(ADA)
    StaffRole.objects.create(account_id=session.account.id, role="support")
    enrol(visitor)
    assert roles_of(visitor.refresh()) == {"support"}
    assert visitor.send("DELETE", "totp").status_code == 204
    assert roles_of(visitor.refresh()) == frozenset()


@pytest.mark.asvs("V7.5.1", "V7.2.4")
def test_what_weakens_an_account_takes_a_fresh_proof(visitor: Visitor) -> None:
    visitor.sign_up(ADA)
    with clock.shifted(timedelta(minutes=6)):
        visitor.refresh()
        for method, path, wish in (
            ("POST", "totp", None),
            ("POST", "totp/confirm", {"code": "000000"}),
            ("DELETE", "totp", None),
            ("POST", "recovery-codes", None),
            ("POST", "passkeys/options", None),
            ("POST", "email", {"email": "other@example.org"}),
            ("POST", "providers/acme/link", {}),
        ):
            answer = visitor.send(method, path, wish)
            assert code_of(answer, 403) == "step_up_needed", path
        before = Session.objects.get().id
        wrong = visitor.send("POST", "step-up", {"password": "a guess"})
        assert code_of(wrong, 403) == "wrong_password"
        visitor.keep(visitor.send("POST", "step-up", {"password": PASSWORD}), 200)
        assert Session.objects.get().id != before
        enrol(visitor)


@pytest.mark.asvs("V7.5.1")
def test_a_fresh_proof_takes_the_second_factor_too(visitor: Visitor) -> None:
    visitor.sign_up(ADA)
    _, recovery = enrol(visitor)
    alone = visitor.send("POST", "step-up", {"password": PASSWORD})
    assert code_of(alone, 403) == "second_factor_needed"
    code_alone = visitor.send("POST", "step-up", {"recovery_code": recovery[0]})
    assert code_of(code_alone, 403) == "wrong_password"
    both = {"password": PASSWORD, "recovery_code": recovery[0]}
    visitor.keep(visitor.send("POST", "step-up", both), 200)
