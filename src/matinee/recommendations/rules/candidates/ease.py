"""What else is watched by those who watched this: one linear model of every title by all others.

EASE (Steck 2019, "Embarrassingly Shallow Autoencoders", equation 8) with the emphasis of EDLAE
(Steck 2020, "Autoencoders that don't overfit towards the Identity", section 3.2): the ridge of a
title grows with how often it was watched, as if plays were dropped out at random. Each viewer
counts by one over the root of how much they watched, so that a few who watch all day do not
speak for everybody.
"""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores
from matinee.recommendations.rules.candidates.interface import Plays, State, Taste
from matinee.recommendations.rules.candidates.viewings import Viewings, most_watched, viewings_of
from matinee.recommendations.rules.catalogue import Catalogue

if TYPE_CHECKING:
    from scipy import sparse

# Both chosen on held-out viewers of MovieLens 1M; flat around there.
RIDGE_PER_VIEWER = 0.066
DROPOUT = 0.3
# So many columns of the Gram matrix are made at a time, to bound what its sparse form takes.
_COLUMNS = 500

Square = npt.NDArray[np.float32]
"""One number for each pair of the modelled items, shape (m, m)."""


class Ease:
    """Weights between the most watched items; two bytes a pair where it is kept.

    With a `stretch`, only so many plays in a row of one viewer speak of each other: what goes
    together in one mood rather than in one life.
    """

    def __init__(self, stretch: int | None = None) -> None:
        self._stretch = stretch
        self._n_items = 0
        self._modelled: Items = np.zeros(0, dtype=np.int32)
        self._weights: Square = np.zeros((0, 0), dtype=np.float32)
        self._place: Items = np.zeros(0, dtype=np.int32)

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """See `Model`. Memory: some four squares of float32 for the modelled items."""
        modelled = most_watched(plays, len(catalogue))
        rows = self._rows(viewings_of(plays, len(catalogue)))
        ridge = RIDGE_PER_VIEWER * len(np.unique(plays.viewers))
        self._take(modelled, _closed_form(rows[:, modelled], ridge), len(catalogue))
        return self

    def recommend(self, taste: Taste) -> Scores:
        """See `Model`: the weights from everything that is liked, summed."""
        liked = taste.liked()
        places = self._place[liked.items]
        known = places >= 0
        scores = np.zeros(self._n_items, dtype=np.float32)
        found = liked.weights[known] @ self._weights[places[known]]
        scores[self._modelled] = np.maximum(found, 0.0)
        return scores

    def state(self) -> State:
        """See `StoredModel`."""
        modelled = np.zeros(self._n_items, dtype=np.bool_)
        modelled[self._modelled] = True
        return {"modelled": modelled, "weights": self._weights.astype(np.float16)}

    def restore(self, state: State, rows: Items) -> Self:
        """See `StoredModel`."""
        old_place = np.cumsum(state["modelled"]) - 1
        known = np.flatnonzero(rows >= 0)
        known = known[state["modelled"][rows[known]]]
        places = old_place[rows[known]]
        weights = state["weights"][places][:, places].astype(np.float32)
        self._take(known, weights, len(rows))
        return self

    def _rows(self, viewings: Viewings) -> "sparse.csr_matrix":
        """What speaks with one voice, each row scaled so that its square counts as it should."""
        if self._stretch is not None:
            return viewings.by_stretch(self._stretch)
        rows = viewings.by_viewer()
        watched = np.asarray(rows.sum(axis=1)).ravel()
        mean = float(watched[watched > 0].mean()) if len(watched) else 1.0
        voice = (np.maximum(watched, 1e-6) / mean) ** -0.25
        rows.data *= np.repeat(voice, np.diff(rows.indptr)).astype(np.float32)
        return rows

    def _take(self, modelled: npt.NDArray[np.integer[Any]], weights: Square, n_items: int) -> None:
        self._n_items, self._modelled = n_items, modelled.astype(np.int32)
        # As it is kept, so that a restored model gives the very same scores.
        self._weights = np.ascontiguousarray(weights.astype(np.float16), dtype=np.float32)
        self._place = np.full(n_items, -1, dtype=np.int32)
        self._place[modelled] = np.arange(len(modelled), dtype=np.int32)


def _closed_form(rows: "sparse.csr_matrix", ridge: float) -> Square:
    """The weights that give every column of `rows` from the others, diagonal zero."""
    from scipy.linalg import lapack  # noqa: PLC0415 - only training needs it

    if rows.shape[1] == 0:
        return np.zeros((0, 0), dtype=np.float32)
    gram = _gram(rows)
    gram[np.diag_indices_from(gram)] += ridge + DROPOUT / (1 - DROPOUT) * np.diagonal(gram)
    factor, _ = lapack.spotrf(gram, lower=0, overwrite_a=True)
    inverse, _ = lapack.spotri(factor, lower=0, overwrite_c=True)
    inverse = np.triu(inverse) + np.triu(inverse, 1).T
    weights: Square = -inverse / np.diagonal(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


def _gram(rows: "sparse.csr_matrix") -> Square:
    """How often each pair is watched together, shape (m, m), in Fortran's order as LAPACK's."""
    columns = rows.tocsc()
    turned = rows.T.tocsr()
    gram = np.empty((rows.shape[1], rows.shape[1]), dtype=np.float32, order="F")
    for first in range(0, rows.shape[1], _COLUMNS):
        part = slice(first, first + _COLUMNS)
        gram[:, part] = (turned @ columns[:, part]).toarray()
    return gram
