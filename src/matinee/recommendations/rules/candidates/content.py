"""Alike by what they are: genres, moods, people and words, for titles that nobody has seen yet.

Cosine over weighted features, each worth the less the more titles have it (inverse document
frequency, Sparck Jones 1972), by an inverted index. A title's vector has length one.
"""

from array import array
from collections import Counter
from typing import Self

import numpy as np
from scipy import sparse

from matinee.recommendations.rules import text
from matinee.recommendations.rules.arrays import Items, Offsets, Scores, Weights, offsets_of, spans
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.catalogue import Catalogue, Item

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
        items = np.repeat(np.arange(len(catalogue), dtype=np.int32), np.diff(made_of.indptr))
        features, worth, n_features = made_of.indices, made_of.data, made_of.shape[1]
        counts = np.bincount(features, minlength=n_features)
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


def described(catalogue: Catalogue) -> sparse.csr_matrix:
    """What every title is made of, a row of length one each, shape (n_items, n_features)."""
    numbers: dict[str, int] = {}
    columns = array("i")
    worth = array("f")
    ends = array("q", [0])
    for item in catalogue.items:
        found = features_of(item)
        columns.extend(numbers.setdefault(name, len(numbers)) for name in found)
        worth.extend(found.values())
        ends.append(len(columns))
    features = np.frombuffer(columns, dtype=np.int32)
    counts = np.bincount(features, minlength=len(numbers))
    rarity = np.log1p(len(catalogue) / np.maximum(counts, 1)).astype(np.float32)
    weights = np.frombuffer(worth, dtype=np.float32) * rarity[features]
    shape = (len(catalogue), len(numbers))
    rows = sparse.csr_matrix((weights, features, np.frombuffer(ends, dtype=np.int64)), shape=shape)
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scaled: sparse.csr_matrix = sparse.diags(1.0 / np.maximum(length, 1e-6)) @ rows
    return scaled.astype(np.float32).tocsr()


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
