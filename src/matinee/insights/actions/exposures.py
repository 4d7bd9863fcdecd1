"""Who was shown what in experiments, and what came of it: noted, and counted when it is known.

Of a profile that was counted only sums are left. What is due is taken in its order and in bounded
pieces, each in one transaction with the sums that it changes; so a worker that is killed loses
nothing and counts nothing twice.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from matinee.contracts.experiments import ProfileExposed
from matinee.contracts.experiments.studio import Measure
from matinee.insights.actions.plays import is_forgotten
from matinee.insights.models import Experiment, Exposure, VariantTally
from matinee.insights.queries.happened import happened
from matinee.insights.rules.experiments import measures
from matinee.insights.rules.experiments.measures import Count, Seen
from matinee.insights.rules.experiments.tallies import Tally
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of

_SERVICE = "insights"
_AT_ONCE = 1_000


@dataclass(frozen=True)
class _Stage:
    """What becomes due together: which measures, of which time, and by which column."""

    column: str
    measures: Mapping[str, tuple[Measure, Count]]
    within: Callable[[Experiment], timedelta]


def _outcome_time(row: Experiment) -> timedelta:
    return timedelta(hours=row.plan["outcome_hours"])


_STAGES = (
    _Stage("quality_due_at", measures.QUALITY, lambda _: measures.QUALITY_WITHIN),
    _Stage("outcome_due_at", measures.OUTCOMES, _outcome_time),
)


def exposure_note(event: ProfileExposed) -> None:
    """Note that a profile was shown its variant."""
    at = event.occurred_at
    with transaction_of(_SERVICE):
        if is_forgotten(event.profile_id):
            return
        # Locked, so that none is noted after the experiment has ended and was cleared.
        going_on = Experiment.objects.select_for_update().filter(state="running")
        row = going_on.filter(pk=event.experiment_id, started_at__lte=at).first()
        if row is None or not _goes_on(row, event.variant):
            return
        due = {one.column: at + one.within(row) + measures.LATE for one in _STAGES}
        shown = Exposure(
            experiment=row, profile_id=event.profile_id, variant=event.variant, shown_at=at, **due
        )
        # Told again and again; only the first time counts.
        Exposure.objects.bulk_create([shown], ignore_conflicts=True)


def exposures_count() -> list[UUID]:
    """Count what is known by now, at most 1,000 profiles; the experiments that it changed."""
    changed: set[UUID] = set()
    for stage in _STAGES:
        with transaction_of(_SERVICE):
            changed |= _counted(stage)
    return sorted(changed)


def _goes_on(row: Experiment, variant: str) -> bool:
    """Whether there is such a variant that was not stopped."""
    return any(one["key"] == variant and one["stopped_at"] is None for one in row.variants)


def _counted(stage: _Stage) -> set[UUID]:
    due = Exposure.objects.filter(**{f"{stage.column}__lte": clock.now()})
    # Whoever is ahead has these; in its order, so that what a variant does early counts early.
    taken = due.select_for_update(skip_locked=True, of=("self",)).select_related("experiment")
    rows = list(taken.order_by(stage.column, "pk")[:_AT_ONCE])
    if not rows:
        return set()
    spans = {row.pk: (row.profile_id, row.shown_at, stage.within(row.experiment)) for row in rows}
    found = happened(spans.values())
    groups: defaultdict[tuple[UUID, str], list[Seen]] = defaultdict(list)
    for row in rows:
        if _goes_on(row.experiment, row.variant):  # after a stop they see what the first one's do
            own = Seen(row.shown_at, found[spans[row.pk]])
            groups[row.experiment_id, row.variant].append(own)
    # In one order everywhere, so that two workers never wait for each other.
    for (experiment_id, variant), seen in sorted(groups.items()):
        _tally(experiment_id, variant, measures.numbers(stage.measures, seen))
    Exposure.objects.filter(pk__in=spans).update(**{stage.column: None})
    return {row.experiment_id for row in rows}


def _tally(experiment_id: UUID, variant: str, numbers: Mapping[str, Sequence[float]]) -> None:
    for measure in sorted(numbers):
        which: dict[str, Any] = {
            "experiment_id": experiment_id,
            "variant": variant,
            "measure": measure,
        }
        row, _ = VariantTally.objects.select_for_update().get_or_create(**which)
        now = Tally(row.n, row.mean, row.squares).with_numbers(numbers[measure])
        row.n, row.mean, row.squares = now.n, now.mean, now.squares
        row.save(update_fields=["n", "mean", "squares"])
