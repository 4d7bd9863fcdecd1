"""From what was logged to a policy and its trial: learnt on the older part, judged on the newer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.bandit import artwork, choosing, hero
from matinee.recommendations.rules.bandit.artwork import Decisions, PictureWorth
from matinee.recommendations.rules.bandit.dressing import Dresser
from matinee.recommendations.rules.bandit.evaluation import Log
from matinee.recommendations.rules.bandit.gate import Trial
from matinee.recommendations.rules.bandit.hero import HeroWorth, Openings
from matinee.recommendations.rules.bandit.pictures import Pictures

_LEARNT_SHARE = 0.7


@dataclass(frozen=True)
class Decided:
    """One choice that was logged, and whether what was shown was taken."""

    profile_id: UUID
    title_id: UUID
    at_s: float
    policy: int
    arm: int
    among: int
    propensity: float
    context: bytes
    taken: bool


@dataclass(frozen=True)
class Learnt:
    """What a policy learnt, as plain arrays, and its trial against the policy in service."""

    state: Mapping[str, npt.NDArray[Any]]
    trial: Trial


Learn = Callable[[Sequence[Decided], int, float], Learnt]
"""Learns from decisions; also takes the version in service and how much is explored."""


def pictures_learnt(pictures: Pictures) -> Learn:
    """How pictures are learnt, of a catalogue; decisions among other pictures say nothing more."""

    def learn(decided: Sequence[Decided], served: int, explored: float) -> Learnt:
        index = pictures.catalogue.index
        usable = [
            one
            for one in decided
            if one.title_id in index
            and one.arm < pictures.counts[index[one.title_id]]
            and one.among == pictures.among[index[one.title_id]]
            and len(one.context) == artwork.GENRES
        ]
        older, newer = _parted(usable, served)
        seen = _decisions(older, pictures)
        worth = PictureWorth().fit(seen)
        dresser = Dresser(0, pictures, worth, explored)
        unlearnt = Dresser(0, pictures, PictureWorth().fit(artwork.NOTHING_SEEN), explored)
        items = np.array([index[one.title_id] for one in newer], dtype=np.int32)
        contexts = _contexts(newer, artwork.GENRES)
        trial = Trial(
            log=_log(newer),
            learnt=dresser.probabilities(items, contexts),
            default=unlearnt.probabilities(items, contexts),
            expected=dresser.expected(items, contexts, artwork.rates(seen)),
            is_first=served == 0,
        )
        return Learnt(worth.state(), trial)

    return learn


def heroes_learnt(decided: Sequence[Decided], served: int, explored: float) -> Learnt:
    """Learn which titles open pages well."""
    width = hero.FEATURES
    usable = [
        one
        for one in decided
        if one.arm < len(one.context) // width <= hero.CANDIDATES_MAX
        and len(one.context) % width == 0
    ]
    older, newer = _parted(usable, served)
    worth = HeroWorth().fit(_openings(older))
    trial = _openings(newer)
    beliefs = worth.beliefs(trial.contexts, trial.real)
    unlearnt = HeroWorth().fit(hero.NOTHING_OPENED).beliefs(trial.contexts, trial.real)
    return Learnt(
        worth.state(),
        Trial(
            log=_log(newer),
            learnt=choosing.probabilities(beliefs, explored),
            default=choosing.probabilities(unlearnt, explored),
            expected=beliefs.means,
            is_first=served == 0,
        ),
    )


def _parted(decided: Sequence[Decided], served: int) -> tuple[list[Decided], list[Decided]]:
    """The older part, of any policy, and of the newer what the policy in service logged."""
    in_order = sorted(decided, key=lambda one: one.at_s)
    cut = round(len(in_order) * _LEARNT_SHARE)
    return in_order[:cut], [one for one in in_order[cut:] if one.policy == served]


def _log(decided: Sequence[Decided]) -> Log:
    groups = {one.profile_id: 0 for one in decided}
    numbers = {profile_id: number for number, profile_id in enumerate(groups)}
    return Log(
        arms=np.array([one.arm for one in decided], dtype=np.int32),
        propensities=np.array([one.propensity for one in decided]),
        rewards=np.array([float(one.taken) for one in decided]),
        groups=np.array([numbers[one.profile_id] for one in decided], dtype=np.int32),
    )


def _decisions(decided: Sequence[Decided], pictures: Pictures) -> Decisions:
    index = pictures.catalogue.index
    titles = np.array([index[one.title_id] for one in decided], dtype=np.int32)
    arms = np.array([one.arm for one in decided], dtype=np.int64)
    return Decisions(
        title_ids=tuple(item.id for item in pictures.catalogue.items),
        titles=titles,
        marks=pictures.marks[titles, arms],
        contexts=_contexts(decided, artwork.GENRES),
        rewards=np.array([float(one.taken) for one in decided]),
    )


def _openings(decided: Sequence[Decided]) -> Openings:
    contexts, counts = hero.padded([one.context for one in decided])
    return Openings(
        contexts=contexts,
        counts=counts,
        arms=np.array([one.arm for one in decided], dtype=np.int64),
        rewards=np.array([float(one.taken) for one in decided]),
    )


def _contexts(decided: Sequence[Decided], width: int) -> npt.NDArray[np.uint8]:
    flat = np.frombuffer(b"".join(one.context for one in decided), dtype=np.uint8)
    return flat.reshape(-1, width)
