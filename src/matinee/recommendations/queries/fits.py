"""Fitted models as they lie in the database, and the plays to fit new ones to."""

import io
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from matinee.recommendations import settings
from matinee.recommendations.models import Fit, Play, Viewer
from matinee.recommendations.rules.arrays import Items, Times, Weights
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.taste import worth

Arrays = Mapping[str, npt.NDArray[Any]]
_IDS = "ids"


@dataclass(frozen=True)
class Stored:
    """A fit as it lies in the database."""

    version: int
    arrays: Arrays

    def rows(self, catalogue: Catalogue) -> Items:
        """For each item of a catalogue its place in the fit, or -1; shape (n_items,)."""
        places = {one.tobytes(): place for place, one in enumerate(self.arrays[_IDS])}
        found = (places.get(item.id.bytes, -1) for item in catalogue.items)
        return np.fromiter(found, dtype=np.int32, count=len(catalogue))


def newest() -> Stored | None:
    """The newest fit, or None if there is none yet."""
    found = Fit.objects.order_by("-version").values_list("version", "body").first()
    if found is None:
        return None
    version, body = found
    with np.load(io.BytesIO(body), allow_pickle=False) as archive:
        return Stored(version, {name: archive[name] for name in archive.files})


def packed(catalogue: Catalogue, state: Arrays) -> bytes:
    """A fit's arrays and the ids of its items, shape (n_items, 16), as one compressed archive."""
    ids = np.frombuffer(b"".join(item.id.bytes for item in catalogue.items), dtype=np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{**state, _IDS: ids.reshape(-1, 16)})
    return file.getvalue()


def is_stale(now: datetime, catalogue_version: int, hourly_s: float) -> bool:
    """Whether something has changed since the newest fit began, or that is long ago.

    A fit is due no sooner than twenty times its duration after the last, so that fitting never
    takes more than a twentieth of a core.
    """
    last = Fit.objects.order_by("-version").defer("body").first()
    if last is None:
        return catalogue_version > 0
    age_s = (now - last.started_at).total_seconds()
    if age_s < 20 * last.duration_s:
        return False
    changed = Viewer.objects.filter(changed_at__gte=last.started_at).exists()
    return changed or last.catalogue_version != catalogue_version or age_s > hourly_s


def empty_state() -> Arrays:
    """What models know that were never fitted."""
    nothing = Plays(*_columns([], [], [], []), now_s=0.0)
    return Models().fit(Catalogue(0, (), {}), nothing).state()


def plays(catalogue: Catalogue, now: datetime) -> Plays:
    """The newest plays of everybody, of titles in the catalogue, at most `fit_plays_max`.

    Episodes count for their series, by the one that was watched furthest.
    """
    viewers: dict[UUID, int] = {}
    rows = Play.objects.order_by("-watched_at").values_list(
        "profile_id", "title_id", "position_s", "duration_s", "finished_at", "watched_at"
    )[: settings.get().fit_plays_max]
    viewer, item, weight, at_s = array("i"), array("i"), array("f"), array("d")
    for profile_id, title_id, position_s, duration_s, finished_at, at in rows.iterator(5000):
        number = catalogue.index.get(title_id)
        if number is None:
            continue
        fraction = min(position_s / duration_s, 1.0) if duration_s > 0 else 0.0
        viewer.append(viewers.setdefault(profile_id, len(viewers)))
        item.append(number)
        weight.append(worth(1.0 if finished_at is not None else fraction))
        at_s.append(at.timestamp())
    return _furthest(*_columns(viewer, item, weight, at_s), now.timestamp())


def _columns(
    viewer: Sequence[int], item: Sequence[int], weight: Sequence[float], at_s: Sequence[float]
) -> tuple[Items, Items, Weights, Times]:
    return (
        np.array(viewer, dtype=np.int32),
        np.array(item, dtype=np.int32),
        np.array(weight, dtype=np.float32),
        np.array(at_s, dtype=np.float64),
    )


def _furthest(viewer: Items, item: Items, weight: Weights, at_s: Times, now_s: float) -> Plays:
    """One play for each pair of viewer and item: the heaviest, of these the newest."""
    order = np.lexsort((-at_s, -weight, item, viewer))
    viewer, item, weight, at_s = viewer[order], item[order], weight[order], at_s[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (viewer[1:] != viewer[:-1]) | (item[1:] != item[:-1])
    first &= weight > 0
    return Plays(viewer[first], item[first], weight[first], at_s[first], now_s)
