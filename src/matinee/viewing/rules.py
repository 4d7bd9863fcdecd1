"""Rules of what counts and what is forgotten, without I/O.

Facts come late, twice and in any order. What holds in the end depends on the set
of facts only: the newest progress counts, unless an erasure is as new as it.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from matinee.kernel.problems import Conflict, Unprocessable

PAGE = 50
_ABOUT_WATCHED = frozenset({"because_you_watched"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Mark:
    """When a fact came to be; of two at the same moment the higher id counts as newer."""

    occurred_at: datetime
    event_id: UUID


def counts(new: Mark, kept: Mark | None, erased_until: datetime | None) -> bool:
    """Whether a progress replaces what is kept, given what was asked to be forgotten."""
    if erased_until is not None and new.occurred_at <= erased_until:
        return False
    return kept is None or new > kept


def latest(*moments: datetime | None) -> datetime | None:
    """The latest of moments that may be missing."""
    return max((moment for moment in moments if moment is not None), default=None)


def check_row(row: str) -> None:
    """Unprocessable for the id of a row that says what was watched.

    Kept, it would outlive an erasure of the history.
    """
    kind, _, about = row.partition(":")
    if kind in _ABOUT_WATCHED and about:
        code = "row_names_title"
        raise Unprocessable(code, f"Name this row by its kind alone: `{kind}`.")


def check_room(what: str, count: int, most: int) -> None:
    """Conflict when one more does not fit; `what` is named in the sentence."""
    if count >= most:
        code = "list_full"
        raise Conflict(code, f"{what} holds at most {most} titles. Remove some first.")


@dataclass(frozen=True)
class Cursor:
    """Where a page of history ended."""

    watched_at: datetime
    title_id: UUID

    def __str__(self) -> str:
        since_us = (self.watched_at - _EPOCH) // timedelta(microseconds=1)
        return base64.urlsafe_b64encode(f"{since_us} {self.title_id}".encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor that `text` spells; Unprocessable if it is not one of ours."""
        try:
            plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            since_us, _, title = plain.partition(" ")
            return cls(_EPOCH + timedelta(microseconds=int(since_us)), UUID(title))
        except (ValueError, OverflowError, binascii.Error) as error:
            code = "bad_cursor"
            detail = "This page is not known. Start again without `cursor`."
            raise Unprocessable(code, detail) from error
