"""Service tokens: a JWT that says which service asks another, for one minute."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt

from matinee.kernel import clock, secret_files
from matinee.kernel.problems import NotSignedIn
from matinee.kernel.tokens.access import LEEWAY

SERVICE_LIFETIME = timedelta(minutes=1)
_TYPE = "service+jwt"


class ServiceTokens:
    """Issues and verifies service tokens with the key in a secrets folder."""

    def __init__(self, secrets: Path) -> None:
        self._key = secret_files.read_or_make(secrets / "service_token_key").encode()

    def issue(self, service: str, to: str) -> str:
        """A token with which `service` asks the service `to`."""
        claims = {"iss": service, "aud": to, "exp": clock.now() + SERVICE_LIFETIME}
        return jwt.encode(claims, self._key, algorithm="HS256", headers={"typ": _TYPE})

    def verify(self, token: str, to: str) -> str:
        """The service that asks `to` with `token`; NotSignedIn if it is not valid now."""
        try:
            # The library reads the real clock; expiry is checked against ours below.
            read = jwt.decode_complete(
                token,
                self._key,
                algorithms=["HS256"],
                audience=to,
                options={"verify_exp": False, "require": ["exp", "iss", "aud"]},
            )
            expires_at = datetime.fromtimestamp(read["payload"]["exp"], UTC)
        except (jwt.InvalidTokenError, TypeError, ValueError) as error:
            raise _refused() from error
        if expires_at + LEEWAY < clock.now() or read["header"].get("typ") != _TYPE:
            raise _refused()
        return str(read["payload"]["iss"])


def _refused() -> NotSignedIn:
    return NotSignedIn("not_signed_in", "Only Matinee's own services may ask.")
