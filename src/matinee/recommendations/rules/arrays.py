"""Names for the shapes of arrays, and the two operations on ragged rows that all models need."""

from typing import Any

import numpy as np
import numpy.typing as npt

Items = npt.NDArray[np.int32]
"""Indices into a catalogue's items, shape (k,)."""
Scores = npt.NDArray[np.float32]
"""One number per item, shape (n_items,); finite, zero or more; zero is "nothing known"."""
Weights = npt.NDArray[np.float32]
"""One number per element of another array, shape (k,)."""
Times = npt.NDArray[np.float64]
"""Seconds since the Unix epoch, shape (k,)."""
Offsets = npt.NDArray[np.int64]
"""Where ragged rows begin and the last one ends, shape (rows + 1,)."""
Mask = npt.NDArray[np.bool_]
"""Which items, shape (n_items,)."""

# Where the highest of many are looked for, one of so many says what is too low to be among them.
_SAMPLED_EVERY = 16
_SAMPLE_SPARE = 8


def offsets_of(rows: Items, n_rows: int) -> Offsets:
    """Where each row begins in an array that is sorted by `rows`, shape (n_rows + 1,)."""
    counts = np.bincount(rows, minlength=n_rows)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def spans(offsets: Offsets, rows: Items) -> tuple[Offsets, Offsets]:
    """Positions of all elements of some ragged rows, and which of `rows` (0..k) each belongs to."""
    starts, lengths = offsets[rows], offsets[rows + 1] - offsets[rows]
    owner = np.repeat(np.arange(len(rows)), lengths)
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) - before[owner] + starts[owner], owner


def unit(scores: Scores) -> Scores:
    """Scores scaled so that the highest is one; all zeros stay."""
    top = float(scores.max(initial=0.0))
    return scores / np.float32(top) if top > 0 else scores


def highest(scores: npt.NDArray[np.number[Any]], count: int) -> Items:
    """The items with the `count` highest scores, in no order; which of equals is not said.

    A sample says below which score none of them can be, so that few are left to be compared.
    """
    if count >= len(scores):
        return np.arange(len(scores), dtype=np.int32)
    if count <= 0:
        return np.zeros(0, dtype=np.int32)
    sample = scores[::_SAMPLED_EVERY]
    depth = 2 * count // _SAMPLED_EVERY + _SAMPLE_SPARE
    if depth < len(sample):
        able = np.flatnonzero(scores >= np.partition(sample, -depth)[-depth])
        if count <= len(able) < len(scores):
            return able[highest(scores[able], count)].astype(np.int32)
    return np.argpartition(scores, -count)[-count:].astype(np.int32)


def best(scores: Scores, count: int) -> Items:
    """The `count` items with the highest scores above zero, best first, ties by index."""
    chosen = highest(scores, count + 1)
    chosen = chosen[scores[chosen] > 0]
    order = np.lexsort((chosen, -scores[chosen]))
    return chosen[order][:count]
