"""Plays as the sparse matrices that closed forms and factorisations are fitted to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matinee.recommendations.rules.arrays import Items, Weights, offsets_of
from matinee.recommendations.rules.candidates.interface import Plays

if TYPE_CHECKING:
    from scipy import sparse

# More of one viewer change what is learnt little and cost their square.
HISTORY_MAX = 1_000
# Squares over more items than these would take too much: 32 MB as they are kept.
ITEMS_MAX = 4_000


@dataclass(frozen=True)
class Viewings:
    """Plays sorted by viewer and then by time, oldest first; shape (k,) each.

    `places` counts the plays of each viewer from zero.
    """

    viewers: Items
    items: Items
    weights: Weights
    places: Items
    n_items: int

    def by_viewer(self) -> "sparse.csr_matrix":
        """One row for each number of a viewer, shape (n_viewers, n_items)."""
        return self._rows(self.viewers)

    def by_stretch(self, length: int) -> "sparse.csr_matrix":
        """One row for so many plays in a row of one viewer, shape (n_stretches, n_items).

        Every history is cut twice, the second time half a stretch later, so that two plays close to
        each other meet at least once.
        """
        from scipy import sparse  # noqa: PLC0415 - only training needs it

        longest = int(self.places.max(initial=0)) // length + 2
        cuts = []
        for shift in (0, length // 2):
            stretch = self.viewers.astype(np.int64) * longest + (self.places + shift) // length
            _, rows = np.unique(stretch, return_inverse=True)
            cuts.append(self._rows(rows.astype(np.int32)))
        return sparse.vstack(cuts, format="csr")

    def _rows(self, rows: Items) -> "sparse.csr_matrix":
        from scipy import sparse  # noqa: PLC0415 - only training needs it

        shape = (int(rows.max(initial=-1)) + 1, self.n_items)
        return sparse.csr_matrix((self.weights, (rows, self.items)), shape=shape, dtype=np.float32)


def viewings_of(plays: Plays, n_items: int) -> Viewings:
    """Plays in the order of viewers and times, at most `HISTORY_MAX` newest of each viewer."""
    order = np.lexsort((plays.items, plays.watched_at_s, plays.viewers))
    viewers = plays.viewers[order]
    offsets = offsets_of(viewers, int(viewers.max(initial=-1)) + 1)
    from_end = offsets[viewers + 1] - np.arange(len(viewers))
    order = order[from_end <= HISTORY_MAX]
    viewers = plays.viewers[order]
    first = np.searchsorted(viewers, viewers, side="left")
    places = (np.arange(len(viewers)) - first).astype(np.int32)
    return Viewings(viewers, plays.items[order], plays.weights[order], places, n_items)


def most_watched(plays: Plays, n_items: int) -> Items:
    """At most `ITEMS_MAX` items that are worth the most plays, ascending; none without a play."""
    worth = np.bincount(plays.items, weights=plays.weights, minlength=n_items)
    most = np.argsort(-worth, kind="stable")[:ITEMS_MAX]
    return np.sort(most[worth[most] > 0]).astype(np.int32)
