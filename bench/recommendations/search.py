"""Search for a title that somebody has in mind, by its first letters or mistyped, beside SQLite.

Who searches and what for are the judged viewers of strong generalisation, each with one of the
titles that they liked and that were hidden: so popular titles are sought more often, and what is
known of a viewer may help. Found is what stands among the first five. The peer is SQLite's FTS5:
words with their beginnings, ranked by BM25 with the weights of our fields, and its trigrams where
words are mistyped.
"""

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.figures import Figure
from bench.recommendations import data
from bench.recommendations.strong import SEEDS, split
from matinee.recommendations.rules import text
from matinee.recommendations.rules.arrays import Scores, unit
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import NO_TASTE
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.search.titles import Eyes, SearchIndex

_LETTERS = (2, 3, 5, 8)
_FOUND = 5
_MISTYPED_FROM = 5
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"

Search = Callable[[str], list[int]]
"""The items found for what was typed, best first."""


@dataclass(frozen=True)
class Wish:
    """Which title somebody has in mind, and how well each title goes with their taste."""

    item: int
    personal: Scores


def measure() -> list[Figure]:
    """How often the title is found, by how much of its name was typed; what a query costs."""
    catalogue, wishes, popularity = _wishes()
    names = [" ".join(text.words(item.card.name)) for item in catalogue.items]
    chance = np.random.default_rng(SEEDS[0])
    wrong = [_mistyped(names[wish.item], chance) for wish in wishes]
    ours, peer = _Ours(catalogue, popularity), _Fts(catalogue)
    by_text = _Ours(catalogue, np.zeros_like(popularity))
    figures = []
    for letters in _LETTERS:
        typed = [names[wish.item][:letters] for wish in wishes]
        anchors = {
            "without the person": _share(wishes, typed, lambda _: ours.search(None)),
            "text alone": _share(wishes, typed, lambda _: by_text.search(None)),
            "SQLite FTS5": _share(wishes, typed, lambda _: peer.begun),
        }
        share = _share(wishes, typed, ours.search)
        figures.append(Figure(f"search: found by {letters} letters", share, "of 1", None, anchors))
    theirs = {
        "SQLite FTS5": _share(wishes, wrong, lambda _: peer.begun),
        "SQLite FTS5, trigrams": _share(wishes, wrong, lambda _: peer.alike),
    }
    share = _share(wishes, wrong, ours.search)
    figures.append(Figure("search: found by a mistyped name", share, "of 1", None, theirs))
    return [*figures, *_costs(wishes, names, wrong, ours.search)]


class _Ours:
    """Our index, asked by somebody whose taste is known, or by somebody new."""

    def __init__(self, catalogue: Catalogue, popularity: Scores) -> None:
        self._index = SearchIndex(catalogue, popularity, None)
        self._everything = np.ones(len(catalogue), dtype=bool)
        self._nothing = np.zeros(len(catalogue), dtype=np.float32)

    def search(self, wish: Wish | None) -> Search:
        """How one viewer searches."""
        personal = self._nothing if wish is None else wish.personal
        eyes = Eyes(self._everything, personal)
        return lambda typed: self._index.find(typed, eyes, _FOUND).tolist()


def _wishes() -> tuple[Catalogue, list[Wish], Scores]:
    catalogue, ratings = data.movielens()
    parts = split(ratings, SEEDS[0])
    models, plays = Models(), parts.train.plays()
    models.weeks.fit(catalogue, plays)
    models.co_watching.fit(catalogue, plays)
    models.content.fit(catalogue)
    wishes = [
        Wish(int(hidden[0]), unit(models.alike(shown.taste())))
        for shown, hidden in zip(parts.shown, parts.hidden, strict=True)
        if len(hidden)
    ]
    return catalogue, wishes, unit(models.weeks.recommend(NO_TASTE))


def _share(wishes: Sequence[Wish], typed: Sequence[str], search: Callable[[Wish], Search]) -> float:
    """How many of the titles that people had in mind are among the first found."""
    pairs = zip(wishes, typed, strict=True)
    return float(np.mean([wish.item in search(wish)(words) for wish, words in pairs]))


def _mistyped(name: str, chance: np.random.Generator) -> str:
    """A name with one letter changed, left out, added or swapped in one of its longer words."""
    words = name.split()
    long = [place for place, word in enumerate(words) if len(word) >= _MISTYPED_FROM]
    if not long:
        return name
    place = int(chance.choice(long))
    word = words[place]
    at, letter = int(chance.integers(1, len(word) - 1)), str(chance.choice(list(_ALPHABET)))
    kinds = (
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    words[place] = kinds[int(chance.integers(len(kinds)))]
    return " ".join(words)


class _Fts:
    """The same titles in SQLite."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._db = sqlite3.connect(":memory:")
        words = "tokenize=\"unicode61 remove_diacritics 2\", prefix='2 3'"
        for table, how in (("words", words), ("pieces", 'tokenize="trigram"')):
            self._db.execute(
                f"CREATE VIRTUAL TABLE {table} USING fts5(name, people, kinds, about, {how})"
            )
            self._db.executemany(
                f"INSERT INTO {table}(rowid, name, people, kinds, about) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - our own names
                (
                    (
                        number,
                        text.folded(item.card.name),
                        " ".join(credit.name for credit in item.credits),
                        " ".join((*item.card.genres, *item.moods)),
                        item.description,
                    )
                    for number, item in enumerate(catalogue.items)
                ),
            )

    def begun(self, typed: str) -> list[int]:
        """By words, of which each may be unfinished."""
        return self._asked("words", " ".join(f'"{word}"*' for word in typed.split()))

    def alike(self, typed: str) -> list[int]:
        """By three-letter pieces."""
        pieces = {typed[at : at + 3] for at in range(len(typed) - 2)}
        return self._asked("pieces", " OR ".join(f'"{piece}"' for piece in sorted(pieces)))

    def _asked(self, table: str, query: str) -> list[int]:
        if not query:
            return []
        rows = self._db.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? "  # noqa: S608 - our own names
            f"ORDER BY bm25({table}, 10.0, 6.0, 5.0, 1.0) LIMIT {_FOUND}",
            (query,),
        )
        return [number for (number,) in rows]


def _costs(
    wishes: Sequence[Wish],
    names: Sequence[str],
    wrong: Sequence[str],
    search: Callable[[Wish], Search],
) -> list[Figure]:
    spent = []
    for place, wish in enumerate(wishes):
        typed = (names[wish.item][: _LETTERS[place % len(_LETTERS)]], wrong[place])
        for words in typed:
            began_s = time.process_time()
            search(wish)(words)
            spent.append(1000 * (time.process_time() - began_s))
    return [
        Figure("search: CPU of a query, median", float(np.median(spent)), "ms"),
        Figure("search: CPU of a query, p99", float(np.percentile(spent, 99)), "ms"),
    ]
