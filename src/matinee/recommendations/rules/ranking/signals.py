"""What is known of each item for one profile at one moment, before it is ranked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Mask, Scores, highest
from matinee.recommendations.rules.candidates.interface import Taste
from matinee.recommendations.rules.ranking import moments
from matinee.recommendations.rules.ranking.moments import Moments

# Models whose agreement proposes candidates, and what each counts beside the others.
PROPOSING = {"ease": 1.0, "together": 1.0, "als": 1.0, "leanings": 1.0}
# Decides where those know nothing: for a viewer without a taste.
_POPULAR = 0.01
# Those whose scores become features, in this order.
SCORED = (
    "popularity",
    "co_watching",
    "ease",
    "together",
    "als",
    "leanings",
    "content",
    "sequence",
    "following",
)
FEATURES = 2 * len(SCORED) + 5 + moments.FEATURES
# How much each proposes, beside what is asked for: what models agree on, what comes next, and what
# is liked these days and these weeks.
_AGREED, _NEXT, _LATELY = 0.9, 0.4, 0.2

Columns = npt.NDArray[np.float32]
"""One row for each of some items, one column for each feature, shape (k, n_features)."""
_Scale = tuple[np.float32, np.float32]
"""The mean of a model's scores over the catalogue, and one over their deviation or zero."""


@dataclass(frozen=True)
class Signals:
    """The scores of every model in `SCORED` for a taste, and when that is asked."""

    taste: Taste
    scores: Mapping[str, Scores]
    now_s: float
    moments: Moments

    @cached_property
    def _scales(self) -> dict[str, _Scale]:
        return {name: _scale(scores) for name, scores in self.scores.items()}

    def standard(self, name: str, items: Items) -> Scores:
        """A model's scores of some items, with mean zero and deviation one over the catalogue.

        Zero if all are alike.
        """
        mean, worth = self._scales[name]
        standard: Scores = (self.scores[name][items] - mean) * worth
        return standard

    def _together(self, weights: Mapping[str, float]) -> Scores:
        """The sum of the standard scores of some models, each with its weight; any sign."""
        total, offset = np.zeros_like(self.scores["popularity"]), np.float32(0)
        for name, weight in weights.items():
            mean, worth = self._scales[name]
            total += np.float32(weight) * worth * self.scores[name]
            offset += np.float32(weight) * worth * mean
        return total - offset

    @cached_property
    def agreed(self) -> Scores:
        """What the proposing models say together, shape (n_items,); any sign."""
        return self._together({"popularity": _POPULAR, **PROPOSING})

    @cached_property
    def next(self) -> Scores:
        """What the models of order say together, shape (n_items,); any sign."""
        return self._together({"sequence": 1.0, "following": 1.0})

    def candidates(self, count: int) -> Items:
        """About so many items that are proposed most, best first; none that the taste has."""
        # What nobody has watched the ranker could only guess at.
        had = self.scores["popularity"] <= 0
        had[self.taste.items] = True
        found = [
            self._best(self.agreed, had, int(_AGREED * count)),
            self._best(self.next, had, int(_NEXT * count)),
            *(liked[~had[liked]][: int(_LATELY * count)] for liked in self.moments.liked_lately),
        ]
        chosen = np.unique(np.concatenate(found))
        return chosen[np.lexsort((chosen, -self.agreed[chosen]))]

    @staticmethod
    def _best(scores: Scores, had: Mask, count: int) -> Items:
        """The items with the highest scores that are not among `had`, in no order."""
        left = np.where(had, np.float32(-np.inf), scores)
        return highest(left, min(count, len(had) - int(np.count_nonzero(had))))


def features(signals: Signals, items: Items) -> Columns:
    """What the ranker sees of some items that stand in the order of what was agreed."""
    standard = [signals.standard(name, items) for name in SCORED]
    plain = [signals.scores[name][items] for name in SCORED]
    most = max(float(signals.scores["popularity"].max(initial=0.0)), 1e-9)
    share = np.log(signals.scores["popularity"][items] / most + 1e-5)
    known = np.full(len(items), len(signals.taste.liked().items))
    place = np.arange(len(items))
    together = [signals.agreed[items], signals.next[items]]
    columns = [*standard, *plain, share, known, place, *together]
    own = np.stack([column.astype(np.float32) for column in columns], axis=1)
    return np.hstack([own, signals.moments.features(signals.taste, items, signals.now_s)])


def _scale(scores: Scores) -> _Scale:
    if not len(scores):
        return np.float32(0), np.float32(0)
    mean = np.float32(scores.mean())
    apart = scores - mean
    deviation = np.sqrt(np.dot(apart, apart) / np.float32(len(scores)))
    return mean, np.float32(1) / deviation if deviation > 0 else np.float32(0)
