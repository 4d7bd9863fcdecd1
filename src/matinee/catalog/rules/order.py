"""The order in which episodes are watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar


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
