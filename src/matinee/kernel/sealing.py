"""Personal fields at rest: AES-256-GCM under a data key of the account that they are of.

An envelope (NIST SP 800-57 part 1, section 6.2): each account has a data key, which lies in
the database `matinee_keys`, wrapped by a key-encryption key that lies nowhere near it. Table,
column and row are authenticated with each field, so that none passes for another. Destroying
a data key makes unreadable whatever was ever sealed with it, in copies and backups as well.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matinee.kernel import clock, problems
from matinee.kernel.keys import data_keys

# Another process may use a destroyed key for so long.
REMEMBERED_S = 20.0
_REMEMBERED_MAX = 4096
_FORM = 1
_HEAD_BYTES = 3
_NONCE_BYTES = 12


class UnreadableError(ValueError):
    """The text was damaged, moved from another place, or its key was destroyed."""


class Place(NamedTuple):
    """Where a sealed text belongs."""

    table: str
    column: str
    row: UUID

    def bound(self) -> bytes:
        """What is authenticated beside the text."""
        return f"{self.table}.{self.column}.{self.row}".encode()


class Column(NamedTuple):
    """A column of sealed texts."""

    table: str
    column: str

    def of(self, row: UUID) -> Place:
        """The place in one row."""
        return Place(self.table, self.column, row)


def seal(owner: UUID, place: Place, text: str) -> bytes:
    """Encrypt a text of an account; see `seal_bytes`."""
    return seal_bytes(owner, place, text.encode())


def unseal(owner: UUID, place: Place, sealed: bytes) -> str:
    """Read a sealed text; see `unseal_bytes`."""
    return unseal_bytes(owner, place, sealed).decode()


def seal_bytes(owner: UUID, place: Place, data: bytes) -> bytes:
    """Encrypt what is kept of the account `owner`, whose data key is made on first use.

    Gone once the account's key was destroyed; Unavailable while keys cannot be read.
    """
    keys = _keys_of(owner) or _remember(owner, data_keys.make_first(owner))
    newest = max(keys)
    nonce = os.urandom(_NONCE_BYTES)
    head = bytes([_FORM]) + newest.to_bytes(2, "big")
    return head + nonce + keys[newest].encrypt(nonce, data, head + place.bound())


def unseal_bytes(owner: UUID, place: Place, sealed: bytes) -> bytes:
    """Decrypt; UnreadableError where that cannot be, Unavailable while keys cannot be read."""
    head, rest = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES:]
    key = _keys_of(owner).get(version_of(sealed))
    if key is None or head[0] != _FORM:
        msg = f"the key of {place.table}.{place.column} in row {place.row} was destroyed"
        raise UnreadableError(msg)
    try:
        nonce, ciphertext = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        return key.decrypt(nonce, ciphertext, head + place.bound())
    except InvalidTag as error:
        msg = f"{place.table}.{place.column} of row {place.row} was damaged or moved"
        raise UnreadableError(msg) from error


def version_of(sealed: bytes) -> int:
    """Which of its account's data keys a text was sealed with."""
    return int.from_bytes(sealed[1:_HEAD_BYTES], "big")


def warm(owners: Iterable[UUID]) -> None:
    """Read the keys of many accounts at once, before a list of them is opened."""
    missing = {owner for owner in owners if _remembered(owner) is None}
    for owner, keys in data_keys.read_many(missing).items():
        if keys:
            _remember(owner, keys)


def destroy(owner: UUID) -> None:
    """End the account's data keys for good; other processes forget them within 20 seconds."""
    data_keys.destroy(owner)
    forget(owner)


def forget(owner: UUID) -> None:
    """Drop what this process remembers of an account's keys."""
    with _lock:
        _cache.pop(owner, None)


Keys = dict[int, AESGCM]
_cache: OrderedDict[UUID, tuple[float, Keys]] = OrderedDict()
_lock = threading.Lock()


def _keys_of(owner: UUID) -> Keys:
    known = _remembered(owner)
    if known is not None:
        return known
    found = data_keys.read_many([owner]).get(owner)
    return _remember(owner, found) if found else {}


def _remembered(owner: UUID) -> Keys | None:
    with _lock:
        until_s, keys = _cache.get(owner, (0.0, {}))
    return keys if clock.monotonic_s() < until_s else None


def _remember(owner: UUID, keys: dict[int, bytes]) -> Keys:
    opened = {version: AESGCM(key) for version, key in keys.items()}
    if not opened:
        gone = "This account was erased. Nothing more can be kept of it."
        raise problems.Gone("account_erased", gone)
    with _lock:
        _cache[owner] = (clock.monotonic_s() + REMEMBERED_S, opened)
        _cache.move_to_end(owner)
        while len(_cache) > _REMEMBERED_MAX:
            _cache.popitem(last=False)
    return opened
