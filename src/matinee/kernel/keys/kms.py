"""Key-encryption keys that never leave Amazon's Key Management Service.

https://docs.aws.amazon.com/kms/latest/APIReference: an alias leads to the key that wraps now. Each
key has an alias of its own beside it, `<alias>-<id>`, by which those that were replaced are found.
"""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from matinee.kernel import clock
from matinee.kernel.keys.sigv4 import Credentials, Scope, signed
from matinee.kernel.keys.wrapper import Wrapped, unreadable

CREDENTIALS_FILE = "kms_credentials"
_TIMEOUT = httpx.Timeout(5.0, connect=2.0)
_REGION = re.compile(r"\bkms(?:-fips)?\.([a-z0-9-]+)\.")
_REGION_ELSE = "us-east-1"
# The shortest time that a key which is to be destroyed is kept for second thoughts.
_DAYS_TO_GO = 7
_PAGES_MAX = 100


class KmsWrapper:
    """See `Wrapper`. `url` is https://kms.REGION.amazonaws.com/alias/NAME.

    The file of credentials holds two or three lines: access key id, secret, session token.
    """

    def __init__(self, url: str, secrets: Path) -> None:
        self._at, _, alias = url.rstrip("/").rpartition("/alias/")
        self._alias = f"alias/{alias}"
        self._host = urlsplit(url).netloc
        region = _REGION.search(self._host)
        self._scope = Scope(region[1] if region else _REGION_ELSE, "kms")
        self._credentials = secrets / CREDENTIALS_FILE
        self._http = httpx.Client(timeout=_TIMEOUT)

    def begin(self) -> None:
        """See `Wrapper`."""
        if not any(name == self._alias for name, _ in self._aliases()):
            self._ask("CreateAlias", AliasName=self._alias, TargetKeyId=self._fresh())

    def wrap(self, key: bytes, owner: UUID) -> Wrapped:
        """See `Wrapper`."""
        told = self._ask("Encrypt", KeyId=self._alias, Plaintext=_base64(key), **_bound(owner))
        return Wrapped(base64.b64decode(told["CiphertextBlob"]), _named(told["KeyId"]))

    def unwrap(self, wrapped: Wrapped, owner: UUID) -> bytes:
        """See `Wrapper`."""
        of = {"KeyId": wrapped.name.partition(":")[2], **_bound(owner)}
        told = self._ask("Decrypt", CiphertextBlob=_base64(wrapped.text), **of)
        return base64.b64decode(told["Plaintext"])

    def newest(self) -> str:
        """See `Wrapper`."""
        return _named(self._newest())

    def rotate(self) -> str:
        """See `Wrapper`."""
        fresh = self._fresh()
        self._ask("UpdateAlias", AliasName=self._alias, TargetKeyId=fresh)
        return _named(fresh)

    def retire(self) -> None:
        """See `Wrapper`: they can be used no more at once, and are gone a week later."""
        newest = self._newest()
        for name, key in list(self._aliases()):
            if name == f"{self._alias}-{key}" and key != newest:
                self._ask("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=_DAYS_TO_GO)
                self._ask("DeleteAlias", AliasName=name)

    def _newest(self) -> str:
        return str(self._ask("DescribeKey", KeyId=self._alias)["KeyMetadata"]["KeyId"])

    def _fresh(self) -> str:
        made = self._ask("CreateKey", Description=f"Matinee, {self._alias}")
        key = str(made["KeyMetadata"]["KeyId"])
        self._ask("CreateAlias", AliasName=f"{self._alias}-{key}", TargetKeyId=key)
        return key

    def _aliases(self) -> Iterator[tuple[str, str]]:
        """Every alias that there is, and the key that it leads to."""
        page: dict[str, Any] = {}
        for _ in range(_PAGES_MAX):
            told = self._ask("ListAliases", **page)
            for each in told["Aliases"]:
                yield each["AliasName"], each.get("TargetKeyId", "")
            if not told.get("Truncated"):
                return
            page = {"Marker": told["NextMarker"]}

    def _ask(self, action: str, **asked: Any) -> dict[str, Any]:
        body = json.dumps(asked).encode()
        headers = {
            "Host": self._host,
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"TrentService.{action}",
        }
        try:
            by = Credentials(*self._credentials.read_text().split())
            sent = signed(headers, body, by, self._scope, clock.now())
            answer = self._http.post(self._at + "/", content=body, headers=sent)
            answer.raise_for_status()
            told: dict[str, Any] = (answer.json() if answer.content else None) or {}
        except (OSError, TypeError) as error:
            path = self._credentials
            raise unreadable(f"{path} has no access key id and secret; put them there") from error
        except (httpx.HTTPError, ValueError) as error:
            raise unreadable(f"{self._at} does not do {action}: {error}") from error
        return told


def _bound(owner: UUID) -> dict[str, Any]:
    """What a wrapped key is authenticated with: the account that it is of."""
    return {"EncryptionContext": {"account": str(owner)}}


def _named(key: str) -> str:
    """The name of a key by its id, or by its ARN, which ends with that."""
    return f"kms:{key.rpartition('/')[2]}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
