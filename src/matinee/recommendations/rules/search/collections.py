"""Collections that can be searched for by their names, keywords and words."""

from collections.abc import Sequence

import numpy as np

from matinee.recommendations.rules.arrays import Mask, Scores, best
from matinee.recommendations.rules.catalogue import Collection
from matinee.recommendations.rules.search.words import Bag, Vocabulary, WordIndex

# Words of less weight, as of descriptions, are not guessed at.
_GUESSED_FROM = 4.0


class CollectionIndex:
    """The collections of a catalogue by the words that they can be found by."""

    def __init__(
        self, collections: Sequence[Collection], vocabulary: Vocabulary, bags: Sequence[Bag]
    ) -> None:
        self._collections = collections
        self._words = WordIndex(vocabulary, list(bags), guessed_from=_GUESSED_FROM)

    def find(self, wanted: list[str], visible: Mask, count: int) -> list[Collection]:
        """Those that match every word and hold something that may be seen, best first."""
        if not wanted or not self._collections:
            return []
        scores = self._matching([self._words.sure(word) for word in wanted])
        if not scores.any():
            scores = self._matching(
                [np.maximum(self._words.sure(one), self._words.guessed(one)) for one in wanted]
            )
        shown = [bool(visible[one.members].any()) for one in self._collections]
        return [self._collections[number] for number in best(scores * shown, count).tolist()]

    def _matching(self, by_word: list[Scores]) -> Scores:
        each = np.array(by_word)
        total: Scores = (each.sum(axis=0) * (each > 0).all(axis=0)).astype(np.float32)
        return total
