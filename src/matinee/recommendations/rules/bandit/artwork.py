"""Which picture of a title somebody is shown: what is learnt of pictures, and for whom.

A picture's worth is by how much more often its title is taken than with the title's other
pictures: a constant, and one weight for each of the title's first three genres, which counts as
much as the profile likes that genre. A film that is romance and adventure may show the couple to
one and the cliff to another. Beliefs start from "no difference" for every picture, so that a
picture which nobody has seen is neither better nor worse than the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items
from matinee.recommendations.rules.bandit.beliefs import Linear
from matinee.recommendations.rules.bandit.choosing import Beliefs
from matinee.recommendations.rules.bandit.picks import Context

PICTURES_MAX = 4
GENRES = 3
_FEATURES = 1 + GENRES
_FULL = 255.0
# Before anything is known, pictures of a title are thought to differ by half of how often titles
# are taken at all, and by as much again for somebody who likes nothing but one of its genres.
_DEVIATION = (0.5, 1.0, 1.0, 1.0)
# A title's own rate counts as much as that of all titles once it was seen so often.
_RATE_TRUST = 50.0
_RATE_MIN = 1e-3

Marks = npt.NDArray[np.uint32]
"""What pictures are told apart by, shape (…,)."""


@dataclass(frozen=True)
class Decisions:
    """Pictures that were shown and what came of it, shape (n,) each.

    `titles` are places in `title_ids`, `marks` say which picture, `rewards` are one for what was
    taken, else zero.
    """

    title_ids: tuple[UUID, ...]
    titles: Items
    marks: Marks
    contexts: Context
    rewards: npt.NDArray[np.float64]


NOTHING_SEEN = Decisions(
    title_ids=(),
    titles=np.zeros(0, dtype=np.int32),
    marks=np.zeros(0, dtype=np.uint32),
    contexts=np.zeros((0, GENRES), dtype=np.uint8),
    rewards=np.zeros(0),
)


def told(shares: npt.NDArray[np.floating[Any]]) -> Context:
    """How much a profile likes a title's genres, within [0, 1], as it is told and logged."""
    context: Context = np.rint(np.clip(shares, 0.0, 1.0) * _FULL).astype(np.uint8)
    return context


def _features(contexts: Context) -> npt.NDArray[np.float64]:
    return np.hstack([np.ones((len(contexts), 1)), contexts / _FULL])


class PictureWorth:
    """Beliefs about every picture that was shown; 80 bytes each."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[bytes, int], int] = {}
        self._beliefs = Linear(np.zeros((1, _FEATURES)), np.zeros((1, _FEATURES, _FEATURES)))

    def fit(self, seen: Decisions) -> Self:
        """Learn; gives itself. The last function stands for a picture that nobody has seen."""
        overall = overall_rate(seen)
        ids = [title_id.bytes for title_id in seen.title_ids]
        pairs = np.stack([seen.titles.astype(np.int64), seen.marks.astype(np.int64)], axis=1)
        known, which = np.unique(pairs, axis=0, return_inverse=True)
        self._numbers = {
            (ids[title], mark): number for number, (title, mark) in enumerate(known.tolist())
        }
        deviation = np.tile(overall * np.array(_DEVIATION), (len(known) + 1, 1))
        prior = Linear.prior(np.zeros_like(deviation), deviation)
        self._beliefs = prior.after(
            which.reshape(-1),
            _features(seen.contexts),
            (seen.rewards - rates(seen)[seen.titles])[:, None],
            noise=overall * (1 - overall),
        )
        return self

    def numbers_of(self, title_id: UUID, marks: list[int]) -> list[int]:
        """The functions of a title's pictures, for `beliefs`."""
        unseen = len(self._beliefs.mean) - 1
        return [self._numbers.get((title_id.bytes, mark), unseen) for mark in marks]

    def beliefs(
        self, which: npt.NDArray[np.intp], real: npt.NDArray[np.bool_], contexts: Context
    ) -> Beliefs:
        """What is thought of pictures `which` (n, PICTURES_MAX), of which some are `real`."""
        means, doubts = self._beliefs.of(which, _features(contexts))
        return Beliefs(means, doubts, real)

    def state(self) -> Mapping[str, npt.NDArray[Any]]:
        """All that was learnt, as plain arrays."""
        ids = b"".join(title_id for title_id, _ in self._numbers)
        return {
            "ids": np.frombuffer(ids, dtype=np.uint8).reshape(-1, 16),
            "marks": np.array([mark for _, mark in self._numbers], dtype=np.uint32),
            "mean": self._beliefs.mean.astype(np.float32),
            "covariance": self._beliefs.covariance.astype(np.float32),
        }

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Take over what was learnt; gives itself."""
        pairs = zip(state["ids"], state["marks"].tolist(), strict=True)
        self._numbers = {(one.tobytes(), mark): number for number, (one, mark) in enumerate(pairs)}
        self._beliefs = Linear(
            state["mean"].astype(np.float64), state["covariance"].astype(np.float64)
        )
        return self


def overall_rate(seen: Decisions) -> float:
    """How often titles are taken at all."""
    return max(float(seen.rewards.mean()) if len(seen.rewards) else 0.0, _RATE_MIN)


def rates(seen: Decisions) -> npt.NDArray[np.float64]:
    """How often each title is taken, whatever its picture; shape (titles,)."""
    n_titles = len(seen.title_ids)
    shown = np.bincount(seen.titles, minlength=n_titles)
    taken = np.bincount(seen.titles, weights=seen.rewards, minlength=n_titles)
    own: npt.NDArray[np.float64] = (taken + _RATE_TRUST * overall_rate(seen)) / (
        shown + _RATE_TRUST
    )
    return own
