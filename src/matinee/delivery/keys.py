"""The keys that edges are given: what media tokens and edges' own requests are signed with."""

from functools import lru_cache
from pathlib import Path

from matinee.contracts.agents import MediaKey
from matinee.kernel import settings as shared_settings
from matinee.kernel.edge_tokens import FillTokens, MediaTokens
from matinee.kernel.key_rings import KeyRing


def media() -> list[MediaKey]:
    """Those that media tokens may be signed with; the first signs."""
    return _told(_rings(shared_settings.get().secrets)[0])


def fill() -> list[MediaKey]:
    """Those that edges' requests to each other may be signed with; the first signs."""
    return _told(_rings(shared_settings.get().secrets)[1])


def _told(ring: KeyRing) -> list[MediaKey]:
    found = ring.keys()
    return [MediaKey(kid=key.kid, key=key.secret) for key in found]


@lru_cache(maxsize=1)
def _rings(secrets: Path) -> tuple[KeyRing, KeyRing]:
    return MediaTokens(secrets).ring, FillTokens(secrets).ring
