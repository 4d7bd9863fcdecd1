"""How much memory a process takes that serves so many titles: `python -m … 10000` prints MiB.

Catalogue, fitted models and search index, as a web process holds them. What was needed to make
them up is another process's.
"""

import gc
import multiprocessing
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.recommendations import data
from matinee.contracts.catalog import Credit
from matinee.recommendations.rules.arrays import unit
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import NO_TASTE, Plays
from matinee.recommendations.rules.catalogue import Catalogue, Known, assemble
from matinee.recommendations.rules.search import SearchIndex

_VIEWERS, _PLAYS_EACH = 3_000, 40
_WORDS, _SPOKEN = 60, 40_000
_PEOPLE_EACH, _PEOPLE_A_TITLE = 8, 0.5
_GENRES = tuple(f"Genre {number}" for number in range(25))
_MIB = 2**20


def made_up(n_titles: int) -> Catalogue:
    """Titles of sixty words, eight people and two genres each."""
    chance = np.random.default_rng(n_titles)
    # Zipf's law: the r-th word of a language is spoken about 1/r as often as the first.
    words = (np.exp(chance.random((n_titles, _WORDS)) * np.log(_SPOKEN))).astype(np.int64)
    people = chance.integers(0, max(int(n_titles * _PEOPLE_A_TITLE), 1), (n_titles, _PEOPLE_EACH))
    genres = chance.integers(0, len(_GENRES), (n_titles, 2))
    return assemble(
        1,
        (
            Known(
                data.title(
                    number,
                    name=f"Wort{words[number, 0]} wort{words[number, 1]} {number}",
                    description=" ".join(f"wort{word}" for word in words[number]),
                    credits=[Credit(name=f"Person {one}", role="cast") for one in people[number]],
                    genres=[_GENRES[one] for one in np.unique(genres[number])],
                ),
                1,
            )
            for number in range(n_titles)
        ),
    )


def fitted(n_titles: int, path: Path) -> None:
    """Fit all models to made-up plays and leave their arrays in a file."""
    chance = np.random.default_rng(n_titles)
    viewers = np.repeat(np.arange(_VIEWERS, dtype=np.int32), _PLAYS_EACH)
    items = (chance.random(len(viewers)) ** 2 * n_titles).astype(np.int32)
    _, first = np.unique(viewers.astype(np.int64) * n_titles + items, return_index=True)
    at_s = chance.uniform(0, 86_400.0 * 365, len(first))
    weights = np.ones(len(first), dtype=np.float32)
    plays = Plays(viewers[first], items[first], weights, at_s, 86_400.0 * 365)
    arrays: dict[str, Any] = dict(Models().fit(made_up(n_titles), plays).state())
    np.savez(path, allow_pickle=False, **arrays)


def main(n_titles: int) -> float:
    """MiB of this process once it could serve."""
    with tempfile.TemporaryDirectory(prefix="matinee-serving-") as folder:
        path = Path(folder) / "fit.npz"
        other = multiprocessing.get_context("spawn").Process(target=fitted, args=(n_titles, path))
        other.start()
        other.join()
        catalogue = made_up(n_titles)
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    every = np.arange(n_titles, dtype=np.int32)
    models = Models().restore(catalogue, arrays, every)
    index = SearchIndex(catalogue, unit(models.weeks.recommend(NO_TASTE)), None)
    catalogue.prepare()
    gc.collect()
    # Whatever is measured must still be there.
    if not (len(catalogue) == n_titles and arrays and index is not None):
        raise SystemExit("nothing was held")
    return float(psutil.Process().memory_full_info().uss) / _MIB


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
