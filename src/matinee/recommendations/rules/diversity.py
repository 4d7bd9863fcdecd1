"""Orders that are more than the sum of good titles: calibrated to a mix, and not all alike."""

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Weights
from matinee.recommendations.rules.labels import Shares

# How much of the wanted mix is mixed into the shown one, so that no logarithm is infinite.
_ALPHA = np.float32(0.01)
_TINY = np.float32(1e-9)


def divergence(wanted: Weights, shown: Shares) -> Weights:
    """How far mixes are from the wanted one, shape (k,) for `shown` of shape (k, n_labels).

    Kullback-Leibler divergence with smoothing (Steck 2018, equations 6 and 7); never negative but
    for rounding, and zero where the wanted mix is empty.
    """
    smooth = (1 - _ALPHA) * shown + _ALPHA * wanted
    there = wanted > 0
    known = wanted[there]
    logs = np.log(np.maximum(smooth[:, there], _TINY))
    apart: Weights = (known * np.log(known)).sum() - logs @ known
    return apart


def calibrated(
    gains: Weights, shares: Shares, wanted: Weights, count: int, strictness: float
) -> Items:
    """Places of the `count` candidates that are good and whose mix is near the wanted, in order.

    Greedy (Steck 2018, section 4.1): each time the one that serves best `1 - strictness` times the
    mean gain less `strictness` times the divergence; which is within 1 - 1/e of the best there is.
    Shapes: gains (k,), shares (k, n_labels), wanted (n_labels,).
    """
    count = min(count, len(gains))
    if wanted.sum() <= 0:
        return np.argsort(-gains, kind="stable")[:count].astype(np.int32)
    shown = np.zeros_like(wanted)
    worth = (1 - strictness) * gains / np.float32(max(count, 1))
    left = np.ones(len(gains), dtype=bool)
    chosen = np.zeros(count, dtype=np.int32)
    for place in range(count):
        mixes = (shown + shares) / np.float32(place + 1)
        value = worth - np.float32(strictness) * divergence(wanted, mixes)
        best = int(np.argmax(np.where(left, value, -np.inf)))
        chosen[place] = best
        left[best] = False
        shown = shown + shares[best]
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
