"""What everybody watched, liked and put aside: all that a fit learns from."""

import hashlib
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from matinee.contracts.training import TrainingData
from matinee.recommendations import settings
from matinee.recommendations.models import ListEntry, Play, Thumb, Viewer
from matinee.recommendations.rules.arrays import Offsets
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.taste import worth
from matinee.recommendations.rules.training.checks import Collected

# A thumb or an entry in a list counts as a play that came so far.
_THUMB_UP, _LISTED = 0.5, 0.4
_READ_AT_ONCE = 5_000


class _Fact(NamedTuple):
    """That a profile had to do with a title; a negative weight speaks against it."""

    profile_id: UUID
    title_id: UUID
    weight: float
    at: datetime


class _Columns:
    """Facts as arrays while they are read; 20 bytes each."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._index = catalogue.index
        self._viewers: dict[UUID, int] = {}
        self._viewer, self._item = array("i"), array("i")
        self._weight, self._at_s = array("f"), array("d")
        self.unknown = 0

    def take(self, facts: Iterable[_Fact], *, only_known_viewers: bool = False) -> int:
        """Add facts; how many there were."""
        count = 0
        for fact in facts:
            count += 1
            number = self._index.get(fact.title_id)
            if number is None:
                self.unknown += 1
                continue
            if only_known_viewers and fact.profile_id not in self._viewers:
                continue
            self._viewer.append(self._viewers.setdefault(fact.profile_id, len(self._viewers)))
            self._item.append(number)
            self._weight.append(fact.weight)
            self._at_s.append(fact.at.timestamp())
        return count

    def plays(self, now: datetime) -> Plays:
        """One play for each pair of viewer and item."""
        every = Plays(
            np.array(self._viewer, dtype=np.int32),
            np.array(self._item, dtype=np.int32),
            np.array(self._weight, dtype=np.float32),
            np.array(self._at_s, dtype=np.float64),
            now.timestamp(),
            self._countries(),
        )
        return every.only(_chosen(every))

    def _countries(self) -> npt.NDArray[np.str_]:
        """The country of each viewer, shape (n_viewers,)."""
        found = np.zeros(len(self._viewers), dtype="<U2")
        known = Viewer.objects.exclude(country="").values_list("profile_id", "country")
        for profile_id, country in known.iterator(_READ_AT_ONCE):
            if profile_id in self._viewers:
                found[self._viewers[profile_id]] = country
        return found


def collected(catalogue: Catalogue, now: datetime) -> Collected:
    """The plays that weigh anything, by the newest `fit_plays_max`, with thumbs and lists.

    Episodes count for their series, by the one that was watched furthest. A thumb down takes a
    title out of what its profile is taken to like.
    """
    columns, most = _Columns(catalogue), settings.get().fit_plays_max
    played = columns.take(_played(most))
    unknown = columns.unknown
    # Beyond the bound viewers are not known by their plays, nor should they be by their thumbs.
    bounded = played >= most
    columns.take(_thumbs(most), only_known_viewers=bounded)
    columns.take(_listed(most), only_known_viewers=bounded)
    return Collected(columns.plays(now), len(catalogue), unknown, bounded)


def described(catalogue: Catalogue, plays: Plays) -> TrainingData:
    """What a fit is made from, for its report."""
    times = plays.watched_at_s
    return TrainingData(
        digest=_digest(catalogue, plays),
        viewers=len(np.unique(plays.viewers)),
        titles=len(catalogue),
        plays=len(plays.items),
        from_at=_moment(times.min()) if len(times) else None,
        until_at=_moment(times.max()) if len(times) else None,
        settings=settings.get().model_dump(mode="json"),
    )


def _played(most: int) -> Iterable[_Fact]:
    rows = Play.objects.order_by("-watched_at", "id").values_list(
        "profile_id", "title_id", "position_s", "duration_s", "finished_at", "watched_at"
    )[:most]
    for profile_id, title_id, position_s, duration_s, finished_at, at in rows.iterator(
        _READ_AT_ONCE
    ):
        fraction = min(position_s / duration_s, 1.0) if duration_s > 0 else 0.0
        weight = worth(1.0 if finished_at is not None else fraction)
        yield _Fact(profile_id, title_id, weight, at)


def _thumbs(most: int) -> Iterable[_Fact]:
    rows = Thumb.objects.exclude(value="").order_by("-as_of", "id")
    columns = rows.values_list("profile_id", "title_id", "value", "as_of")[:most]
    for profile_id, title_id, value, at in columns.iterator(_READ_AT_ONCE):
        yield _Fact(profile_id, title_id, _THUMB_UP if value == "up" else -1.0, at)


def _listed(most: int) -> Iterable[_Fact]:
    rows = ListEntry.objects.filter(listed=True).order_by("-as_of", "id")
    columns = rows.values_list("profile_id", "title_id", "as_of")[:most]
    for profile_id, title_id, at in columns.iterator(_READ_AT_ONCE):
        yield _Fact(profile_id, title_id, _LISTED, at)


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


def _digest(catalogue: Catalogue, plays: Plays) -> str:
    """The same for the same plays of the same titles; a viewer is only a number in it."""
    whole = hashlib.sha256(b"".join(item.id.bytes for item in catalogue.items))
    for part in (plays.viewers, plays.items, plays.weights, plays.watched_at_s):
        whole.update(part.tobytes())
    return whole.hexdigest()


def _moment(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
