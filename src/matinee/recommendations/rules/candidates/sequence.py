"""What comes next after this: one linear model of every play by those before it, newest first.

Ridge regression of each play on the viewer's history, where a title counts the less the more plays
ago it was. In closed form, as EASE is (Steck 2019), but with time running one way. The regression
needs only how often one title comes so many plays before another, so the histories themselves,
one row for each play, are never written out.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores, Weights
from matinee.recommendations.rules.candidates.interface import Plays, State, Taste
from matinee.recommendations.rules.candidates.viewings import viewings_of
from matinee.recommendations.rules.catalogue import Catalogue

# The closed form costs their cube in time and their square in memory: 32 MB as it is kept.
ITEMS_MAX = 4_000
# Above so many items, one that fewer have watched teaches less than it costs.
_SMALL, _VIEWERS_MIN = 1_000, 3
# What lies further back speaks through the models that know no order.
LAGS = 100
# So little a play may count and still be looked at.
_FADED = 1e-3
# Chosen on the plays before the last of MovieLens 1M; flat around there.
RIDGE_PER_VIEWER = 0.05

Square = npt.NDArray[np.float32]
"""One number for each pair of the modelled items, shape (m, m): from the row's to the column's."""


class SequentialRidge:
    """Weights between the `ITEMS_MAX` most watched items; two bytes a pair where it is kept.

    A title that lies `k` plays back counts `k ** -fading`: two for what goes with the last titles,
    one half for what goes with the last weeks.
    """

    def __init__(self, fading: float) -> None:
        kernel = np.arange(1.0, LAGS + 1) ** -fading
        self._kernel: Weights = kernel[kernel >= _FADED].astype(np.float32)
        self._take(np.zeros(0, dtype=np.int32), np.zeros((0, 0), dtype=np.float32), 0)

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """See `Model`. Memory: some three squares of float32 for the modelled items."""
        modelled = _modelled(plays, len(catalogue))
        line = _line(plays, modelled, len(catalogue))
        ridge = RIDGE_PER_VIEWER * len(np.unique(plays.viewers))
        self._take(modelled, _closed_form(line, self._kernel, ridge), len(catalogue))
        return self

    def recommend(self, taste: Taste) -> Scores:
        """See `Model`: the weights from what was liked last, faded and summed."""
        liked = taste.liked()
        known = np.flatnonzero(self._place[liked.items] >= 0)
        newest = known[np.argsort(-liked.watched_at_s[known], kind="stable")][: len(self._kernel)]
        worth = liked.weights[newest] * self._kernel[: len(newest)]
        scores = np.zeros(len(self._place), dtype=np.float32)
        found = worth @ self._weights[self._place[liked.items[newest]]]
        scores[self._modelled] = np.maximum(found, 0.0)
        return scores

    def state(self) -> State:
        """See `StoredModel`."""
        modelled = np.zeros(len(self._place), dtype=np.bool_)
        modelled[self._modelled] = True
        return {"modelled": modelled, "weights": self._weights.astype(np.float16)}

    def restore(self, state: State, rows: Items) -> Self:
        """See `StoredModel`."""
        old_place = np.cumsum(state["modelled"]) - 1
        known = np.flatnonzero(rows >= 0)
        known = known[state["modelled"][rows[known]]]
        places = old_place[rows[known]]
        weights = state["weights"][places][:, places].astype(np.float32)
        self._take(known.astype(np.int32), weights, len(rows))
        return self

    def _take(self, modelled: Items, weights: Square, n_items: int) -> None:
        self._modelled = modelled
        # As it is kept, so that a restored model gives the very same scores.
        self._weights = np.ascontiguousarray(weights.astype(np.float16), dtype=np.float32)
        self._place = np.full(n_items, -1, dtype=np.int32)
        self._place[modelled] = np.arange(len(modelled), dtype=np.int32)


@dataclass(frozen=True)
class _Line:
    """All plays of modelled items, viewer by viewer and oldest first, shape (k,) each.

    `items` are places among the `size` modelled ones; `later` counts the plays that follow.
    """

    viewers: Items
    items: npt.NDArray[np.int64]
    weights: Weights
    later: npt.NDArray[np.int64]
    size: int


def _modelled(plays: Plays, n_items: int) -> Items:
    """The items worth the cost, ascending."""
    watched = np.bincount(plays.items, weights=plays.weights, minlength=n_items)
    viewers = np.bincount(plays.items, minlength=n_items)
    able = watched > 0
    if np.count_nonzero(able) > _SMALL:
        able &= viewers >= _VIEWERS_MIN
    most = np.argsort(-np.where(able, watched, -1.0), kind="stable")[:ITEMS_MAX]
    return np.sort(most[able[most]]).astype(np.int32)


def _line(plays: Plays, modelled: Items, n_items: int) -> _Line:
    place = np.full(n_items, -1, dtype=np.int64)
    place[modelled] = np.arange(len(modelled))
    seen = viewings_of(plays, n_items)
    kept = place[seen.items] >= 0
    viewers = seen.viewers[kept]
    ends = np.searchsorted(viewers, viewers, side="right")
    later = ends - 1 - np.arange(len(viewers))
    return _Line(viewers, place[seen.items[kept]], seen.weights[kept], later, len(modelled))


def _closed_form(line: _Line, kernel: Weights, ridge: float) -> Square:
    """The weights that give every play best from those before it."""
    if line.size == 0:
        return np.zeros((0, 0), dtype=np.float32)
    from scipy.linalg import lapack  # noqa: PLC0415 - only training needs it

    together, follows = _counted(line, kernel)
    gram: npt.NDArray[Any] = np.asfortranarray(together + together.T)
    alone = np.cumsum(kernel**2)[np.minimum(line.later, len(kernel)) - 1] * (line.later > 0)
    own = np.bincount(line.items, weights=line.weights**2 * alone, minlength=line.size)
    gram[np.diag_indices_from(gram)] += (own + ridge).astype(np.float32)
    _, weights, _ = lapack.sposv(gram, follows, lower=0, overwrite_a=True)
    solved: Square = weights
    return solved


def _counted(line: _Line, kernel: Weights) -> tuple[Square, Square]:
    """How much pairs stand together before a play, and how much the second follows the first."""
    together = np.zeros(line.size**2, dtype=np.float32)
    follows = np.zeros(line.size**2, dtype=np.float32)
    reach = len(kernel)
    for lag in range(1, min(reach, len(line.items) - 1) + 1):
        first = np.flatnonzero(line.viewers[lag:] == line.viewers[:-lag])
        if len(first) == 0:
            break
        second = first + lag
        pair = line.items[first] * line.size + line.items[second]
        worth = line.weights[first] * line.weights[second]
        np.add.at(follows, pair, worth * kernel[lag - 1])
        # Before each later play both stand there, the older one `lag` plays further back.
        faded = np.append(0.0, np.cumsum(kernel[: reach - lag] * kernel[lag:])).astype(np.float32)
        np.add.at(together, pair, worth * faded[np.minimum(line.later[second], reach - lag)])
    return together.reshape(line.size, -1), follows.reshape(line.size, -1)
