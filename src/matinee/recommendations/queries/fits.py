"""Fitted models as they lie in the database: which is served, and which can be gone back to."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Q, QuerySet

from matinee.recommendations.models import Erasure, Fit, PublishingHold, Revision, Viewer
from matinee.recommendations.queries.catalogue import FIT
from matinee.recommendations.rules.arrays import Items
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.catalogue import Catalogue

Arrays = Mapping[str, npt.NDArray[Any]]
_IDS = "ids"
# After a training that came to nothing; on demand one begins at once.
_TRY_AGAIN_S = 300.0


@dataclass(frozen=True)
class Stored:
    """A fit as it lies in the database."""

    version: int
    started_at: datetime
    arrays: Arrays

    def rows(self, catalogue: Catalogue) -> Items:
        """For each item of a catalogue its place in the fit, or -1; shape (n_items,)."""
        places = {one.tobytes(): place for place, one in enumerate(self.arrays[_IDS])}
        found = (places.get(item.id.bytes, -1) for item in catalogue.items)
        return np.fromiter(found, dtype=np.int32, count=len(catalogue))

    def models(self, catalogue: Catalogue) -> Models:
        """The models as they were fitted then, for a catalogue of now."""
        return Models().restore(catalogue, self.arrays, self.rows(catalogue))


def in_service() -> Stored | None:
    """The fit that pages are made with; None if there is none, or none that this release reads."""
    return stored(Fit.objects.filter(version=served_version()))


def served_version() -> int:
    """Which version is in service; 0 for none."""
    found = Revision.objects.filter(name=FIT).values_list("number", flat=True).first()
    return found or 0


def stored(fits: QuerySet[Fit]) -> Stored | None:
    """The first of some fits with its arrays; None if this release cannot read it."""
    found = fits.filter(_readable()).values_list("version", "started_at", "body").first()
    if found is None:
        return None
    version, started_at, body = found
    with np.load(io.BytesIO(bytes(body or b"")), allow_pickle=False) as archive:
        return Stored(version, started_at, {name: archive[name] for name in archive.files})


def comparable(now: datetime, days: int) -> Stored | None:
    """What was in service when the last days began: the oldest published fit of these days.

    It has seen nothing of what came after it, so it can be judged on that.
    """
    published = Fit.objects.filter(state="published", started_at__lt=now)
    lately = published.filter(started_at__gte=now - timedelta(days=days)).order_by("version")
    return stored(lately) or stored(published.order_by("-version"))


def returnable() -> QuerySet[Fit]:
    """The published fits that can be gone back to, newest first, without their arrays."""
    earlier = Fit.objects.filter(_readable(), state="published", version__lt=served_version())
    return earlier.order_by("-version").defer("body")


def held_since() -> datetime | None:
    """Since when publishing is paused; None if it is not."""
    return PublishingHold.objects.values_list("created_at", flat=True).first()


def packed(catalogue: Catalogue, state: Arrays) -> bytes:
    """A fit's arrays and the ids of its items, shape (n_items, 16), as one compressed archive."""
    ids = np.frombuffer(b"".join(item.id.bytes for item in catalogue.items), dtype=np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{**state, _IDS: ids.reshape(-1, 16)})
    return file.getvalue()


def is_stale(now: datetime, catalogue_version: int, hourly_s: float) -> bool:
    """Whether something has changed since the newest training began, or that is long ago.

    A training is due no sooner than twenty times its duration after the last, so that training
    never takes more than a twentieth of a core.
    """
    last = Fit.objects.order_by("-version").defer("body").first()
    if last is None or last.format != format_name():
        return catalogue_version > 0
    age_s = (now - last.started_at).total_seconds()
    if last.state in {"failed", "refused"}:
        return age_s >= _TRY_AGAIN_S
    if age_s < 20 * last.duration_s:
        return False
    changed = Viewer.objects.filter(changed_at__gte=last.started_at).exists()
    return changed or last.catalogue_version != catalogue_version or age_s > hourly_s


def erased_since(moment: datetime) -> bool:
    """Whether anybody has had history forgotten that a fit of that moment may know."""
    gone = Q(erased_until__gt=moment) | Q(removed=True, changed_at__gt=moment)
    return Viewer.objects.filter(gone).exists() or Erasure.objects.filter(until__gt=moment).exists()


@lru_cache(maxsize=1)
def format_name() -> str:
    """Names, types and dimensions of all arrays that this release keeps, as one short word."""
    arrays = sorted((name, str(one.dtype), one.ndim) for name, one in empty_state().items())
    return hashlib.sha256(repr(arrays).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def empty_state() -> Arrays:
    """What models know that were never fitted."""
    return Models().state()


def _readable() -> Q:
    return Q(body__isnull=False, format=format_name())
