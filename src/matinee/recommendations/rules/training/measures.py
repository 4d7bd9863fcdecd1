"""How well a ranking finds what was watched later; all from the places of the wanted titles.

NDCG with binary gain (Järvelin and Kekäläinen 2002), recall divided by the most that could be found
(Liang et al. 2018, section 4.2). Places count from zero.
"""

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores

Places = npt.NDArray[np.float64]
"""Where each wanted title stands in a ranking, shape (n_wanted,); broken where scores are equal."""


def places(scores: Scores, wanted: Items) -> Places:
    """Where each of the wanted items stands.

    Those with equal scores stand where they would on average if these were shuffled, so that a
    model gains nothing from the order in which they happen to be listed: the i-th of w among e at
    i (e + 1) / (w + 1) - 1 behind all that are better.
    """
    ordered = np.sort(scores)
    best_first = np.argsort(-scores[wanted], kind="stable")
    own = scores[wanted][best_first]
    better = len(scores) - np.searchsorted(ordered, own, "right")
    equal = len(scores) - np.searchsorted(ordered, own, "left") - better
    first = np.searchsorted(-own, -own, "left")
    among = np.searchsorted(-own, -own, "right") - first
    nth = np.arange(len(own)) - first + 1
    found: Places = np.empty(len(own))
    found[best_first] = better + nth * (equal + 1) / (among + 1) - 1
    return found


def ndcg(found: Places, length: int) -> float:
    """Normalised discounted cumulative gain of the first `length`, within [0, 1]."""
    ideal = 1 / np.log2(np.arange(min(len(found), length)) + 2)
    gain = 1 / np.log2(found[found < length] + 2)
    return min(float(gain.sum() / ideal.sum()), 1.0) if len(found) else 0.0


def recall(found: Places, length: int) -> float:
    """How many of those that could stand among the first `length` do, within [0, 1]."""
    return float(np.sum(found < length) / min(len(found), length)) if len(found) else 0.0


def coverage(tops: npt.NDArray[np.int32], n_items: int) -> float:
    """The share of items that stand in anybody's list; `tops` has shape (n_viewers, length)."""
    return len(np.unique(tops[tops >= 0])) / n_items if n_items else 0.0


def novelty_bits(tops: npt.NDArray[np.int32], watched_by: Scores, n_viewers: int) -> float:
    """Mean self-information of what is offered (Zhou et al. 2010): zero if everybody knows it.

    `watched_by` counts the viewers of each item, shape (n_items,); each has one more, so that an
    unwatched one is worth as much as a viewer's first.
    """
    offered = tops[tops >= 0]
    if not len(offered) or not n_viewers:
        return 0.0
    share = np.minimum((watched_by[offered] + 1) / (n_viewers + 1), 1.0)
    return float(-np.log2(share).mean())
