"""The base of every record; importable only once Django's apps are being loaded."""

from typing import Any

from django.db import models

from matinee.kernel import clock, ids
from matinee.kernel.sealed_fields import Sealed


class Record(models.Model):
    """A row with an id that sorts by the time it was made."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True


def columns_of(row: models.Model) -> dict[str, Any]:
    """A new row's values by column, as `save` would write them, for a statement of one's own."""
    values = ((field.column, field.pre_save(row, add=True)) for field in row._meta.local_fields)
    return {
        str(column): value.envelope if isinstance(value, Sealed) else value
        for column, value in values
    }


def note_written(row: models.Model, **computed: object) -> None:
    """Have a row know that such a statement wrote it, with what the database made of it."""
    for name, value in computed.items():
        setattr(row, name, value)
    row._state.adding, row._state.db = False, row._meta.app_label  # noqa: SLF001 - as `save` does
