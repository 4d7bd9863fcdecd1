"""Passkeys: making one, signing in with it, and every answer that is not quite right."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from matinee.identity.models import Account, Passkey, StaffRole
from matinee.kernel import settings as kernel_settings
from tests.identity.authenticator import Authenticator
from tests.identity.conftest import Visitor
from tests.identity.phone import body, code_of, enrol, roles_of
from tests.identity.post import PostBox

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

ADA = "ada@example.org"
BO = "bo@example.org"
Visitors = Callable[[], Any]


def add(visitor: Visitor, key: Authenticator, name: str = "Ada's phone") -> dict[str, Any]:
    """Add an authenticator's passkey to the account of a browser."""
    asked = body(visitor.send("POST", "passkeys/options"))
    made = {"ticket": asked["ticket"], "credential": key.make(asked["options"]), "name": name}
    added = body(visitor.send("POST", "passkeys", made), 201)
    visitor.token = added["session"]["access_token"]
    return added


def enter(visitor: Visitor, key: Authenticator) -> Any:
    """The answer to signing in by a passkey."""
    asked = body(visitor.send("POST", "sign-in/passkey/options", {}))
    shown = {"ticket": asked["ticket"], "credential": key.prove(asked["options"])}
    return visitor.send("POST", "sign-in/passkey", shown)


@pytest.fixture
def key() -> Authenticator:
    return Authenticator()


def test_a_passkey_signs_in_by_itself_and_is_two_factors(
    visitors: Visitors, key: Authenticator, chosen: Callable[..., None], post: PostBox
) -> None:
    chosen(staff_second_factor="always")
    mine, other = visitors(), visitors()
    account = mine.sign_up(ADA).account
    StaffRole.objects.create(account_id=account.id, role="owner")
    added = add(mine, key)
    assert added["passkey"]["name"] == "Ada's phone"
    assert len(added["codes"]) == 10
    session = other.keep(enter(other, key), 200)
    assert session.account.id == account.id
    assert roles_of(session) == {"owner"}
    assert Passkey.objects.get().uses == key.uses
    assert body(mine.send("GET", "security"))["passkeys"][0]["used_at"]
    assert post.subjects(ADA)[-1] == "A new way to prove that it is you"


def test_a_question_names_nobody_and_asks_to_open_the_key(visitor: Visitor) -> None:
    asked = body(visitor.send("POST", "sign-in/passkey/options", {}))
    assert asked["options"]["allowCredentials"] == []
    assert asked["options"]["userVerification"] == "required"
    assert asked["options"]["rpId"] == "localhost"


def test_a_passkey_is_the_second_factor_beside_a_password(
    visitors: Visitors, key: Authenticator
) -> None:
    mine, other = visitors(), visitors()
    mine.sign_up(ADA)
    add(mine, key)
    asked = body(other.sign_in(ADA), 202)
    assert asked["ways"] == ["passkey", "recovery_code"]
    question = body(other.send("POST", "sign-in/second/passkey", {"ticket": asked["ticket"]}))
    (allowed,) = question["options"]["allowCredentials"]
    shown = {
        "ticket": asked["ticket"],
        "passkey_ticket": question["ticket"],
        "credential": key.prove(question["options"]),
    }
    assert allowed["id"] == shown["credential"]["id"]
    other.keep(other.send("POST", "sign-in/second", shown), 200)


def test_another_accounts_passkey_is_no_second_factor_of_mine(visitors: Visitors) -> None:
    mine, theirs, other = visitors(), visitors(), visitors()
    my_key, their_key = Authenticator(), Authenticator()
    mine.sign_up(ADA)
    theirs.sign_up(BO)
    add(mine, my_key)
    add(theirs, their_key)
    asked = body(other.sign_in(ADA), 202)
    question = body(other.send("POST", "sign-in/second/passkey", {"ticket": asked["ticket"]}))
    shown = {
        "ticket": asked["ticket"],
        "passkey_ticket": question["ticket"],
        "credential": their_key.prove(question["options"]),
    }
    assert code_of(other.send("POST", "sign-in/second", shown), 403) == "wrong_passkey"


@pytest.mark.asvs("V7.5.1")
def test_a_passkey_alone_is_a_fresh_proof(visitor: Visitor, key: Authenticator) -> None:
    visitor.sign_up(ADA)
    add(visitor, key)
    question = body(visitor.send("POST", "step-up/passkey"))
    shown = {"passkey_ticket": question["ticket"], "credential": key.prove(question["options"])}
    visitor.keep(visitor.send("POST", "step-up", shown), 200)


def test_an_answer_counts_once(visitors: Visitors, key: Authenticator) -> None:
    mine, thief = visitors(), visitors()
    mine.sign_up(ADA)
    add(mine, key)
    asked = body(thief.send("POST", "sign-in/passkey/options", {}))
    shown = {"ticket": asked["ticket"], "credential": key.prove(asked["options"])}
    assert thief.send("POST", "sign-in/passkey", shown).status_code == 200
    assert code_of(thief.send("POST", "sign-in/passkey", shown), 410) == "ticket_over"
    # An old answer to a new question.
    fresh = body(thief.send("POST", "sign-in/passkey/options", {}))
    again = {**shown, "ticket": fresh["ticket"]}
    assert code_of(thief.send("POST", "sign-in/passkey", again), 403) == "wrong_passkey"


def test_a_copied_key_shows_by_its_count(visitors: Visitors, key: Authenticator) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    add(mine, key)
    assert enter(visitors(), key).status_code == 200
    key.uses = 0
    assert code_of(enter(visitors(), key), 403) == "wrong_passkey"


@pytest.mark.parametrize("fault", ["closed", "phishing", "signature", "stranger", "other_kind"])
def test_a_wrong_answer_signs_nobody_in(visitors: Visitors, key: Authenticator, fault: str) -> None:
    mine, other = visitors(), visitors()
    mine.sign_up(ADA)
    add(mine, key)
    path = "step-up/passkey" if fault == "other_kind" else "sign-in/passkey/options"
    asked = body((mine if fault == "other_kind" else other).send("POST", path, {}))
    prover = Authenticator() if fault == "stranger" else key
    prover.is_opened = fault != "closed"
    if fault == "phishing":
        prover.origin = "http://localhost.evil.example"
    credential = prover.prove(asked["options"])
    if fault == "signature":
        response = credential["response"]
        response["signature"] = response["signature"][:-6] + "AAAAAA"
    shown = {"ticket": asked["ticket"], "credential": credential}
    assert code_of(other.send("POST", "sign-in/passkey", shown), 403) == "wrong_passkey"


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": 1},
        {"rawId": "AAAA", "id": "AAAA", "type": "public-key"},
        {"rawId": "ü", "id": "ü", "type": "public-key", "response": {}},
        {"rawId": "AA", "id": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}},
    ],
)
def test_what_no_authenticator_says_is_refused(
    visitor: Visitor, credential: dict[str, Any]
) -> None:
    visitor.sign_up(ADA)
    asked = body(visitor.send("POST", "passkeys/options"))
    made = {"ticket": asked["ticket"], "credential": credential}
    assert code_of(visitor.send("POST", "passkeys", made), 403) == "wrong_passkey"
    asked = body(visitor.send("POST", "sign-in/passkey/options", {}))
    shown = {"ticket": asked["ticket"], "credential": credential}
    assert code_of(visitor.send("POST", "sign-in/passkey", shown), 403) == "wrong_passkey"


def test_a_passkey_belongs_to_one_account(visitors: Visitors, key: Authenticator) -> None:
    mine, theirs = visitors(), visitors()
    mine.sign_up(ADA)
    theirs.sign_up(BO)
    add(mine, key)
    asked = body(theirs.send("POST", "passkeys/options"))
    made = {"ticket": asked["ticket"], "credential": key.make(asked["options"])}
    assert code_of(theirs.send("POST", "passkeys", made), 409) == "passkey_taken"
    # A question that was asked for somebody else.
    asked = body(mine.send("POST", "passkeys/options"))
    assert asked["options"]["excludeCredentials"]
    made = {"ticket": asked["ticket"], "credential": Authenticator().make(asked["options"])}
    assert code_of(theirs.send("POST", "passkeys", made), 403) == "wrong_passkey"


def test_a_passkey_is_renamed_and_taken_away_by_its_owner(
    visitors: Visitors, key: Authenticator
) -> None:
    mine, theirs = visitors(), visitors()
    mine.sign_up(ADA)
    theirs.sign_up(BO)
    passkey_id = add(mine, key)["passkey"]["id"]
    renamed = mine.send("PATCH", f"passkeys/{passkey_id}", {"name": "My key"})
    assert body(renamed)["name"] == "My key"
    path = f"passkeys/{passkey_id}"
    assert code_of(theirs.send("PATCH", path, {"name": "Mine"}), 404) == "unknown_passkey"
    assert code_of(theirs.send("DELETE", path), 404) == "unknown_passkey"
    assert mine.send("DELETE", path).status_code == 204
    assert code_of(enter(visitors(), key), 403) == "wrong_passkey"
    assert visitors().sign_in(ADA).status_code == 200


def test_an_app_and_a_passkey_stand_beside_each_other(
    visitors: Visitors, key: Authenticator
) -> None:
    mine, other = visitors(), visitors()
    mine.sign_up(ADA)
    enrol(mine)
    assert add(mine, key)["codes"] == []
    assert body(other.sign_in(ADA), 202)["ways"] == ["passkey", "totp", "recovery_code"]


def test_a_closed_account_opens_to_no_passkey(visitors: Visitors, key: Authenticator) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    add(mine, key)
    account = Account.objects.get()
    account.disabled_at = account.created_at
    account.save(update_fields=["disabled_at"])
    assert code_of(enter(visitors(), key), 401) == "wrong_credentials"
    assert code_of(visitors().sign_in(ADA), 401) == "wrong_credentials"


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("http://127.0.0.1:8480", True),
        ("https://films.example", True),
        ("http://films.example", False),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::1]:8480", False),
    ],
)
def test_passkeys_are_offered_where_browsers_can_have_them(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, url: str, *, possible: bool
) -> None:
    elsewhere = kernel_settings.get().model_copy(update={"public_url": url})
    elsewhere.__dict__.pop("url", None)
    monkeypatch.setattr("matinee.kernel.settings.get", lambda: elsewhere)
    ways = json.loads(visitor.send("GET", "ways").content)
    assert ways["passkeys"] is possible
    asked = visitor.send("POST", "sign-in/passkey/options", {})
    assert asked.status_code == (200 if possible else 400)
