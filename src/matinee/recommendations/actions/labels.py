"""Keeps what genres, moods and keywords are called in other languages."""

from matinee.contracts.catalog.labels import LabelsChanged
from matinee.recommendations.actions.titles import next_number
from matinee.recommendations.models import LabelsCopy
from matinee.recommendations.queries.catalogue import LABELS


def labels_keep(event: LabelsChanged) -> None:
    """Keep the names as they are now, unless something newer is known."""
    number = next_number(LABELS)  # also the lock under which the newest is told apart
    known = LabelsCopy.objects.filter(pk=LABELS).first()
    if known is not None and known.as_of >= event.occurred_at:
        return
    labels = [one.model_dump(mode="json") for one in event.labels]
    values = {"as_of": event.occurred_at, "version": number, "labels": labels}
    LabelsCopy.objects.update_or_create(pk=LABELS, defaults=values)
