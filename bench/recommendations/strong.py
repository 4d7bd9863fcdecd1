"""Strong generalisation on MovieLens 1M (Liang et al. 2018): viewers whom no model has seen.

Ours is the whole engine as it is served: every model, and the ranker that it teaches itself from
some of the training viewers. It hears of low ratings as plays that ended early and of the order of
training plays, as a service does; of the judged viewers it hears what everybody hears: the titles
that are shown.
"""

import resource
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from scipy import sparse, stats

from bench.figures import Figure
from bench.recommendations import data, peers
from bench.recommendations.data import Ratings
from bench.recommendations.metrics import Values, mean_and_error, ndcg, ranked, recall
from matinee.recommendations.rules.arrays import Items, Scores
from matinee.recommendations.rules.blend import Models

SEEDS = (98765, 1, 2)
TEST, VALIDATION = 1_000, 500
_LIKED_MIN = 5
_HIDDEN = 0.2
_MEASURES = {
    "NDCG@100": (ndcg, 100, 0.445),
    "Recall@20": (recall, 20, 0.385),
    "Recall@50": (recall, 50, 0.505),
}


@dataclass(frozen=True)
class Split:
    """Ratings to learn from; of the judged viewers what is shown and what is to be found."""

    train: Ratings
    shown: list[Ratings]
    hidden: list[Items]


def split(ratings: Ratings, seed: int, *, validation: bool = False) -> Split:
    """The viewers of one seed: the last 1,000 of its permutation, or the 500 before them."""
    chance = np.random.RandomState(seed)
    counts = np.bincount(ratings.viewers[ratings.liked])
    order = chance.permutation(np.flatnonzero(counts >= _LIKED_MIN))
    kept_back = order[-TEST - VALIDATION :]
    judged = np.sort(kept_back[:VALIDATION] if validation else kept_back[VALIDATION:])
    shown, hidden = [], []
    theirs = ratings.where(ratings.liked & np.isin(ratings.viewers, judged))
    for viewer in judged:
        own = theirs.where(theirs.viewers == viewer)
        away = np.zeros(len(own.items), dtype=bool)
        away[chance.permutation(len(away))[: int(_HIDDEN * len(away))]] = True
        shown.append(own.where(~away))
        hidden.append(own.items[away])
    train = ratings.where(np.isin(ratings.viewers, order[: -TEST - VALIDATION]))
    return Split(train, shown, hidden)


def measure() -> list[Figure]:
    """Ours beside the peers, over three seeds; what the training costs."""
    ours: list[dict[str, Values]] = []
    theirs: dict[str, list[dict[str, Values]]] = {}
    for seed in SEEDS:
        one, peers_own = _one_seed(seed)
        ours.append(one)
        for peer, values in peers_own.items():
            theirs.setdefault(peer, []).append(values)
    return [*_quality(ours, theirs), *_tests(ours, theirs), *_cost()]


def _one_seed(seed: int) -> tuple[dict[str, Values], dict[str, dict[str, Values]]]:
    catalogue, ratings = data.movielens()
    parts = split(ratings, seed)
    plays = parts.train.plays()
    models = Models().fit(catalogue, plays)
    ours = judged(parts, [models.personal(one.taste(), plays.now_s) for one in parts.shown])
    liked = parts.train.where(parts.train.liked)
    rows = np.unique(liked.viewers, return_inverse=True)[1].astype(np.int32)
    train = _matrix(rows, liked.items, len(catalogue))
    owners = np.repeat(
        np.arange(len(parts.shown), dtype=np.int32), [len(one.items) for one in parts.shown]
    )
    shown = _matrix(owners, np.concatenate([one.items for one in parts.shown]), len(catalogue))
    edlae, als = peers.edlae(train)(shown), peers.als(train)(shown)
    found = {
        "popularity": peers.popularity(train)(shown),
        "item-kNN (implicit)": peers.item_knn(train)(shown),
        "EDLAE (irspack)": edlae,
        "ALS (irspack)": als,
        "EDLAE + ALS": peers.standard(edlae) + peers.standard(als),
    }
    return ours, {name: judged(parts, list(scores)) for name, scores in found.items()}


def judged(parts: Split, scores: list[Scores]) -> dict[str, Values]:
    """Every measure of every judged viewer."""
    found: dict[str, list[float]] = {name: [] for name in _MEASURES}
    for own, shown, hidden in zip(scores, parts.shown, parts.hidden, strict=True):
        order = ranked(own, shown.items, 100)
        for name, (how, k, _) in _MEASURES.items():
            found[name].append(how(order, hidden, k))
    return {name: np.array(values) for name, values in found.items()}


def _matrix(rows: Items, items: Items, n_items: int) -> sparse.csr_matrix:
    ones = np.ones(len(rows), dtype=np.float32)
    return sparse.csr_matrix((ones, (rows, items)), shape=(int(rows.max()) + 1, n_items))


def _quality(
    ours: list[dict[str, Values]], theirs: Mapping[str, list[dict[str, Values]]]
) -> list[Figure]:
    figures = []
    for name, (_, _, aim) in _MEASURES.items():
        mean, error = mean_and_error(np.array([one[name].mean() for one in ours]))
        anchors = {
            peer: float(np.mean([one[name].mean() for one in seeds]))
            for peer, seeds in theirs.items()
        }
        what = f"MovieLens 1M, unseen viewers, three seeds (standard error {error:.4f}): {name}"
        figures.append(Figure(what, mean, "", f">= {aim}", anchors))
    return figures


def _tests(
    ours: list[dict[str, Values]], theirs: Mapping[str, list[dict[str, Values]]]
) -> list[Figure]:
    """The lower end of the 95% interval of our lead over each peer, viewer by viewer (paired t)."""
    figures = []
    name = next(iter(_MEASURES))
    own = np.concatenate([one[name] for one in ours])
    for peer in ("EDLAE (irspack)", "ALS (irspack)", "EDLAE + ALS"):
        lead = own - np.concatenate([one[name] for one in theirs[peer]])
        low, _ = stats.t.interval(0.95, len(lead) - 1, lead.mean(), stats.sem(lead))
        what = f"{name} above {peer}, lower end of the paired 95% interval"
        figures.append(Figure(what, float(low), "", ">= 0"))
    return figures


def _cost() -> list[Figure]:
    """Of one whole training in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        cpu_s, memory_gb = pool.submit(trained).result()
    return [
        Figure("training the whole mix on MovieLens 1M, CPU", cpu_s, "s", "<= 60"),
        Figure("training the whole mix on MovieLens 1M, memory", memory_gb, "GB", "<= 1"),
    ]


def trained() -> tuple[float, float]:
    """CPU seconds of a training on all that one seed trains with, and the process's peak in GB."""
    catalogue, ratings = data.movielens()
    plays = split(ratings, SEEDS[0]).train.plays()
    before = resource.getrusage(resource.RUSAGE_SELF)
    Models().fit(catalogue, plays)
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent_s, after.ru_maxrss * 1024 / 1e9
