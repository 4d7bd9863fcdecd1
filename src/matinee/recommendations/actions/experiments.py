"""Keeps what is varied on viewers, and tells once who was shown what."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from uuid import UUID

from matinee.contracts.experiments import (
    Assigned,
    ExperimentsChanged,
    Layer,
    ProfileExposed,
    Running,
    assigned,
)
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.recommendations.actions.titles import next_number
from matinee.recommendations.actions.viewers import viewer_lock
from matinee.recommendations.models import ExperimentsCopy, Shown
from matinee.recommendations.queries.catalogue import EXPERIMENTS

_SERVICE = "recommendations"
# 200 bytes each; beyond them the database is asked again.
_TOLD_MAX = 100_000


def experiments_keep(event: ExperimentsChanged) -> None:
    """Keep what goes on now, unless something newer is known; of what ended nobody's part stays."""
    number = next_number(EXPERIMENTS)  # also the lock under which the newest is told apart
    known = ExperimentsCopy.objects.filter(pk=EXPERIMENTS).first()
    if known is not None and known.as_of >= event.occurred_at:
        return
    values = {
        "as_of": event.occurred_at,
        "version": number,
        "running": event.running.model_dump(mode="json"),
    }
    ExperimentsCopy.objects.update_or_create(pk=EXPERIMENTS, defaults=values)
    going_on = [one.id for one in event.running.experiments]
    Shown.objects.exclude(experiment_id__in=going_on).delete()


def exposures_tell(running: Running, layers: Iterable[Layer], profile_id: UUID) -> None:
    """Tell that a profile is shown its variants on some layers, unless that was told."""
    for own in _counting(running, layers, profile_id):
        _told(profile_id, own.experiment.id, own.variant.key)


def _counting(running: Running, layers: Iterable[Layer], profile_id: UUID) -> Iterator[Assigned]:
    for layer in layers:
        own = assigned(running, layer, profile_id)
        if own is not None and own.counts:
            yield own


@lru_cache(maxsize=_TOLD_MAX)
def _told(profile_id: UUID, experiment_id: UUID, variant: str) -> None:
    """Tell it once and for all; the cache spares a process from asking with each page."""
    with transaction_of(_SERVICE):
        if viewer_lock(profile_id) is None:
            return
        _, is_new = Shown.objects.get_or_create(profile_id=profile_id, experiment_id=experiment_id)
        if is_new:
            told = ProfileExposed(
                experiment_id=experiment_id, variant=variant, profile_id=profile_id
            )
            announce(_SERVICE, told)
