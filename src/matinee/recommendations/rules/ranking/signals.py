"""What is known of each item for one profile at one moment, before it is ranked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores
from matinee.recommendations.rules.candidates.interface import Taste

# Models whose agreement proposes candidates, and what each counts beside the others.
PROPOSING = {"ease": 1.0, "together": 1.0, "als": 1.0}
# Decides where those know nothing: for a viewer without a taste.
_POPULAR = 0.01
# Those whose scores become features, in this order.
SCORED = ("popularity", "co_watching", "ease", "together", "als", "content")

FEATURES = 2 * len(SCORED) + 4

Columns = npt.NDArray[np.float32]
"""One row for each of some items, one column for each feature, shape (k, n_features)."""


@dataclass(frozen=True)
class Signals:
    """The scores of every model in `SCORED` for a taste, and when that is asked."""

    taste: Taste
    scores: Mapping[str, Scores]
    now_s: float

    @cached_property
    def standard(self) -> dict[str, Scores]:
        """The scores with mean zero and deviation one over the catalogue; zero if all are alike."""
        return {name: _standardised(scores) for name, scores in self.scores.items()}

    @cached_property
    def agreed(self) -> Scores:
        """What the proposing models say together, shape (n_items,); any sign."""
        total = np.float32(_POPULAR) * self.standard["popularity"]
        for name, weight in PROPOSING.items():
            total = total + np.float32(weight) * self.standard[name]
        return total

    def candidates(self, count: int) -> Items:
        """The items that are proposed most, best first, without those that the taste has."""
        agreed = self.agreed.copy()
        agreed[self.taste.items] = -np.inf
        count = min(count, len(agreed) - len(self.taste.items))
        if count <= 0:
            return np.zeros(0, dtype=np.int32)
        chosen = np.argpartition(-agreed, count - 1)[:count]
        return chosen[np.lexsort((chosen, -agreed[chosen]))].astype(np.int32)


def features(signals: Signals, items: Items) -> Columns:
    """What the ranker sees of some items that stand in the order of what was agreed."""
    standard = [signals.standard[name][items] for name in SCORED]
    plain = [signals.scores[name][items] for name in SCORED]
    most = max(float(signals.scores["popularity"].max(initial=0.0)), 1e-9)
    share = np.log(signals.scores["popularity"][items] / most + 1e-5)
    known = np.full(len(items), len(signals.taste.liked().items))
    place = np.arange(len(items))
    columns = [*standard, *plain, share, known, place, signals.agreed[items]]
    return np.stack([column.astype(np.float32) for column in columns], axis=1)


def _standardised(scores: Scores) -> Scores:
    deviation = float(scores.std()) if len(scores) else 0.0
    if deviation <= 0:
        return np.zeros_like(scores)
    standard: Scores = (scores - scores.mean()) / np.float32(deviation)
    return standard
