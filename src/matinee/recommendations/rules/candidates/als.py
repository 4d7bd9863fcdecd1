"""Tastes and titles as points in one space: implicit alternating least squares.

Loss and weighting after Hu, Koren and Volinsky 2008, in the form and with the frequency-scaled
ridge of Rendle et al. 2022 ("Revisiting the Performance of iALS", sections 2.1 and 3.3). A
profile is folded in by one small solve, so that what it watched a minute ago counts at once;
titles that hardly anybody has watched are placed by what they are made of.
"""

from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores, Weights
from matinee.recommendations.rules.candidates.content import described
from matinee.recommendations.rules.candidates.interface import Plays, State, Taste, moved
from matinee.recommendations.rules.candidates.newcomers import Factors, settled
from matinee.recommendations.rules.candidates.viewings import viewings_of
from matinee.recommendations.rules.catalogue import Catalogue

if TYPE_CHECKING:
    from scipy import sparse

# Chosen on held-out viewers of MovieLens 1M.
FACTORS = 96
SWEEPS = 8
RIDGE = 0.01
# How much a title that somebody did not watch counts against it, beside one that they did.
UNWATCHED = 0.1

_Gram = npt.NDArray[np.float32]


class ImplicitAls:
    """A point for each item; 384 bytes an item."""

    def __init__(self, factors: int = FACTORS) -> None:
        self._n_factors = factors
        self._take(np.zeros((0, factors), dtype=np.float32), np.zeros(0, dtype=np.float32))

    @property
    def factors(self) -> Factors:
        """The items' points, of new ones by what they are made of."""
        return self._factors

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """See `Model`. Seeded: the same plays give the same points."""
        n_items = len(catalogue)
        by_viewer = viewings_of(plays, n_items).by_viewer()
        by_item = by_viewer.T.tocsr()
        start = np.random.default_rng(0).standard_normal((n_items, self._n_factors))
        items = (start * 0.1 / np.sqrt(self._n_factors)).astype(np.float32)
        items[np.diff(by_item.indptr) == 0] = 0.0
        for _ in range(SWEEPS):
            viewers = _solved(by_viewer, items, *_pull(items))
            items = _solved(by_item, viewers, *_pull(viewers))
        watched = np.bincount(plays.items, weights=plays.weights, minlength=n_items)
        return self.settle(catalogue, items, watched.astype(np.float32))

    def settle(self, catalogue: Catalogue, points: Factors, watched: Scores) -> Self:
        """Take over points that were solved for here or elsewhere; gives itself.

        `watched` sums the weights of each item's plays, shape (n_items,).
        """
        self._n_factors = points.shape[1]
        self._take(settled(described(catalogue).matrix(), points, watched), watched)
        return self

    def recommend(self, taste: Taste) -> Scores:
        """See `Model`."""
        scores: Scores = self._factors @ self.folded_in(taste)
        return np.maximum(scores, 0.0, out=scores)

    def folded_in(self, taste: Taste) -> Factors:
        """A profile's own point, shape (`FACTORS`,)."""
        liked = taste.liked()
        if len(liked.items) == 0:
            return np.zeros(self._n_factors, dtype=np.float32)
        seen = self._factors[liked.items]
        point: Factors = np.linalg.solve(*_normal(seen, liked.weights, self._gram, self._known))
        return point

    def placed(self, rows: "sparse.csr_matrix") -> Factors:
        """The points of many histories, a row over items each, shape (n_rows, factors)."""
        return _solved(rows, self._factors, self._gram, self._known)

    def state(self) -> State:
        """See `StoredModel`."""
        return {"factors": self._factors, "plays": self._plays}

    def restore(self, state: State, rows: Items) -> Self:
        """See `StoredModel`."""
        self._n_factors = state["factors"].shape[1]
        self._take(moved(state["factors"], rows), moved(state["plays"], rows))
        return self

    def _take(self, factors: Factors, plays: Scores) -> None:
        self._factors, self._plays = factors, plays
        # What nobody could have watched yet is no sign of what anybody does not like.
        self._gram, self._known = _pull(factors[plays > 0])


def _solved(rows: "sparse.csr_matrix", others: Factors, gram: _Gram, known: int) -> Factors:
    """The best point of each row, given the points of the columns; zero for an empty row."""
    from scipy.linalg import lapack  # noqa: PLC0415 - only training needs it

    points = np.zeros((rows.shape[0], others.shape[1]), dtype=np.float32)
    for row in np.flatnonzero(np.diff(rows.indptr)):
        own = slice(rows.indptr[row], rows.indptr[row + 1])
        matrix, wanted = _normal(others[rows.indices[own]], rows.data[own], gram, known)
        _, points[row], _ = lapack.sposv(matrix, wanted, lower=1)
    return points


def _pull(points: Factors) -> tuple[_Gram, int]:
    """What everything unwatched pulls with, shape (factors, factors), and how many have a point."""
    known = int(np.count_nonzero(points.any(axis=1)))
    return np.float32(UNWATCHED) * (points.T @ points), known


def _normal(seen: Factors, weights: Weights, gram: _Gram, n_others: int) -> tuple[_Gram, Factors]:
    """The equations of the point that explains what was seen: a matrix and its right-hand side."""
    weighted = seen * np.sqrt(weights)[:, None]
    matrix = weighted.T @ weighted + gram
    ridge = RIDGE * (float(weights.sum()) + UNWATCHED * n_others)
    matrix[np.diag_indices_from(matrix)] += np.float32(max(ridge, 1e-6))
    return matrix, weights @ seen
