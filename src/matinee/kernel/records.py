"""The base of every record; importable only once Django's apps are being loaded."""

from functools import lru_cache
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
    kept, made = _columns(type(row))
    own = vars(row)
    columns = {column: own[name] for column, name in kept}
    for field in made:
        value = field.pre_save(row, add=True)
        columns[str(field.column)] = value.envelope if isinstance(value, Sealed) else value
    return columns


@lru_cache(maxsize=64)
def _columns(table: type[models.Model]) -> tuple[list[tuple[str, str]], list[Any]]:
    """The columns that are written as they are, with their names in Python, and all other fields.

    Django asks each field of each row what is to be written, and most say what they were given.
    """
    fields = table._meta.local_fields
    made = [field for field in fields if not _is_kept(field)]
    return [(str(one.column), one.attname) for one in fields if _is_kept(one)], made


def _is_kept(field: Any) -> bool:
    if isinstance(field, models.DateTimeField):
        return not (field.auto_now or field.auto_now_add)
    return type(field).pre_save is models.Field.pre_save


def note_written(row: models.Model, **computed: object) -> None:
    """Have a row know that such a statement wrote it, with what the database made of it."""
    for name, value in computed.items():
        setattr(row, name, value)
    row._state.adding, row._state.db = False, row._meta.app_label  # noqa: SLF001 - as `save` does
