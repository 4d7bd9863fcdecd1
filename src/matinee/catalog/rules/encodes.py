"""Which of the encodes and packages that were heard of counts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from matinee.contracts.catalog import EncodeStage

ENDED: frozenset[EncodeStage] = frozenset({"done", "failed", "stopped"})


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
