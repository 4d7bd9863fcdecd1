"""Content keys from our own store, which `playback` keeps."""

import base64
from collections.abc import Callable
from uuid import UUID

from matinee.contracts.playback import ContentKey, KeyRequest
from matinee.encoding.rules.encryption import TitleKey
from matinee.kernel import settings
from matinee.kernel.clients import Client
from matinee.kernel.tokens import ServiceTokens

_PATH = "/api/playback/keys"


class OwnKeys:
    """Asks `playback`, in the name of this service."""

    def __init__(self, opened: Callable[[], Client]) -> None:
        self._opened = opened

    def key_of(self, title_id: UUID) -> TitleKey:
        """See `KeyProvider`."""
        token = ServiceTokens(settings.get().secrets).issue("encoding", to="playback")
        signed = {"Authorization": f"Bearer {token}"}
        with self._opened() as client:
            body = KeyRequest(title_id=title_id)
            found = client.ask(ContentKey, "POST", _PATH, body=body, headers=signed)
        return TitleKey(key_id=found.key_id, key=base64.urlsafe_b64decode(found.key + "=="))
