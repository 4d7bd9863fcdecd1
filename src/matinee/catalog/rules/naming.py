"""Addresses, labels and names of files."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePath
from uuid import UUID

SLUG_LENGTH_MAX = 80
FILE_NAME_BYTES_MAX = 120
_ENDING_BYTES_MAX = 12
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_NOT_IN_FILE_NAMES = re.compile(r"[^\w.\-() ]+")


def slug_from(name: str) -> str:
    """An address for a name: ASCII letters and digits with hyphens; `title` if none are left."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore")
    slug = _NOT_IN_SLUGS.sub("-", plain.decode().lower()).strip("-")
    slug = slug[:SLUG_LENGTH_MAX].strip("-") or "title"
    return f"title-{slug}"[:SLUG_LENGTH_MAX] if is_id(slug) else slug


def numbered(slug: str, number: int) -> str:
    """The slug itself for 1, else with the number behind it, within the length allowed."""
    if number == 1:
        return slug
    ending = f"-{number}"
    return slug[: SLUG_LENGTH_MAX - len(ending)].rstrip("-") + ending


def is_id(text: str) -> bool:
    """Whether `text` reads as a UUID, which no slug may."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def made_at_s(time_ordered_id: UUID) -> float:
    """When a UUIDv7 was made, in seconds since the Unix epoch (RFC 9562, section 5.7)."""
    return int.from_bytes(time_ordered_id.bytes[:6], "big") / 1000


def unique_labels(labels: Iterable[str]) -> list[str]:
    """The labels in their order, each once whatever its case."""
    seen: dict[str, str] = {}
    for label in labels:
        seen.setdefault(label.casefold(), label)
    return list(seen.values())


def safe_file_name(name: str) -> str:
    """A name for a file of ours that keeps what a person would recognise; never a path."""
    last = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    clean = _NOT_IN_FILE_NAMES.sub("_", last).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot or not stem:
        stem, ending = clean, ""
    ending = _cut(ending, _ENDING_BYTES_MAX).strip(" .")
    tail = f".{ending}" if ending else ""
    stem = _cut(stem, FILE_NAME_BYTES_MAX - len(tail.encode())).strip(" .")
    return f"{stem or 'film'}{tail}"


def _cut(text: str, size_bytes: int) -> str:
    return text.encode()[:size_bytes].decode(errors="ignore")
