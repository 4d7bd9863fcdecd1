"""Search as you type: prefixes, forgiven typing errors, ranked; everything from memory.

Each title is a bag of weighted words. The words of a query are looked up in the sorted vocabulary
by prefix, and by shared trigrams where that finds nothing; a title must match every word.
"""

from bisect import bisect_left
from collections import Counter

import numpy as np

from matinee.recommendations.rules import text
from matinee.recommendations.rules.arrays import (
    Items,
    Mask,
    Offsets,
    Scores,
    Weights,
    best,
    offsets_of,
)
from matinee.recommendations.rules.catalogue import Catalogue, Item

QUERY_LENGTH_MAX = 100
_QUERY_WORDS_MAX = 8
_PREFIX_MATCHES_MAX = 300
_CLOSE_WORDS_MAX = 40

_NAME, _EPISODE, _PERSON, _GENRE, _MOOD, _TAGLINE, _DESCRIPTION = 10.0, 4.0, 6.0, 5.0, 4.0, 2.0, 1.0
_EXACT, _PREFIX = 1.0, 0.7
_BY_EDITS = (0.0, 0.35, 0.2)
_WHOLE_NAME, _NAME_BEGINS = 20.0, 8.0
# Letters that a word needs before one or two of them may be wrong.
_LENGTH_FOR_EDITS = (4, 8)
_NEAR_LIKENESS_MIN = 0.2
_POPULARITY_SHARE = 0.5

# What one title's bag was made of, so that an unchanged one need not be split again.
Bags = dict[tuple[object, ...], dict[str, float]]


def edits_allowed(word: str) -> int:
    """How many typing errors are forgiven in a word of this length."""
    return sum(len(word) >= length for length in _LENGTH_FOR_EDITS)


class SearchIndex:
    """An inverted index over the words of every item; about 2 kB an item."""

    def __init__(
        self, catalogue: Catalogue, popularity: Scores, before: "SearchIndex | None"
    ) -> None:
        self._bags: Bags = {}
        old = {} if before is None else before._bags  # noqa: SLF001 - its own class
        self._popularity = popularity
        self._names = [text.folded(item.card.name) for item in catalogue.items]
        for item in catalogue.items:
            key = (item.id, item.edition)
            self._bags[key] = old.get(key) or bag(item)
        self._index(list(self._bags.values()))
        self._name_trigrams = [text.trigrams(name) for name in self._names]

    def _index(self, bags: list[dict[str, float]]) -> None:
        self._vocabulary = sorted({word for one in bags for word in one})
        number = {word: at for at, word in enumerate(self._vocabulary)}
        lengths = [len(one) for one in bags]
        items = np.repeat(np.arange(len(bags), dtype=np.int32), lengths)
        found = np.array([number[word] for one in bags for word in one], dtype=np.int32)
        worth = np.array([weight for one in bags for weight in one.values()], dtype=np.float32)
        order = np.argsort(found, kind="stable")
        self._of_word: Offsets = offsets_of(found[order], len(self._vocabulary))
        self._items: Items = items[order]
        self._worth: Weights = worth[order]
        pieces: dict[str, list[int]] = {}
        for at, word in enumerate(self._vocabulary):
            for piece in text.trigrams(word):
                pieces.setdefault(piece, []).append(at)
        self._of_piece = {piece: np.array(at, dtype=np.int32) for piece, at in pieces.items()}

    def find(self, query: str, visible: Mask, count: int) -> Items:
        """The items that match every word of the query, best first."""
        wanted = text.words(query)[:_QUERY_WORDS_MAX]
        if not wanted:
            return np.zeros(0, dtype=np.int32)
        total = np.zeros(len(self._names), dtype=np.float32)
        every = visible.copy()
        for place, word in enumerate(wanted):
            scores = self._word_scores(word, is_last=place == len(wanted) - 1)
            every &= scores > 0
            total += scores
        total += self._name_bonus(text.folded(query).strip(), every)
        return best((total + _POPULARITY_SHARE * self._popularity) * every, count)

    def near(self, query: str, visible: Mask, count: int) -> Items:
        """Something close for a query that matches nothing: by some of its words, or by sound."""
        scores = np.zeros(len(self._names), dtype=np.float32)
        for word in text.words(query)[:_QUERY_WORDS_MAX]:
            scores += self._word_scores(word, is_last=True)
        pieces = text.trigrams(text.folded(query))
        for number, own in enumerate(self._name_trigrams):
            likeness = 2 * len(pieces & own) / (len(pieces) + len(own))
            if likeness >= _NEAR_LIKENESS_MIN:
                scores[number] += _NAME * likeness
        return best(scores * visible, count)

    def _word_scores(self, word: str, *, is_last: bool) -> Scores:
        """How well each item matches one word of the query, zero where not at all."""
        scores = np.zeros(len(self._names), dtype=np.float32)
        for number, quality in self._matches(word, is_last=is_last).items():
            own = slice(self._of_word[number], self._of_word[number + 1])
            items = self._items[own]
            scores[items] = np.maximum(scores[items], quality * self._worth[own])
        return scores

    def _matches(self, word: str, *, is_last: bool) -> dict[int, float]:
        """Words of the vocabulary that may be meant, with how sure that is.

        The last word of a query may be unfinished; a wrong word is guessed at only where the right
        one is not known.
        """
        start = bisect_left(self._vocabulary, word)
        found: dict[int, float] = {}
        for number in range(start, min(start + _PREFIX_MATCHES_MAX, len(self._vocabulary))):
            other = self._vocabulary[number]
            if not other.startswith(word):
                break
            found[number] = _EXACT if other == word else _PREFIX * len(word) / len(other)
        exact = any(quality == _EXACT for quality in found.values())
        return found if exact or (found and is_last) else {**self._close(word), **found}

    def _close(self, word: str) -> dict[int, float]:
        allowed = edits_allowed(word)
        if not allowed:
            return {}
        shared: Counter[int] = Counter()
        for piece in text.trigrams(word):
            shared.update(self._of_piece.get(piece, np.zeros(0, dtype=np.int32)).tolist())
        found = {}
        for number, _ in shared.most_common(_CLOSE_WORDS_MAX):
            edits = _edits(word, self._vocabulary[number], allowed)
            if edits:
                found[number] = _BY_EDITS[edits]
        return found

    def _name_bonus(self, query: str, candidates: Mask) -> Scores:
        bonus = np.zeros(len(self._names), dtype=np.float32)
        for number in np.flatnonzero(candidates):
            name = self._names[number]
            if name == query:
                bonus[number] = _WHOLE_NAME
            elif name.startswith(query):
                bonus[number] = _NAME_BEGINS
        return bonus


def _edits(word: str, other: str, allowed: int) -> int | None:
    """Typing errors between a word and another, or the beginning of a longer other."""
    whole = text.edits_within(word, other, allowed)
    if whole is not None or len(other) <= len(word):
        return whole
    begun = (text.edits_within(word, other[: len(word) + d], allowed) for d in (-1, 0, 1))
    return min((edits for edits in begun if edits is not None), default=None)


def bag(item: Item) -> dict[str, float]:
    """The words that a title can be found by, each with the weight of its best place."""
    found: dict[str, float] = {}

    def put(weight: float, *texts: str) -> None:
        for one in texts:
            for word in text.words(one):
                found[word] = max(found.get(word, 0.0), weight)

    name = text.words(item.card.name)
    put(_NAME, item.card.name, "".join(name))
    put(_PERSON, *(credit.name for credit in item.credits))
    put(_GENRE, *item.card.genres)
    put(_MOOD, *item.moods)
    put(_EPISODE, *(episode.name for episode in item.episodes))
    put(_TAGLINE, item.card.tagline, str(item.card.year or ""))
    put(_DESCRIPTION, item.description, *(episode.description for episode in item.episodes))
    return found
