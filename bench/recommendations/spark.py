"""A million profiles and 100,000 titles: training on Spark in local mode, and a serving process.

Both are measured at a thirtieth and at a tenth of that, and extrapolated. The histories are made
up: each profile has two tastes of fifty, and the most watched hundredth of the titles holds a tenth
of the plays (0.09 in MovieLens 1M, 0.41 in MovieTweetings). Needs the extra `spark` and Java 17.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
from pyarrow import parquet

from bench.figures import Figure
from matinee.recommendations.actions.spark.learning import learnt
from matinee.recommendations.actions.spark.session import opened
from matinee.recommendations.rules.candidates.popularity import DAY_S

PROFILES, TITLES, PLAYS_EACH = 1_000_000, 100_000, 50
PARTS = (30, 10)
_MASTER, _MEMORY_MB = "local[2]", 4096
_TASTES, _OWN_TASTES, _OWN_SHARE = 50, 2, 0.8
# Titles by rank to this power: the most watched hundredth then holds a tenth of all plays.
_UNEVEN = 0.5
_YEAR_S = 365 * DAY_S
_SEED = 98765
_WAIT_S = 3600


@dataclass(frozen=True)
class Measured:
    """One part of the whole: `cpu_s` of all processes together, memory in MiB."""

    plays: int
    titles: int
    cpu_s: float
    serving_mib: float


def measure() -> list[Figure]:
    """CPU seconds, and the memory that a process which serves has to itself."""
    small, large = (_measured(part) for part in PARTS)
    return list(_figures(small, large))


def _figures(small: Measured, large: Measured) -> Iterator[Figure]:
    for part, one in zip(PARTS, (small, large), strict=True):
        what = f"1/{part} of {PROFILES:,} profiles, {TITLES:,} titles"
        yield Figure(f"Spark, {what}: training, CPU", one.cpu_s, "s")
        yield Figure(f"{what}: a serving process", one.serving_mib, "MiB")
    dearer = large.cpu_s / large.plays / (small.cpu_s / small.plays)
    yield Figure("Spark: CPU a play at 1/10 as a multiple of 1/30", dearer, "×", "<= 1.1")
    rest = PROFILES * PLAYS_EACH - large.plays
    slope_s = (large.cpu_s - small.cpu_s) / (large.plays - small.plays)
    yield Figure("Spark: whole training, CPU, extrapolated", large.cpu_s + rest * slope_s, "s")
    slope_mib = (large.serving_mib - small.serving_mib) / (large.titles - small.titles)
    whole_mib = large.serving_mib + (TITLES - large.titles) * slope_mib
    yield Figure("a serving process, extrapolated", whole_mib, "MiB", "<= 4096")


def _measured(part: int) -> Measured:
    n_titles = TITLES // part
    with tempfile.TemporaryDirectory(prefix="matinee-spark-") as folder:
        path = Path(folder) / "plays.parquet"
        plays = made_plays(PROFILES // part, n_titles)
        parquet.write_table(plays, path)
        cpu_s = _training_cpu_s(path, n_titles)
    return Measured(plays.num_rows, n_titles, cpu_s, _serving_mib(n_titles))


def _training_cpu_s(path: Path, n_titles: int) -> float:
    """CPU seconds of learning from a file, once Spark runs."""
    with opened(_MASTER, _MEMORY_MB) as spark:
        history = spark.read.parquet(str(path))
        before_s = _cpu_s()
        found = learnt(history, n_titles, _YEAR_S, (2 * DAY_S, 21 * DAY_S))
        used_s = _cpu_s() - before_s
    placed = float(found.factors.any(axis=1).mean())
    if placed < 1 / 2 or not np.isfinite(found.factors).all():
        raise SystemExit(f"Spark gave only {placed:.0%} of the titles a place.")
    return used_s


def made_plays(n_profiles: int, n_titles: int) -> pa.Table:
    """Plays as the columns of `history.SCHEMA`; no pair of viewer and item twice."""
    chance = np.random.default_rng(_SEED)
    n_plays = n_profiles * PLAYS_EACH
    viewer = np.repeat(np.arange(n_profiles, dtype=np.int32), PLAYS_EACH)
    own = chance.integers(0, _TASTES, (n_profiles, _OWN_TASTES))
    chosen = own[viewer, chance.integers(0, _OWN_TASTES, n_plays)]
    anything = chance.random(n_plays) > _OWN_SHARE
    chosen[anything] = chance.integers(0, _TASTES, int(anything.sum()))
    # A taste's titles are every fiftieth; the first of them are watched most.
    rank = (chance.random(n_plays) ** (1 / (1 - _UNEVEN)) * (n_titles // _TASTES)).astype(np.int32)
    item = rank * _TASTES + chosen.astype(np.int32)
    _, first = np.unique(viewer.astype(np.int64) * n_titles + item, return_index=True)
    weight = chance.uniform(0.1, 1.0, len(first)).astype(np.float32)
    at_s = chance.uniform(0, _YEAR_S, len(first))
    return pa.table({"viewer": viewer[first], "item": item[first], "weight": weight, "at_s": at_s})


def _serving_mib(n_titles: int) -> float:
    """Of a process of its own, so that nothing else is counted."""
    command = [sys.executable, "-m", "bench.recommendations.serving", str(n_titles)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_WAIT_S)
    return float(done.stdout.split()[-1])


def _cpu_s() -> float:
    """Of this process and all that it started, Spark's JVM among them."""
    own = psutil.Process()
    total = 0.0
    for process in (own, *own.children(recursive=True)):
        times = process.cpu_times()
        total += times.user + times.system
    return total
