"""Where content keys come from: our own store in `playback`, or a DRM vendor.

A provider is chosen by MATINEE_ENCODING_KEYS; `run` says how `playback` is reached.
"""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from matinee.encoding import settings
from matinee.encoding.keys.own import OwnKeys
from matinee.encoding.keys.speke import SpekeKeys
from matinee.encoding.rules.encryption import TitleKey
from matinee.kernel.clients import Client


class KeyProvider(Protocol):
    """Knows the content key of every title."""

    def key_of(self, title_id: UUID) -> TitleKey:
        """The title's key, the same whenever it is asked for.

        Raises Unavailable while the provider does not answer, and another Problem when
        it will not. Neither these nor any log hold a key.
        """


class _Way:
    """How this process reaches `playback`."""

    open: Callable[[], Client] | None = None


def reach_playback(opened: Callable[[], Client]) -> None:
    """Say how `playback` is reached where no MATINEE_ENCODING_KEYS_URL names it."""
    _Way.open = opened


def provider() -> KeyProvider | None:
    """The provider that the settings choose; None where films are not encrypted."""
    ours = settings.get()
    if ours.keys == "none":
        return None
    if ours.keys == "speke":
        return SpekeKeys(ours)
    if ours.keys_url:
        return OwnKeys(lambda: Client(ours.keys_url))
    if _Way.open is None:
        msg = "nobody said how playback is reached; set MATINEE_ENCODING_KEYS_URL"
        raise RuntimeError(msg)
    return OwnKeys(_Way.open)
