"""Access tokens: for whom, to whom, by which key, and what in their head is never believed."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from matinee.kernel import clock, ids
from matinee.kernel.problems import Forbidden, NotSignedIn
from matinee.kernel.tokens import (
    EVERY_SERVICE,
    STEP_UP_LASTS,
    AccessTokens,
    Caller,
    ServiceTokens,
    published,
    signing,
)
from matinee.run import services


@pytest.fixture
def tokens(tmp_path: Path) -> AccessTokens:
    return AccessTokens(tmp_path)


def somebody(**more: Any) -> Caller:
    return Caller(ids.uuid7(), ids.uuid7(), **more)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Head and claims of a token, unchecked."""
    head, body, _ = token.split(".")
    return tuple(json.loads(base64.urlsafe_b64decode(each + "==")) for each in (head, body))


def forge(tokens: AccessTokens, **changes: Any) -> str:
    """A token with the right key and other claims or head; `head_…` changes the head."""
    claims = parts(tokens.issue(somebody())[0])[1]
    head = {"kid": tokens.ring.signing().kid, "typ": "at+jwt"}
    for name, value in changes.items():
        where, what = (head, name[5:]) if name.startswith("head_") else (claims, name)
        if value is None:
            where.pop(what, None)
        else:
            where[what] = value
    key = signing.private_key(tokens.ring.signing())
    return jwt.encode(claims, key, algorithm="ES256", headers=head)


def refused(tokens: AccessTokens, token: str, service: str = "viewing") -> None:
    with pytest.raises(NotSignedIn):
        tokens.verify(token, service)


def test_it_speaks_to_every_service_with_an_http_edge(tokens: AccessTokens) -> None:
    assert set(EVERY_SERVICE) == {*services.DJANGO, *services.FLASK}
    token, _ = tokens.issue(somebody())
    for service in EVERY_SERVICE:
        tokens.verify(token, service)


def test_all_that_is_said_of_a_caller_comes_back(tokens: AccessTokens) -> None:
    proven = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
    cases: list[dict[str, Any]] = [
        {"is_kids": True, "authenticated_at": proven},
        {"client_id": "c1", "scopes": frozenset({"watch", "profiles"})},
        {"scopes": frozenset()},
    ]
    for more in cases:
        who = somebody(**more)
        assert tokens.verify(tokens.issue(who)[0], "viewing") == who


@pytest.mark.asvs("V9.1.1")
def test_only_our_algorithm_and_our_keys_count(tokens: AccessTokens) -> None:
    token = tokens.issue(somebody(roles=frozenset({"owner"})))[0]
    head, body, signature = token.split(".")
    claims = parts(token)[1]
    public = signing.public_key(tokens.ring.signing()).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    mark = {"kid": tokens.ring.signing().kid, "typ": "at+jwt"}
    hs = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", **mark}).encode()).rstrip(b"=")
    import hmac  # noqa: PLC0415 - beside the attack that it is for

    by_public = hmac.new(public, hs + b"." + body.encode(), "sha256").digest()
    forged = b".".join((hs, body.encode(), base64.urlsafe_b64encode(by_public).rstrip(b"=")))
    refused(tokens, jwt.encode(claims, "", algorithm="none", headers=mark))
    refused(tokens, forged.decode())
    refused(tokens, forge(tokens, head_kid="k2"))
    refused(tokens, forge(tokens, head_kid="../access_token_keys"))
    refused(tokens, forge(tokens, head_kid=None))
    for cut in (0, 1, 20, 85):
        refused(tokens, f"{head}.{body}.{signature[:cut]}")
    for wrong in ("", ".", "..", "a.b.c", "é.é.é", f"{head}..{signature}", token + "A"):
        refused(tokens, wrong)


@pytest.mark.asvs("V9.1.3")
@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
def test_keys_that_a_token_brings_along_are_ignored(
    tokens: AccessTokens, name: str, socket_refused: list[str]
) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(own.public_key()))
    brought = {"jku": "http://127.0.0.1:9/k", "x5u": "http://127.0.0.1:9/k", "jwk": jwk, "x5c": []}
    claims = parts(tokens.issue(somebody())[0])[1]
    head = {"kid": "k1", "typ": "at+jwt", name: brought[name]}
    refused(tokens, jwt.encode(claims, own, algorithm="ES256", headers=head))
    # With our own signature the token is good, and what stands beside it changes nothing.
    tokens.verify(forge(tokens, **{f"head_{name}": brought[name]}), "viewing")
    assert not socket_refused


@pytest.fixture
def socket_refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that somebody tried to reach."""
    tried: list[str] = []

    def connect(*address: object, **_options: object) -> None:
        tried.append(repr(address))
        raise OSError

    monkeypatch.setattr("socket.socket.connect", connect)
    return tried


@pytest.mark.asvs("V9.2.1")
def test_a_token_counts_from_its_beginning_to_its_end(tokens: AccessTokens) -> None:
    now_s = int(clock.unix_s())
    tokens.verify(forge(tokens, exp=now_s + 61), "viewing")
    refused(tokens, forge(tokens, exp=now_s - 61))
    refused(tokens, forge(tokens, nbf=now_s + 61))
    refused(tokens, forge(tokens, exp=None))
    refused(tokens, forge(tokens, exp="soon"))
    kept = forge(tokens, exp=now_s + 61)
    tokens.verify(kept, "viewing")
    with clock.shifted(timedelta(seconds=122)):
        refused(tokens, kept)


@pytest.mark.asvs("V9.2.2")
def test_no_other_kind_of_token_and_no_other_audience(tokens: AccessTokens, tmp_path: Path) -> None:
    refused(tokens, forge(tokens, head_typ="JWT"))
    refused(tokens, forge(tokens, head_typ=None))
    refused(tokens, forge(tokens, iss="https://accounts.example.org"))
    refused(tokens, forge(tokens, aud=None))
    refused(tokens, ServiceTokens(tmp_path).issue("encoding", to="viewing"))
    narrow, _ = tokens.issue(somebody(), services=["playback"])
    tokens.verify(narrow, "playback")
    refused(tokens, narrow, "billing")
    # Neither after it was good elsewhere: what was proven is kept, its audience with it.
    refused(tokens, narrow, "")


def test_keys_change_while_tokens_go_on(tokens: AccessTokens, tmp_path: Path) -> None:
    before, _ = tokens.issue(somebody())
    fresh = tokens.ring.rotate()
    elsewhere = AccessTokens(tmp_path)
    assert parts(elsewhere.issue(somebody())[0])[0]["kid"] == "k1"
    elsewhere.verify(before, "viewing")
    with clock.shifted(timedelta(minutes=3)):
        after, _ = elsewhere.issue(somebody())
        assert parts(after)[0]["kid"] == fresh.kid
        tokens.verify(after, "viewing")
        tokens.verify(before, "viewing")


def test_a_lost_key_ends_what_it_signed_at_once(tokens: AccessTokens) -> None:
    token, _ = tokens.issue(somebody())
    tokens.verify(token, "viewing")
    tokens.ring.rotate(at_once=True)
    refused(tokens, token)
    tokens.verify(tokens.issue(somebody())[0], "viewing")


def test_the_published_keys_verify_and_are_public(tokens: AccessTokens) -> None:
    tokens.ring.rotate()
    keys = published(tokens.ring)
    assert [key["kid"] for key in keys] == ["k1", "k2"]
    assert all("d" not in key and key["alg"] == "ES256" and key["use"] == "sig" for key in keys)
    token, _ = tokens.issue(somebody())
    kid = jwt.get_unverified_header(token)["kid"]
    found = jwt.PyJWK(next(key for key in keys if key["kid"] == kid))
    claims = jwt.decode(token, found.key, algorithms=["ES256"], audience="viewing")
    assert claims["iss"] == "matinee/identity"


def test_what_was_proven_is_bounded(tokens: AccessTokens) -> None:
    proven: Callable[..., Any] = tokens._proven
    for _ in range(3):
        refused(tokens, forge(tokens, head_typ="JWT"))
    assert proven.cache_info().currsize == 0  # type: ignore[attr-defined]
    token = tokens.issue(somebody())[0]
    for _ in range(3):
        tokens.verify(token, "viewing")
    assert proven.cache_info().currsize == 1  # type: ignore[attr-defined]
    assert proven.cache_info().maxsize == 32768  # type: ignore[attr-defined]


def test_some_changes_want_a_fresh_proof() -> None:
    fresh, nobody = somebody(authenticated_at=clock.now()), somebody()
    fresh.needs_step_up()
    Caller(ids.uuid7().__class__(int=0), ids.uuid7()).needs_step_up()
    with pytest.raises(Forbidden, match="step_up_needed"):
        nobody.needs_step_up()
    with clock.shifted(STEP_UP_LASTS), pytest.raises(Forbidden, match="step_up_needed"):
        fresh.needs_step_up()
