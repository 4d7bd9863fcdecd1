"""Content keys at rest: encrypted with a key-encryption key that lies in the secrets folder.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; what is authenticated
beside the key is the place where it is kept, so that no sealed key passes for
another's. A dump of the database holds no key that anybody can use.
"""

import base64
import binascii
import hashlib
import logging
import os
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matinee.kernel import problems, secret_files, settings

log = logging.getLogger(__name__)

FILE = "content_key_encryption_key"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class Sealed(NamedTuple):
    """A sealed key (nonce, ciphertext, tag), and the mark of what it was sealed with."""

    text: bytes
    mark: str


def seal(key: bytes, key_id: UUID, *, is_first: bool) -> Sealed:
    """Encrypt a content key; the first one of all makes the key-encryption key, if need be.

    Raises Unavailable if that is missing later, rather than begin with another.
    """
    kek = _read_or_make() if is_first else _present()
    nonce = os.urandom(_NONCE_BYTES)
    return Sealed(nonce + AESGCM(kek).encrypt(nonce, key, _place(key_id)), mark_of(kek))


def unseal(kept: Sealed, key_id: UUID) -> bytes:
    """The content key; Unavailable, with what to do in the log, if it cannot be read."""
    kek = _present()
    if mark_of(kek) != kept.mark:
        raise _unreadable(f"{path()} is not the key that content keys were sealed with")
    nonce, ciphertext = kept.text[:_NONCE_BYTES], kept.text[_NONCE_BYTES:]
    try:
        return AESGCM(kek).decrypt(nonce, ciphertext, _place(key_id))
    except InvalidTag as error:
        raise _unreadable(f"the content key {key_id} was damaged or moved") from error


def path() -> Path:
    """Where the key-encryption key lies."""
    return settings.get().secrets / FILE


def mark_of(kek: bytes) -> str:
    """Tells one key-encryption key from another and says nothing else about it."""
    return hashlib.sha256(b"matinee key-encryption key" + kek).hexdigest()[:16]


def mark_in(file: Path) -> str | None:
    """The mark of the key-encryption key in a file; None if there is none to read."""
    try:
        return mark_of(_read(file))
    except _NoKeyError:
        return None


class _NoKeyError(Exception):
    """Says why a file gives no key-encryption key."""


def _read_or_make() -> bytes:
    secret_files.read_or_make(path())
    return _present()


def _present() -> bytes:
    try:
        return _read(path())
    except _NoKeyError as error:
        raise _unreadable(str(error)) from error


def _read(file: Path) -> bytes:
    try:
        text = file.read_text().strip()
        kek = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except FileNotFoundError as error:
        raise _NoKeyError(f"{file} is missing") from error
    except (OSError, UnicodeDecodeError, binascii.Error) as error:
        raise _NoKeyError(f"{file} cannot be read") from error
    if len(kek) != _KEY_BYTES:
        raise _NoKeyError(f"{file} does not hold {_KEY_BYTES} bytes in base64url")
    return kek


def _place(key_id: UUID) -> bytes:
    return f"playback_sealedkey.sealed.{key_id}".encode()


def _unreadable(why: str) -> problems.Unavailable:
    log.error("content keys cannot be read: %s; put the file back from a backup", why)
    detail = "Encrypted films cannot be played just now. The operator has to look at it."
    return problems.Unavailable("keys_unreadable", detail, retry_after_s=60)
