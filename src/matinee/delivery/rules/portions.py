"""Which range of a folder a file belongs to: how a package is cut for placement and demand.

A range is a stretch of segments by their number. Viewers leave early more than late, so
that the first ranges are short, and each is about three times as long as the one before:
of six-second segments, a minute, three minutes, ten, half an hour, an hour and a half, the
rest. Cut in decimal digits, so that a regular expression of nginx's finds them, too.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from matinee.contracts.agents import RANGES

# The number of the last segment of every range but the last one.
LAST_SEGMENTS = (9, 29, 99, 299, 999)

_SEGMENT = re.compile(r"(\d{1,9})\.[a-z0-9]{1,5}", re.ASCII)


class Place(NamedTuple):
    """Where a file lies in a package."""

    folder: str
    range: int


def place_of(path: str) -> Place:
    """The place of the file at this path below its package's folder.

    What is no segment belongs to the beginning of its folder: nothing plays without it.
    """
    folder, _, name = path.rpartition("/")
    found = _SEGMENT.fullmatch(name)
    return Place(folder, range_of(int(found[1])) if found and folder else 0)


def range_of(segment: int) -> int:
    """The range of the segment with this number."""
    return sum(segment > last for last in LAST_SEGMENTS)


def bit(number: int) -> int:
    """A set with this range alone."""
    return 1 << number


def bits(numbers: Iterable[int]) -> int:
    """A set of ranges."""
    found = 0
    for number in numbers:
        found |= bit(number)
    return found


def numbers(ranges: int) -> Iterator[int]:
    """The ranges in a set, lowest first."""
    return (number for number in range(RANGES) if ranges & bit(number))
