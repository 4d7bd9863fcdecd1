"""One score from several models, by a rule that anybody can follow."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from matinee.recommendations.rules.arrays import Items, Scores, unit
from matinee.recommendations.rules.candidates.co_watching import CoWatching
from matinee.recommendations.rules.candidates.content import ContentLikeness
from matinee.recommendations.rules.candidates.interface import (
    NO_TASTE,
    Plays,
    State,
    StoredModel,
    Taste,
)
from matinee.recommendations.rules.candidates.popularity import DAY_S, DecayedPopularity
from matinee.recommendations.rules.catalogue import Catalogue

# From so many viewers on, what they watch says more about a title than what it is made of.
TRUST_HALF = 8.0


@dataclass
class Models:
    """Everything that scores titles, fitted to one catalogue."""

    days: DecayedPopularity = field(default_factory=lambda: DecayedPopularity(2 * DAY_S))
    weeks: DecayedPopularity = field(default_factory=lambda: DecayedPopularity(21 * DAY_S))
    co_watching: CoWatching = field(default_factory=CoWatching)
    content: ContentLikeness = field(default_factory=ContentLikeness)

    def stored(self) -> dict[str, StoredModel]:
        """Those that are fitted by the worker and kept."""
        return {"days": self.days, "weeks": self.weeks, "co_watching": self.co_watching}

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """Fit every model; gives itself."""
        for model in self.stored().values():
            model.fit(catalogue, plays)
        self.content.fit(catalogue)
        return self

    def state(self) -> State:
        """What the stored models learnt, by `<model>.<array>`."""
        return {
            f"{name}.{key}": array
            for name, model in self.stored().items()
            for key, array in model.state().items()
        }

    def restore(self, catalogue: Catalogue, state: State, rows: Items) -> Self:
        """Take over a fit (see `StoredModel`) and fit the rest to the catalogue; gives itself."""
        for name, model in self.stored().items():
            own = {
                key.partition(".")[2]: array
                for key, array in state.items()
                if key.startswith(f"{name}.")
            }
            model.restore(own, rows)
        self.content.fit(catalogue)
        return self

    def alike(self, taste: Taste) -> Scores:
        """How well each item goes with a taste: by co-watching, else by content."""
        trust = self.co_watching.support / (self.co_watching.support + TRUST_HALF)
        watched = unit(self.co_watching.recommend(taste))
        made_of = unit(self.content.recommend(taste))
        return (trust * watched + (1 - trust) * made_of).astype(np.float32)

    def rising(self) -> Scores:
        """What is watched more these days than in the weeks before, by ratio."""
        lately, before = self.days.recommend(NO_TASTE), self.weeks.recommend(NO_TASTE)
        return np.where(lately > 0, lately / (before + 1.0), 0.0).astype(np.float32)
