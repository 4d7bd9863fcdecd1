"""CMCD tokens: an HMAC-SHA-256 that says which play a player's measurements are of."""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from matinee.kernel import clock, secret_files
from matinee.kernel.problems import Forbidden

# As long as the longest play may be: players report to one address from first to last.
CMCD_LIFETIME = timedelta(hours=24)
# Expiry, session and signature.
_STAMPED = re.compile(r"([0-9]{1,12})~([0-9a-f]{32})~([A-Za-z0-9_-]{43})", re.ASCII)


class _Signer:
    """HMAC-SHA-256 with a secret file as key, base64url without padding."""

    def __init__(self, path: Path) -> None:
        self._key = secret_files.read_or_make(path).encode()

    def sign(self, text: str) -> str:
        digest = hmac.digest(self._key, text.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def is_signed(self, text: str, signature: str) -> bool:
        return hmac.compare_digest(self.sign(text).encode(), signature.encode())


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
