"""Key-encryption keys in a file of the secrets folder; AES-256-GCM (NIST SP 800-38D)."""

import base64
import json
import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matinee.kernel import ids, secret_files
from matinee.kernel.keys.wrapper import Wrapped, unreadable

FILE = "key_encryption_keys"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class FileWrapper:
    """See `Wrapper`. The file holds the keys by name, the newest last.

    It is read again when it has changed. One that is missing is not made anew: whoever lost it
    must put it back from a copy, or nothing that was sealed can be read.
    """

    def __init__(self, secrets: Path) -> None:
        self._path = secrets / FILE
        self._seen: tuple[int, int] | None = None
        self._keys: dict[str, bytes] = {}

    def begin(self) -> None:
        """See `Wrapper`."""
        secret_files.read_or_make(self._path, lambda: _text([_fresh()]))

    def wrap(self, key: bytes, owner: UUID) -> Wrapped:
        """See `Wrapper`."""
        name = self.newest()
        nonce = os.urandom(_NONCE_BYTES)
        return Wrapped(nonce + AESGCM(self._keys[name]).encrypt(nonce, key, owner.bytes), name)

    def unwrap(self, wrapped: Wrapped, owner: UUID) -> bytes:
        """See `Wrapper`."""
        named = self._read().get(wrapped.name)
        if named is None:
            raise unreadable(f"{self._path} has no key {wrapped.name}; put the file back")
        nonce, ciphertext = wrapped.text[:_NONCE_BYTES], wrapped.text[_NONCE_BYTES:]
        try:
            return AESGCM(named).decrypt(nonce, ciphertext, owner.bytes)
        except InvalidTag as error:
            raise unreadable(f"the data key of {owner} was damaged or moved") from error

    def newest(self) -> str:
        """See `Wrapper`."""
        return next(reversed(self._read()))

    def rotate(self) -> str:
        """See `Wrapper`."""
        fresh = _fresh()
        secret_files.replace(self._path, _text([*self._read().items(), fresh]))
        return fresh[0]

    def retire(self) -> None:
        """See `Wrapper`."""
        name = self.newest()
        secret_files.replace(self._path, _text([(name, self._keys[name])]))

    def _read(self) -> dict[str, bytes]:
        try:
            found = self._path.stat()
            mark = (found.st_mtime_ns, found.st_ino)
            if mark != self._seen:
                entries = json.loads(self._path.read_text())
                self._keys = {name: base64.b64decode(text) for name, text in entries}
                self._seen = mark
        except FileNotFoundError as error:
            raise unreadable(f"{self._path} is missing; put it back from a copy") from error
        except (OSError, ValueError, TypeError) as error:
            raise unreadable(f"{self._path} is damaged; put it back from a copy") from error
        if not self._keys or any(len(key) != _KEY_BYTES for key in self._keys.values()):
            raise unreadable(f"{self._path} holds no keys of {_KEY_BYTES} bytes; put it back")
        return self._keys


def names_in(path: Path) -> set[str]:
    """The names of the keys in a file; none if there is nothing to read."""
    try:
        return {str(name) for name, _ in json.loads(path.read_text())}
    except (OSError, ValueError, TypeError):
        return set()


def _fresh() -> tuple[str, bytes]:
    # The name says nothing of the key; two files that were made apart never agree on one.
    return f"file:{ids.uuid7().hex}", os.urandom(_KEY_BYTES)


def _text(keys: list[tuple[str, bytes]]) -> str:
    return json.dumps([(name, base64.b64encode(key).decode()) for name, key in keys])
