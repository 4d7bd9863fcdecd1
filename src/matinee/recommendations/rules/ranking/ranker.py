"""The learned ranker: how likely each candidate is what the viewer takes next.

Gradient-boosted trees (Friedman 2001) over histograms, grown by scikit-learn. They are kept and
asked as complete trees in plain arrays: a page ranks some hundreds of candidates in a millisecond,
needs no pickle, and outlives scikit-learn's releases.
"""

from typing import Any, Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Scores
from matinee.recommendations.rules.candidates.interface import State
from matinee.recommendations.rules.ranking.lists import Lists
from matinee.recommendations.rules.ranking.signals import Columns

DEPTH = 4
TREES = 160
LEARNING_RATE = 0.07
# Of what was not taken so much is learnt from, in the place of all, where there is plenty: it is
# thirty to one.
_LEFT_SHARE, _MANY = 0.5, 10_000
_INNER, _LEAVES = 2**DEPTH - 1, 2**DEPTH
_SAMPLES_MIN = 200

_Splits = npt.NDArray[np.int16]
_Bounds = npt.NDArray[np.float32]


class Ranker:
    """Trees of `DEPTH` levels; 160 bytes a tree. Knows nothing until it is fitted to some lists."""

    def __init__(self) -> None:
        self._take(_empty())

    @property
    def knows(self) -> bool:
        """Whether it has learnt anything."""
        return len(self._split) > 0

    def fit(self, lists: Lists) -> Self:
        """Learn; gives itself. Seeded. Forgets everything if nothing was taken."""
        if not lists.taken.any() or lists.taken.all():
            self._take(_empty())
            return self
        from sklearn.ensemble import (  # noqa: PLC0415 - only training needs it
            HistGradientBoostingClassifier,
        )

        share = _LEFT_SHARE if len(lists) >= _MANY else 1.0
        kept = lists.taken | (np.random.default_rng(0).random(len(lists)) < share)
        taken = lists.taken[kept]
        learner = HistGradientBoostingClassifier(
            max_iter=TREES,
            learning_rate=LEARNING_RATE,
            max_depth=DEPTH,
            max_leaf_nodes=_LEAVES,
            min_samples_leaf=min(_SAMPLES_MIN, max(1, len(lists) // 50)),
            l2_regularization=10.0,
            max_features=0.5,
            early_stopping=False,
            random_state=0,
        ).fit(lists.features[kept], taken, np.where(taken, 1.0, 1 / share))
        # scikit-learn has no public door to these; the lock holds it at what is tested.
        grown = [_complete(trees[0].nodes) for trees in learner._predictors]  # noqa: SLF001
        split, bound, leaf = (np.stack(parts) for parts in zip(*grown, strict=True))
        self._take({"split": split, "bound": bound, "leaf": leaf})
        return self

    def score(self, features: Columns) -> Scores:
        """How likely each is taken, as log odds up to a constant, shape (k,)."""
        trees, rows = np.arange(len(self._split))[:, None], np.arange(len(features))
        # Flat arrays, since `take` is three times as fast as an index of two dimensions.
        columns = np.ascontiguousarray(features.T).ravel()
        column_at = self._split.ravel().astype(np.intp) * len(features)
        bound, leaf = self._bound.ravel(), self._leaf.ravel()
        node = np.zeros((len(self._split), len(features)), dtype=np.intp)
        for _ in range(DEPTH):
            at = node + trees * _INNER
            node = 2 * node + 1 + (columns.take(column_at.take(at) + rows) > bound.take(at))
        found: Scores = leaf.take(node - _INNER + trees * _LEAVES).sum(axis=0, dtype=np.float32)
        return found

    def state(self) -> State:
        """What was learnt, as plain arrays; none of them is over items."""
        return {"split": self._split, "bound": self._bound, "leaf": self._leaf}

    def restore(self, state: State) -> Self:
        """Take over what was learnt; gives itself."""
        self._take(state)
        return self

    def _take(self, state: State) -> None:
        self._split: _Splits = state["split"]
        self._bound: _Bounds = state["bound"]
        self._leaf: _Bounds = state["leaf"]


def _empty() -> State:
    return {
        "split": np.zeros((0, _INNER), dtype=np.int16),
        "bound": np.zeros((0, _INNER), dtype=np.float32),
        "leaf": np.zeros((0, _LEAVES), dtype=np.float32),
    }


def _complete(nodes: npt.NDArray[Any]) -> tuple[_Splits, _Bounds, _Bounds]:
    """A grown tree with every leaf moved down to the last level.

    Node `n` has the children `2 n + 1` and `2 n + 2`; what is above the bound goes to the second.
    """
    split = np.zeros(_INNER, dtype=np.int16)
    bound = np.full(_INNER, np.inf, dtype=np.float32)
    leaf = np.zeros(_LEAVES, dtype=np.float32)
    under = [(0, 0)]
    while under:
        place, number = under.pop()
        node = nodes[number]
        if place >= _INNER:
            leaf[place - _INNER] = node["value"]
        elif node["is_leaf"]:
            under += [(2 * place + 1, number), (2 * place + 2, number)]
        else:
            split[place], bound[place] = node["feature_idx"], node["num_threshold"]
            under += [(2 * place + 1, int(node["left"])), (2 * place + 2, int(node["right"]))]
    return split, bound, leaf
