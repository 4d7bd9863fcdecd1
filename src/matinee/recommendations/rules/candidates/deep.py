"""A deep model beside the others: what a history says of all titles, through a narrow middle.

A denoising autoencoder with a multinomial likelihood (Liang et al. 2018, "Variational Autoencoders
for Collaborative Filtering", Mult-DAE of section 2.4). Trained by whoever is let in (the extra
`deep` brings Keras); what it learnt is two thin matrices, so that pages need nothing but NumPy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Mask, Scores, Weights
from matinee.recommendations.rules.candidates.interface import Plays, State, Taste, moved
from matinee.recommendations.rules.candidates.viewings import viewings_of
from matinee.recommendations.rules.catalogue import Catalogue

if TYPE_CHECKING:
    from scipy import sparse

# The training's batches are dense: so many of the most watched items take part.
ITEMS_MAX = 20_000
# How much it says beside all other models, as an exponent.
SHARE = 0.3

Thin = npt.NDArray[np.float16]
"""A row for each item, shape (n_items, width)."""


@dataclass(frozen=True)
class Layers:
    """What training gives, over the items that took part: shapes (m, width), (width,), (m,)."""

    inwards: npt.NDArray[np.float32]
    middle: Weights
    outwards: npt.NDArray[np.float32]
    outer: Weights


Trainer = Callable[["sparse.csr_matrix"], Layers]
"""Learns from how much each viewer watched of each item, shape (n_viewers, m)."""


class Deep:
    """Two thin matrices, four bytes an item and unit of width; knows nothing without a trainer."""

    _known: Mask
    _inwards: Thin
    _middle: Weights
    _outwards: npt.NDArray[np.float32]
    _outer: Scores

    def __init__(self, trainer: Trainer | None = None) -> None:
        self._trainer = trainer
        self._take_nothing(0)

    @property
    def knows(self) -> bool:
        """Whether it learnt anything."""
        return bool(self._known.any())

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """See `Model`. Memory: batches of viewers by at most `ITEMS_MAX` items."""
        n_items = len(catalogue)
        self._take_nothing(n_items)
        watched = np.bincount(plays.items, weights=plays.weights, minlength=n_items)
        most = np.argsort(-watched, kind="stable")[:ITEMS_MAX]
        modelled = np.sort(most[watched[most] > 0])
        if self._trainer is not None and len(modelled):
            rows = viewings_of(plays, n_items).by_viewer()[:, modelled]
            self._take(self._trainer(rows), modelled.astype(np.int32), n_items)
        return self

    def recommend(self, taste: Taste) -> Scores:
        """See `Model`: likelihoods as shares of the highest; zero for what took no part."""
        scores = np.zeros(len(self._known), dtype=np.float32)
        liked = taste.liked()
        if not self.knows or not len(liked.items):
            return scores
        worth = liked.weights / np.linalg.norm(liked.weights)
        middle = np.tanh(worth @ self._inwards[liked.items].astype(np.float32) + self._middle)
        logits = self._outwards @ middle.astype(np.float32) + self._outer
        top = float(logits[self._known].max())
        np.exp(logits - top, out=scores, where=self._known)
        return scores

    def mixed_in(self, scores: Scores, taste: Taste) -> Scores:
        """What the other models say, with its own share of say; the same where it knows nothing."""
        own = self.recommend(taste)
        if not own.any():
            return scores
        heard = own > 0
        mixed = scores.copy()
        mixed[heard] = scores[heard] ** (1 - SHARE) * own[heard] ** SHARE
        return mixed

    def state(self) -> State:
        """See `StoredModel`."""
        return {
            "known": self._known,
            "inwards": self._inwards,
            "middle": self._middle,
            "outwards": self._outwards.astype(np.float16),
            "outer": self._outer,
        }

    def restore(self, state: State, rows: Items) -> Self:
        """See `StoredModel`."""
        self._known = moved(state["known"], rows)
        self._inwards = moved(state["inwards"], rows)
        self._middle = state["middle"]
        self._outwards = moved(state["outwards"], rows).astype(np.float32)
        self._outer = moved(state["outer"], rows)
        return self

    def _take(self, layers: Layers, modelled: Items, n_items: int) -> None:
        width = len(layers.middle)
        self._known[modelled] = True
        self._inwards = np.zeros((n_items, width), dtype=np.float16)
        self._inwards[modelled] = layers.inwards
        self._middle = layers.middle.astype(np.float32)
        # As it is kept, so that a restored model gives the very same scores.
        self._outwards = np.zeros((n_items, width), dtype=np.float32)
        self._outwards[modelled] = layers.outwards.astype(np.float16)
        self._outer[modelled] = layers.outer

    def _take_nothing(self, n_items: int) -> None:
        self._known = np.zeros(n_items, dtype=np.bool_)
        self._inwards = np.zeros((n_items, 0), dtype=np.float16)
        self._middle = np.zeros(0, dtype=np.float32)
        self._outwards = np.zeros((n_items, 0), dtype=np.float32)
        self._outer = np.zeros(n_items, dtype=np.float32)
