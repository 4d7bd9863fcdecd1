"""How good an order is: the measures of Liang et al. 2018 and of leave-one-out, per viewer."""

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores

Values = npt.NDArray[np.float64]
"""One number for each viewer, shape (n_viewers,)."""


def ranked(scores: Scores, seen: Items, count: int) -> Items:
    """The `count` best items that were not seen, best first; ties by index, shape (count,)."""
    left = np.asarray(scores, dtype=np.float64).copy()
    left[seen] = -np.inf
    count = min(count, len(left) - len(seen))
    chosen = np.argpartition(-left, count - 1)[:count]
    return chosen[np.lexsort((chosen, -left[chosen]))].astype(np.int32)


def ndcg(order: Items, wanted: Items, k: int) -> float:
    """Normalised discounted cumulative gain of the first `k`, with gains of one."""
    worth = 1.0 / np.log2(np.arange(2, k + 2))
    hits = np.isin(order[:k], wanted)
    return float((worth[: len(hits)] * hits).sum() / worth[: min(k, len(wanted))].sum())


def recall(order: Items, wanted: Items, k: int) -> float:
    """How many of the wanted stand among the first `k`, of as many as could."""
    return float(np.isin(order[:k], wanted).sum() / min(k, len(wanted)))


def mean_and_error(values: Values) -> tuple[float, float]:
    """A mean and its standard error."""
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
