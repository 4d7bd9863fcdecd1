"""Second factors: setting them up, signing in with them, each code once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from matinee.identity import actions, passwords
from matinee.identity.models import Account, KnownDevice, Outbox, RecoveryCode, Session, TotpFactor
from matinee.identity.rules import codes
from matinee.kernel import clock
from tests.identity.conftest import PASSWORD, Visitor
from tests.identity.phone import ADA, Phone, body, code_of, enrol, second
from tests.identity.post import PostBox

pytestmark = [
    pytest.mark.django_db(databases=["identity", "keys"]),
    pytest.mark.usefixtures("time_stands_still"),
]

NEXT = "a quite different one"
Visitors = Callable[[], Any]


def test_with_an_app_a_password_is_half_the_way(visitors: Visitors, post: PostBox) -> None:
    mine, other = visitors(), visitors()
    mine.sign_up(ADA)
    phone, _ = enrol(mine)
    asked = body(other.sign_in(ADA), 202)
    assert set(asked) == {"ticket", "ways", "expires_at"}
    assert asked["ways"] == ["totp", "recovery_code"]
    assert "matinee_session" not in other.client.cookies
    with clock.shifted(timedelta(seconds=30)):
        shown = {"ticket": asked["ticket"], "code": phone.shows()}
        session = other.keep(other.send("POST", "sign-in/second", shown), 200)
    assert session.account.email == ADA
    assert post.subjects(ADA)[-1] == "A new way to prove that it is you"


@pytest.mark.asvs("V6.5.1")
def test_a_code_of_the_app_counts_once(visitors: Visitors) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    phone, _ = enrol(mine)
    # The one that set it up is used up as well.
    assert code_of(second(visitors(), code=phone.shows()), 403) == "wrong_code"
    with clock.shifted(timedelta(seconds=30)):
        assert second(visitors(), code=phone.shows()).status_code == 200
        assert code_of(second(visitors(), code=phone.shows()), 403) == "wrong_code"


@pytest.mark.asvs("V6.5.5")
def test_a_code_of_the_app_lives_for_thirty_seconds(visitors: Visitors) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    phone, _ = enrol(mine)
    with clock.shifted(timedelta(seconds=60)):
        early = phone.shows()
    with clock.shifted(timedelta(seconds=59)):
        assert code_of(second(visitors(), code=early), 403) == "wrong_code"
    with clock.shifted(timedelta(seconds=91)):
        assert code_of(second(visitors(), code=early), 403) == "wrong_code"
    with clock.shifted(timedelta(seconds=85)):
        assert second(visitors(), code=early).status_code == 200


@pytest.mark.asvs("V6.5.1", "V6.5.5")
def test_the_ticket_between_two_steps_works_once_and_for_ten_minutes(visitors: Visitors) -> None:
    mine, other = visitors(), visitors()
    mine.sign_up(ADA)
    _, recovery = enrol(mine)
    asked = body(other.sign_in(ADA), 202)
    shown = {"ticket": asked["ticket"], "recovery_code": recovery[0]}
    with clock.shifted(timedelta(minutes=10)):
        assert code_of(other.send("POST", "sign-in/second", shown), 410) == "ticket_over"
    assert other.send("POST", "sign-in/second", shown).status_code == 200
    again = {**shown, "recovery_code": recovery[1]}
    assert code_of(other.send("POST", "sign-in/second", again), 410) == "ticket_over"


@pytest.mark.asvs("V6.5.1", "V6.5.2")
@pytest.mark.usefixtures("hashes_cost_all")
def test_recovery_codes_work_once_and_are_kept_as_hashes(visitors: Visitors, post: PostBox) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    _, recovery = enrol(mine)
    assert len(set(recovery)) == 10
    kept = list(RecoveryCode.objects.values_list("code", flat=True))
    assert all(each.startswith("argon2$argon2id$v=19$m=19456") for each in kept)
    assert len({each.split("$")[4] for each in kept}) == 10
    typed = recovery[3].lower().replace("-", " ")
    assert second(visitors(), recovery_code=typed).status_code == 200
    assert code_of(second(visitors(), recovery_code=recovery[3]), 403) == "wrong_code"
    assert post.subjects(ADA)[-1] == "A recovery code was used"
    assert body(mine.send("GET", "security"))["recovery_codes_left"] == 9


def test_new_recovery_codes_end_the_old_ones(visitors: Visitors) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    assert code_of(mine.send("POST", "recovery-codes"), 409) == "no_factor"
    _, old = enrol(mine)
    fresh = body(mine.send("POST", "recovery-codes"))["codes"]
    assert code_of(second(visitors(), recovery_code=old[0]), 403) == "wrong_code"
    assert second(visitors(), recovery_code=fresh[0]).status_code == 200


@pytest.mark.asvs("V6.6.3")
def test_five_wrong_codes_are_enough(visitors: Visitors) -> None:
    mine, guesser = visitors(), visitors()
    mine.sign_up(ADA)
    phone, _ = enrol(mine)
    asked = body(guesser.sign_in(ADA), 202)
    shown = {"ticket": asked["ticket"], "code": "000000"}
    for _ in range(5):
        assert code_of(guesser.send("POST", "sign-in/second", shown), 403) == "wrong_code"
    with clock.shifted(timedelta(seconds=30)):
        right = {**shown, "code": phone.shows()}
        refused = guesser.send("POST", "sign-in/second", right)
        assert code_of(refused, 429) == "too_many_attempts"
        assert int(refused.headers["Retry-After"]) > 0
        # The owner, elsewhere, is not kept out by it.
        assert second(visitors(), code=phone.shows()).status_code == 200


@pytest.mark.parametrize("shown", [{}, {"code": "1", "recovery_code": "2"}])
def test_one_thing_is_shown_at_a_time(visitors: Visitors, shown: dict[str, str]) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    enrol(mine)
    assert code_of(second(visitors(), **shown), 422) == "one_factor"


@pytest.mark.asvs("V6.4.3")
def test_a_new_password_by_letter_still_takes_the_second_factor(
    visitors: Visitors, post: PostBox
) -> None:
    mine, other = visitors(), visitors()
    mine.sign_up(ADA)
    mine.send("POST", "email/verify", {"code": post.code(ADA)})
    _, recovery = enrol(mine)
    other.send("POST", "password/forgot", {"email": ADA})
    reset = {"code": post.code(ADA), "password": NEXT}
    asked = body(other.send("POST", "password/reset", reset), 202)
    # Until the second factor was shown, nothing has changed.
    assert visitors().sign_in(ADA, NEXT).status_code == 401
    shown = {"ticket": asked["ticket"], "recovery_code": recovery[0]}
    assert other.send("POST", "sign-in/second", shown).status_code == 200
    assert visitors().sign_in(ADA, NEXT).status_code == 202
    assert visitors().sign_in(ADA).status_code == 401


def test_a_first_step_ends_with_the_password(visitors: Visitors) -> None:
    mine, other = visitors(), visitors()
    mine.sign_up(ADA)
    _, recovery = enrol(mine)
    asked = body(other.sign_in(ADA), 202)
    mine.send("POST", "password", {"current": PASSWORD, "new": NEXT})
    shown = {"ticket": asked["ticket"], "recovery_code": recovery[0]}
    assert code_of(other.send("POST", "sign-in/second", shown), 410) == "ticket_over"


@pytest.mark.asvs("V7.4.3")
@pytest.mark.parametrize("end_sessions", [True, False])
def test_setting_up_a_factor_signs_out_elsewhere_if_wished(
    visitors: Visitors, *, end_sessions: bool
) -> None:
    here, there = visitors(), visitors()
    here.sign_up(ADA)
    there.keep(there.sign_in(ADA), 200)
    phone = Phone(body(here.send("POST", "totp"))["secret"])
    shown = {"code": phone.shows(), "end_sessions": end_sessions}
    assert here.send("POST", "totp/confirm", shown).status_code == 200
    assert there.send("POST", "refresh", {}).status_code == (401 if end_sessions else 200)
    here.refresh()


@pytest.mark.django_db(databases=["identity", "keys"], transaction=True)
def test_a_factor_that_is_set_up_while_a_password_is_checked_is_owed(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = visitors(), visitors()
    mine.sign_up(ADA)
    check = passwords.check

    def check_slowly(password: str, kept: str) -> tuple[bool, bool]:
        enrol(mine)
        return check(password, kept)

    monkeypatch.setattr(passwords, "check", check_slowly)
    sessions, known = Session.objects.count(), KnownDevice.objects.count()
    assert code_of(other.sign_in(ADA), 401) == "signed_out"
    assert (Session.objects.count(), KnownDevice.objects.count()) == (sessions, known)
    noted = Outbox.objects.filter(type="audit.noted", body__action="sign_in.ok")
    assert not noted.exists()
    monkeypatch.undo()
    body(other.sign_in(ADA), 202)


def test_an_app_counts_only_once_a_code_was_typed(visitors: Visitors) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    body(mine.send("POST", "totp"))
    assert code_of(mine.send("POST", "totp/confirm", {"code": "000000"}), 403) == "wrong_code"
    assert visitors().sign_in(ADA).status_code == 200
    assert code_of(mine.send("DELETE", "totp"), 404) == "no_totp"
    assert not RecoveryCode.objects.exists()


def test_an_app_is_taken_away(visitors: Visitors, post: PostBox) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    enrol(mine)
    assert code_of(mine.send("POST", "totp"), 409) == "totp_taken"
    assert mine.send("DELETE", "totp").status_code == 204
    assert not TotpFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not Session.objects.filter(has_second_factor=True).exists()
    assert visitors().sign_in(ADA).status_code == 200
    assert post.subjects(ADA)[-1] == "A way to prove that it is you was removed"
    kept = [row.body["action"] for row in Outbox.objects.filter(type="audit.noted").order_by("id")]
    assert kept[1:3] == ["factor.added", "factor.removed"]


@pytest.mark.asvs("V11.3.2")
def test_the_secret_of_an_app_is_not_readable_in_the_database(visitor: Visitor) -> None:
    visitor.sign_up(ADA)
    draft = body(visitor.send("POST", "totp"))
    (kept,) = TotpFactor.objects.extra(select={"raw": "secret"}).values_list("raw", flat=True)
    assert draft["secret"].encode() not in bytes(kept)
    assert codes.totp_key(draft["secret"]) not in bytes(kept)


def test_somebody_who_lost_every_factor_is_helped_by_the_operator(
    visitors: Visitors, post: PostBox
) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    enrol(mine)
    actions.factors_remove(ADA)
    assert mine.send("POST", "refresh", {}).status_code == 401
    assert visitors().sign_in(ADA).status_code == 200
    assert Account.objects.get().password.startswith("argon2")
    assert post.subjects(ADA)[-1] == "A way to prove that it is you was removed"
