"""Things that live for minutes: codes of letters, and what one step leaves for the next.

They lie in the shared store under a name that is made from the ticket, encrypted with a key
that is made from it too: who reads the store, or a copy of it, learns neither the ticket nor
what it stands for. A ticket works once and for at most ten minutes (OWASP ASVS 5.0, 6.5.5).
"""

import base64
import os
from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

import redis
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ConfigDict

from matinee.identity.rules.codes import MINUTES_MAX
from matinee.kernel import clock, ids, stores
from matinee.kernel.problems import Gone, Unavailable

LIFETIME_MAX = timedelta(minutes=MINUTES_MAX)
_NONCE_BYTES = 12
_KEY_BYTES = 32


class TicketFor(BaseModel):
    """What a ticket stands for; each kind has its own name, so that none passes for another."""

    model_config = ConfigDict(frozen=True)
    kind: ClassVar[str]
    lifetime: ClassVar[timedelta] = LIFETIME_MAX

    until: datetime | None = None


T = TypeVar("T", bound=TicketFor)


def issue(meaning: TicketFor) -> tuple[str, datetime]:
    """A new ticket, and when it ends; Unavailable while the store does not answer."""
    secret, until = ids.secret(), clock.now() + meaning.lifetime
    name, key = _derived(meaning.kind, secret)
    text = meaning.model_copy(update={"until": until}).model_dump_json().encode()
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, text, meaning.kind.encode())
    try:
        kept = base64.b64encode(sealed).decode()
        stores.connect().set(name, kept, px=int(meaning.lifetime.total_seconds() * 1000))
    except redis.RedisError as error:
        raise _store_down() from error
    return secret, until


def look(kind: type[T], secret: str) -> T:
    """What a ticket stands for, which stays; Gone when it was used or has ended."""
    name, key = _derived(kind.kind, secret)
    try:
        kept = stores.connect().get(name)
    except redis.RedisError as error:
        raise _store_down() from error
    return _opened(kind, key, kept)


def take(kind: type[T], secret: str) -> T:
    """Use a ticket up: of many that try at once one gets it, the others Gone."""
    name, key = _derived(kind.kind, secret)
    try:
        kept = stores.connect().getdel(name)
    except redis.RedisError as error:
        raise _store_down() from error
    return _opened(kind, key, kept)


def _opened(kind: type[T], key: bytes, kept: object) -> T:
    if not isinstance(kept, str):
        raise ticket_over()
    sealed = base64.b64decode(kept)
    text = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], kind.kind.encode())
    meaning = kind.model_validate_json(text)
    # The store ends it by the machine's clock, this by ours.
    if meaning.until is None or meaning.until <= clock.now():
        raise ticket_over()
    return meaning


def _derived(kind: str, secret: str) -> tuple[str, bytes]:
    """Under which name a ticket lies, and the key of what lies there (HKDF, RFC 5869)."""
    made = HKDF(SHA256(), 2 * _KEY_BYTES, salt=None, info=f"ticket {kind}".encode())
    both = made.derive(secret.encode())
    return f"ticket:{kind}:{both[:_KEY_BYTES].hex()}", both[_KEY_BYTES:]


def ticket_over() -> Gone:
    """What somebody is told who comes too late, or twice."""
    return Gone("ticket_over", "This was used before or is too old. Please begin again.")


def _store_down() -> Unavailable:
    return Unavailable("store_down", "This does not work just now. Please try again soon.")
