"""Search as you type: unfinished and mistyped words, ranked by text and person, from memory.

A title must match every word of a query. Where few do, words count that may have been meant; where
none does, `near` gives what matches some of them or sounds alike.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matinee.recommendations.rules import text
from matinee.recommendations.rules.arrays import Items, Mask, Scores, best
from matinee.recommendations.rules.catalogue import Catalogue, Collection, Item
from matinee.recommendations.rules.search.collections import CollectionIndex
from matinee.recommendations.rules.search.label_words import NO_OTHERS, LabelWords
from matinee.recommendations.rules.search.labels import FoundLabel, LabelIndex
from matinee.recommendations.rules.search.names import NamesAlike
from matinee.recommendations.rules.search.words import Bag, Vocabulary, WordIndex

QUERY_LENGTH_MAX = 100
_QUERY_WORDS_MAX = 12

_NAME, _EPISODE, _PERSON, _GENRE, _MOOD, _TAGLINE, _DESCRIPTION = 10.0, 4.0, 6.0, 5.0, 4.0, 2.0, 1.0
_CHARACTER = 3.0
_WHOLE_NAME, _NAME_BEGINS = 20.0, 8.0
# With fewer titles than this, what may have been meant is looked for, too.
_ENOUGH = 5
_LIKENESS_MIN = 0.2
# How much more a title counts that everybody watches, and one that goes with the person's taste.
_POPULAR, _PERSONAL = np.float32(0.3), np.float32(0.5)
# Words that no title has any more may be so many times as many before they are let go.
_STALE = 2


@dataclass(frozen=True)
class Eyes:
    """Who searches: which items they may see, and how well each goes with their taste, 0 to 1."""

    visible: Mask
    personal: Scores


class SearchIndex:
    """An inverted index over the words of every item and over people, genres and moods."""

    def __init__(
        self,
        catalogue: Catalogue,
        popularity: Scores,
        before: "SearchIndex | None",
        labels: LabelWords = NO_OTHERS,
    ) -> None:
        old = before if before is not None and before._is_tidy() else None  # noqa: SLF001 - its own class
        self._vocabulary: Vocabulary = Vocabulary(None if old is None else old._vocabulary)  # noqa: SLF001
        known: Mapping[tuple[object, ...], Bag] = {} if old is None else old._bags  # noqa: SLF001
        self._bags: dict[tuple[object, ...], Bag] = {}
        for item in catalogue.items:
            key = (item.id, item.edition, labels.digest)
            self._bags[key] = known.get(key) or self._vocabulary.bag(bag(item, labels))
        self._words = WordIndex(self._vocabulary, list(self._bags.values()), guessed_from=_MOOD)
        self._labels = LabelIndex(catalogue, self._vocabulary, labels)
        held = [self._vocabulary.bag(bag(one.item, labels)) for one in catalogue.collections]
        self._collections = CollectionIndex(catalogue.collections, self._vocabulary, held)
        self._popularity = popularity
        self._n_items = len(catalogue.items)
        self._names_alike = NamesAlike([_folded(item.card.name) for item in catalogue.items])
        # A title stands here under each of its names.
        named = sorted(
            (_folded(name), number)
            for number, item in enumerate(catalogue.items)
            for name in dict.fromkeys(_names_of(item))
        )
        self._by_name: Items = np.array([number for _, number in named], np.int32)
        self._names = [name for name, _ in named]

    def find(self, query: str, eyes: Eyes, count: int) -> Items:
        """The items that match every word of the query, best first."""
        wanted = text.words(query)[:_QUERY_WORDS_MAX]
        if not wanted:
            return np.zeros(0, dtype=np.int32)
        scores = self._matching(wanted, [self._words.sure(word) for word in wanted])
        if np.count_nonzero(scores * eyes.visible) < _ENOUGH:
            scores = self._matching(wanted, self._meant(wanted))
        scores *= eyes.visible
        return best(self._ranked(scores, wanted, eyes), count)

    def near(self, query: str, eyes: Eyes, count: int) -> Items:
        """Something close for a query that matches nothing: by some of its words, or by sound."""
        wanted = text.words(query)[:_QUERY_WORDS_MAX]
        scores = np.zeros(self._n_items, dtype=np.float32)
        for meant in self._meant(wanted):
            scores += meant
        likeness = self._names_alike.likeness(" ".join(wanted))
        scores += np.where(likeness >= _LIKENESS_MIN, _NAME * likeness, 0.0).astype(np.float32)
        return best(self._preferred(scores * eyes.visible, eyes), count)

    def labels(self, query: str, eyes: Eyes, count: int) -> list[FoundLabel]:
        """People, genres and moods that the query means, each of some title that may be seen."""
        return self._labels.find(text.words(query)[:_QUERY_WORDS_MAX], eyes.visible, count)

    def collections(self, query: str, eyes: Eyes, count: int) -> list[Collection]:
        """Collections that the query means, each with some title that may be seen."""
        wanted = text.words(query)[:_QUERY_WORDS_MAX]
        return self._collections.find(wanted, eyes.visible, count)

    @property
    def n_words(self) -> int:
        """How many words are kept, some of them of titles that are gone."""
        return len(self._vocabulary)

    def _is_tidy(self) -> bool:
        return self.n_words <= _STALE * max(self._words.n_words, 1)

    def _meant(self, wanted: list[str]) -> list[Scores]:
        """How well each item matches each word, guessing where a word is not known.

        The last word may be unfinished.
        """
        found = []
        for place, word in enumerate(wanted):
            scores = self._words.sure(word)
            if not self._words.knows(word, unfinished=place == len(wanted) - 1):
                scores = np.maximum(scores, self._words.guessed(word))
            found.append(scores)
        return found

    def _matching(self, wanted: list[str], by_word: list[Scores]) -> Scores:
        """The sum over all words, zero where one is missing; or all of them as one word."""
        each = np.array(by_word)
        total = each.sum(axis=0) * (each > 0).all(axis=0)
        if len(wanted) > 1:
            joined = "".join(wanted)[: text.WORD_LENGTH_MAX]
            total = np.maximum(total, self._words.sure(joined))
        matching: Scores = total.astype(np.float32)
        return matching

    def _ranked(self, scores: Scores, wanted: list[str], eyes: Eyes) -> Scores:
        name = " ".join(wanted)
        low = bisect_left(self._names, name)
        begun = self._by_name[low : bisect_left(self._names, name + "\U0010ffff", lo=low)]
        bonus = np.zeros(len(scores), dtype=np.float32)
        bonus[begun] = _NAME_BEGINS
        for place in range(low, low + len(begun)):
            if self._names[place] != name:
                break
            bonus[self._by_name[place]] = _WHOLE_NAME
        return self._preferred(np.where(scores > 0, scores + bonus, 0.0), eyes)

    def _preferred(self, scores: Scores, eyes: Eyes) -> Scores:
        """Scores of the text, raised for what is popular and for what suits the person."""
        weight = 1 + _POPULAR * self._popularity + _PERSONAL * eyes.personal
        return (scores * weight).astype(np.float32)


def bag(item: Item, labels: LabelWords = NO_OTHERS) -> dict[str, float]:
    """The words that a title can be found by, each with the weight of its best place."""
    found: dict[str, float] = {}

    def put(weight: float, *texts: str) -> None:
        for one in texts:
            for word in (*text.words(one), *text.letters(one)):
                found[word] = max(found.get(word, 0.0), weight)

    for name in _names_of(item):
        put(_NAME, name, "".join(text.words(name)))
    put(_PERSON, *(credit.name for credit in item.credits))
    put(_CHARACTER, *(credit.character for credit in item.credits))
    put(_GENRE, *labels.of_all("genre", item.card.genres))
    put(_MOOD, *labels.of_all("mood", item.moods), *labels.of_all("keyword", item.keywords))
    put(_EPISODE, *(episode.name for episode in item.episodes))
    put(_TAGLINE, item.card.tagline, str(item.card.year or ""))
    put(_TAGLINE, *(one.tagline for one in item.texts))
    put(_DESCRIPTION, item.description, *(episode.description for episode in item.episodes))
    put(_DESCRIPTION, *(one.description for one in item.texts))
    return found


def _names_of(item: Item) -> list[str]:
    """What a title is called, in every language that it has a name in."""
    return [item.card.name, *(one.name for one in item.texts if one.name)]


def _folded(name: str) -> str:
    return " ".join(text.words(name))
