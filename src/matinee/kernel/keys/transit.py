"""Key-encryption keys that never leave a Vault or OpenBao: its transit secrets engine.

https://developer.hashicorp.com/vault/api-docs/secret/transit: keys of the type
`aes256-gcm96`, whose associated data bind a wrapped key to its account.
"""

import base64
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from matinee.kernel.keys.wrapper import Wrapped, unreadable

TOKEN_FILE = "transit_token"  # noqa: S105 - a file's name
_TIMEOUT = httpx.Timeout(5.0, connect=2.0)


class TransitWrapper:
    """See `Wrapper`. `url` is https://HOST:PORT/v1/MOUNT/keys/NAME; the token is in a file."""

    def __init__(self, url: str, secrets: Path) -> None:
        self._mount, _, self._key = url.rstrip("/").rpartition("/keys/")
        self._token = secrets / TOKEN_FILE
        self._http = httpx.Client(timeout=_TIMEOUT)

    def begin(self) -> None:
        """See `Wrapper`."""
        self._ask("POST", f"keys/{self._key}", {"type": "aes256-gcm96"})

    def wrap(self, key: bytes, owner: UUID) -> Wrapped:
        """See `Wrapper`."""
        asked = {"plaintext": _base64(key), "associated_data": _base64(owner.bytes)}
        text = str(self._ask("POST", f"encrypt/{self._key}", asked)["ciphertext"])
        return Wrapped(text.encode(), self._named(text.split(":")[1]))

    def unwrap(self, wrapped: Wrapped, owner: UUID) -> bytes:
        """See `Wrapper`."""
        asked = {"ciphertext": wrapped.text.decode(), "associated_data": _base64(owner.bytes)}
        return base64.b64decode(self._ask("POST", f"decrypt/{self._key}", asked)["plaintext"])

    def newest(self) -> str:
        """See `Wrapper`."""
        return self._named(f"v{self._ask('GET', f'keys/{self._key}')['latest_version']}")

    def rotate(self) -> str:
        """See `Wrapper`."""
        self._ask("POST", f"keys/{self._key}/rotate", {})
        return self.newest()

    def retire(self) -> None:
        """See `Wrapper`."""
        version = self._ask("GET", f"keys/{self._key}")["latest_version"]
        self._ask("POST", f"keys/{self._key}/config", {"min_decryption_version": version})
        self._ask("POST", f"keys/{self._key}/trim", {"min_available_version": version})

    def _named(self, version: str) -> str:
        return f"transit:{self._key}:{version}"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._http.request(
                method,
                f"{self._mount}/{path}",
                json=body,
                headers={"X-Vault-Token": self._token.read_text().strip()},
            )
            answer.raise_for_status()
            data: dict[str, Any] = answer.json()["data"] if answer.content else {}
        except OSError as error:
            raise unreadable(f"{self._token} cannot be read; put a token there") from error
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            verb = path.partition("/")[0]
            raise unreadable(f"{self._mount} does not do {verb}: {error}") from error
        return data


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
