"""What Spark learns from a history: counts by age, and the points of implicit ALS."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyspark import StorageLevel
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from matinee.recommendations.rules.arrays import Scores
from matinee.recommendations.rules.candidates import als

# MLlib solves without a tuned BLAS: two thirds of the worker's factors cost less than half.
FACTORS = 64
# The blocks that viewers and items are dealt into: enough for a few dozen cores.
BLOCKS = 16
_SEED = 0
# The half-life of a count in which age counts for nothing.
_NEVER = float("inf")


@dataclass(frozen=True)
class Learnt:
    """Arrays over a catalogue's items; `popularity` by half-life in seconds, shape (n_items,) each.

    `factors` has shape (n_items, `FACTORS`); zero where nobody watched. `watched` sums the weights
    of each item's plays, shape (n_items,).
    """

    factors: npt.NDArray[np.float32]
    watched: Scores
    popularity: dict[float, Scores]


def learnt(
    history: DataFrame, n_items: int, now_s: float, half_lives_s: tuple[float, ...]
) -> Learnt:
    """Learn from a frame of `history.SCHEMA`."""
    kept = history.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        counted = _popularity(kept, n_items, now_s, (*half_lives_s, _NEVER))
        return Learnt(_factors(kept, n_items), counted.pop(_NEVER), counted)
    finally:
        kept.unpersist()


def _popularity(
    history: DataFrame, n_items: int, now_s: float, half_lives_s: tuple[float, ...]
) -> dict[float, Scores]:
    """The same counts as `DecayedPopularity` makes."""
    age_s = sql.greatest(sql.lit(now_s) - sql.col("at_s"), sql.lit(0.0))
    columns = [
        sql.sum(sql.col("weight") * sql.pow(sql.lit(2.0), -age_s / half_life_s)).alias(
            str(half_life_s)
        )
        for half_life_s in half_lives_s
    ]
    rows = history.groupBy("item").agg(*columns).collect()
    items = np.array([row["item"] for row in rows], dtype=np.int32)
    found = {}
    for place, half_life_s in enumerate(half_lives_s, 1):
        scores = np.zeros(n_items, dtype=np.float32)
        scores[items] = np.array([row[place] for row in rows], dtype=np.float32)
        found[half_life_s] = scores
    return found


def _factors(history: DataFrame, n_items: int) -> npt.NDArray[np.float32]:
    """Items' points by MLlib, in the terms of `ImplicitAls`.

    There a title that was not watched counts `UNWATCHED`; here it counts one, so all else is
    divided by that. MLlib's ridge grows with a row's plays alone (Zhou et al. 2008, section 3.1),
    ours also with what was not watched: that is taken at the mean, `others` for each play.
    """
    points = np.zeros((n_items, FACTORS), dtype=np.float32)
    rows, items, viewers = history.agg(
        sql.count("*"), sql.countDistinct("item"), sql.countDistinct("viewer")
    ).first() or (0, 0, 0)
    if not rows:
        return points
    others = als.UNWATCHED * items * viewers / rows
    model = _solver(als.RIDGE * (1 + others) / als.UNWATCHED).fit(history)
    for row in model.itemFactors.toLocalIterator():
        points[row["id"]] = row["features"]
    return points


def _solver(ridge: float) -> ALS:
    return ALS(
        rank=FACTORS,
        maxIter=als.SWEEPS,
        regParam=ridge,
        alpha=1 / als.UNWATCHED,
        implicitPrefs=True,
        userCol="viewer",
        itemCol="item",
        ratingCol="weight",
        numUserBlocks=BLOCKS,
        numItemBlocks=BLOCKS,
        seed=_SEED,
        intermediateStorageLevel="MEMORY_AND_DISK",
        finalStorageLevel="MEMORY_AND_DISK",
    )
