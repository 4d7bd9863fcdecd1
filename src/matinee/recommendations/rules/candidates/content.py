"""Alike by what they are: genres, moods, people and words, for titles that nobody has seen yet.

Cosine over weighted features, each worth the less the more titles have it (inverse document
frequency, Sparck Jones 1972), by an inverted index. A title's vector has length one.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Self

import numpy as np

from matinee.recommendations.rules import text
from matinee.recommendations.rules.arrays import Items, Offsets, Scores, Weights, offsets_of, spans
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.catalogue import Catalogue, Item

_GENRE, _MOOD, _DIRECTOR, _PERSON, _WORD = 1.0, 0.8, 0.7, 0.4, 0.15
WORDS_MAX = 60
CREDITS_MAX = 20
# A feature that so many titles have tells little about any and would cost the most.
_POSTINGS_MAX = 4_000
_MIN_WORD = 3
# A long history is full of words; the features that recur in it say what it is about.
_FEATURES_MAX = 120


class ContentLikeness:
    """An inverted index over the features of every item; about 500 bytes an item.

    Fitted in every process, since it needs nothing but the catalogue: a title counts as soon as it
    is published.
    """

    def __init__(self) -> None:
        self._features: Items = np.zeros(0, dtype=np.int32)
        self._worth: Weights = np.zeros(0, dtype=np.float32)
        self._of_item: Offsets = np.zeros(1, dtype=np.int64)
        self._items: Items = np.zeros(0, dtype=np.int32)
        self._worth_by_feature: Weights = np.zeros(0, dtype=np.float32)
        self._of_feature: Offsets = np.zeros(1, dtype=np.int64)

    def fit(self, catalogue: Catalogue, plays: Plays | None = None) -> Self:  # noqa: ARG002 - the interface's
        """See `Model`; needs no plays."""
        items, features, worth, n_features = _collected(catalogue.items)
        counts = np.bincount(features, minlength=n_features)
        worth = (
            worth * np.log1p(len(catalogue) / np.maximum(counts, 1)).astype(np.float32)[features]
        )
        squares = np.bincount(items, weights=worth**2, minlength=len(catalogue))
        worth = (worth / np.sqrt(np.maximum(squares, 1e-12))[items]).astype(np.float32)
        self._of_item = offsets_of(items, len(catalogue))
        self._features, self._worth = features, worth
        order = np.argsort(features, kind="stable")
        order = order[counts[features[order]] <= _POSTINGS_MAX]
        self._of_feature = offsets_of(features[order], n_features)
        self._items, self._worth_by_feature = items[order], worth[order]
        return self

    def recommend(self, taste: Taste) -> Scores:
        """See `Model`: the cosine to the weighted sum of everything that is liked."""
        liked = taste.liked()
        n_items = len(self._of_item) - 1
        where, owner = spans(self._of_item, liked.items)
        features, at = np.unique(self._features[where], return_inverse=True)
        wanted = np.bincount(at, weights=self._worth[where] * liked.weights[owner])
        if len(features) > _FEATURES_MAX:
            strongest = np.argpartition(-wanted, _FEATURES_MAX)[:_FEATURES_MAX]
            features, wanted = features[strongest], wanted[strongest]
        found, feature = spans(self._of_feature, features.astype(np.int32))
        scores = np.bincount(
            self._items[found],
            weights=self._worth_by_feature[found] * wanted[feature],
            minlength=n_items,
        )
        return scores.astype(np.float32)


def _collected(items: Iterable[Item]) -> tuple[Items, Items, Weights, int]:
    """Item, feature and weight of everything that stands in the catalogue, by item."""
    numbers: dict[str, int] = {}
    rows: list[int] = []
    features: list[int] = []
    worth: list[float] = []
    for row, item in enumerate(items):
        for name, weight in features_of(item).items():
            rows.append(row)
            features.append(numbers.setdefault(name, len(numbers)))
            worth.append(weight)
    return (
        np.array(rows, dtype=np.int32),
        np.array(features, dtype=np.int32),
        np.array(worth, dtype=np.float32),
        len(numbers),
    )


def features_of(item: Item) -> dict[str, float]:
    """What a title is made of, each feature with its weight before rarity."""
    found: dict[str, float] = {f"genre {genre.casefold()}": _GENRE for genre in item.card.genres}
    found.update({f"mood {mood.casefold()}": _MOOD for mood in item.moods})
    for credit in item.credits[:CREDITS_MAX]:
        name = f"person {text.folded(credit.name)}"
        weight = _DIRECTOR if credit.role == "director" else _PERSON
        found[name] = max(weight, found.get(name, 0.0))
    spoken = text.words(f"{item.card.name} {item.card.tagline} {item.description}")
    telling = [w for w in spoken if len(w) >= _MIN_WORD and w not in text.STOP_WORDS]
    for word, count in Counter(telling).most_common(WORDS_MAX):
        found[f"word {word}"] = _WORD * (1 + np.log(count))
    return found
