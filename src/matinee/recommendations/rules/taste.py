"""What a profile's plays, thumbs and list say about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import numpy as np

from matinee.recommendations.rules.arrays import Weights
from matinee.recommendations.rules.candidates.interface import Taste
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.labels import Labels
from matinee.recommendations.rules.sittings import of_a_child

RESUMABLE = (0.02, 0.95)
# Less than this says nothing, or that it was not liked.
_TASTED = 0.1
_THUMB, _LISTED = 0.5, 0.4
# Who looks for a title by name and stays with it wants it more than who takes what is offered.
_SOUGHT = 0.2
_HALF_LIFE_DAYS = 120.0
_OLD_COUNTS_STILL = 0.15


@dataclass(frozen=True)
class PlayFact:
    """How far a profile got with a film or an episode, by the newest fact."""

    title_id: UUID
    position_s: float
    duration_s: float
    finished: bool
    watched_at: datetime
    ever_finished: bool

    @property
    def fraction(self) -> float:
        """How much lies behind the viewer, within [0, 1]."""
        return min(max(self.position_s / self.duration_s, 0.0), 1.0) if self.duration_s > 0 else 0.0

    @property
    def resumable(self) -> bool:
        """Whether it was left in the middle."""
        low, high = RESUMABLE
        return not self.finished and low <= self.fraction <= high

    @property
    def completion(self) -> float:
        """How much of it counts as seen, within [0, 1]."""
        return 1.0 if self.finished or self.ever_finished else self.fraction


Watched = Sequence[tuple[int, PlayFact]]
"""Plays with the item of each, newest first."""


@dataclass(frozen=True)
class PassedOver:
    """How many times a title was in view and not taken, since it was last played or ever."""

    times: int
    last_at: datetime


@dataclass(frozen=True)
class Dismissed:
    """A title that was taken out of a row, or without one, a row that was taken off the page."""

    row: str
    title_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class ViewerFacts:
    """All that is known of a profile, newest first; `thumbs` is True for up.

    `sought` are titles that it found by a search and took, not only begun; `own` those that the
    account has rented or bought.
    `language` is a BCP 47 tag and `country`, `plan` and `platform` are those of a `Vantage`, each
    empty if unknown.
    """

    revision: int = 0
    plays: tuple[PlayFact, ...] = ()
    thumbs: Mapping[UUID, bool] = field(default_factory=dict)
    listed: tuple[UUID, ...] = ()
    dismissed: tuple[Dismissed, ...] = ()
    passed_over: Mapping[UUID, PassedOver] = field(default_factory=dict)
    sought: frozenset[UUID] = frozenset()
    own: frozenset[UUID] = frozenset()
    language: str = ""
    is_kids: bool = False
    country: str = ""
    plan: str = ""
    platform: str = ""


def worth(completion: float) -> float:
    """How much a play counts in favour, within [0, 1]."""
    return completion if completion >= _TASTED else 0.0


def of_viewer(catalogue: Catalogue, viewer: ViewerFacts, now: datetime) -> Taste:
    """What a profile likes and does not, by item; its weights are decayed by age.

    What a child watched with a grown-up's profile counts only where that profile said so itself, by
    a thumb or its list.
    """
    watched = without_a_childs(catalogue, viewer, watched_of(catalogue, viewer))
    return of_watched(catalogue, viewer, watched, now)


def of_watched(catalogue: Catalogue, viewer: ViewerFacts, watched: Watched, now: datetime) -> Taste:
    """The same, of those plays only."""
    found: dict[int, float] = {}
    at_s: dict[int, float] = {}
    now_s = now.timestamp()
    for number, play in watched:
        watched_at_s = play.watched_at.timestamp()
        age_days = max((now_s - watched_at_s) / 86_400, 0.0)
        decay = max(0.5 ** (age_days / _HALF_LIFE_DAYS), _OLD_COUNTS_STILL)
        found[number] = max(found.get(number, 0.0), worth(play.completion) * decay)
        at_s[number] = max(at_s.get(number, 0.0), watched_at_s)
    for number in _items(catalogue, viewer.sought):
        if found.get(number, 0.0) > 0:
            found[number] = min(found[number] + _SOUGHT, 1.0)
    for number in _items(catalogue, viewer.listed):
        found[number] = max(found.get(number, 0.0), _LISTED)
    for title_id, up in viewer.thumbs.items():
        number = catalogue.index.get(title_id, -1)
        if number >= 0:
            found[number] = min(found.get(number, 0.0) + _THUMB, 1.0) if up else -1.0
    return _as_taste({number: weight for number, weight in found.items() if weight != 0}, at_s)


def watched_of(catalogue: Catalogue, viewer: ViewerFacts) -> Watched:
    """The plays of titles that are in the catalogue, newest first, each with its item."""
    found = ((catalogue.index.get(play.title_id, -1), play) for play in viewer.plays)
    return [(number, play) for number, play in found if number >= 0]


def without_a_childs(catalogue: Catalogue, viewer: ViewerFacts, watched: Watched) -> Watched:
    """Plays without those of a child who watched with a grown-up's profile."""
    if viewer.is_kids or not watched:
        return watched
    for_children = catalogue.for_children[[number for number, _ in watched]].tolist()
    if not any(for_children):
        return watched
    childs = of_a_child([play.watched_at.timestamp() for _, play in watched], for_children)
    return [one for place, one in enumerate(watched) if place not in childs]


def shares_of(labels: Labels, taste: Taste) -> Weights:
    """How much of what is liked falls to each label, shape (n_labels,); sums to one, or to zero."""
    liked = taste.liked()
    found = liked.weights @ labels.shares[liked.items]
    total = float(found.sum())
    shares: Weights = found / np.float32(total) if total > 0 else found
    return shares


def _items(catalogue: Catalogue, title_ids: Iterable[UUID]) -> Iterable[int]:
    return (catalogue.index[one] for one in title_ids if one in catalogue.index)


def _as_taste(found: Mapping[int, float], at_s: Mapping[int, float]) -> Taste:
    """Titles that were never played count as older than all that were."""
    times = (at_s.get(number, 0.0) for number in found)
    return Taste(
        np.fromiter(found.keys(), dtype=np.int32, count=len(found)),
        np.fromiter(found.values(), dtype=np.float32, count=len(found)),
        np.fromiter(times, dtype=np.float64, count=len(found)),
    )
