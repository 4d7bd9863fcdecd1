"""Facts about profiles and titles as the plays that models are fitted to."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np

from matinee.recommendations.rules.arrays import Offsets
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.taste import worth

# A thumb or an entry in a list counts as a play that came so far.
_THUMB_UP, _LISTED = 0.5, 0.4


class Fact(NamedTuple):
    """That a profile had to do with a title; a negative weight speaks against it."""

    profile_id: UUID
    title_id: UUID
    weight: float
    at: datetime


PlayRow = tuple[UUID, UUID, float, float, datetime | None, datetime]
"""Profile, title, position and duration in seconds, when finished, when watched."""


def of_play(row: PlayRow) -> Fact:
    """A play, by how far it came."""
    profile_id, title_id, position_s, duration_s, finished_at, at = row
    fraction = min(position_s / duration_s, 1.0) if duration_s > 0 else 0.0
    return Fact(profile_id, title_id, worth(1.0 if finished_at is not None else fraction), at)


def of_thumb(row: tuple[UUID, UUID, str, datetime]) -> Fact:
    """A thumb up or down."""
    profile_id, title_id, value, at = row
    return Fact(profile_id, title_id, _THUMB_UP if value == "up" else -1.0, at)


def of_entry(row: tuple[UUID, UUID, datetime]) -> Fact:
    """An entry in somebody's list."""
    profile_id, title_id, at = row
    return Fact(profile_id, title_id, _LISTED, at)


@dataclass
class FactColumns:
    """Facts as arrays while they are read; 20 bytes each.

    `viewers` numbers profiles as they come; `unknown` counts facts about titles that the catalogue
    does not have.
    """

    index: Mapping[UUID, int]

    def __post_init__(self) -> None:
        self.viewers: dict[UUID, int] = {}
        self.unknown = 0
        self._viewer, self._item = array("i"), array("i")
        self._weight, self._at_s = array("f"), array("d")

    def number(self, profiles: Iterable[UUID]) -> None:
        """Give profiles their numbers in this order, before any fact does."""
        for profile_id in profiles:
            self.viewers.setdefault(profile_id, len(self.viewers))

    def take(self, facts: Iterable[Fact], *, only_known_viewers: bool = False) -> int:
        """Add facts; how many there were."""
        count = 0
        for fact in facts:
            count += 1
            number = self.index.get(fact.title_id)
            if number is None:
                self.unknown += 1
                continue
            if only_known_viewers and fact.profile_id not in self.viewers:
                continue
            self._viewer.append(self.viewers.setdefault(fact.profile_id, len(self.viewers)))
            self._item.append(number)
            self._weight.append(fact.weight)
            self._at_s.append(fact.at.timestamp())
        return count

    def plays(self, now_s: float) -> Plays:
        """One play for each pair of viewer and item."""
        every = Plays(
            np.array(self._viewer, dtype=np.int32),
            np.array(self._item, dtype=np.int32),
            np.array(self._weight, dtype=np.float32),
            np.array(self._at_s, dtype=np.float64),
            now_s,
        )
        return every.only(_chosen(every))


def _chosen(plays: Plays) -> Offsets:
    """Where one play for each pair stands: the heaviest, of these the newest; shape (n_pairs,).

    None where anything speaks against the title.
    """
    order = np.lexsort((-plays.watched_at_s, -plays.weights, plays.items, plays.viewers))
    viewer, item, weight = plays.viewers[order], plays.items[order], plays.weights[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (viewer[1:] != viewer[:-1]) | (item[1:] != item[:-1])
    heaviest = np.flatnonzero(first)
    # Sorted by weight within a pair: its last one says whether anything speaks against it.
    lightest = np.append(heaviest, len(order))[1:] - 1
    kept: Offsets = order[heaviest[(weight[heaviest] > 0) & (weight[lightest] >= 0)]]
    return kept
