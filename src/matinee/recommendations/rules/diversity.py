"""Orders that are more than the sum of good titles: calibrated to a mix, and not all alike."""

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Weights
from matinee.recommendations.rules.labels import Shares

# How much of the wanted mix is mixed into the shown one, so that no logarithm is infinite.
_ALPHA = np.float32(0.01)
_TINY = np.float32(1e-9)


class Mix:
    """A wanted mix of labels, and how far others are from it; shape (n_labels,), sums to one.

    Kullback-Leibler divergence with smoothing (Steck 2018, equations 6 and 7).
    """

    def __init__(self, wanted: Weights) -> None:
        self._there = np.flatnonzero(wanted > 0)
        known = wanted[self._there]
        self._wanted = known
        self._smoothing = _ALPHA * known
        self._own = np.float32((known * np.log(known)).sum())

    def known(self, shares: Shares) -> Shares:
        """Shares of the wanted labels only, as `apart` takes them: (k, n_labels) to (k, fewer)."""
        return shares[..., self._there]

    def apart(self, shown: Shares) -> Weights:
        """How far each of some mixes is, shape (k,); never negative but for rounding."""
        logs = np.log(np.maximum((1 - _ALPHA) * shown + self._smoothing, _TINY))
        apart: Weights = self._own - logs @ self._wanted
        return apart


def calibrated(gains: Weights, shares: Shares, mix: Mix, count: int, strictness: float) -> Items:
    """Places of the `count` candidates that are good and whose mix is near the wanted, in order.

    Greedy (Steck 2018, section 4.1): each time the one that serves best `1 - strictness` times the
    mean gain less `strictness` times the divergence; which is within 1 - 1/e of the best there is.
    Shapes: gains (k,), shares (k, n_labels).
    """
    count = min(count, len(gains))
    known = mix.known(shares)
    shown = np.zeros(known.shape[1], dtype=np.float32)
    worth = np.float32((1 - strictness) / max(count, 1)) * gains
    chosen = np.zeros(count, dtype=np.int32)
    for place in range(count):
        mixes = (known + shown) / np.float32(place + 1)
        best = int(np.argmax(worth - np.float32(strictness) * mix.apart(mixes)))
        chosen[place] = best
        worth[best] = -np.inf
        shown = shown + known[best]
    return chosen


def unlike(
    gains: npt.NDArray[np.float32], traits: npt.NDArray[np.float32], count: int, variety: float
) -> npt.NDArray[np.int32]:
    """Places of `count` candidates of each of many rows, good ones that are not all alike.

    Maximal marginal relevance (Carbonell and Goldstein 1998, section 2): each time the one that
    serves best `1 - variety` times its gain less `variety` times its likeness to the most alike of
    those chosen in the same row. Shapes: gains (rows, k) with -inf where there is no candidate,
    traits (rows, k, n_traits) of length one or zero; the result (rows, count) holds -1 where a row
    has no more.
    """
    n_rows, width = gains.shape
    likeness = traits @ traits.transpose(0, 2, 1)
    nearest = np.zeros_like(gains)
    worth = np.float32(1 - variety) * gains
    rows = np.arange(n_rows)
    chosen = np.full((n_rows, min(count, width)), -1, dtype=np.int32)
    for place in range(chosen.shape[1]):
        value = worth - np.float32(variety) * nearest
        best = np.argmax(value, axis=1)
        there = np.isfinite(worth[rows, best])
        chosen[there, place] = best[there]
        worth[rows, best] = -np.inf
        np.maximum(nearest, likeness[rows, best], out=nearest)
    return chosen
