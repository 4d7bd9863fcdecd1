"""Who watched this also watched that: item-item nearest neighbours.

Cosine between items over viewers (Sarwar et al. 2001, section 3.1), shrunk where few viewers have
both (Bell and Koren 2007, section 2.2), so that a chance meeting is no likeness.
"""

from typing import Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores, Weights, offsets_of, spans
from matinee.recommendations.rules.candidates.interface import Plays, State, Taste, moved
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.catalogue import Catalogue

NEIGHBOURS = 50
SHRINKAGE = 4.0
HALF_LIFE_S = 180 * DAY_S
# More than these of one viewer or one title change the likeness little and cost much.
HISTORY_MAX = 300
VIEWERS_MAX = 20_000

Neighbours = npt.NDArray[np.int32]
"""The most alike items of each item, most alike first, -1 where there are fewer: (n_items, k)."""
Likeness = npt.NDArray[np.float32]
"""How alike each of the neighbours is, within [0, 1], shape (n_items, k)."""


class CoWatching:
    """The `NEIGHBOURS` most alike items of each; eight bytes a pair, 8 MB for 20,000 titles.

    `support` counts the viewers that each item was learnt from, shape (n_items,).
    """

    def __init__(self) -> None:
        self._neighbours: Neighbours = np.zeros((0, NEIGHBOURS), dtype=np.int32)
        self._likeness: Likeness = np.zeros((0, NEIGHBOURS), dtype=np.float32)
        self.support: Scores = np.zeros(0, dtype=np.float32)

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """See `Model`. Memory: twelve bytes a play and one array of viewings per item at a time."""
        n_items = len(catalogue)
        self._neighbours = np.full((n_items, NEIGHBOURS), -1, dtype=np.int32)
        self._likeness = np.zeros((n_items, NEIGHBOURS), dtype=np.float32)
        self.support = np.bincount(plays.items, minlength=n_items).astype(np.float32)
        meetings = _Meetings(n_items, plays)
        for item in np.unique(plays.items):
            alike = meetings.likeness(int(item))
            kept = np.argsort(-alike, kind="stable")[:NEIGHBOURS]
            kept = kept[alike[kept] > 0]
            self._neighbours[item, : len(kept)] = kept
            self._likeness[item, : len(kept)] = alike[kept]
        return self

    def recommend(self, taste: Taste) -> Scores:
        """See `Model`: the likeness to everything that is liked, weighted and summed."""
        liked = taste.liked()
        near = self._neighbours[liked.items]
        worth = self._likeness[liked.items] * liked.weights[:, None]
        there = near >= 0
        n_items = len(self._neighbours)
        return np.bincount(near[there], weights=worth[there], minlength=n_items).astype(np.float32)

    def state(self) -> State:
        """See `StoredModel`."""
        return {
            "neighbours": self._neighbours,
            "likeness": self._likeness,
            "support": self.support,
        }

    def restore(self, state: State, rows: Items) -> Self:
        """See `StoredModel`."""
        present = np.full(len(state["support"]) + 1, -1, dtype=np.int32)  # the last stands for -1
        known = np.flatnonzero(rows >= 0)
        present[rows[known]] = known
        self._neighbours = np.full((len(rows), state["neighbours"].shape[1]), -1, dtype=np.int32)
        self._neighbours[known] = present[state["neighbours"][rows[known]]]
        self._likeness = moved(state["likeness"], rows)
        self.support = moved(state["support"], rows)
        return self


class _Meetings:
    """Plays in both directions: the newest of each viewer, and the viewers of each item."""

    def __init__(self, n_items: int, plays: Plays) -> None:
        self._n_items = n_items
        viewers, items, worth = _bounded(plays)
        n_viewers = int(viewers.max(initial=-1)) + 1
        self._of_viewer = offsets_of(viewers, n_viewers)
        self._items, self._worth = items, worth
        by_item = np.argsort(items, kind="stable")
        self._of_item = offsets_of(items[by_item], n_items)
        self._viewers, self._worth_by_item = viewers[by_item], worth[by_item]
        squares = np.bincount(items, weights=worth**2, minlength=n_items)
        self._length = np.sqrt(np.maximum(squares, 1e-12))

    def likeness(self, item: int) -> Scores:
        """How alike every item is to one, itself none, shape (n_items,)."""
        own = slice(self._of_item[item], self._of_item[item + 1])
        viewers, worth = self._viewers[own][:VIEWERS_MAX], self._worth_by_item[own][:VIEWERS_MAX]
        where, owner = spans(self._of_viewer, viewers)
        met = self._items[where]
        shared = np.bincount(
            met, weights=self._worth[where] * worth[owner], minlength=self._n_items
        )
        together = np.bincount(met, minlength=self._n_items)
        cosine = shared / (self._length * self._length[item])
        alike = (cosine * together / (together + SHRINKAGE)).astype(np.float32)
        alike[item] = 0.0
        clipped: Scores = np.clip(alike, 0.0, 1.0)
        return clipped


def _bounded(plays: Plays) -> tuple[Items, Items, Weights]:
    """Viewers, items and decayed worth, sorted by viewer; at most `HISTORY_MAX` newest of each."""
    order = np.lexsort((-plays.watched_at_s, plays.viewers))
    viewers = plays.viewers[order]
    first = np.searchsorted(viewers, viewers, side="left")
    kept = np.arange(len(viewers)) - first < HISTORY_MAX
    order = order[kept]
    worth = plays.weights * plays.decay(HALF_LIFE_S)
    return plays.viewers[order], plays.items[order], worth[order].astype(np.float32)
