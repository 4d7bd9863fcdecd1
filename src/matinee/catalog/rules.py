"""What a title's status, address and order follow from; no I/O.

What is heard of encodes arrives in any order and more than once, so what counts
is a maximum: whatever the order, the same facts leave the same state.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import TypeVar
from uuid import UUID

from matinee.contracts.catalog import EncodeStage, TitleKind, TitleStatus

SLUG_LENGTH_MAX = 80
FILE_NAME_BYTES_MAX = 120
_ENDING_BYTES_MAX = 12
ENDED: frozenset[EncodeStage] = frozenset({"done", "failed", "stopped"})

_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_NOT_IN_FILE_NAMES = re.compile(r"[^\w.\-() ]+")


@dataclass(frozen=True)
class Facts:
    """What the status of a title follows from."""

    kind: TitleKind
    withdrawn: bool = False
    playable: bool = False
    has_film: bool = False
    encode_failed: bool = False
    encode_stopped: bool = False
    series_withdrawn: bool = False
    has_published_episode: bool = False


def status_of(facts: Facts) -> TitleStatus:
    """The one status that the facts allow; an encode that ended takes nothing from what plays."""
    if facts.withdrawn or facts.series_withdrawn:
        return "withdrawn"
    if facts.kind == "series":
        return "published" if facts.has_published_episode else "draft"
    if facts.playable:
        return "published"
    if facts.encode_failed:
        return "failed"
    return "processing" if facts.has_film and not facts.encode_stopped else "draft"


@dataclass(frozen=True, order=True)
class EncodeStep:
    """Orders the steps of a title's encodes: a newer encode first, then a later revision.

    Encode ids are UUIDv7, so a newer encode has a greater one.
    """

    encode_id: UUID
    revision: int


@dataclass(frozen=True, order=True)
class PackageRank:
    """Orders the packages of a title: a newer encode wins, then the complete over the quick."""

    encode_id: UUID
    complete: bool
    occurred_at: datetime
    package: str


def is_of_newest_film(encode_id: UUID, stale_encode_id: UUID | None) -> bool:
    """Whether an encode works on the film that arrived last.

    `stale_encode_id` is the newest encode that was known when that film
    arrived.
    """
    return stale_encode_id is None or encode_id > stale_encode_id


@dataclass(frozen=True)
class Place:
    """Where an episode stands in its series."""

    season: int
    episode: int


def place_order(place: Place) -> tuple[bool, int, int]:
    """Sorts episodes as they are watched: specials (season 0) after all seasons."""
    return place.season == 0, place.season, place.episode


T = TypeVar("T")


def following(ordered: Sequence[T], one: T) -> T | None:
    """What comes after `one`; None after the last, or where `one` is not among them."""
    if one not in ordered:
        return None
    at = ordered.index(one) + 1
    return ordered[at] if at < len(ordered) else None


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
