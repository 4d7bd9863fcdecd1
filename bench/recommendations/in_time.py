"""A global split in time on MovieTweetings: learn from the past, be judged on the future.

The honest question for a live service, and the one where models that know no time lose to what
everybody watched last month. Ours is the whole engine as it is served. It hears of ratings below
`LIKED_FROM` as plays that ended early. What it was tuned on lies before the cut (`TUNING`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from pyarrow import parquet
from scipy import sparse

from bench.figures import Figure
from bench.recommendations import data, peers
from bench.recommendations.metrics import ndcg, ranked
from matinee.recommendations.rules.arrays import Items, Mask, Times
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.catalogue import Catalogue, Known, assemble

JUDGED, TUNING = (0.8, 1.0), (0.72, 0.8)
LIKED_FROM = 7
_TRIED = 0.2
_RANKS, _COVERED = 100, 20
_AT_ONCE = 200


@dataclass(frozen=True)
class Split:
    """What was known at a moment, and what the viewers known by then liked afterwards.

    `liked_later` holds for each judged viewer the items to find; `unknown` counts what they liked
    of items that nobody had rated by then.
    """

    catalogue: Catalogue
    plays: Plays
    tastes: list[Taste]
    liked_later: list[Items]
    unknown: int


@dataclass(frozen=True)
class _Ratings:
    viewers: npt.NDArray[np.int64]
    items: npt.NDArray[np.int64]
    ratings: npt.NDArray[np.int64]
    at_s: Times

    def where(self, kept: Mask) -> "_Ratings":
        return _Ratings(self.viewers[kept], self.items[kept], self.ratings[kept], self.at_s[kept])


def measure() -> list[Figure]:
    """Ours beside the popularity of the last month and the classic models."""
    parts = split(*JUDGED)
    models = Models().fit(parts.catalogue, parts.plays)
    now_s = parts.plays.now_s
    ours = judged(parts, (models.ordered(taste, now_s, _RANKS) for taste in parts.tastes))
    theirs = {name: judged(parts, orders) for name, orders in _peers(parts).items()}
    what = f"MovieTweetings, split in time, {len(parts.tastes)} viewers"
    unknown = f"{parts.unknown} likes of titles unknown before the cut are left out"
    print(f"{what}: {unknown}")
    return [
        Figure(
            f"{what}: {name}",
            getattr(ours, field),
            "",
            aim,
            {peer: getattr(found, field) for peer, found in theirs.items()},
        )
        for name, field, aim in _MEASURES
    ]


@dataclass(frozen=True)
class Quality:
    """Means over the judged viewers; `coverage` is the share of titles that some of them see."""

    ndcg_10: float
    ndcg_100: float
    coverage: float


_MEASURES = (
    ("NDCG@10", "ndcg_10", ">= 0.095"),
    ("NDCG@100", "ndcg_100", ">= 0.175"),
    ("coverage of the first 20", "coverage", ">= 0.10"),
)


def judged(parts: Split, orders: Iterable[Items]) -> Quality:
    """How good the orders of all items are, one for each viewer of a split, best first."""
    short, long, shown = [], [], set()
    for found, wanted in zip(orders, parts.liked_later, strict=True):
        short.append(ndcg(found, wanted, 10))
        long.append(ndcg(found, wanted, _RANKS))
        shown.update(found[:_COVERED].tolist())
    return Quality(float(np.mean(short)), float(np.mean(long)), len(shown) / len(parts.catalogue))


def _peers(parts: Split) -> dict[str, Iterable[Items]]:
    """Libraries' models of what was liked, and what most liked in the last 30 days."""
    liked = parts.plays.only(parts.plays.weights >= 1.0)
    train = _matrix(liked, len(parts.catalogue))
    month = liked.only(liked.age_s() <= 30 * DAY_S)
    popular = np.bincount(month.items, minlength=len(parts.catalogue)).astype(np.float32)
    models = {
        "item-kNN (implicit)": peers.item_knn(train),
        "EDLAE (irspack)": peers.edlae(train),
        "ALS (irspack)": peers.als(train),
    }
    return {
        "popularity of the last month": [
            ranked(popular, _liked(taste), _RANKS) for taste in parts.tastes
        ],
        **{name: _orders(score, parts) for name, score in models.items()},
    }


def _orders(score: peers.Score, parts: Split) -> Iterator[Items]:
    """What a peer says; asked for many viewers at a time, as some copy all weights to answer."""
    for first in range(0, len(parts.tastes), _AT_ONCE):
        liked = [_liked(taste) for taste in parts.tastes[first : first + _AT_ONCE]]
        rows = np.repeat(np.arange(len(liked)), [len(own) for own in liked])
        shape = (len(liked), len(parts.catalogue))
        ones = np.ones(len(rows), np.float32)
        scores = score(sparse.csr_matrix((ones, (rows, np.concatenate(liked))), shape=shape))
        for found, own in zip(scores, liked, strict=True):
            yield ranked(found, own, _RANKS)


def _matrix(plays: Plays, n_items: int) -> sparse.csr_matrix:
    rows = np.unique(plays.viewers, return_inverse=True)[1]
    return sparse.csr_matrix(
        (np.ones(len(rows), np.float32), (rows, plays.items)), shape=(rows.max() + 1, n_items)
    )


def _liked(taste: Taste) -> Items:
    return taste.items[taste.weights >= 1.0]


def split(cut: float, end: float) -> Split:
    """Learn before one quantile of time, be judged between it and another."""
    ratings = _ratings()
    cut_s, end_s = np.quantile(ratings.at_s, cut), np.quantile(ratings.at_s, end)
    past = ratings.where(ratings.at_s < cut_s)
    future = ratings.where(
        (ratings.at_s >= cut_s)
        & ((ratings.at_s < end_s) | (end == 1.0))
        & (ratings.ratings >= LIKED_FROM)
        & np.isin(ratings.viewers, past.viewers)
    )
    known = np.unique(past.items)
    cold = int((~np.isin(future.items, known)).sum())
    future = future.where(np.isin(future.items, known))
    catalogue = assemble(1, _titles(set(known.tolist())))
    plays = _plays(past, known, float(cut_s))
    tastes, later = _judged(plays, past, future, known)
    return Split(catalogue, plays, tastes, later, cold)


def _plays(past: _Ratings, known: npt.NDArray[np.int64], now_s: float) -> Plays:
    viewers = np.unique(past.viewers, return_inverse=True)[1].astype(np.int32)
    items = np.searchsorted(known, past.items).astype(np.int32)
    weights = np.where(past.ratings >= LIKED_FROM, 1.0, _TRIED).astype(np.float32)
    return Plays(viewers, items, weights, past.at_s, now_s)


def _judged(
    plays: Plays, past: _Ratings, future: _Ratings, known: npt.NDArray[np.int64]
) -> tuple[list[Taste], list[Items]]:
    """The taste of each viewer with anything to find, and what that is."""
    tastes, later = [], []
    number = np.searchsorted(known, future.items).astype(np.int32)
    for viewer in np.unique(future.viewers):
        own = past.viewers == viewer
        taste = Taste(plays.items[own], plays.weights[own], plays.watched_at_s[own])
        wanted = np.setdiff1d(number[future.viewers == viewer], _liked(taste))
        if len(wanted):
            tastes.append(taste)
            later.append(wanted)
    return tastes, later


@cache
def _ratings() -> _Ratings:
    table = parquet.read_table(data.FOLDER / "movietweetings_100k.parquet")
    user, item, rating, at = (table[name].to_numpy() for name in ("user", "item", "rating", "ts"))
    return _Ratings(user, item, rating, at.astype(np.float64))


def _titles(known: set[int]) -> list[Known]:
    """The films of some ids; a name ends with the year in brackets."""
    text = (data.FOLDER / "movietweetings_movies.dat").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        number, name, genres = line.split("::")
        if int(number) in known:
            year = name.rpartition("(")[2].rstrip(") ")
            made = int(year) if year.isdecimal() else None
            listed = [genre for genre in genres.split("|") if genre]
            change = {"name": name, "year": made, "genres": listed}
            found.append(Known(data.title(int(number), **change), 1))
    return found
