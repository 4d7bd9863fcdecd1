"""What executors run: a slice of the history, read and made into plays.

Imported without Django, for executors know no settings: whatever they need comes in a `Slice`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.training.facts import (
    FactColumns,
    of_entry,
    of_play,
    of_thumb,
)

SCHEMA = "viewer int, item int, weight float, at_s double"
_READ_AT_ONCE = 5_000

Question = tuple[str, tuple[Any, ...]]
"""SQL with its values."""
Row = tuple[int, int, float, float]
"""What `SCHEMA` names."""


@dataclass(frozen=True)
class Slice:
    """The facts of some profiles: what to ask for them, and the number of the first of these.

    Rows come by profile, all of whom have numbers from there on.
    """

    plays: Question
    thumbs: Question
    entries: Question
    profiles: Question
    first: int


@dataclass(frozen=True)
class Source:
    """Where slices are read, and until when.

    `reach` are psycopg's arguments; `index` is a broadcast variable with the number of the item
    that each title belongs to.
    """

    reach: Mapping[str, Any]
    index: Any
    until_s: float


def reader(slices: list[Slice], source: Source) -> Callable[[int], Iterator[Row]]:
    """Reads the slice of a number."""

    def read(number: int) -> Iterator[Row]:
        with psycopg.connect(**source.reach) as connection:
            plays = _plays(connection, slices[number], source)
        viewers = plays.viewers + slices[number].first
        columns = (viewers, plays.items, plays.weights, plays.watched_at_s)
        yield from zip(*(column.tolist() for column in columns), strict=True)

    return read


def _plays(connection: "psycopg.Connection[Any]", own: Slice, source: Source) -> Plays:
    columns = FactColumns(source.index.value)
    # Numbered first, in their order, so that a profile's number depends on no other slice.
    columns.number(row[0] for row in _rows(connection, own.profiles))
    columns.take(map(of_play, _rows(connection, own.plays)))
    columns.take(map(of_thumb, _rows(connection, own.thumbs)))
    columns.take(map(of_entry, _rows(connection, own.entries)))
    return columns.plays(source.until_s)


def _rows(connection: "psycopg.Connection[Any]", question: Question) -> Iterator[Any]:
    with connection.cursor(name="slice") as cursor:
        cursor.itersize = _READ_AT_ONCE
        cursor.execute(*question)
        yield from cursor
