"""How much a query looks like the name of each title, letter by letter."""

from collections.abc import Sequence

import numpy as np

from matinee.recommendations.rules import text
from matinee.recommendations.rules.arrays import Items, Offsets, Scores, spans


class NamesAlike:
    """The three-letter pieces of every name, and which names have each."""

    def __init__(self, names: Sequence[str]) -> None:
        having: dict[str, list[int]] = {}
        sizes = np.zeros(len(names), dtype=np.float32)
        for number, name in enumerate(names):
            pieces = text.trigrams(name)
            sizes[number] = len(pieces)
            for piece in pieces:
                having.setdefault(piece, []).append(number)
        self._sizes = sizes
        self._pieces = {piece: place for place, piece in enumerate(having)}
        flat = [number for numbers in having.values() for number in numbers]
        self._names: Items = np.array(flat, dtype=np.int32)
        lengths = [0, *(len(numbers) for numbers in having.values())]
        self._of_piece: Offsets = np.cumsum(lengths).astype(np.int64)

    def likeness(self, query: str) -> Scores:
        """The share of pieces that the query and each name have in common (Dice 1945), 0 to 1."""
        own = text.trigrams(query)
        known = [self._pieces[piece] for piece in own if piece in self._pieces]
        where, _ = spans(self._of_piece, np.array(known, dtype=np.int32))
        shared = np.bincount(self._names[where], minlength=len(self._sizes))
        return (2 * shared / (len(own) + self._sizes)).astype(np.float32)
