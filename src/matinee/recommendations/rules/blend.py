"""One score from several models, by a rule that anybody can follow."""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import Self

import numpy as np

from matinee.recommendations.rules.arrays import Items, Scores, Weights, best, unit
from matinee.recommendations.rules.candidates.als import ImplicitAls
from matinee.recommendations.rules.candidates.by_country import CountryPopularity
from matinee.recommendations.rules.candidates.co_watching import CoWatching
from matinee.recommendations.rules.candidates.content import ContentLikeness
from matinee.recommendations.rules.candidates.deep import Deep
from matinee.recommendations.rules.candidates.ease import Ease
from matinee.recommendations.rules.candidates.interface import (
    NO_PLAYS,
    NO_TASTE,
    Model,
    Plays,
    State,
    Stored,
    Taste,
)
from matinee.recommendations.rules.candidates.leanings import Leanings
from matinee.recommendations.rules.candidates.popularity import DAY_S, DecayedPopularity
from matinee.recommendations.rules.candidates.sequence import SequentialRidge
from matinee.recommendations.rules.candidates.trends import Trends
from matinee.recommendations.rules.catalogue import NO_CATALOGUE, Catalogue
from matinee.recommendations.rules.ranking import discovery, held_out, slices
from matinee.recommendations.rules.ranking.lists import Lists
from matinee.recommendations.rules.ranking.moments import Moments
from matinee.recommendations.rules.ranking.ranker import Ranker
from matinee.recommendations.rules.ranking.signals import Signals, features

# Plays of one viewer that speak of each other; chosen on held-out viewers of MovieLens 1M.
STRETCH = 60
# How fast earlier plays fade for what comes next: as a way of life does, and as a mood.
FADING, FADING_FAST = 0.5, 2.0
# From so many viewers on, what they watch says more about a title than what it is made of.
TRUST_HALF = 8.0
# Enough for a row, when what was seen or must not be shown is left out: 2.4 kB an item.
_NEAREST, _NEIGHBOURS_KEPT = 300, 4_000


Best = tuple[Items, Weights]
"""The items with the highest scores, best first, and these; at most `_NEAREST`."""


def usual_lessons(plays: Plays, fit: slices.Fit) -> Lists:
    """What came after earlier moments; of viewers held out, where plays span too few weeks."""
    return (slices.in_time if slices.reach_far_enough(plays) else held_out.lists)(plays, fit)


@dataclass
class Models:
    """Everything that scores titles, fitted to one catalogue."""

    days: DecayedPopularity = field(default_factory=lambda: DecayedPopularity(2 * DAY_S))
    weeks: DecayedPopularity = field(default_factory=lambda: DecayedPopularity(21 * DAY_S))
    co_watching: CoWatching = field(default_factory=CoWatching)
    ease: Ease = field(default_factory=Ease)
    together: Ease = field(default_factory=lambda: Ease(STRETCH))
    als: ImplicitAls = field(default_factory=ImplicitAls)
    leanings: Leanings = field(default_factory=Leanings)
    sequence: SequentialRidge = field(default_factory=lambda: SequentialRidge(FADING))
    following: SequentialRidge = field(default_factory=lambda: SequentialRidge(FADING_FAST))
    trends: Trends = field(default_factory=Trends)
    content: ContentLikeness = field(default_factory=ContentLikeness)
    deep: Deep = field(default_factory=Deep)
    ranker: Ranker = field(default_factory=Ranker)
    top: CountryPopularity = field(default_factory=lambda: CountryPopularity(2 * DAY_S))
    lessons: slices.Teach = usual_lessons
    _moments: Moments = field(default_factory=lambda: Moments(NO_CATALOGUE, Trends()))
    _neighbours: OrderedDict[int, Best] = field(default_factory=OrderedDict)
    _rising: Best | None = None
    _watched_most: Best | None = None

    def stored(self) -> dict[str, Stored]:
        """Those that are fitted by the worker and kept."""
        return {
            "days": self.days,
            "weeks": self.weeks,
            "co_watching": self.co_watching,
            "ease": self.ease,
            "together": self.together,
            "als": self.als,
            "leanings": self.leanings,
            "sequence": self.sequence,
            "following": self.following,
            "trends": self.trends,
            "deep": self.deep,
            "top": self.top,
        }

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """Fit every model; gives itself."""
        self.content.fit(catalogue)
        # First, so that the models of the lessons are gone before the others take their memory.
        self.ranker.fit(self.lessons(plays, partial(self._fitted_to, catalogue)))
        for model in self.stored().values():
            model.fit(catalogue, plays)
        self._moments = Moments(catalogue, self.trends)
        return self

    def _fitted_to(self, catalogue: Catalogue, plays: Plays) -> held_out.Ask:
        """What asks the same models fitted to fewer plays."""
        others = Models(content=self.content)
        for name in _RANKED_BY:
            others.stored()[name].fit(catalogue, plays)
        others._moments = Moments(catalogue, others.trends)
        return partial(others.signals, now_s=plays.now_s)

    def state(self) -> State:
        """What the stored models learnt, by `<model>.<array>`."""
        kept: dict[str, Stored | Ranker] = {**self.stored(), "ranker": self.ranker}
        return {
            f"{name}.{key}": array
            for name, model in kept.items()
            for key, array in model.state().items()
        }

    def restore(self, catalogue: Catalogue, state: State, rows: Items) -> Self:
        """Take over a fit (see `StoredModel`) and fit the rest to the catalogue; gives itself."""
        for name, model in self.stored().items():
            own = _own(state, name)
            if own:
                model.restore(own, rows)
            else:  # made by an older version, which did not know this one
                model.fit(catalogue, NO_PLAYS)
        own = _own(state, "ranker")
        if own:
            self.ranker.restore(own)
        self._neighbours.clear()
        self._rising = self._watched_most = None
        self.content.fit(catalogue)
        self._moments = Moments(catalogue, self.trends)
        return self

    def signals(self, taste: Taste, now_s: float) -> Signals:
        """What every model says for a taste."""
        models: dict[str, Model] = {
            "popularity": self.weeks,
            "co_watching": self.co_watching,
            "ease": self.ease,
            "together": self.together,
            "als": self.als,
            "leanings": self.leanings,
            "content": self.content,
            "sequence": self.sequence,
            "following": self.following,
        }
        said = {name: one.recommend(taste) for name, one in models.items()}
        return Signals(taste, said, now_s, self._moments)

    def personal(self, taste: Taste, now_s: float) -> Scores:
        """How much each item is for a profile, within [0, 1].

        The candidates by the ranker's likelihood, all others below them by what models agree on.
        """
        signals = self.signals(taste, now_s)
        agreed = signals.agreed
        # In proportion, so that no two of the many that are far behind become equal.
        above = agreed - agreed.min(initial=np.inf)
        scores = (above / max(float(above.max(initial=0.0)), 1e-9)).astype(np.float32)
        items = signals.candidates(held_out.CANDIDATES)
        if len(items) and self.ranker.knows:
            likely = _likelihood(self.ranker.score(features(signals, items)))
            scores *= likely.min() / max(float(scores.max()), 1e-9)
            scores[items] = likely
        return self.deep.mixed_in(scores, taste)

    def ordered(self, taste: Taste, now_s: float, count: int) -> Items:
        """The best items for a profile, best first, discoveries among them; none that it has."""
        scores, follows = self.personal(taste, now_s), self.following.recommend(taste)
        scores[taste.items] = follows[taste.items] = 0.0
        return discovery.mixed(best(scores, count), best(follows, count), count)

    def alike(self, taste: Taste) -> Scores:
        """How well each item goes with a taste: by co-watching, else by content."""
        trust = self.co_watching.support / (self.co_watching.support + TRUST_HALF)
        watched = unit(self.co_watching.recommend(taste))
        made_of = unit(self.content.recommend(taste))
        return (trust * watched + (1 - trust) * made_of).astype(np.float32)

    def nearest_to(self, number: int) -> Best:
        """The items that go best with one, and how well.

        The nearest of an item are the same for everybody, so they are kept once found.
        """
        kept = self._neighbours.get(number)
        if kept is None:
            kept = _best_of(self.alike(_just(number)))
            self._neighbours[number] = kept
            while len(self._neighbours) > _NEIGHBOURS_KEPT:
                self._neighbours.popitem(last=False)
        return kept

    def rising(self) -> Best:
        """What is watched more these days than in the weeks before, by ratio."""
        if self._rising is None:
            lately, before = self.days.recommend(NO_TASTE), self.weeks.recommend(NO_TASTE)
            ratio = np.where(lately > 0, lately / (before + 1.0), 0.0).astype(np.float32)
            self._rising = _best_of(ratio)
        return self._rising

    def watched_most(self, country: str) -> tuple[Best, bool]:
        """What is watched most these days, and whether that is known of the country."""
        own = self.top.scores(country) if country else None
        if own is not None:
            return _best_of(own), True
        if self._watched_most is None:
            self._watched_most = _best_of(self.days.recommend(NO_TASTE))
        return self._watched_most, False


# Whom the ranker hears, and so what must be fitted anew for its lessons.
_RANKED_BY = (
    "weeks",
    "co_watching",
    "ease",
    "together",
    "als",
    "leanings",
    "sequence",
    "following",
    "trends",
)


def _own(state: State, name: str) -> State:
    """The arrays of one model."""
    return {
        key.partition(".")[2]: array for key, array in state.items() if key.startswith(f"{name}.")
    }


def _best_of(scores: Scores) -> Best:
    items = best(scores, _NEAREST)
    return items, scores[items]


def _likelihood(log_odds: Scores) -> Scores:
    odds = np.exp(np.clip(log_odds, -30.0, 30.0))
    return (odds / (1.0 + odds)).astype(np.float32)


def _just(number: int) -> Taste:
    return Taste(
        np.array([number], dtype=np.int32), np.ones(1, dtype=np.float32), np.zeros(1, np.float64)
    )
