"""Signing in with an external provider, against a small one of our own."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from matinee.identity.models import Account, ProviderLink
from matinee.kernel import settings as kernel_settings
from matinee.kernel.sealed_fields import indexes_of
from tests.identity.conftest import Visitor
from tests.identity.phone import body, code_of, enrol
from tests.identity.post import PostBox
from tests.identity.provider import BITS, CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

ADA = "ada@example.org"
Visitors = Callable[[], Any]


@pytest.fixture
def provider(chosen: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with Provider() as running:
        known = {"id": "acme", "name": "Acme", "issuer": running.issuer, "client_id": CLIENT}
        host = running.issuer.removeprefix("http://")
        monkeypatch.setenv("MATINEE_OUTBOUND_PRIVATE_HOSTS", json.dumps([host]))
        kernel_settings.get.cache_clear()
        secret = kernel_settings.get().secrets / "provider_acme_secret"
        secret.write_text(f"{SECRET}\n")
        chosen(providers=json.dumps([known]))
        yield running
        secret.unlink()
    monkeypatch.undo()
    kernel_settings.get.cache_clear()


def come_back(visitor: Visitor, provider: Provider, **claims: Any) -> Any:
    """Go to the provider and come back as whoever `claims` say."""
    url = body(visitor.send("POST", "sign-in/with/acme", {}))["url"]
    code, state = provider.approve(url, **claims)
    return visitor.send("POST", "sign-in/back", {"code": code, "state": state})


def person(subject: str = "4711", email: str = ADA, *, verified: bool = True) -> dict[str, Any]:
    """What a provider says of somebody."""
    return {"sub": subject, "email": email, "email_verified": verified, "given_name": "Ada"}


def test_the_first_visit_makes_an_account_and_the_next_finds_it(
    visitors: Visitors, provider: Provider
) -> None:
    first = visitors().keep(come_back(one := visitors(), provider, **person()), 200)
    assert first.account.email == ADA
    assert [profile.name for profile in first.profiles] == ["Ada"]
    assert Account.objects.get().email_verified_at
    assert one.sign_in(ADA, "!").status_code == 401
    again = visitors().keep(come_back(visitors(), provider, **person()), 200)
    assert again.account.id == first.account.id
    assert body(visitors().send("GET", "ways"))["providers"] == [{"id": "acme", "name": "Acme"}]


@pytest.mark.asvs("V6.8.1")
def test_somebody_is_known_by_issuer_and_subject_and_never_by_address(
    visitors: Visitors, provider: Provider
) -> None:
    mine = visitors()
    mine.sign_up(ADA)
    # The same verified address at a provider opens no account that is there.
    refused = come_back(visitors(), provider, **person("stranger"))
    assert code_of(refused, 409) == "email_taken"
    assert not ProviderLink.objects.exists()
    bo = visitors().keep(come_back(visitors(), provider, **person("bo", "bo@example.org")), 200)
    # Another subject with Bo's address is somebody else, and Bo with another address is Bo.
    other = come_back(visitors(), provider, **person("other", "bo@example.org"))
    assert code_of(other, 409) == "email_taken"
    moved = visitors().keep(come_back(visitors(), provider, **person("bo", ADA)), 200)
    assert moved.account.id == bo.account.id
    assert moved.account.email == "bo@example.org"


@pytest.mark.asvs("V6.8.1")
def test_the_same_subject_at_another_issuer_is_somebody_else(
    visitors: Visitors, provider: Provider
) -> None:
    visitors().keep(come_back(visitors(), provider, **person()), 200)
    kept = bytes(ProviderLink.objects.get().subject_digest)
    here, elsewhere = (
        indexes_of(ProviderLink, "subject_digest", f"{issuer}\0004711")
        for issuer in (provider.issuer, "https://other.example")
    )
    assert kept in here
    assert kept not in elsewhere


def test_a_link_of_a_release_before_is_completed_when_it_is_used(
    visitors: Visitors, provider: Provider
) -> None:
    first = visitors().keep(come_back(visitors(), provider, **person()), 200)
    ProviderLink.objects.update(subject=None)
    again = visitors().keep(come_back(visitors(), provider, **person()), 200)
    assert again.account.id == first.account.id
    assert ProviderLink.objects.get().subject == f"{provider.issuer}\0004711"


@pytest.mark.parametrize(
    "told", [person(verified=False), person(email=""), person(email="a\r\nBcc: b@example.org")]
)
def test_an_address_that_the_provider_has_not_confirmed_is_none(
    visitor: Visitor, provider: Provider, told: dict[str, Any]
) -> None:
    assert code_of(come_back(visitor, provider, **told), 409) == "provider_without_email"
    assert not Account.objects.exists()


def test_an_account_is_linked_and_unlinked(
    visitors: Visitors, provider: Provider, post: PostBox
) -> None:
    mine, other = visitors(), visitors()
    account = mine.sign_up(ADA).account
    url = body(mine.send("POST", "providers/acme/link"))["url"]
    code, state = provider.approve(url, **person(email="", verified=False))
    assert mine.send("POST", "sign-in/back", {"code": code, "state": state}).status_code == 204
    entered = other.keep(come_back(other, provider, **person(email="", verified=False)), 200)
    assert entered.account.id == account.id
    assert post.subjects(ADA)[-1] == "Another account can sign in to yours"
    (link,) = body(mine.send("GET", "security"))["providers"]
    assert (link["provider"], link["name"]) == ("acme", "Acme")
    path = f"providers/{link['id']}"
    stranger = visitors()
    stranger.sign_up("stranger@example.org")
    assert code_of(stranger.send("DELETE", path), 404) == "unknown_link"
    assert mine.send("DELETE", path).status_code == 204
    refused = come_back(visitors(), provider, **person(email="", verified=False))
    assert code_of(refused, 409) == "provider_without_email"


def test_somebody_links_to_one_account(visitors: Visitors, provider: Provider) -> None:
    visitors().keep(come_back(visitors(), provider, **person("bo", "bo@example.org")), 200)
    mine = visitors()
    mine.sign_up(ADA)
    url = body(mine.send("POST", "providers/acme/link"))["url"]
    code, state = provider.approve(url, **person("bo", "bo@example.org"))
    answer = mine.send("POST", "sign-in/back", {"code": code, "state": state})
    assert code_of(answer, 409) == "link_taken"


def test_the_last_way_in_stays(visitor: Visitor, provider: Provider) -> None:
    visitor.keep(come_back(visitor, provider, **person()), 200)
    (link,) = body(visitor.send("GET", "security"))["providers"]
    assert code_of(visitor.send("DELETE", f"providers/{link['id']}"), 409) == "last_way_in"
    assert visitor.send("POST", "password", {"new": "a quite different one"}).status_code == 204
    assert visitor.send("DELETE", f"providers/{link['id']}").status_code == 204


def test_a_second_factor_is_owed_all_the_same(visitors: Visitors, provider: Provider) -> None:
    mine = visitors()
    mine.keep(come_back(mine, provider, **person()), 200)
    _, recovery = enrol(mine)
    other = visitors()
    asked = body(come_back(other, provider, **person()), 202)
    shown = {"ticket": asked["ticket"], "recovery_code": recovery[0]}
    assert other.send("POST", "sign-in/second", shown).status_code == 200


def test_a_visit_comes_back_to_the_browser_that_went_and_once(
    visitors: Visitors, provider: Provider
) -> None:
    mine, victim = visitors(), visitors()
    url = body(mine.send("POST", "sign-in/with/acme", {}))["url"]
    code, state = provider.approve(url, **person())
    back = {"code": code, "state": state}
    assert code_of(victim.send("POST", "sign-in/back", back), 403) == "other_browser"
    assert code_of(mine.send("POST", "sign-in/back", back), 410) == "ticket_over"
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"nonce": "another"},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": ""},
    ],
)
def test_a_token_that_is_not_quite_right_is_no_proof(
    visitor: Visitor, provider: Provider, spoilt: dict[str, Any]
) -> None:
    provider.spoil = spoilt
    assert code_of(come_back(visitor, provider, **person()), 403) == "provider_refused"
    assert not Account.objects.exists()


def test_a_token_of_another_key_is_no_proof_and_a_new_key_is_looked_for(
    visitors: Visitors, provider: Provider
) -> None:
    visitors().keep(come_back(visitors(), provider, **person()), 200)
    provider.key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    assert code_of(come_back(visitors(), provider, **person()), 403) == "provider_refused"
    provider.kid = "second"
    assert come_back(visitors(), provider, **person()).status_code == 200


def test_a_code_that_was_swapped_is_refused_by_the_provider(
    visitor: Visitor, provider: Provider
) -> None:
    url = body(visitor.send("POST", "sign-in/with/acme", {}))["url"]
    _, state = provider.approve(url, **person())
    another = body(visitor.send("POST", "sign-in/with/acme", {}))["url"]
    stolen, _ = provider.approve(another, **person("victim"))
    answer = visitor.send("POST", "sign-in/back", {"code": stolen, "state": state})
    assert code_of(answer, 403) == "provider_refused"
    assert provider.refused == [stolen]


def test_a_provider_that_is_away_is_said_to_be(
    visitor: Visitor, chosen: Callable[..., None]
) -> None:
    # Nothing listens there, and it would not be asked: it lies inside.
    away = {"id": "acme", "name": "Acme", "issuer": "http://127.0.0.1:1", "client_id": CLIENT}
    chosen(providers=json.dumps([away]))
    answer = visitor.send("POST", "sign-in/with/acme", {})
    assert code_of(answer, 503) == "provider_away"
    assert code_of(visitor.send("POST", "sign-in/with/nobody", {}), 404) == "unknown_provider"
