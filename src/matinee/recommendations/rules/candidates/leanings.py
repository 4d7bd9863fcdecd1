"""What people who lean this way watch: titles as curves over the space of tastes.

The linear models add up what each watched title says. This one does not: it folds a history into a
point on a sphere of few dimensions (by ALS), looks at it through many random half-spaces (rectified
random features of an arc-cosine kernel, Cho and Saul 2009, section 2), and learns by ridge
regression how likely each title is where. It errs elsewhere than they do, so they rank better
together.
"""

from typing import Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores
from matinee.recommendations.rules.candidates.als import ImplicitAls
from matinee.recommendations.rules.candidates.interface import Plays, State, Taste, moved
from matinee.recommendations.rules.candidates.viewings import most_watched, viewings_of
from matinee.recommendations.rules.catalogue import Catalogue

# Chosen on held-out viewers of MovieLens 1M; more of either gains nothing that can be measured.
DIMENSIONS, HALF_SPACES = 48, 256
RIDGE_PER_VIEWER = 2e-4

_Matrix = npt.NDArray[np.float32]


class Leanings:
    """How much each of the most watched items is watched where; 0.8 kB an item."""

    def __init__(self, dimensions: int = DIMENSIONS, half_spaces: int = HALF_SPACES) -> None:
        self._space = ImplicitAls(dimensions)
        self._take(
            np.zeros((dimensions, half_spaces), dtype=np.float32),
            np.zeros(0, dtype=np.int32),
            np.zeros((half_spaces + dimensions, 0), dtype=np.float32),
            0,
        )

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """See `Model`. Seeded. Memory: a row over half-spaces for each viewer."""
        n_items = len(catalogue)
        self._space.fit(catalogue, plays)
        chance = np.random.default_rng(0).standard_normal(self._sides.shape)
        sides = (chance / np.sqrt(chance.shape[1])).astype(np.float32)
        modelled = most_watched(plays, n_items)
        rows = viewings_of(plays, n_items).by_viewer()
        amounts = np.asarray(rows.sum(axis=1), dtype=np.float32).ravel()
        seen = _seen(self._space.placed(rows), sides)
        # A viewer speaks by the root of how much they watch, as for EASE.
        mean = max(float(amounts.mean()), 1e-6) if len(amounts) else 1.0
        spoken = seen / np.sqrt(np.maximum(amounts, 1e-6) / mean)[:, None]
        spoken[amounts == 0] = 0.0
        gram = spoken.T @ seen
        gram[np.diag_indices_from(gram)] += RIDGE_PER_VIEWER * max(int((amounts > 0).sum()), 1)
        likely = np.linalg.solve(gram, (rows[:, modelled].T @ spoken).T)
        self._take(sides, modelled, likely, n_items)
        return self

    def recommend(self, taste: Taste) -> Scores:
        """See `Model`."""
        scores = np.zeros(self._n_items, dtype=np.float32)
        seen = _seen(self._space.folded_in(taste)[None, :], self._sides)[0]
        scores[self._modelled] = np.maximum(seen @ self._likely, 0.0)
        return scores

    def state(self) -> State:
        """See `StoredModel`."""
        likely = np.zeros((self._n_items, len(self._likely)), dtype=np.float16)
        likely[self._modelled] = self._likely.T
        known = np.zeros(self._n_items, dtype=np.bool_)
        known[self._modelled] = True
        space = {f"space_{name}": array for name, array in self._space.state().items()}
        return {"sides": self._sides, "likely": likely, "modelled": known, **space}

    def restore(self, state: State, rows: Items) -> Self:
        """See `StoredModel`."""
        self._space.restore(
            {"factors": state["space_factors"], "plays": state["space_plays"]}, rows
        )
        modelled = np.flatnonzero(moved(state["modelled"], rows)).astype(np.int32)
        likely = state["likely"][rows[modelled]].T.astype(np.float32)
        self._take(state["sides"], modelled, likely, len(rows))
        return self

    def _take(self, sides: _Matrix, modelled: Items, likely: _Matrix, n_items: int) -> None:
        self._sides: _Matrix = sides
        self._modelled: Items = modelled
        self._n_items = n_items
        # As it is kept, so that a restored model gives the very same scores.
        self._likely = np.ascontiguousarray(likely.astype(np.float16), dtype=np.float32)


def _seen(points: _Matrix, sides: _Matrix) -> _Matrix:
    """Points, however long, as they are looked at, shape (n, half-spaces + dimensions)."""
    length = np.linalg.norm(points, axis=1, keepdims=True)
    ahead = points / np.maximum(length, 1e-9)
    return np.hstack([np.maximum(ahead @ sides, 0.0), ahead]).astype(np.float32)
