"""How requests between systems are signed: Standard Webhooks 1.0, symmetric signatures.

https://github.com/standard-webhooks/standard-webhooks, section "Webhook scheme".
Secrets read `whsec_` and the key in base64; what is signed is `id.timestamp.body`.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

PREFIX = "whsec_"
# A signature older or newer than this is a replay, or a clock gone wrong.
TOLERANCE_S = 300


class SignatureError(ValueError):
    """The request is not signed with the secret, or was signed too long ago."""


def secret_of(key: bytes) -> str:
    """A key as people hand it on; of 24 to 64 bytes."""
    return PREFIX + base64.b64encode(key).decode()


def signed(secret: str, message_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """The headers that prove a body; `at_s` in seconds since the epoch."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": _signature(secret, message_id, str(at_s), body),
    }


def check(secret: str, headers: Mapping[str, str], now_s: float, body: bytes) -> None:
    """SignatureError unless one of the signatures is right; names of headers are lower case."""
    message_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isascii() or not at.isdecimal() or abs(now_s - int(at)) > TOLERANCE_S:
        raise SignatureError("The timestamp of the request is missing or more than 5 minutes off.")
    right = _signature(secret, message_id, at, body).encode()
    given = headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(right, one.encode()) for one in given):
        raise SignatureError("The request is not signed with the secret that was agreed.")


def _signature(secret: str, message_id: str, at: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise SignatureError("The secret is not written as whsec_ and base64.") from error
    content = b".".join((message_id.encode(), at.encode(), body))
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
