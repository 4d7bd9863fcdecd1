"""Which title opens the page: what is learnt of which titles are taken from there.

One function for all: how well the title suits the profile among the candidates, how alike it is
to what the profile likes, how popular and how new. Before anything is known the best for the
profile is thought to be taken most.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.bandit.beliefs import Linear
from matinee.recommendations.rules.bandit.choosing import Beliefs
from matinee.recommendations.rules.bandit.picks import Context

CANDIDATES_MAX = 8
FEATURES = 4
_FULL = 255.0
_RATE_MIN = 1e-3
# In units of how often a hero is taken at all: a constant, then suits, alike, popular, new.
_MEAN = (0.5, 0.5, 0.0, 0.0, 0.0)
_DEVIATION = (0.5, 0.5, 0.5, 0.5, 0.5)


@dataclass(frozen=True)
class Openings:
    """Heroes that were shown and what came of it; `contexts` (n, CANDIDATES_MAX * FEATURES)."""

    contexts: Context
    counts: npt.NDArray[np.int64]
    arms: npt.NDArray[np.int64]
    rewards: npt.NDArray[np.float64]

    @property
    def real(self) -> npt.NDArray[np.bool_]:
        """Which candidates there were, shape (n, CANDIDATES_MAX)."""
        mask: npt.NDArray[np.bool_] = np.arange(CANDIDATES_MAX) < self.counts[:, None]
        return mask


NOTHING_OPENED = Openings(
    contexts=np.zeros((0, CANDIDATES_MAX * FEATURES), dtype=np.uint8),
    counts=np.zeros(0, dtype=np.int64),
    arms=np.zeros(0, dtype=np.int64),
    rewards=np.zeros(0),
)


def told(features: npt.NDArray[np.floating[Any]]) -> Context:
    """The candidates' features (k, FEATURES), each within [0, 1], as they are told and logged."""
    context: Context = np.rint(np.clip(features, 0.0, 1.0) * _FULL).astype(np.uint8)
    return context.reshape(1, -1)


def padded(contexts: list[bytes]) -> tuple[Context, npt.NDArray[np.int64]]:
    """Contexts of few candidates beside those of many, and how many each has."""
    wide = np.zeros((len(contexts), CANDIDATES_MAX * FEATURES), dtype=np.uint8)
    for row, context in enumerate(contexts):
        wide[row, : len(context)] = np.frombuffer(context, dtype=np.uint8)
    return wide, np.array([len(context) // FEATURES for context in contexts], dtype=np.int64)


def _features(contexts: Context) -> npt.NDArray[np.float64]:
    """With the constant, shape (n, CANDIDATES_MAX, 1 + FEATURES)."""
    given = contexts.reshape(len(contexts), contexts.shape[1] // FEATURES, FEATURES) / _FULL
    return np.concatenate([np.ones((*given.shape[:2], 1)), given], axis=2)


class HeroWorth:
    """Beliefs about what makes a hero be taken."""

    def __init__(self) -> None:
        self._beliefs = _prior(_RATE_MIN)

    def fit(self, seen: Openings) -> Self:
        """Learn; gives itself."""
        overall = max(float(seen.rewards.mean()) if len(seen.rewards) else 0.0, _RATE_MIN)
        own = _features(seen.contexts)[np.arange(len(seen.arms)), seen.arms]
        which = np.zeros(len(own), dtype=np.intp)
        noise = overall * (1 - overall)
        self._beliefs = _prior(overall).after(which, own, seen.rewards[:, None], noise)
        return self

    def beliefs(self, contexts: Context, real: npt.NDArray[np.bool_]) -> Beliefs:
        """What is thought of each candidate, shape (n, k) for contexts of k candidates."""
        features = _features(contexts)
        flat = features.reshape(-1, 1 + FEATURES)
        means, doubts = self._beliefs.of(np.zeros((len(flat), 1), dtype=np.intp), flat)
        shape = features.shape[:2]
        return Beliefs(means.reshape(shape), doubts.reshape(shape), real)

    def state(self) -> Mapping[str, npt.NDArray[Any]]:
        """All that was learnt, as plain arrays."""
        return {"mean": self._beliefs.mean, "covariance": self._beliefs.covariance}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Take over what was learnt; gives itself."""
        self._beliefs = Linear(state["mean"], state["covariance"])
        return self


def _prior(overall: float) -> Linear:
    mean, deviation = (np.array([values]) * overall for values in (_MEAN, _DEVIATION))
    return Linear.prior(mean, deviation)
