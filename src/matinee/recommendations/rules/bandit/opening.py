"""Chooses the title that opens a page among those that suit the profile best."""

from dataclasses import dataclass

import numpy as np

from matinee.contracts.recommendations import HomePage
from matinee.recommendations.rules import page, programme
from matinee.recommendations.rules.arrays import Items, unit
from matinee.recommendations.rules.bandit import choosing, hero
from matinee.recommendations.rules.bandit.hero import HeroWorth
from matinee.recommendations.rules.bandit.picks import Context, Picks, Sealer, tail_of
from matinee.recommendations.rules.bandit.pictures import among_of
from matinee.recommendations.rules.candidates.interface import NO_TASTE
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.showing import Showing

_FRESH_HALF_LIFE_S = 30 * DAY_S


@dataclass(frozen=True)
class Opener:
    """The policy that chooses heroes: what it believes, and how much it explores."""

    version: int
    worth: HeroWorth
    explored: float

    def opened(self, showing: Showing, sealer: Sealer) -> HomePage:
        """The page with its hero, and how that was chosen.

        A profile's chances fall the same way all day: the hero changes when what suits it does.
        """
        if showing.tuning.hero == "best" or programme.hero(showing) is not None:
            return page.home_page(showing)
        candidates = page.hero_candidates(showing)[: hero.CANDIDATES_MAX]
        if not len(candidates):
            return page.home_page(showing)
        contexts = told_of(showing, candidates)
        beliefs = self.worth.beliefs(contexts, np.ones((1, len(candidates)), dtype=bool))
        probable = choosing.probabilities(beliefs, self.explored)
        points = choosing.points_of(sealer.seed, np.zeros(1, dtype=np.uint64))
        arms = choosing.chosen(probable, points)
        number = int(candidates[arms[0]])
        made = page.home_page(showing, number)
        if made.hero is None or self.explored <= 0 or len(candidates) == 1:
            return made
        own = showing.catalogue.items
        tails = [tail_of(own[one].id) for one in candidates.tolist()]
        picks = Picks(
            tails=np.frombuffer(tails[arms[0]], dtype=np.uint8).reshape(1, -1),
            among=np.array([among_of(int.from_bytes(tail) for tail in tails)], dtype=np.uint16),
            arms=arms,
            propensities=probable[0, arms],
            contexts=contexts,
        )
        opened = made.hero.model_copy(update={"pick": sealer.sealed(self.version, picks.entries())})
        return made.model_copy(update={"hero": opened})


def told_of(showing: Showing, candidates: Items) -> Context:
    """What the policy is told of candidates: how they suit, how alike, popular and new they are."""
    popular = unit(showing.models.weeks.recommend(NO_TASTE))
    columns = [
        unit(showing.personal[candidates]),
        unit(showing.alike)[candidates],
        popular[candidates],
        np.exp2(-showing.age_s[candidates] / _FRESH_HALF_LIFE_S),
    ]
    return hero.told(np.stack(columns, axis=1))
