"""Whether a new fit may take the place of the one in service."""

from dataclasses import dataclass

import numpy as np

from matinee.contracts.training import Comparison, TrainingState
from matinee.recommendations.rules.training.judging import Judgement

VIEWERS_MIN = 30
"""Below so many judged viewers a difference says nothing."""
_Z95 = 1.96
# Offered so much less of the catalogue, viewers would miss what the mean of a measure does not see.
_COVERAGE_KEPT = 0.5


@dataclass(frozen=True)
class Circumstances:
    """What besides the comparison decides on publishing."""

    is_held: bool = False
    """Publishing is paused since somebody rolled back."""
    must_forget: bool = False
    """What is in service knows plays that were erased too long ago."""
    is_ordered: bool = False
    """An operator wants it published whatever comes out."""


def compared(new: Judgement, served: Judgement) -> Comparison | None:
    """The paired difference of NDCG@10 with its 95 % interval; None for too few viewers.

    Worse is what lies below zero with its whole interval, or offers less than half of the titles.
    """
    count = len(new.ndcg_10)
    if count < VIEWERS_MIN:
        return None
    differences = new.ndcg_10 - served.ndcg_10
    mean = float(differences.mean())
    margin = _Z95 * float(differences.std(ddof=1)) / np.sqrt(count)
    narrower = new.marks.coverage_20 < _COVERAGE_KEPT * served.marks.coverage_20
    return Comparison(
        against=served.marks.contender,
        viewers=count,
        difference=mean,
        low=mean - margin,
        high=mean + margin,
        is_worse=mean + margin < 0 or narrower,
    )


def decide(
    comparison: Comparison | None, judged: int, about: Circumstances
) -> tuple[TrainingState, str]:
    """What becomes of a fit, and a sentence that says why."""
    if about.is_ordered:
        return "published", f"Published, as an operator ordered. {told(comparison, judged)}"
    if about.must_forget:
        why = "what was in service still knew history that viewers had erased"
        return "published", f"Published, because {why}. {told(comparison, judged)}"
    if about.is_held:
        how = "“matinee recommendations resume” lets fits be published again"
        return "held_back", f"Held back since a roll back; {how}. {told(comparison, judged)}"
    if comparison is not None and comparison.is_worse:
        return "held_back", f"Held back. {told(comparison, judged)}"
    return "published", f"Published. {told(comparison, judged)}"


def told(comparison: Comparison | None, judged: int) -> str:
    """The comparison as a sentence."""
    if comparison is None:
        if judged < VIEWERS_MIN:
            return (
                f"Too little was watched to compare: {judged} viewers came back after the cut,"
                f" {VIEWERS_MIN} are needed."
            )
        return "There is no earlier fit to compare with."
    measured = (
        f"NDCG@10 {comparison.difference:+.4f} ({comparison.low:+.4f} to {comparison.high:+.4f})"
        f" against {comparison.against}, over {comparison.viewers} viewers"
    )
    if not comparison.is_worse:
        return f"It is not worse: {measured}."
    if comparison.high < 0:
        return f"It is worse: {measured}."
    return f"It offers less than half as many titles: {measured}."


def wins(comparison: Comparison | None) -> bool:
    """Whether a dearer contender is clearly better: its whole interval lies above zero."""
    return comparison is not None and comparison.low > 0 and not comparison.is_worse
