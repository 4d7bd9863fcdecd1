"""Content keys from a DRM vendor, by SPEKE API v2.0: a CPIX document there, another back."""

import logging
from uuid import UUID, uuid5

import httpx

from matinee.encoding.rules import cpix
from matinee.encoding.rules.encryption import TitleKey
from matinee.encoding.settings import Settings
from matinee.kernel import problems

log = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_ANSWER_BYTES_MAX = 1024 * 1024
# Ids of keys follow from titles, so that asking again asks for the same.
_KEYS_OF_TITLES = UUID("5d2f1a36-0f0e-5c44-9f6e-6c1a4f1f9b57")
_HEADERS = {
    "Content-Type": "application/xml",
    "X-Speke-Version": "2.0",
    "X-Speke-User-Agent": "matinee",
}
_TRY_AGAIN = 500


class SpekeKeys:
    """Asks the vendor that the settings name."""

    def __init__(self, ours: Settings) -> None:
        self._url = ours.speke_url
        self._credentials = ours.speke_credentials_file
        self._systems = ours.speke_systems.split(",")

    def key_of(self, title_id: UUID) -> TitleKey:
        """See `KeyProvider`."""
        key_id = uuid5(_KEYS_OF_TITLES, str(title_id))
        document = self._ask(cpix.request(title_id, key_id, self._systems))
        try:
            return cpix.answer(document, key_id)
        except cpix.AnswerError as error:
            raise _refusal(f"the DRM vendor's answer cannot be used: {error}") from None

    def _ask(self, document: bytes) -> bytes:
        headers = _HEADERS | self._authorization()
        try:
            with (
                httpx.Client(timeout=_TIMEOUT, trust_env=False) as client,
                client.stream("POST", self._url, content=document, headers=headers) as response,
            ):
                if response.status_code >= _TRY_AGAIN:
                    raise problems.Unavailable(
                        "no_answer", f"The DRM vendor answered {response.status_code}."
                    )
                if response.status_code != httpx.codes.OK:
                    raise _refusal(f"the DRM vendor answered {response.status_code}")
                return _bounded(response)
        except httpx.TransportError as error:
            why = type(error).__name__
            detail = f"The DRM vendor does not answer ({why}). Look at MATINEE_ENCODING_SPEKE_URL."
            raise problems.Unavailable("no_answer", detail) from None

    def _authorization(self) -> dict[str, str]:
        if self._credentials is None:
            return {}
        try:
            return {"Authorization": self._credentials.read_text().strip()}
        except OSError as error:
            raise _refusal(f"{self._credentials} cannot be read ({error.strerror})") from None


def _bounded(response: httpx.Response) -> bytes:
    found = bytearray()
    for part in response.iter_bytes():
        found += part
        if len(found) > _ANSWER_BYTES_MAX:
            raise _refusal("the DRM vendor's answer is too long")
    return bytes(found)


def _refusal(why: str) -> problems.Conflict:
    log.error("no content key: %s", why)
    return problems.Conflict("no_key", f"There is no content key for this film: {why}.")
