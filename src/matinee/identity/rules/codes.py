"""Rules of one-time codes, without I/O."""

import base64
import hmac
import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

# OWASP ASVS 5.0, 6.5.5.
MINUTES_MAX = 10
TOTP_STEP_S = 30
TOTP_DIGITS = 6
# RFC 4226, section 4, asks for 160 bits.
TOTP_SECRET_BYTES = 20
# Crockford's base 32: no letter passes for another when it is read out.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Sixty bits, kept as slowly as a password.
RECOVERY_LETTERS = 12
_GROUP = 4
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\s-]+")


def totp_text(key: bytes) -> str:
    """A key as people type it into an app (RFC 4648, section 6)."""
    return base64.b32encode(key).decode().rstrip("=")


def totp_key(text: str) -> bytes:
    """The key that `totp_text` wrote."""
    return base64.b32decode(text + "=" * (-len(text) % 8))


def totp_uri(text: str, email: str, issuer: str) -> str:
    """What an authenticator app reads from a QR code (Google's Key URI format)."""
    query = urlencode({"secret": text, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(email)}?{query}"


def totp_step(unix_s: float) -> int:
    """The number of the 30 s step at a time (RFC 6238, section 4.2)."""
    return int(unix_s) // TOTP_STEP_S


def is_totp(secret: bytes, step: int, code: str) -> bool:
    """Whether `code` is what an app shows during `step`: six digits, however they are grouped."""
    # SHA-1 is what authenticator apps agree on; HMAC does not need its collision resistance.
    shown = HOTP(secret, TOTP_DIGITS, SHA1()).generate(step)  # noqa: S303
    return hmac.compare_digest(shown, plain(code).encode())


def plain(code: str) -> str:
    """A code as it is compared, without what people put between its parts."""
    return _BETWEEN.sub("", code).upper()


class Recovery(NamedTuple):
    """A recovery code: which of an account's it is, and its secret part."""

    number: int
    letters: str

    def shown(self) -> str:
        """As it is shown: `7-ABCD-EFGH-JKMN`."""
        parts = [self.letters[at : at + _GROUP] for at in range(0, len(self.letters), _GROUP)]
        return "-".join([str(self.number), *parts])


def read_recovery(code: str) -> Recovery | None:
    """A recovery code as somebody typed it; None for what cannot be one."""
    letters = plain(code).translate(_LOOKALIKES)
    number, secret = letters[:1], letters[1:]
    is_known = len(secret) == RECOVERY_LETTERS and set(secret) <= set(LETTERS)
    return Recovery(int(number), secret) if number in set("0123456789") and is_known else None
