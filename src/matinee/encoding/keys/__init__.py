"""Where content keys come from: our own store in `playback`, or a DRM vendor.

A provider is chosen by MATINEE_ENCODING_KEYS.
"""

from typing import Protocol
from uuid import UUID

from matinee.encoding import settings
from matinee.encoding.keys.own import OwnKeys
from matinee.encoding.keys.speke import SpekeKeys
from matinee.encoding.rules.encryption import TitleKey
from matinee.kernel import asking
from matinee.kernel.asking import Questions
from matinee.kernel.clients import Client

_SERVICE = "encoding"


class KeyProvider(Protocol):
    """Knows the content key of every title."""

    def key_of(self, title_id: UUID) -> TitleKey:
        """The title's key, the same whenever it is asked for.

        Raises Unavailable while the provider does not answer, and another Problem when
        it will not. Neither these nor any log hold a key.
        """


def provider() -> KeyProvider | None:
    """The provider that the settings choose; None where films are not encrypted."""
    ours = settings.get()
    if ours.keys == "none":
        return None
    if ours.keys == "speke":
        return SpekeKeys(ours)
    if ours.keys_url:
        return OwnKeys(Questions(_SERVICE, lambda: Client(ours.keys_url)))
    if not asking.is_reached():
        msg = "nobody said how playback is reached; set MATINEE_ENCODING_KEYS_URL"
        raise RuntimeError(msg)
    return OwnKeys(Questions(_SERVICE))
