"""Access tokens: a JWT (RFC 7519, shaped by RFC 9068) that says who is calling.

What a token's head names besides its key's `kid` (`jku`, `x5u`, `jwk`) is never looked at:
keys come from the ring alone, and the algorithm is ours.
"""

import base64
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt

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
# Between machines whose clocks disagree.
LEEWAY = timedelta(seconds=10)
_ISSUER = "matinee/identity"
_TYPE = "at+jwt"
# What was proven is not proven again; as many pages as a process serves at a time.
_PROVEN_MAX = 8192
_OPTIONS = {
    # The library reads the real clock; ours is asked below. Audiences differ by service.
    **dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_aud"), False),
    "require": ["exp", "sub", "sid", "aud"],
}


@dataclass(frozen=True)
class _Proven:
    """A token whose signature is right: for whom it speaks, to whom, and when (Unix seconds)."""

    caller: Caller
    audience: frozenset[str]
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
        now = clock.now().replace(microsecond=0)
        expires_at = now + ACCESS_LIFETIME
        head = {"iss": _ISSUER, "aud": list(services), "iat": now, "nbf": now, "exp": expires_at}
        key = self.ring.signing()
        token = jwt.encode(
            {**head, **_claims(caller)},
            signing.private_key(key),
            algorithm=signing.ALGORITHM,
            headers={"kid": key.kid, "typ": _TYPE},
        )
        return token, expires_at

    def verify(self, token: str, service: str) -> Caller:
        """Who presents `token` to `service`; NotSignedIn if it is not valid there now."""
        try:
            proven = self._proven(token, self.ring.mark())
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
            raise _refused() from error
        now_s, leeway_s = clock.unix_s(), LEEWAY.total_seconds()
        is_due = proven.not_before_s - leeway_s <= now_s <= proven.expires_s + leeway_s
        if not is_due or service not in proven.audience:
            raise _refused()
        return proven.caller

    def _prove(self, token: str, _ring: object) -> _Proven:
        head = _head(token.partition(".")[0])
        key = self.ring.find(str(head.get("kid")))
        if key is None or head.get("typ") != _TYPE:
            raise jwt.InvalidTokenError
        public = signing.public_key(key)
        claims = jwt.decode(
            token, public, algorithms=[signing.ALGORITHM], issuer=_ISSUER, options=_OPTIONS
        )
        audience = claims["aud"]
        return _Proven(
            _caller(claims),
            frozenset([audience] if isinstance(audience, str) else audience),
            float(claims.get("nbf", 0)),
            float(claims["exp"]),
        )


@lru_cache(maxsize=64)
def _head(text: str) -> dict[str, Any]:
    """The head of a token, of which there are as many as keys; ValueError if it is none."""
    read = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if not isinstance(read, dict):
        raise TypeError
    return read


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
    )


def _refused() -> NotSignedIn:
    return NotSignedIn("not_signed_in", "Please sign in again.")
