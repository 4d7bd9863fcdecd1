"""Looks at experiments as they go on: stops variants that harm, and keeps how estimates moved."""

import contextlib
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from matinee.contracts.experiments import studio as messages
from matinee.insights.actions.experiments import variants_stop
from matinee.insights.models import Experiment, ExperimentLook
from matinee.insights.queries import experiments as queries
from matinee.insights.rules.experiments import estimates
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict

_LOOKS_APART = timedelta(minutes=10)
# The longer it goes on the less a look adds: so some hundreds are enough for years.
_LOOKS_OF_AGE = 200


def experiments_judge(experiment_ids: Iterable[UUID]) -> None:
    """Look at some experiments of which something new was counted."""
    for row in Experiment.objects.filter(pk__in=list(experiment_ids), state="running"):
        experiment = queries.message_of(row)
        keys = [one.key for one in experiment.variants]
        found = estimates.estimates(queries.tallies(row), keys, experiment.alpha)
        _look_keep(row, [one for one in found if one.measure == experiment.outcome])
        why = _harms(experiment, found)
        if why:
            # Whoever ended it meanwhile has stopped them, too.
            with contextlib.suppress(Conflict):
                variants_stop(row.pk, why)


def _harms(experiment: messages.Experiment, found: list[messages.Estimate]) -> dict[str, str]:
    harms = {
        one.key: estimates.harm(found, one.key, experiment.tolerances)
        for one in experiment.variants[1:]
        if one.stopped_at is None
    }
    return {key: why for key, why in harms.items() if why is not None}


def _look_keep(row: Experiment, deciding: list[messages.Estimate]) -> None:
    now = clock.now()
    age = now - (row.started_at or now)
    apart = max(_LOOKS_APART, age / _LOOKS_OF_AGE)
    with transaction_of("insights"):
        Experiment.objects.select_for_update().get(pk=row.pk)
        if ExperimentLook.objects.filter(experiment=row, at__gt=now - apart).exists():
            return
        kept = [one.model_dump(mode="json") for one in deciding]
        ExperimentLook.objects.create(experiment=row, at=now, estimates=kept)
