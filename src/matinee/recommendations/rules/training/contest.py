"""Lets contenders foretell the last days, each knowing only what came before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from matinee.contracts.training import Comparison, Marks
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import NO_TASTE, Plays
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.training.holdout import Holdout, before, held_out, usual_cut_s
from matinee.recommendations.rules.training.judging import Judgement, Scorer, judge
from matinee.recommendations.rules.training.verdict import compared

NEW, POPULARITY = "new", "popularity"

Fit = Callable[[Catalogue, Plays], Models]
"""Fits everything that a page needs."""


@dataclass(frozen=True)
class Earlier:
    """What was in service at some moment, with the arrays that it had then."""

    version: int
    models: Models
    plays_until_s: float

    @property
    def name(self) -> str:
        """How a report calls it."""
        return f"version {self.version}"


@dataclass(frozen=True)
class Contest:
    """How it went: marks of every contender, and the new one against what was in service."""

    cut_s: float
    viewers: int
    new_titles: int
    marks: list[Marks]
    comparison: Comparison | None

    @classmethod
    def of(cls, holdout: Holdout, judged: list[Judgement], comparison: Comparison | None) -> Self:
        """Put together."""
        marks = [one.marks for one in judged]
        return cls(holdout.cut_s, len(holdout.judged), holdout.new_titles, marks, comparison)


@dataclass(frozen=True)
class Terms:
    """The last so many days, and at most so many viewers to judge on."""

    days: int
    viewers_max: int


def contest(
    catalogue: Catalogue, plays: Plays, earlier: Earlier | None, terms: Terms, fit: Fit
) -> Contest:
    """Fit to what was known before the cut and judge on what came after it.

    The cut is where the earlier fit stopped reading, so that neither knows more than the other;
    without one, the usual. Nothing is fitted where nobody could be judged.
    """
    cut_s = usual_cut_s(plays, terms.days) if earlier is None else earlier.plays_until_s
    holdout = held_out(catalogue, plays, cut_s, terms.viewers_max)
    if not holdout.judged:
        return Contest.of(holdout, [], None)
    rehearsed = fit(catalogue, before(plays, cut_s))
    new = judge(NEW, _as_served(rehearsed, cut_s), holdout)
    popular = judge(POPULARITY, _popular(rehearsed), holdout)
    if earlier is None:
        return Contest.of(holdout, [new, popular], None)
    served = judge(earlier.name, _as_served(earlier.models, cut_s), holdout)
    return Contest.of(holdout, [new, served, popular], compared(new, served))


def _as_served(models: Models, now_s: float) -> Scorer:
    """The one score that a page is made by."""
    return lambda taste: models.personal(taste, now_s)


def _popular(models: Models) -> Scorer:
    """The same for everybody: what any other contender must beat to be worth its time."""
    scores = models.weeks.recommend(NO_TASTE)
    return lambda _taste: scores
