"""The chain of the audit log: how entries hang together, and where it is broken.

Each entry's digest covers the one before (Schneier and Kelsey, "Secure Audit Logs to Support
Computer Forensics", 1999); a checkpoint signs the newest one, so that the end cannot be cut off.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

BEGINNING = bytes(32)


@dataclass(frozen=True)
class Entry:
    """An entry as it is kept: `body` has every other column, as JSON can hold them."""

    number: int
    body: Mapping[str, Any]
    previous: bytes
    digest: bytes


@dataclass(frozen=True)
class Mark:
    """What a checkpoint says: the chain up to `number` ends with `digest`."""

    number: int
    digest: bytes

    def signed_text(self, signed_at: str) -> bytes:
        """What the signature covers."""
        return f"matinee audit {self.number} {self.digest.hex()} {signed_at}".encode()


@dataclass(frozen=True)
class Trouble:
    """Where the chain is broken, and how, in words."""

    number: int
    words: str


def digest_of(key: bytes, number: int, body: Mapping[str, Any], previous: bytes) -> bytes:
    """HMAC-SHA-256 over an entry and the digest before it."""
    text = json.dumps([number, body, previous.hex()], sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def troubles(key: bytes, entries: Iterable[Entry], marks: Iterable[Mark]) -> Iterator[Trouble]:
    """Everything that is wrong with a chain whose entries come by number, each link once."""
    expected, previous = 1, BEGINNING
    wanted = {mark.number: mark.digest for mark in marks}
    for entry in entries:
        if entry.number != expected:
            yield Trouble(expected, f"{_spoken(expected, entry.number - 1)} missing")
        elif entry.previous != previous:
            yield Trouble(entry.number, f"entry {entry.number} does not follow the one before it")
        if not hmac.compare_digest(
            digest_of(key, entry.number, entry.body, entry.previous), entry.digest
        ):
            yield Trouble(entry.number, f"entry {entry.number} was changed")
        if wanted.pop(entry.number, entry.digest) != entry.digest:
            yield Trouble(entry.number, f"entry {entry.number} is not the one that was signed")
        expected, previous = entry.number + 1, entry.digest
    yield from (
        Trouble(number, f"entry {number} was signed and is missing") for number in sorted(wanted)
    )


def _spoken(first: int, last: int) -> str:
    return f"entry {first} is" if first >= last else f"entries {first} to {last} are"
