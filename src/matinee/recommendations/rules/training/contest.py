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
from matinee.recommendations.rules.training.verdict import compared, wins

NEW, DEEP, POPULARITY = "new", "deep", "popularity"

Fit = Callable[[Catalogue, Plays], Models]
"""Fits everything that a page needs."""
Deepen = Callable[[Models, Catalogue, Plays], None]
"""Lets fitted models learn the deep one, too."""


@dataclass(frozen=True)
class Earlier:
    """What was in service at some moment, with the arrays that it had then."""

    version: int
    models: Models
    plays_until_s: float

    @property
    def name(self) -> str:
        """How a report calls it."""
        return f"training {self.version}"


@dataclass(frozen=True)
class Contest:
    """How it went: marks of every contender, and the new one against what was in service."""

    cut_s: float
    viewers: int
    new_titles: int
    marks: list[Marks]
    comparison: Comparison | None
    deep_wins: bool
    """Whether the deep model was tried and found clearly better."""

    @classmethod
    def of(
        cls,
        holdout: Holdout,
        judged: list[Judgement],
        comparison: Comparison | None,
        *,
        deep_wins: bool = False,
    ) -> Self:
        """Put together."""
        return cls(
            holdout.cut_s,
            len(holdout.judged),
            holdout.new_titles,
            [one.marks for one in judged],
            comparison,
            deep_wins,
        )


@dataclass(frozen=True)
class Fitting:
    """How contenders are made; without `deepen` there is no deep one."""

    fit: Fit
    deepen: Deepen | None = None


@dataclass(frozen=True)
class Terms:
    """The last so many days, and at most so many viewers to judge on."""

    days: int
    viewers_max: int


def contest(
    catalogue: Catalogue, plays: Plays, earlier: Earlier | None, terms: Terms, how: Fitting
) -> Contest:
    """Fit to what was known before the cut and judge on what came after it.

    The cut is where the earlier fit stopped reading, so that neither knows more than the other;
    without one, the usual. Nothing is fitted where nobody could be judged. The deep model takes
    part in what is compared only if it is clearly better with it than without.
    """
    cut_s = usual_cut_s(plays, terms.days) if earlier is None else earlier.plays_until_s
    holdout = held_out(catalogue, plays, cut_s, terms.viewers_max)
    if not holdout.judged:
        return Contest.of(holdout, [], None)
    past = before(plays, cut_s)
    rehearsed = how.fit(catalogue, past)
    new = judge(NEW, _as_served(rehearsed, cut_s), holdout)
    judged = [new, judge(POPULARITY, _popular(rehearsed), holdout)]
    deep_wins = False
    if how.deepen is not None:
        how.deepen(rehearsed, catalogue, past)
        deep = judge(DEEP, _as_served(rehearsed, cut_s), holdout)
        judged.append(deep)
        deep_wins = wins(compared(deep, new))
        new = deep if deep_wins else new
    if earlier is None:
        return Contest.of(holdout, judged, None, deep_wins=deep_wins)
    served = judge(earlier.name, _as_served(earlier.models, cut_s), holdout)
    judged.insert(1, served)
    return Contest.of(holdout, judged, compared(new, served), deep_wins=deep_wins)


def _as_served(models: Models, now_s: float) -> Scorer:
    """The one score that a page is made by."""
    return lambda taste: models.personal(taste, now_s)


def _popular(models: Models) -> Scorer:
    """The same for everybody: what any other contender must beat to be worth its time."""
    scores = models.weeks.recommend(NO_TASTE)
    return lambda _taste: scores
