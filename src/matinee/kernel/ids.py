"""The only source of identifiers."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

import uuid_utils.compat

_TIME_ORDERED = 7


def uuid7() -> UUID:
    """A new id that sorts by the time it was made (RFC 9562, section 5.7)."""
    return uuid_utils.compat.uuid7()


def time_of(id_: UUID) -> datetime | None:
    """When an id of `uuid7` was made; None if it is none, or tells no time that could be."""
    if id_.version != _TIME_ORDERED:
        return None
    try:
        return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)
    except (OverflowError, ValueError):
        return None


def random_uuid() -> UUID:
    """An id that says nothing, not even when it was made (RFC 9562, section 5.4)."""
    return UUID(bytes=secrets.token_bytes(16), version=4)


def secret(size_bytes: int = 32) -> str:
    """An unguessable URL-safe string with `size_bytes` bytes of randomness."""
    return secrets.token_urlsafe(size_bytes)


def letters(alphabet: str, length: int) -> str:
    """An unguessable code that people can read out, of letters of an alphabet."""
    return "".join(secrets.choice(alphabet) for _ in range(length))
