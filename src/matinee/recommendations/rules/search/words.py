"""Which things a word means, finished or not, typed well or not: an inverted index.

A *bag* says which words a thing can be found by, each with the weight of its best place.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np

from matinee.recommendations.rules import text
from matinee.recommendations.rules.arrays import (
    Items,
    Offsets,
    Scores,
    Weights,
    offsets_of,
    spans,
)

Bag = tuple[Items, Weights]
"""Numbers of words in a `Vocabulary`, and the weight of each, shape (k,) each."""

_PREFIX, _PREFIX_BY_LENGTH = 0.5, 0.3
_BY_EDITS = (0.0, 0.35, 0.2)
# Letters that a word needs before one or two of them may be wrong.
_LENGTH_FOR_EDITS = (4, 8)
_GUESSES_MAX = 24
# A piece that so many words share says little about any.
_PIECE_WORDS_MAX = 4_000
# What everything says still counts a little.
_RARITY_MIN = np.float32(0.2)
_LAST_LETTER = "\U0010ffff"


def edits_allowed(word: str) -> int:
    """How many typing errors are forgiven in a word of this length."""
    return sum(len(word) >= length for length in _LENGTH_FOR_EDITS)


class Vocabulary:
    """Numbers for words, in the order in which they were first met; may go on from another."""

    def __init__(self, before: "Vocabulary | None" = None) -> None:
        self._numbers: dict[str, int] = {} if before is None else dict(before._numbers)  # noqa: SLF001 - its own class

    def __len__(self) -> int:
        return len(self._numbers)

    def bag(self, weights: Mapping[str, float]) -> Bag:
        """Words and their weights as arrays; new words are taken in."""
        numbers = self._numbers
        found = [numbers.setdefault(word, len(numbers)) for word in weights]
        return (
            np.array(found, dtype=np.int32),
            np.fromiter(weights.values(), dtype=np.float32, count=len(weights)),
        )

    def words(self) -> list[str]:
        """All words, by number."""
        return list(self._numbers)


class WordIndex:
    """The words of many things, sorted, with the things that have each.

    Words that some thing has with at least `guessed_from` are guessed at when somebody mistypes.
    Eight bytes a word of a thing.
    """

    def __init__(self, vocabulary: Vocabulary, bags: Sequence[Bag], guessed_from: float) -> None:
        self._n_things = len(bags)
        met, things, worth = _postings(bags)
        every = vocabulary.words()
        used = np.unique(met)
        in_order = sorted(used.tolist(), key=every.__getitem__)
        self._words = [every[number] for number in in_order]
        self._lengths = np.array([len(word) for word in self._words], dtype=np.float32)
        place = np.zeros(len(every), dtype=np.int32)
        place[in_order] = np.arange(len(in_order), dtype=np.int32)
        order = np.argsort(place[met], kind="stable")
        self._of_word: Offsets = offsets_of(place[met][order], len(in_order))
        self._things: Items = things[order]
        self._worth: Weights = worth[order] * self._rarity()[place[met][order]]
        self._telling = np.zeros(len(in_order), dtype=bool)
        self._telling[place[met][worth >= guessed_from]] = True
        self._guess_by_pieces(np.flatnonzero(self._telling).tolist())

    @property
    def n_words(self) -> int:
        """How many words some thing has."""
        return len(self._words)

    def knows(self, word: str, *, unfinished: bool) -> bool:
        """Whether a word, or one that it begins, is among those that are guessed at."""
        low, high = self._begun_by(word)
        if not unfinished:
            high = low + 1 if low < high and self._words[low] == word else low
        return bool(self._telling[low:high].any())

    def sure(self, word: str) -> Scores:
        """How well each thing matches a word as it was typed, or as the beginning of one."""
        low, high = self._begun_by(word)
        scores = np.zeros(self._n_things, dtype=np.float32)
        own = slice(self._of_word[low], self._of_word[high])
        counts = np.diff(self._of_word[low : high + 1])
        share = _PREFIX + _PREFIX_BY_LENGTH * len(word) / self._lengths[low:high]
        quality = np.repeat(share.astype(np.float32), counts)
        np.maximum.at(scores, self._things[own], quality * self._worth[own])
        if low < len(self._words) and self._words[low] == word:
            self._raise(scores, low, 1.0)
        return scores

    def guessed(self, word: str) -> Scores:
        """How well each thing matches what may have been meant by a word."""
        scores = np.zeros(self._n_things, dtype=np.float32)
        for number, quality in self._guesses(word):
            self._raise(scores, number, quality)
        return scores

    def _begun_by(self, word: str) -> tuple[int, int]:
        low = bisect_left(self._words, word)
        return low, bisect_left(self._words, word + _LAST_LETTER, lo=low)

    def _raise(self, scores: Scores, number: int, quality: float) -> None:
        own = slice(self._of_word[number], self._of_word[number + 1])
        things = self._things[own]
        scores[things] = np.maximum(scores[things], np.float32(quality) * self._worth[own])

    def _rarity(self) -> Weights:
        """Near one for a word that few things have (Sparck Jones 1972), shape (n_words,)."""
        having = np.maximum(np.diff(self._of_word), 1)
        rarity = np.log1p(self._n_things / having) / np.log1p(max(self._n_things, 1))
        bounded: Weights = np.maximum(rarity, _RARITY_MIN).astype(np.float32)
        return bounded

    def _guess_by_pieces(self, guessable: list[int]) -> None:
        """Note which of the guessable words have each three-letter piece."""
        pieces: dict[str, list[int]] = {}
        for number in guessable:
            for piece in text.trigrams(self._words[number]):
                pieces.setdefault(piece, []).append(number)
        self._pieces = {piece: place for place, piece in enumerate(pieces)}
        flat = [number for numbers in pieces.values() for number in numbers]
        self._words_by_piece: Items = np.array(flat, dtype=np.int32)
        lengths = [0, *(len(numbers) for numbers in pieces.values())]
        self._of_piece: Offsets = np.cumsum(lengths).astype(np.int64)

    def _guesses(self, word: str) -> list[tuple[int, float]]:
        allowed = edits_allowed(word)
        if not allowed:
            return []
        found = []
        for number in self._alike(word):
            edits = _edits(word, self._words[number], allowed)
            if edits:
                found.append((number, _BY_EDITS[edits]))
        return found

    def _alike(self, word: str) -> list[int]:
        """The words that share the most pieces with one, for their length (Dice 1945)."""
        own = text.trigrams(word)
        places = [self._pieces[piece] for piece in own if piece in self._pieces]
        sizes = np.diff(self._of_piece)[places] if places else np.zeros(0)
        some = np.array(places, dtype=np.int32)[sizes <= _PIECE_WORDS_MAX]
        where, _ = spans(self._of_piece, some)
        numbers, shared = np.unique(self._words_by_piece[where], return_counts=True)
        # What is longer may be what was begun; it is not held against a word.
        lengths = np.minimum(self._lengths[numbers], len(word) + 1) + 2
        likeness = 2 * shared / (len(own) + lengths)
        best = np.argsort(-likeness, kind="stable")[:_GUESSES_MAX]
        chosen: list[int] = numbers[best].tolist()
        return chosen


def _postings(bags: Sequence[Bag]) -> tuple[Items, Items, Weights]:
    """Word, thing and weight of everything in some bags, by thing."""
    nothing: Bag = (np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
    lengths = [len(words) for words, _ in bags]
    return (
        np.concatenate([nothing[0], *(words for words, _ in bags)]),
        np.repeat(np.arange(len(bags), dtype=np.int32), lengths),
        np.concatenate([nothing[1], *(worth for _, worth in bags)]),
    )


def _edits(word: str, other: str, allowed: int) -> int | None:
    """Typing errors between a word and another, or the beginning of a longer other."""
    whole = text.edits_within(word, other, allowed)
    if whole is not None or len(other) <= len(word):
        return whole
    begun = (text.edits_within(word, other[: len(word) + d], allowed) for d in (-1, 0, 1))
    return min((edits for edits in begun if edits is not None), default=None)
