"""Access tokens: a JWT (RFC 7519, shaped by RFC 9068) that says who is calling.

What a token's head names besides its key's `kid` (`jku`, `x5u`, `jwk`) is never looked at:
keys come from the ring alone, and the algorithm is ours.
"""

import binascii
import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json

from matinee.kernel import clock
from matinee.kernel.problems import NotSignedIn
from matinee.kernel.tokens import signing
from matinee.kernel.tokens.callers import Caller

ACCESS_LIFETIME = timedelta(minutes=10)
# Everybody with an HTTP edge: what our own pages ask.
EVERY_SERVICE = (
    *("identity", "billing", "catalog", "viewing"),
    *("recommendations", "delivery", "playback", "insights"),
)
_EVERY_SERVICE = list(EVERY_SERVICE)
# Between machines whose clocks disagree.
LEEWAY = timedelta(seconds=10)
_LEEWAY_S = LEEWAY.total_seconds()
# What the letters of base64url are in base64, which the interpreter reads by itself.
_OF_URLS = bytes.maketrans(b"-_", b"+/")
_ISSUER = "matinee/identity"
_TYPE = "at+jwt"
# What was proven is not proven again: who presses play has looked around before, by the same token.
# So many may have done so since, at two kilobytes each.
_PROVEN_MAX = 32768
# Ours have seventy; nobody makes us read more before a signature is checked.
_HEAD_LENGTH_MAX = 300


class _Proven(NamedTuple):
    """A token whose signature is right: for whom it speaks, to whom, and when (Unix seconds)."""

    caller: Caller
    audience: Collection[str]
    not_before_s: float
    expires_s: float


class AccessTokens:
    """Issues and verifies access tokens with the key pairs in a secrets folder."""

    def __init__(self, secrets: Path) -> None:
        self.ring = signing.key_pairs(secrets / "access_token_keys.json")
        # Only successes are kept, and only under the ring that proved them.
        self._proven = lru_cache(maxsize=_PROVEN_MAX)(self._prove)

    def issue(
        self, caller: Caller, services: Collection[str] = EVERY_SERVICE
    ) -> tuple[str, datetime]:
        """A token with which `caller` may ask `services`, and when it expires."""
        expires_at = clock.now().replace(microsecond=0) + ACCESS_LIFETIME
        expires_s = int(expires_at.timestamp())
        now_s = expires_s - int(ACCESS_LIFETIME.total_seconds())
        head = {"iss": _ISSUER, "aud": list(services), "iat": now_s, "nbf": now_s}
        key = self.ring.signing()
        body = _encoded({**head, "exp": expires_s, **_claims(caller)})
        signed = f"{_head(key.kid)}.{body}"
        return f"{signed}.{signing.signature(key, signed)}", expires_at

    def verify(self, token: str, service: str) -> Caller:
        """Who presents `token` to `service`; NotSignedIn if it is not valid there now."""
        try:
            proven = self._proven(token, self.ring.mark())
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _refused() from error
        now_s = clock.unix_s()
        is_due = proven.not_before_s - _LEEWAY_S <= now_s <= proven.expires_s + _LEEWAY_S
        if not is_due or service not in proven.audience:
            raise _refused()
        return proven.caller

    def _prove(self, token: str, _ring: object) -> _Proven:
        signed, _, signature = token.rpartition(".")
        head, _, body = signed.partition(".")
        # Whoever asks for a proof has just looked at the ring, for its mark.
        key = self.ring.seen(_kid(head))
        if key is None or not signing.is_signed(key, signed, _decoded(signature)):
            raise _NotProvenError
        claims = from_json(_decoded(body))
        audience = claims["aud"]
        if claims["iss"] != _ISSUER:
            raise _NotProvenError
        return _Proven(
            _caller(claims),
            _audience(audience),
            float(claims.get("nbf", 0)),
            float(claims["exp"]),
        )


def _audience(told: str | list[str]) -> Collection[str]:
    """Whom a token is for; most are for the same, who are kept once."""
    if told == _EVERY_SERVICE:
        return EVERY_SERVICE
    return (told,) if isinstance(told, str) else tuple(told)


class _NotProvenError(ValueError):
    """The token is none of ours."""


@lru_cache(maxsize=64)
def _kid(head: str) -> str:
    """Which key a token's head names; heads are as many as keys, so each is read once.

    ValueError where it is none of ours: another kind of token, another algorithm, or one
    that asks for what we do not do (RFC 7515, section 4.1.11).
    """
    if len(head) > _HEAD_LENGTH_MAX:
        raise _NotProvenError
    read = json.loads(_decoded(head))
    named = {"alg": signing.ALGORITHM, "typ": _TYPE}
    if not named.items() <= read.items() or "crit" in read:
        raise _NotProvenError
    return str(read["kid"])


@lru_cache(maxsize=64)
def _head(kid: str) -> str:
    """The head of a token that a key signs."""
    return _encoded({"alg": signing.ALGORITHM, "kid": kid, "typ": _TYPE})


def _encoded(part: dict[str, Any]) -> str:
    return signing.base64url(_in_short(part).encode())


# One for all tokens: `json.dumps` makes another one each time.
_in_short = json.JSONEncoder(separators=(",", ":")).encode


def _decoded(text: str) -> bytes:
    """The bytes of base64url without padding; more padding than is missing does no harm."""
    return binascii.a2b_base64(text.encode("ascii").translate(_OF_URLS) + b"==")


def _claims(caller: Caller) -> dict[str, Any]:
    proven = caller.authenticated_at
    claims = {
        "sub": str(caller.account_id),
        "sid": str(caller.session_id),
        "prof": caller.profile_id and str(caller.profile_id),
        "mat": caller.maturity_age,
        "kids": caller.is_kids,
        "roles": sorted(caller.roles),
        "auth_time": proven and int(proven.timestamp()),
        "client_id": caller.client_id,
        "device": caller.platform,
        "lang": caller.language,
    }
    said = {name: value for name, value in claims.items() if value}
    if caller.scopes is not None:
        said["scope"] = " ".join(sorted(caller.scopes))
    return said


def _caller(claims: dict[str, Any]) -> Caller:
    profile, proven, scope = claims.get("prof"), claims.get("auth_time"), claims.get("scope")
    return Caller(
        account_id=UUID(claims["sub"]),
        session_id=UUID(claims["sid"]),
        profile_id=None if profile is None else UUID(profile),
        maturity_age=int(claims.get("mat", 0)),
        roles=frozenset(claims.get("roles", ())),
        is_kids=bool(claims.get("kids", False)),
        authenticated_at=None if proven is None else datetime.fromtimestamp(proven, UTC),
        client_id=claims.get("client_id"),
        scopes=None if scope is None else frozenset(str(scope).split()),
        platform=str(claims.get("device", "")),
        language=str(claims.get("lang", "")),
    )


def _refused() -> NotSignedIn:
    return NotSignedIn("not_signed_in", "Please sign in again.")
