"""What everybody watched, liked and put aside: all that a fit learns from."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from matinee.contracts.training import TrainingData
from matinee.recommendations import settings
from matinee.recommendations.models import ListEntry, Play, Thumb, Viewer
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.training.checks import Collected
from matinee.recommendations.rules.training.facts import FactColumns, of_entry, of_play, of_thumb

READ_AT_ONCE = 5_000


def collected(catalogue: Catalogue, now: datetime) -> Collected:
    """The plays that weigh anything, by the newest `fit_plays_max`, with thumbs and lists.

    Episodes count for their series, by the one that was watched furthest. A thumb down takes a
    title out of what its profile is taken to like.
    """
    columns, most = FactColumns(catalogue.index), settings.get().fit_plays_max
    played = columns.take(map(of_play, _newest(play_rows(), most)))
    unknown = columns.unknown
    # Beyond the bound viewers are not known by their plays, nor should they be by their thumbs.
    bounded = played >= most
    thumbs, entries = _newest(thumb_rows(), most), _newest(entry_rows(), most)
    columns.take(map(of_thumb, thumbs), only_known_viewers=bounded)
    columns.take(map(of_entry, entries), only_known_viewers=bounded)
    plays = replace(columns.plays(now.timestamp()), countries=_countries(columns.viewers))
    return Collected(plays, len(catalogue), unknown, bounded)


def play_rows() -> QuerySet[Play, Any]:
    """Plays, newest first, as `PlayRow`s."""
    rows = Play.objects.order_by("-watched_at", "id")
    return rows.values_list(
        "profile_id", "title_id", "position_s", "duration_s", "finished_at", "watched_at"
    )


def thumb_rows() -> QuerySet[Thumb, Any]:
    """Thumbs, newest first."""
    rows = Thumb.objects.exclude(value="").order_by("-as_of", "id")
    return rows.values_list("profile_id", "title_id", "value", "as_of")


def entry_rows() -> QuerySet[ListEntry, Any]:
    """Entries of lists, newest first."""
    rows = ListEntry.objects.filter(listed=True).order_by("-as_of", "id")
    return rows.values_list("profile_id", "title_id", "as_of")


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


def _newest(rows: QuerySet[Any, Any], most: int) -> Any:
    return rows[:most].iterator(READ_AT_ONCE)


def _countries(viewers: Mapping[UUID, int]) -> npt.NDArray[np.str_]:
    """The country of each viewer, shape (n_viewers,)."""
    found = np.zeros(len(viewers), dtype="<U2")
    known = Viewer.objects.exclude(country="").values_list("profile_id", "country")
    for profile_id, country in known.iterator(READ_AT_ONCE):
        if profile_id in viewers:
            found[viewers[profile_id]] = country
    return found


def _digest(catalogue: Catalogue, plays: Plays) -> str:
    """The same for the same plays of the same titles; a viewer is only a number in it."""
    whole = hashlib.sha256(b"".join(item.id.bytes for item in catalogue.items))
    for part in (plays.viewers, plays.items, plays.weights, plays.watched_at_s):
        whole.update(part.tobytes())
    return whole.hexdigest()


def _moment(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
