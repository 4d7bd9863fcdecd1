"""Cold titles on MovieLens 1M: films whose every rating was kept from training, among themselves.

The judged viewers are known by what else they liked. Ours is the whole engine as it is served.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.figures import Figure
from bench.recommendations import data
from bench.recommendations.data import Ratings
from bench.recommendations.metrics import ndcg, ranked, recall
from matinee.recommendations.rules.arrays import Items, Mask, Scores
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.catalogue import Catalogue

_SEED = 98765
_SHARE = 0.15
_LIKED_MIN = 5


@dataclass(frozen=True)
class Split:
    """Titles that are new, and each judged viewer's likes among the others and among the new."""

    cold: Items
    train: Ratings
    known: list[Ratings]
    wanted: list[Items]


def split(catalogue: Catalogue, ratings: Ratings) -> Split:
    """A share of the titles that enough people liked, drawn by the protocol's seed."""
    chance = np.random.RandomState(_SEED)
    counts = np.bincount(ratings.items[ratings.liked], minlength=len(catalogue))
    able = chance.permutation(np.flatnonzero(counts >= _LIKED_MIN))
    cold = np.sort(able[: int(_SHARE * len(able))])
    new: Mask = np.isin(ratings.items, cold)
    known, wanted = [], []
    for viewer in np.unique(ratings.viewers[new & ratings.liked]):
        own = ratings.liked & (ratings.viewers == viewer)
        if (own & ~new).any():
            known.append(ratings.where(own & ~new))
            wanted.append(np.searchsorted(cold, ratings.items[own & new]).astype(np.int32))
    return Split(cold.astype(np.int32), ratings.where(~new), known, wanted)


def measure() -> list[Figure]:
    """Ours beside chance, genres and TF-IDF."""
    catalogue, ratings = data.movielens()
    parts = split(catalogue, ratings)
    plays = parts.train.plays()
    models = Models().fit(catalogue, plays)
    found = {
        "ours": [models.personal(one.taste(), plays.now_s)[parts.cold] for one in parts.known],
        "chance": list(np.random.default_rng(0).random((len(parts.known), len(parts.cold)))),
        "genres": _by_words(catalogue, parts, genres_only=True),
        "TF-IDF (scikit-learn)": _by_words(catalogue, parts, genres_only=False),
    }
    judged = {name: _judged(parts, scores) for name, scores in found.items()}
    ours = judged.pop("ours")
    return [
        Figure(
            f"MovieLens 1M, cold titles: {name}",
            ours[place],
            "",
            aim,
            {peer: values[place] for peer, values in judged.items()},
        )
        for place, (name, aim) in enumerate([("NDCG@10", ">= 0.27"), ("Recall@20", ">= 0.31")])
    ]


def _judged(parts: Split, scores: list[Scores]) -> tuple[float, float]:
    nothing = np.zeros(0, dtype=np.int32)
    gains, shares = [], []
    for own, wanted in zip(scores, parts.wanted, strict=True):
        order = ranked(own, nothing, 20)
        gains.append(ndcg(order, wanted, 10))
        shares.append(recall(order, wanted, 20))
    return float(np.mean(gains)), float(np.mean(shares))


def _by_words(catalogue: Catalogue, parts: Split, *, genres_only: bool) -> list[Scores]:
    """The likeness of each new title's words to those of everything that a viewer liked."""
    vectors = TfidfVectorizer().fit_transform(
        " ".join(
            [
                *(genre.replace(" ", "") for genre in (*item.card.genres, *item.moods)),
                *(credit.name.replace(" ", "") for credit in item.credits if not genres_only),
                "" if genres_only else f"{item.card.name} {item.description}",
            ]
        )
        for item in catalogue.items
    )
    new = vectors[parts.cold]
    return [
        np.asarray(vectors[one.items].sum(axis=0) @ new.T).ravel().astype(np.float32)
        for one in parts.known
    ]
