"""Signing up, signing in, staying signed in and signing out, through the HTTP edge."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from matinee.identity import actions, hashing, passwords, rules, settings
from matinee.identity.models import Account, Outbox, Session
from matinee.kernel import clock, stores
from matinee.kernel.http.django_edge import access_tokens
from tests.identity.answers import problem

pytestmark = pytest.mark.django_db(databases=["identity"])

PASSWORD = "correct horse battery"
Visitors = Callable[[], Any]


def test_sign_up_gives_a_session_for_the_first_profile(visitor: Any) -> None:
    session = visitor.sign_up("Ada@Example.org", "Ada")
    assert session.account.email == "ada@example.org"
    assert [profile.name for profile in session.profiles] == ["Ada"]
    who = access_tokens().verify(session.access_token, "identity")
    assert who.account_id == session.account.id
    assert who.profile_id == session.profile_id == session.profiles[0].id
    assert who.maturity_age == 18
    assert not who.roles


def test_sign_up_tells_of_account_and_profile(visitor: Any) -> None:
    session = visitor.sign_up("ada@example.org")
    told = {row.type: row.body for row in Outbox.objects.all()}
    assert set(told) == {"account.created", "profile.changed", "audit.noted"}
    assert told["account.created"]["account_id"] == str(session.account.id)
    assert told["profile.changed"]["profile"]["id"] == str(session.profiles[0].id)
    assert "example.org" not in json.dumps(told)


def test_an_address_is_taken_in_any_spelling(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    form = {"email": "ADA@example.ORG", "password": PASSWORD, "profile_name": "Imposter"}
    sentence = problem(visitor.send("POST", "sign-up", form), 409, "email_taken")
    assert "Sign in" in sentence
    assert Account.objects.count() == 1
    assert Outbox.objects.filter(type="account.created").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("password", "7 chars"),
        ("password", "x" * 129),
        ("profile_name", "   "),
        ("profile_name", "line\nbreak"),
        ("is_staff", True),
    ],
)
def test_bad_sign_ups_say_which_value_is_wrong(visitor: Any, field: str, value: object) -> None:
    form = {"email": "ada@example.org", "password": PASSWORD, "profile_name": "Ada", field: value}
    assert field in problem(visitor.send("POST", "sign-up", form), 422, "invalid")
    assert not Account.objects.exists()


@pytest.mark.usefixtures("hashes_cost_all")
def test_passwords_are_kept_as_argon2id_of_owasp_strength(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    kept = Account.objects.get().password
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in kept


def test_a_long_password_counts_to_its_last_character(visitor: Any) -> None:
    actions.account_create("ada@example.org", "x" * 127 + "y", [])
    assert visitor.sign_in("ada@example.org", "x" * 128).status_code == 401
    assert visitor.sign_in("ada@example.org", "x" * 127 + "y").status_code == 200


def test_wrong_password_and_unknown_address_sound_the_same(visitors: Visitors) -> None:
    visitors().sign_up("ada@example.org")
    wrong = visitors().sign_in("ada@example.org", "something else")
    unknown = visitors().sign_in("nobody@example.org", "something else")
    assert problem(wrong, 401, "wrong_credentials") == problem(unknown, 401, "wrong_credentials")
    assert wrong.content == unknown.content


def test_unknown_addresses_cost_a_hash_too(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    ask = hashing.Seat._ask

    def counting(self: hashing.Seat, order: bytes, word: str) -> bytes:
        hashed.append(word)
        return ask(self, order, word)

    monkeypatch.setattr(hashing.Seat, "_ask", counting)
    visitor.sign_in("nobody@example.org")
    assert len(hashed) == 1


def test_an_account_without_a_password_lets_nobody_in(visitor: Any) -> None:
    actions.account_create("demo@example.org", None, [])
    for guess in ("!", "None", " "):
        answer = visitor.sign_in("demo@example.org", guess)
        problem(answer, 401, "wrong_credentials")


@pytest.mark.usefixtures("hashes_cost_all")
def test_a_weaker_hash_is_replaced_when_the_password_is_known(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as weaker:
        weaker.setattr(passwords.Argon2id, "kib", 1024)
        actions.account_create("ada@example.org", PASSWORD, [])
    assert "m=1024" in Account.objects.get().password
    assert visitor.sign_in("ada@example.org").status_code == 200
    assert "m=19456" in Account.objects.get().password
    assert visitor.sign_in("ada@example.org").status_code == 200


def test_guessing_is_slowed_down_for_the_guesser_only(visitors: Visitors) -> None:
    owner, guesser = visitors(), visitors()
    email = f"{uuid4().hex}@example.org"
    owner.sign_up(email)
    for _ in range(settings.get().sign_in_tries):
        assert guesser.sign_in(email, "a guess").status_code == 401
    refused = guesser.sign_in(email)
    assert "try again in" in problem(refused, 429, "too_many_attempts")
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert owner.sign_in(email).status_code == 200


def test_the_right_password_clears_the_count(visitor: Any) -> None:
    email = f"{uuid4().hex}@example.org"
    visitor.sign_up(email)
    for _ in range(3):
        for _ in range(settings.get().sign_in_tries - 1):
            assert visitor.sign_in(email, "a typing error").status_code == 401
        assert visitor.sign_in(email).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"email": "a\\u0000b@example.org", "password": "x"}',
        b'{"email": "a@example.org", "password": "\\ud800"}',
        b'{"email": ["a@example.org"], "password": {"$ne": ""}}',
    ],
)
def test_what_cannot_be_read_is_refused(visitor: Any, body: bytes) -> None:
    for path in ("sign-up", "sign-in", "refresh"):
        answer = visitor.client.generic(
            "POST", f"/api/identity/{path}", body, content_type="application/json"
        )
        assert answer.status_code in {400, 422}, (path, answer.content)
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_no_try_is_counted_while_the_store_is_away(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = stores.open_store("unix:///nowhere/valkey.sock")
    monkeypatch.setattr("matinee.kernel.stores.connect", lambda: away)
    answer = visitor.sign_in("ada@example.org")
    problem(answer, 503, "store_down")
    assert answer.headers["Retry-After"]


def test_refresh_gives_a_new_token_and_remembers_who_is_watching(visitor: Any) -> None:
    first = visitor.sign_up("ada@example.org")
    answer = visitor.send("POST", "profiles", {"name": "Bo", "is_kids": True})
    kid = json.loads(answer.content)["id"]
    chosen = visitor.refresh(profile_id=kid)
    assert str(chosen.profile_id) == kid
    assert access_tokens().verify(chosen.access_token, "identity").maturity_age == 6
    remembered = visitor.refresh()
    assert str(remembered.profile_id) == kid
    assert len(remembered.profiles) == 2
    assert remembered.account.id == first.account.id


def test_signing_in_with_several_profiles_chooses_none(visitors: Visitors) -> None:
    one, two = visitors(), visitors()
    one.sign_up("ada@example.org")
    one.send("POST", "profiles", {"name": "Bo"})
    session = two.keep(two.sign_in("ada@example.org"), 200)
    assert session.profile_id is None
    who = access_tokens().verify(session.access_token, "identity")
    assert (who.profile_id, who.maturity_age) == (None, 0)


def test_a_foreign_profile_cannot_be_chosen(visitors: Visitors) -> None:
    mine, theirs = visitors(), visitors()
    mine.sign_up("ada@example.org")
    other = theirs.sign_up("bo@example.org")
    answer = mine.send("POST", "refresh", {"profile_id": str(other.profiles[0].id)})
    problem(answer, 404, "unknown_profile")
    assert mine.refresh().profile_id != other.profiles[0].id


def test_without_a_session_there_is_no_refresh(visitor: Any) -> None:
    problem(visitor.send("POST", "refresh", {}), 401, "signed_out")


def test_a_session_lives_as_long_as_it_is_used(visitor: Any) -> None:
    visitor.sign_up("ada@example.org")
    days = settings.get().session_days
    with clock.shifted(timedelta(days=days - 1)):
        visitor.refresh()
    with clock.shifted(timedelta(days=2 * days - 2)):
        visitor.refresh()
    with clock.shifted(timedelta(days=3 * days)):
        problem(visitor.send("POST", "refresh", {}), 401, "signed_out")


def test_expired_sessions_are_forgotten(visitors: Visitors) -> None:
    visitors().sign_up("ada@example.org")
    with clock.shifted(timedelta(days=30)):
        visitors().sign_up("bo@example.org")
    with clock.shifted(timedelta(days=61)):
        assert actions.sessions_prune() == 1
    assert Session.objects.get().account.email == "bo@example.org"


def test_an_account_stays_signed_in_at_a_bounded_number_of_places(visitors: Visitors) -> None:
    first = visitors()
    first.sign_up("ada@example.org")
    account = Account.objects.get()
    now = clock.now()
    Session.objects.bulk_create(
        Session(
            account=account,
            family_sha256=rules.digest(str(number)),
            secret_sha256=rules.digest(str(number)),
            refreshed_at=now + timedelta(seconds=number + 1),
            expires_at=now + timedelta(days=60),
            ends_at=now + timedelta(days=180),
        )
        for number in range(rules.SESSIONS_MAX - 1)
    )
    visitors().sign_in("ada@example.org")
    assert Session.objects.count() == rules.SESSIONS_MAX
    problem(first.send("POST", "refresh", {}), 401, "signed_out")
