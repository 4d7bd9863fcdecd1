"""Keeps the rows that the operator puts on home pages."""

from matinee.contracts.events import EditorialRowsChanged
from matinee.recommendations.actions.titles import next_number
from matinee.recommendations.models import Programme
from matinee.recommendations.queries.catalogue import PROGRAMME


def programme_keep(event: EditorialRowsChanged) -> None:
    """Keep the rows as they are now, unless something newer is known."""
    number = next_number(PROGRAMME)  # also the lock under which the newest is told apart
    known = Programme.objects.filter(pk=PROGRAMME).first()
    if known is not None and known.as_of >= event.occurred_at:
        return
    rows = [row.model_dump(mode="json") for row in event.rows]
    values = {"as_of": event.occurred_at, "version": number, "rows": rows}
    Programme.objects.update_or_create(pk=PROGRAMME, defaults=values)
