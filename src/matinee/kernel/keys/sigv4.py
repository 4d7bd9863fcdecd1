"""Signatures of requests to Amazon's services: AWS Signature Version 4.

https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html, for what their JSON
protocol needs: a POST to `/` without a query.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

_ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """Who asks; a token goes with what is lent for hours."""

    key_id: str
    secret: str
    token: str = ""


class Scope(NamedTuple):
    """Where a signature counts."""

    region: str
    service: str


def signed(
    headers: Mapping[str, str], body: bytes, by: Credentials, scope: Scope, at: datetime
) -> dict[str, str]:
    """These headers (with `Host`) of a POST at the moment `at` (UTC), and the signature."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    sent = {**headers, "X-Amz-Date": stamp}
    if by.token:
        sent["X-Amz-Security-Token"] = by.token
    canonical = {name.lower(): value.strip() for name, value in sorted(sent.items(), key=_lower)}
    names = ";".join(canonical)
    lines = "".join(f"{name}:{value}\n" for name, value in canonical.items())
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    day = f"{stamp[:8]}/{scope.region}/{scope.service}/aws4_request"
    told = f"{_ALGORITHM}\n{stamp}\n{day}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = _hmac(_key(by.secret, day), told).hex()
    credential = f"Credential={by.key_id}/{day}"
    sent["Authorization"] = (
        f"{_ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"
    )
    return sent


def _lower(header: tuple[str, str]) -> str:
    return header[0].lower()


def _key(secret: str, day: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in day.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
