"""Room on a layer: the buckets that no experiment holds."""

from collections.abc import Iterable

from matinee.contracts.experiments import BUCKETS

Range = tuple[int, int]
"""From a first bucket until before a last one."""


def free(taken: Iterable[Range]) -> list[Range]:
    """What is between ranges that do not overlap, in order."""
    found, start = [], 0
    for first, last in sorted(taken):
        if first > start:
            found.append((start, first))
        start = max(start, last)
    if start < BUCKETS:
        found.append((start, BUCKETS))
    return found


def size(ranges: Iterable[Range]) -> int:
    """How many buckets there are in ranges."""
    return sum(last - first for first, last in ranges)


def buckets_for(share: float) -> int:
    """How many buckets are a share of all profiles; one at least."""
    return max(1, round(share * BUCKETS))


def take(wanted: int, taken: Iterable[Range]) -> list[Range] | None:
    """The first free ranges with so many buckets in all; None where there are not as many."""
    chosen: list[Range] = []
    for first, last in free(taken):
        own = min(wanted, last - first)
        chosen.append((first, first + own))
        wanted -= own
        if not wanted:
            return chosen
    return None
