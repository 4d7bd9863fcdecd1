"""How many people watch a title, where yesterday counts more than last month."""

from typing import Self

import numpy as np

from matinee.recommendations.rules.arrays import Items, Scores
from matinee.recommendations.rules.candidates.interface import Plays, State, Taste, moved
from matinee.recommendations.rules.catalogue import Catalogue

DAY_S = 86_400.0


class DecayedPopularity:
    """Distinct viewers of each item, each weighted by completion and halved every `half_life_s`.

    The same for everybody; `recommend` ignores the taste.
    """

    def __init__(self, half_life_s: float) -> None:
        self.half_life_s = half_life_s
        self._scores: Scores = np.zeros(0, dtype=np.float32)

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """See `Model`."""
        worth = plays.weights * plays.decay(self.half_life_s)
        counted = np.bincount(plays.items, weights=worth, minlength=len(catalogue))
        self._scores = counted.astype(np.float32)
        return self

    def recommend(self, taste: Taste) -> Scores:  # noqa: ARG002 - the same for every taste
        """See `Model`."""
        return self._scores

    def state(self) -> State:
        """See `StoredModel`."""
        return {"scores": self._scores}

    def restore(self, state: State, rows: Items) -> Self:
        """See `StoredModel`."""
        self._scores = moved(state["scores"], rows)
        return self
