"""People, genres and moods that can be searched for by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matinee.recommendations.rules import text
from matinee.recommendations.rules.arrays import Items, Mask, Offsets
from matinee.recommendations.rules.catalogue import Catalogue, Item
from matinee.recommendations.rules.search.label_words import NO_OTHERS, LabelWords
from matinee.recommendations.rules.search.words import Vocabulary, WordIndex

LabelKind = Literal["person", "genre", "mood"]
# More than these of the best matches nobody could choose from.
_LOOKED_AT = 50


@dataclass(frozen=True)
class FoundLabel:
    """A name that several titles may have in common; `titles` may be seen by who asked."""

    kind: LabelKind
    name: str
    titles: int


class LabelIndex:
    """Every person, genre and mood of a catalogue, by the words of its name."""

    def __init__(
        self, catalogue: Catalogue, vocabulary: Vocabulary, others: LabelWords = NO_OTHERS
    ) -> None:
        having: dict[tuple[LabelKind, str], list[int]] = {}
        for number, item in enumerate(catalogue.items):
            for label in dict.fromkeys(_labels_of(item)):
                having.setdefault(label, []).append(number)
        self._labels = list(having)
        self._items: Items = np.array([n for items in having.values() for n in items], np.int32)
        lengths = [0, *(len(items) for items in having.values())]
        self._of_label: Offsets = np.cumsum(lengths).astype(np.int64)
        named = [
            (name,) if kind == "person" else others.of(kind, name) for kind, name in self._labels
        ]
        bags = [
            vocabulary.bag(dict.fromkeys((word for name in own for word in text.words(name)), 1.0))
            for own in named
        ]
        self._words = WordIndex(vocabulary, bags, guessed_from=1.0)

    def find(self, wanted: list[str], visible: Mask, count: int) -> list[FoundLabel]:
        """The labels that match every word, those of the most titles first among equals."""
        if not wanted:
            return []
        scores = self._scores(wanted, guess=False)
        if not scores.any():
            scores = self._scores(wanted, guess=True)
        order = np.lexsort((-np.diff(self._of_label), -scores))[:_LOOKED_AT]
        found = (self._label(number, visible) for number in order.tolist() if scores[number] > 0)
        return [label for label in found if label.titles > 0][:count]

    def _scores(self, wanted: list[str], *, guess: bool) -> Items:
        """How well each label matches, in steps, so that equals can be told apart by size."""
        each = np.array([self._words.sure(word) for word in wanted])
        if guess:
            each = np.maximum(each, [self._words.guessed(word) for word in wanted])
        total = each.sum(axis=0) * (each > 0).all(axis=0)
        steps: Items = np.ceil(10 * total / len(wanted)).astype(np.int32)
        return steps

    def _label(self, number: int, visible: Mask) -> FoundLabel:
        kind, name = self._labels[number]
        items = self._items[self._of_label[number] : self._of_label[number + 1]]
        return FoundLabel(kind, name, int(np.count_nonzero(visible[items])))


def _labels_of(item: Item) -> Iterable[tuple[LabelKind, str]]:
    yield from (("genre", genre) for genre in item.card.genres)
    yield from (("mood", mood) for mood in item.moods)
    yield from (("person", credit.name) for credit in item.credits)
