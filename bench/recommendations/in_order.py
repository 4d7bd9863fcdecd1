"""Leave one out, in order, on MovieLens 1M: each viewer's last title by all before it.

As SASRec is judged (Kang and McAuley 2018): every rating is a play, the last of each viewer is to
be found among all titles that they have not seen, the one before it is for tuning (`TUNING`). Ours
is the whole engine as it is served, except that only order is known of time: its ranker learns from
the plays before the judged ones.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from bench.figures import Figure
from bench.recommendations import data, peers
from bench.recommendations.metrics import ndcg, ranked
from matinee.recommendations.rules.arrays import Items, Scores
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.ranking import slices

# How many of each viewer's last plays nobody hears of; the first of these is judged.
JUDGED, TUNING = 1, 2
_RANKS = 10

Score = Callable[[Taste], Scores]


@dataclass(frozen=True)
class Split:
    """What was played before, each viewer's taste from it, and what each played next."""

    catalogue: Catalogue
    plays: Plays
    tastes: list[Taste]
    next_items: Items


def measure() -> list[Figure]:
    """Ours beside models that know no order; what ours costs to train."""
    parts = split(JUDGED)
    began_s = time.process_time()
    models = Models(lessons=slices.by_order).fit(parts.catalogue, parts.plays)
    training_s = time.process_time() - began_s
    ours = judged(parts, lambda taste: models.personal(taste, parts.plays.now_s))
    theirs = {name: judged(parts, score) for name, score in _peers(parts).items()}
    what = "MovieLens 1M, leave one out in order"
    return [
        Figure(f"{what}: HR@10", ours[0], "", ">= 0.313", {k: v[0] for k, v in theirs.items()}),
        Figure(f"{what}: NDCG@10", ours[1], "", ">= 0.177", {k: v[1] for k, v in theirs.items()}),
        Figure(f"{what}: training", training_s, "CPU s"),
    ]


def split(hidden: int) -> Split:
    """Everything but the last `hidden` plays of each viewer, of titles whose order is known."""
    catalogue, ratings = data.movielens()
    ratings = ratings.where(ratings.order >= 0)
    order = np.lexsort((ratings.order, ratings.viewers))
    viewers, items, at_s = ratings.viewers[order], ratings.items[order], ratings.order[order]
    _, starts, counts = np.unique(viewers, return_index=True, return_counts=True)
    ends = starts + counts - hidden
    kept = np.concatenate([np.arange(*span) for span in zip(starts, ends, strict=True)])
    ones = np.ones(len(items), dtype=np.float32)
    plays = Plays(viewers[kept], items[kept], ones[kept], at_s[kept], float(at_s.max()))
    tastes = [
        Taste(items[first:last], ones[first:last], at_s[first:last])
        for first, last in zip(starts, ends, strict=True)
    ]
    return Split(catalogue, plays, tastes, items[ends])


def judged(parts: Split, score: Score) -> tuple[float, float]:
    """How often the next title is among the first ten, and NDCG@10."""
    hits, gains = [], []
    for taste, wanted in zip(parts.tastes, parts.next_items, strict=True):
        order = ranked(score(taste), taste.items, _RANKS)
        hits.append(wanted in order)
        gains.append(ndcg(order, np.array([wanted], dtype=np.int32), _RANKS))
    return float(np.mean(hits)), float(np.mean(gains))


def _peers(parts: Split) -> dict[str, Score]:
    ones = np.ones(len(parts.plays.items), np.float32)
    shape = (int(parts.plays.viewers.max()) + 1, len(parts.catalogue))
    train = sparse.csr_matrix((ones, (parts.plays.viewers, parts.plays.items)), shape=shape)
    models = {
        "popularity": peers.popularity(train),
        "EDLAE (irspack)": peers.edlae(train),
        "ALS (irspack)": peers.als(train),
    }
    return {name: _scores(model, shape[1]) for name, model in models.items()}


def _scores(model: peers.Score, n_items: int) -> Score:
    def score(taste: Taste) -> Scores:
        nothing = np.zeros(len(taste.items), np.int32)
        row = sparse.csr_matrix((taste.weights, (nothing, taste.items)), shape=(1, n_items))
        found: Scores = model(row)[0]
        return found

    return score
