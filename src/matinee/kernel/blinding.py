"""Keyed digests by which sealed texts are found; they say nothing without the keys.

HMAC-SHA-256 (RFC 2104). The keys turn while everything runs: a new one is looked for at once,
written two minutes later, when every process knows it, and the ones before are looked for until
they are retired.
"""

import hmac
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from matinee.kernel import secret_files, settings
from matinee.kernel.key_rings import KeyRing

FILE = "blind_index_keys.json"
# The first key, where a release without a ring may still look for it.
_FIRST = "blind_index_key"


def blind(purpose: str, text: str) -> list[bytes]:
    """The digests of a text under each key: the one to write first, then all else to look for.

    `purpose` keeps equal texts in two columns from being told equal.
    """
    said = f"{purpose}\0{text}".encode()
    accepted = ring().keys()
    return [hmac.digest(key.secret.encode(), said, "sha256") for key in accepted]


def ring() -> KeyRing:
    """The keys of this installation."""
    return _ring(_folder())


def retire() -> None:
    """Look for what the newest key wrote, and nothing else; asked once all was written with it."""
    ring().retire()
    (_folder() / _FIRST).unlink(missing_ok=True)


def _folder() -> Path:
    return settings.get().secrets


@lru_cache(maxsize=8)
def _ring(secrets: Path) -> KeyRing:
    return KeyRing(
        secrets / FILE,
        first=lambda: secret_files.read_or_make(secrets / _FIRST),
        kept_after=timedelta.max,
    )
