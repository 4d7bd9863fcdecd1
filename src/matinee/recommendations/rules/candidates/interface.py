"""What every model takes and gives; a new one is a file here and inherits the contract suite."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Mask, Offsets, Scores, Times, Weights
from matinee.recommendations.rules.catalogue import Catalogue

State = Mapping[str, npt.NDArray[Any]]
"""A fitted model as plain arrays. Arrays over items have the items of the fit as first axis."""


@dataclass(frozen=True)
class Taste:
    """What one profile thinks of items: shape (k,) each, no item twice, weights within [-1, 1].

    `watched_at_s` is when it last had to do with each; only the order of these counts.
    """

    items: Items
    weights: Weights
    watched_at_s: Times

    def liked(self) -> "Taste":
        """Only what counts in favour."""
        kept = self.weights > 0
        return Taste(self.items[kept], self.weights[kept], self.watched_at_s[kept])


NO_TASTE = Taste(
    np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float64)
)

NO_COUNTRIES = np.zeros(0, dtype="<U2")


@dataclass(frozen=True)
class Plays:
    """What everybody watched, shape (k,) each, no pair of viewer and item twice.

    `viewers` are numbers from zero that mean nothing elsewhere; `weights` within [0, 1] say how far
    somebody came; `now_s` is the moment that ages are counted from. `countries` holds for each
    number of a viewer the code of their country, empty where it is not known; shape (n_viewers,) or
    (0,) where none is.
    """

    viewers: Items
    items: Items
    weights: Weights
    watched_at_s: Times
    now_s: float
    countries: npt.NDArray[np.str_] = field(default_factory=lambda: NO_COUNTRIES)

    def country_of_play(self) -> npt.NDArray[np.str_]:
        """The country of each play's viewer, shape (k,)."""
        if len(self.countries):
            return self.countries[self.viewers]
        return np.zeros(len(self.viewers), dtype="<U2")

    def only(self, which: Mask | Offsets) -> "Plays":
        """Some of the plays, by a mask or by their places."""
        return replace(
            self,
            viewers=self.viewers[which],
            items=self.items[which],
            weights=self.weights[which],
            watched_at_s=self.watched_at_s[which],
        )

    def age_s(self) -> Times:
        """How long ago, never negative, shape (k,)."""
        return np.maximum(self.now_s - self.watched_at_s, 0.0)

    def decay(self, half_life_s: float) -> Weights:
        """One for now, a half after `half_life_s`, shape (k,)."""
        return np.exp2(-self.age_s() / half_life_s).astype(np.float32)


NO_PLAYS = Plays(NO_TASTE.items, NO_TASTE.items, NO_TASTE.weights, NO_TASTE.watched_at_s, 0.0)


class Model(Protocol):
    """Learns from plays and the catalogue, then scores every item for a taste."""

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """Learn; gives itself. Fits anything, even an empty catalogue and no plays."""

    def recommend(self, taste: Taste) -> Scores:
        """A score for each item of the catalogue; what was watched may have one, too."""


class Stored(Protocol):
    """Something fitted that is too dear to fit in every web process: its arrays are kept."""

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """Learn; gives itself. Fits anything, even an empty catalogue and no plays."""

    def state(self) -> State:
        """All that was learnt."""

    def restore(self, state: State, rows: Items) -> Self:
        """Take over what was learnt; gives itself.

        `rows` holds for each item of the present catalogue its place in the fit's, or -1 where that
        did not have it.
        """


class StoredModel(Model, Stored, Protocol):
    """A model whose arrays are kept."""


def moved(old: npt.NDArray[Any], rows: Items) -> npt.NDArray[Any]:
    """An array over the fit's items as one over the present items; zero where there was none."""
    new = np.zeros((len(rows), *old.shape[1:]), dtype=old.dtype)
    known = rows >= 0
    new[known] = old[rows[known]]
    return new
