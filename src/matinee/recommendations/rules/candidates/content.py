"""Alike by what they are: genres, moods, people and words, for titles that nobody has seen yet.

Cosine over weighted features, each worth the less the more titles have it (inverse document
frequency, Sparck Jones 1972), by an inverted index. A title's vector has length one.
"""

from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from matinee.recommendations.rules import text
from matinee.recommendations.rules.arrays import (
    Items,
    Offsets,
    Scores,
    Weights,
    highest,
    offsets_of,
    spans,
)
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.catalogue import Catalogue, Item

if TYPE_CHECKING:
    from scipy import sparse

# Chosen by how well they place titles of MovieLens 1M that were kept from the models.
_GENRE, _MOOD, _DIRECTOR, _PERSON, _WORD = 2.0, 1.6, 0.7, 0.4, 0.15
_DECADE, _YEAR, _GENRE_THEN = 1.0, 0.5, 0.7
WORDS_MAX = 60
CREDITS_MAX = 20
# A feature that so many titles have tells little about any and would cost the most.
_POSTINGS_MAX = 4_000
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
        made_of = described(catalogue)
        self._of_item = made_of.of_item
        self._features, self._worth = made_of.features, made_of.weights
        items = np.repeat(np.arange(len(catalogue), dtype=np.int32), np.diff(made_of.of_item))
        counts = np.bincount(made_of.features, minlength=made_of.n_features)
        order = np.argsort(made_of.features, kind="stable")
        order = order[counts[made_of.features[order]] <= _POSTINGS_MAX]
        self._of_feature = offsets_of(made_of.features[order], made_of.n_features)
        self._items, self._worth_by_feature = items[order], made_of.weights[order]
        return self

    def recommend(self, taste: Taste) -> Scores:
        """See `Model`: the cosine to the weighted sum of everything that is liked."""
        liked = taste.liked()
        n_items = len(self._of_item) - 1
        where, owner = spans(self._of_item, liked.items)
        features, at = np.unique(self._features[where], return_inverse=True)
        wanted = np.bincount(at, weights=self._worth[where] * liked.weights[owner])
        strongest = highest(wanted, _FEATURES_MAX)
        wanted = wanted[strongest]
        found, feature = spans(self._of_feature, features[strongest])
        scores = np.bincount(
            self._items[found],
            weights=self._worth_by_feature[found] * wanted[feature],
            minlength=n_items,
        )
        return scores.astype(np.float32)


@dataclass(frozen=True)
class Described:
    """Features of every item: those of item `n` are `[of_item[n] : of_item[n + 1]]` of the others.

    `weights` have length one for each item.
    """

    of_item: Offsets
    features: Items
    weights: Weights
    n_features: int

    def matrix(self) -> "sparse.csr_matrix":
        """The same as one row for each item, shape (n_items, n_features)."""
        from scipy import sparse  # noqa: PLC0415 - only training needs it

        shape = (len(self.of_item) - 1, self.n_features)
        return sparse.csr_matrix((self.weights, self.features, self.of_item), shape=shape)


def described(catalogue: Catalogue) -> Described:
    """What every title is made of, each feature worth the less the more titles have it."""
    numbers: dict[str, int] = {}
    columns, worth, ends = array("i"), array("f"), array("q", [0])
    for item in catalogue.items:
        found = features_of(item)
        columns.extend(numbers.setdefault(name, len(numbers)) for name in found)
        worth.extend(found.values())
        ends.append(len(columns))
    features = np.array(columns, dtype=np.int32)
    of_item = np.array(ends, dtype=np.int64)
    counts = np.bincount(features, minlength=len(numbers))
    rarity = np.log1p(len(catalogue) / np.maximum(counts, 1)).astype(np.float32)
    weights = np.array(worth, dtype=np.float32) * rarity[features]
    items = np.repeat(np.arange(len(catalogue)), np.diff(of_item))
    squares = np.bincount(items, weights=weights**2, minlength=len(catalogue))
    weights = weights / np.sqrt(np.maximum(squares, 1e-12))[items]
    return Described(of_item, features, weights.astype(np.float32), len(numbers))


def features_of(item: Item) -> dict[str, float]:
    """What a title is made of, each feature with its weight before rarity."""
    genres = [f"genre {genre.casefold()}" for genre in item.card.genres]
    found = dict.fromkeys(genres, _GENRE)
    found.update({f"mood {mood.casefold()}": _MOOD for mood in item.moods})
    for credit in item.credits[:CREDITS_MAX]:
        name = f"person {text.folded(credit.name)}"
        weight = _DIRECTOR if credit.role == "director" else _PERSON
        found[name] = max(weight, found.get(name, 0.0))
    year = item.card.year
    if year is not None:
        decade = year // 10
        found[f"decade {decade}"] = _DECADE
        found.update({f"{name} in {decade}": _GENRE_THEN for name in genres})
        # A title shares most of these with one that came a year before or after it.
        found.update({f"year {near}": _YEAR for near in range(year - 3, year + 4)})
    spoken = text.words(f"{item.card.name} {item.card.tagline} {item.description}")
    telling = [word for word in spoken if text.is_telling(word)]
    for word, count in Counter(telling).most_common(WORDS_MAX):
        found[f"word {word}"] = _WORD * (1 + np.log(count))
    return found
