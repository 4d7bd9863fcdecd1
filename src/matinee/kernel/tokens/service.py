"""Service tokens: a JWT that says which service asks another, for one minute.

Each service has a key pair of its own (ES256), so that none can pass for another: its private
half need lie only where it runs, the public halves where any service is asked.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt

from matinee.kernel import clock, secret_files
from matinee.kernel.problems import NotSignedIn
from matinee.kernel.tokens import signing
from matinee.kernel.tokens.access import LEEWAY

SERVICE_LIFETIME = timedelta(minutes=1)
SERVICE_KEYS = "service_keys"
_TYPE = "service+jwt"
_SERVICE = re.compile(r"[a-z]{1,40}", re.ASCII)


class ServiceTokens:
    """Issues and verifies service tokens with the key pairs in a secrets folder."""

    def __init__(self, secrets: Path) -> None:
        self._folder = secrets / SERVICE_KEYS

    def issue(self, service: str, to: str) -> str:
        """A token with which `service` asks the service `to`."""
        ring = signing.key_pairs(self._folder / f"{service}.json")
        _publish(self._public(service), json.dumps({"keys": signing.published(ring)}))
        claims = {"iss": service, "aud": to, "exp": clock.now() + SERVICE_LIFETIME}
        key = ring.signing()
        head = {"kid": key.kid, "typ": _TYPE}
        return jwt.encode(claims, signing.private_key(key), signing.ALGORITHM, headers=head)

    def verify(self, token: str, to: str) -> str:
        """The service that asks `to` with `token`; NotSignedIn if it is not valid now."""
        try:
            claims = self._claims(token, to)
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        except (jwt.PyJWTError, OSError, KeyError, TypeError, ValueError) as error:
            raise _refused() from error
        if expires_at + LEEWAY < clock.now():
            raise _refused()
        return str(claims["iss"])

    def _claims(self, token: str, to: str) -> dict[str, Any]:
        """What is signed by the service that it names; the library's errors, or KeyError."""
        head = jwt.get_unverified_header(token)
        named = str(jwt.decode(token, options={"verify_signature": False})["iss"])
        if head.get("typ") != _TYPE or not _SERVICE.fullmatch(named):
            raise jwt.InvalidTokenError
        keys = jwt.PyJWKSet.from_json(self._public(named).read_text())
        # The library reads the real clock; expiry is checked against ours above.
        claims: dict[str, Any] = jwt.decode(
            token,
            keys[str(head.get("kid"))].key,
            algorithms=[signing.ALGORITHM],
            audience=to,
            options={"verify_exp": False, "require": ["exp", "iss", "aud"]},
        )
        return claims

    def _public(self, service: str) -> Path:
        return self._folder / "public" / f"{service}.json"


def _publish(path: Path, keys: str) -> None:
    if not path.exists() or path.read_text() != keys:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret_files.replace(path, keys)


def _refused() -> NotSignedIn:
    return NotSignedIn("not_signed_in", "Only Matinee's own services may ask.")
