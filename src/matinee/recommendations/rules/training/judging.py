"""Marks for a contender: how well it foretold what the judged viewers watched after the cut."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matinee.contracts.training import CurvePoint, DayPoint, Marks
from matinee.recommendations.rules.arrays import Items, Scores
from matinee.recommendations.rules.candidates.interface import Taste
from matinee.recommendations.rules.training import measures
from matinee.recommendations.rules.training.holdout import Holdout, Judged

LENGTHS = (1, 2, 3, 5, 10, 20, 30, 50, 70, 100)
_TOP = 20
_NDCG, _FAR = 10, 100

Scorer = Callable[[Taste], Scores]
"""What a contender is to the judge: a score for each item of the catalogue."""
PerViewer = npt.NDArray[np.float64]
"""One number for each judged viewer, in the holdout's order, shape (n_judged,)."""


@dataclass(frozen=True)
class Judgement:
    """A contender's marks, and its NDCG@10 viewer by viewer for a paired comparison."""

    marks: Marks
    ndcg_10: PerViewer


def judge(contender: str, scorer: Scorer, holdout: Holdout) -> Judgement:
    """Rank all that a viewer had not seen, for every judged viewer."""
    found: list[measures.Places] = []
    tops = np.full((len(holdout.judged), _TOP), -1, dtype=np.int32)
    for row, viewer in enumerate(holdout.judged):
        scores = _unseen(scorer(viewer.taste), holdout, viewer)
        found.append(measures.places(scores, viewer.wanted))
        top = _top(scores)
        tops[row, : len(top)] = top
    near = _over(found, lambda one: measures.ndcg(one, _NDCG))
    count = len(near)
    error = float(near.std(ddof=1) / np.sqrt(count)) if count > 1 else 0.0
    watched_by = np.bincount(holdout.past.items, minlength=len(holdout.known)).astype(np.float32)
    marks = Marks(
        contender=contender,
        viewers=count,
        ndcg_10=_mean(near),
        ndcg_10_error=error,
        ndcg_100=_mean(_over(found, lambda one: measures.ndcg(one, _FAR))),
        recall_20=_mean(_over(found, lambda one: measures.recall(one, _TOP))),
        coverage_20=measures.coverage(tops, int(holdout.known.sum())),
        novelty_bits=measures.novelty_bits(tops, watched_by, len(np.unique(holdout.past.viewers))),
        curve=[_point(found, length) for length in LENGTHS],
        days=_days(found, holdout.judged),
    )
    return Judgement(marks, near)


def _unseen(scores: Scores, holdout: Holdout, viewer: Judged) -> Scores:
    """Scores in which nothing stands that was seen, or that nobody could know before the cut."""
    open_to_all = np.where(holdout.known, scores, -np.inf).astype(np.float32)
    again = np.isin(viewer.seen, viewer.wanted, invert=True)
    open_to_all[viewer.seen[again]] = -np.inf
    return open_to_all


def _top(scores: Scores) -> Items:
    """The first titles of a list, as far as the contender knows anything of them."""
    near = np.argsort(-scores, kind="stable")[:_TOP]
    return near[scores[near] > 0].astype(np.int32)


def _point(found: list[measures.Places], length: int) -> CurvePoint:
    return CurvePoint(
        length=length,
        ndcg=_mean(_over(found, lambda one: measures.ndcg(one, length))),
        recall=_mean(_over(found, lambda one: measures.recall(one, length))),
    )


def _days(found: list[measures.Places], judged: list[Judged]) -> list[DayPoint]:
    """How recall ages: for each day after the cut the share of its plays among the first 20."""
    if not judged:
        return []
    days = np.concatenate([one.days for one in judged])
    hits = np.concatenate(found) < _TOP
    return [
        DayPoint(day=int(day), plays=int(np.sum(days == day)), recall=_mean(hits[days == day]))
        for day in np.unique(days)
    ]


def _over(found: list[measures.Places], measure: Callable[[measures.Places], float]) -> PerViewer:
    return np.fromiter(map(measure, found), dtype=np.float64, count=len(found))


def _mean(values: npt.NDArray[np.float64] | npt.NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else 0.0
