"""Tokens that any service can check by itself, without asking another.

An access token says who is calling: a JWT (RFC 7519) signed with ES256. A service
token says which service is: a JWT with a key of its own, so that no person's token
can pass for one. A CMCD token says which play a player's measurements are of, by an
HMAC-SHA-256. What edges check themselves is in `edge_tokens`.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from matinee.kernel import clock, secret_files
from matinee.kernel.problems import Forbidden, NotSignedIn

ACCESS_LIFETIME = timedelta(minutes=10)
SERVICE_LIFETIME = timedelta(minutes=1)
# As long as the longest play may be: players report to one address from first to last.
CMCD_LIFETIME = timedelta(hours=24)
_AUDIENCE = "matinee"
_ISSUER = "matinee/identity"
# Between machines whose clocks disagree.
_LEEWAY = timedelta(seconds=10)


@dataclass(frozen=True)
class Caller:
    """Who makes a request, as an access token says."""

    account_id: UUID
    session_id: UUID
    profile_id: UUID | None = None
    maturity_age: int = 0
    roles: frozenset[str] = field(default_factory=frozenset)

    def profile(self) -> UUID:
        """The profile that is watching; Forbidden if none was chosen."""
        if self.profile_id is None:
            code = "no_profile"
            raise Forbidden(code, "Choose who is watching first.")
        return self.profile_id

    def needs_role(self, *roles: str) -> None:
        """Forbidden unless the caller has one of `roles`; an owner has them all."""
        if not self.roles & {"owner", *roles}:
            code = "not_staff"
            raise Forbidden(code, f"This needs the role {' or '.join(roles)}.")


class AccessTokens:
    """Issues and verifies access tokens with the key pair in a secrets folder."""

    def __init__(self, secrets: Path) -> None:
        pem = secret_files.read_or_make(secrets / "access_token_key.pem", _new_key).encode()
        private = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            msg = (
                f"{secrets / 'access_token_key.pem'} does not hold an EC key; remove it to get one"
            )
            raise TypeError(msg)
        self._private = private
        self._public = private.public_key()

    def issue(self, caller: Caller) -> tuple[str, datetime]:
        """A token for `caller` and when it expires."""
        expires_at = (clock.now() + ACCESS_LIFETIME).replace(microsecond=0)
        claims: dict[str, Any] = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": str(caller.account_id),
            "sid": str(caller.session_id),
            "mat": caller.maturity_age,
            "roles": sorted(caller.roles),
            "exp": expires_at,
        }
        if caller.profile_id is not None:
            claims["prof"] = str(caller.profile_id)
        return jwt.encode(claims, self._private, algorithm="ES256"), expires_at

    def verify(self, token: str) -> Caller:
        """Who presents `token`; NotSignedIn if it is not valid now."""
        try:
            # The library reads the real clock; expiry is checked against ours below.
            claims = jwt.decode(
                token,
                self._public,
                algorithms=["ES256"],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                options={"verify_exp": False, "require": ["exp", "sub", "sid"]},
            )
            if datetime.fromtimestamp(claims["exp"], UTC) + _LEEWAY < clock.now():
                raise jwt.ExpiredSignatureError
            return _caller(claims)
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
            code = "not_signed_in"
            raise NotSignedIn(code, "Please sign in again.") from error


def _caller(claims: dict[str, Any]) -> Caller:
    profile = claims.get("prof")
    return Caller(
        account_id=UUID(claims["sub"]),
        session_id=UUID(claims["sid"]),
        profile_id=None if profile is None else UUID(profile),
        maturity_age=int(claims.get("mat", 0)),
        roles=frozenset(claims.get("roles", ())),
    )


def bearer(header: str | None) -> str:
    """The token in an `Authorization` header; NotSignedIn if there is none."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        code = "not_signed_in"
        raise NotSignedIn(code, "Please sign in.")
    return token.strip()


class ServiceTokens:
    """Issues and verifies service tokens with the key in a secrets folder."""

    def __init__(self, secrets: Path) -> None:
        self._key = secret_files.read_or_make(secrets / "service_token_key").encode()

    def issue(self, service: str, to: str) -> str:
        """A token with which `service` asks the service `to`."""
        claims = {"iss": service, "aud": to, "exp": clock.now() + SERVICE_LIFETIME}
        return jwt.encode(claims, self._key, algorithm="HS256")

    def verify(self, token: str, to: str) -> str:
        """The service that asks `to` with `token`; NotSignedIn if it is not valid now."""
        try:
            # The library reads the real clock; expiry is checked against ours below.
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                audience=to,
                options={"verify_exp": False, "require": ["exp", "iss", "aud"]},
            )
            if datetime.fromtimestamp(claims["exp"], UTC) + _LEEWAY < clock.now():
                raise jwt.ExpiredSignatureError
            return str(claims["iss"])
        except (jwt.InvalidTokenError, TypeError, ValueError) as error:
            raise NotSignedIn("not_signed_in", "Only Matinee's own services may ask.") from error


class _Signer:
    """HMAC-SHA-256 with a secret file as key, base64url without padding."""

    def __init__(self, path: Path) -> None:
        self._key = secret_files.read_or_make(path).encode()

    def sign(self, text: str) -> str:
        digest = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def is_signed(self, text: str, signature: str) -> bool:
        return hmac.compare_digest(self.sign(text).encode(), signature.encode())


# Expiry, session and signature.
_STAMPED = re.compile(r"([0-9]{1,12})~([0-9a-f]{32})~([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True)
class CmcdPlay:
    """The play that measurements are of."""

    session_id: UUID
    title_id: UUID


class CmcdTokens:
    """Signs the address that a play reports to: `<title>~<expiry>~<session>~<signature>`.

    It stands in an address that a player shows to nobody but the collector, and names no person.
    """

    def __init__(self, secrets: Path) -> None:
        self._signer = _Signer(secrets / "cmcd_token_key")

    def issue(self, session_id: UUID, title_id: UUID) -> str:
        """A token for the measurements of one play."""
        expiry = int((clock.now() + CMCD_LIFETIME).timestamp())
        stem = f"{title_id.hex}~{expiry}~{session_id.hex}"
        return f"{stem}~{self._signer.sign(stem)}"

    def verify(self, token: str) -> CmcdPlay:
        """Which play a token is of; Forbidden if it is not valid now."""
        title, _, stamped = token.partition("~")
        found = _STAMPED.fullmatch(stamped)
        if found is None or not self._signer.is_signed(token.rpartition("~")[0], found[3]):
            raise Forbidden("cmcd_token_wrong", "This collector's address is wrong.")
        if int(found[1]) <= clock.unix_s():
            raise Forbidden("cmcd_token_expired", "This collector's address has expired.")
        return CmcdPlay(session_id=UUID(found[2]), title_id=UUID(title))


def _new_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
