"""What is watched most in each country, for its top ten."""

from typing import Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores, best
from matinee.recommendations.rules.candidates.interface import Plays, State
from matinee.recommendations.rules.catalogue import Catalogue

KEPT = 100
# Fewer people make no chart, and one could be told from another.
VIEWERS_MIN = 20

Codes = npt.NDArray[np.str_]
"""ISO 3166-1 alpha-2 codes, shape (n_countries,)."""


class CountryPopularity:
    """Per country the `KEPT` most watched items by decayed viewers; about 800 bytes a country.

    Not a `Model`: what it says depends on where somebody is, not on what they like.
    """

    def __init__(self, half_life_s: float) -> None:
        self._half_life_s = half_life_s
        self._n_items = 0
        self._codes: Codes = np.zeros(0, dtype="<U2")
        self._items: npt.NDArray[np.int32] = np.zeros((0, KEPT), dtype=np.int32)
        self._scores: npt.NDArray[np.float32] = np.zeros((0, KEPT), dtype=np.float32)

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """Count; plays of viewers whose country is not known count nowhere."""
        self._n_items = len(catalogue)
        worth = plays.weights * plays.decay(self._half_life_s)
        of_play = plays.country_of_play()
        found: dict[str, Scores] = {}
        for code in np.unique(of_play[of_play != ""]).tolist():
            own = of_play == code
            if len(np.unique(plays.viewers[own])) >= VIEWERS_MIN:
                counted = np.bincount(plays.items[own], worth[own], minlength=self._n_items)
                found[code] = counted.astype(np.float32)
        self._codes = np.array(list(found), dtype="<U2")
        self._items = np.full((len(found), KEPT), -1, dtype=np.int32)
        self._scores = np.zeros((len(found), KEPT), dtype=np.float32)
        for row, scores in enumerate(found.values()):
            kept = best(scores, KEPT)
            self._items[row, : len(kept)] = kept
            self._scores[row, : len(kept)] = scores[kept]
        return self

    def scores(self, country: str) -> Scores | None:
        """How much each item is watched in a country, shape (n_items,); None if not known."""
        rows = np.flatnonzero(self._codes == country)
        if not len(rows):
            return None
        items, worth = self._items[rows[0]], self._scores[rows[0]]
        there = items >= 0
        scores = np.zeros(self._n_items, dtype=np.float32)
        scores[items[there]] = worth[there]
        return scores

    def state(self) -> State:
        """All that was learnt."""
        return {
            "codes": self._codes,
            "items": self._items,
            "scores": self._scores,
            "n_items": np.array([self._n_items]),
        }

    def restore(self, state: State, rows: Items) -> Self:
        """Take over what was learnt; see `Stored`."""
        present = np.full(int(state["n_items"][0]) + 1, -1, dtype=np.int32)  # the last is for -1
        known = np.flatnonzero(rows >= 0)
        present[rows[known]] = known
        self._n_items = len(rows)
        self._codes, self._scores = state["codes"], state["scores"]
        self._items = present[state["items"]]
        return self
