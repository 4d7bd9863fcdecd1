"""What may be said of an experiment's variants by what was counted so far."""

from collections.abc import Mapping, Sequence

from matinee.contracts.experiments.studio import Estimate, Measure, Reading, Tolerances
from matinee.insights.rules.experiments.measures import MEASURES
from matinee.insights.rules.experiments.sequences import Difference, difference
from matinee.insights.rules.experiments.tallies import Tally

Tallies = Mapping[tuple[str, str], Tally]
"""By measure and variant."""

# So rarely is a variant ever stopped that is no worse than the first, by any of the guards.
_GUARD_ALPHA = 0.05
_NOTHING = Tally()


def estimates(tallies: Tallies, variants: Sequence[str], alpha: float) -> list[Estimate]:
    """Every measure of every variant; of the first one there is nothing to compare.

    All variants of a measure are right together: each gets its part of `alpha` (Bonferroni).
    """
    return [
        _estimate(tallies, measure, key, variants[0], _part(measure, len(variants), alpha))
        for measure in MEASURES
        for key in variants
    ]


def harm(found: Sequence[Estimate], variant: str, tolerances: Tolerances) -> str | None:
    """Why a variant must be stopped, as a sentence; None if it is not surely worse than allowed."""
    allowed = tolerances.model_dump()
    labels = {one.name: one.label for one in MEASURES if one.is_guard}
    for one in found:
        if one.variant != variant or one.measure not in labels or one.low is None:
            continue
        if one.low > allowed[one.measure]:
            return (
                f"{labels[one.measure]} is worse by {one.low:.3g} at least, and"
                f" {allowed[one.measure]:.3g} is allowed."
            )
    return None


def _part(measure: Measure, variants: int, alpha: float) -> float:
    guards = sum(one.is_guard for one in MEASURES)
    return (_GUARD_ALPHA / guards if measure.is_guard else alpha) / (variants - 1)


def _estimate(tallies: Tallies, measure: Measure, key: str, first: str, alpha: float) -> Estimate:
    own = tallies.get((measure.name, key), _NOTHING)
    apart = None
    if key != first:
        apart = difference(own, tallies.get((measure.name, first), _NOTHING), alpha)
    return Estimate(
        measure=measure.name,
        variant=key,
        profiles=own.n,
        mean=own.mean if own.n else None,
        difference=None if apart is None else apart.value,
        low=None if apart is None else apart.low,
        high=None if apart is None else apart.high,
        reading=_reading(apart),
    )


def _reading(apart: Difference | None) -> Reading:
    if apart is None:
        return "too_few"
    if apart.low > 0:
        return "more"
    return "less" if apart.high < 0 else "open"
