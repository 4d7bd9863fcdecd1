"""How a play of a title falls on its files: which renditions are taken, how far people watch.

A *pass* over a portion is every file of it asked for once; a play is a pass over the first range of
one rendition or another. Titles are alike in this, so that all of them tell what to expect of one
that was played a few times; one that was played often tells for itself.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MEMORY_H = 96.0
# How many plays of a title weigh as much as what is known of the others.
_OWN_FROM_PLAYS = 60.0
_LEAST = 1e-3


@dataclass(frozen=True)
class Portions:
    """All portions there are; arrays of one length.

    `title` and `kind` are numbers from 0 on; a kind is what several titles have alike: the range
    and the rendition's rung. `first` marks the first ranges; there is at least one file in each.
    """

    title: Ints
    kind: Ints
    first: Bools
    files: Ints
    bytes: Ints

    @property
    def n_kinds(self) -> int:
        """How many kinds there are."""
        return int(self.kind.max(initial=-1)) + 1


@dataclass(frozen=True)
class Shape:
    """What is remembered: passes over each portion, and plays of each title; both fade."""

    passes: Floats
    plays: Floats

    @classmethod
    def nothing(cls, n_portions: int, n_titles: int) -> "Shape":
        """Before the first request."""
        return cls(np.zeros(n_portions), np.zeros(n_titles))


def kinds(known: Shape, portions: Portions) -> Floats:
    """Passes a play over a portion of each kind, over all titles that have it.

    Those of the first ranges sum to one. Where nothing was seen, all are alike.
    """
    first = np.zeros(portions.n_kinds, dtype=np.bool_)
    first[portions.kind[portions.first]] = True
    passes = np.bincount(portions.kind, known.passes, portions.n_kinds)
    plays = np.bincount(portions.kind, known.plays[portions.title], portions.n_kinds)
    usual = np.divide(passes, plays, out=np.zeros_like(passes), where=plays > 0)
    whole = usual[first].sum()
    if whole <= 0:
        return np.full(portions.n_kinds, 1 / max(int(first.sum()), 1))
    found: Floats = np.maximum(usual / whole, _LEAST)
    return found


def plays_of(portions: Portions, requests: Floats, usual: Floats, n_titles: int) -> Floats:
    """How many plays of each title so many requests come to, by what a play usually asks for."""
    each = np.bincount(portions.title, usual[portions.kind] * portions.files, n_titles)
    asked = np.bincount(portions.title, requests, n_titles)
    return np.divide(asked, each, out=np.zeros(n_titles), where=each > 0)


def seen(known: Shape, portions: Portions, requests: Floats, plays: Floats, hours: float) -> Shape:
    """What is remembered after some more hours."""
    fades = float(np.exp(-hours / MEMORY_H))
    return Shape(fades * known.passes + requests / portions.files, fades * known.plays + plays)


def passes_a_play(known: Shape, portions: Portions, usual: Floats) -> Floats:
    """What a play of its title asks of each portion, in passes."""
    own = known.plays[portions.title]
    return (known.passes + _OWN_FROM_PLAYS * usual[portions.kind]) / (own + _OWN_FROM_PLAYS)
