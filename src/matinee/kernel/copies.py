"""Copies of what other services own: the newest that was heard, in whatever order it comes.

A copy keeps when its fact became true, and the event's id to settle a tie, so that a later fact
is never overwritten by an earlier one. Importable only once Django's apps are being loaded.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models

from matinee.kernel.events import Event
from matinee.kernel.records import Record


class Copy(Record):
    """The newest that was heard of something that another service owns."""

    heard_at = models.DateTimeField()
    heard_id = models.UUIDField()

    class Meta:
        abstract = True


C = TypeVar("C", bound=Copy)


def keep_newest(
    table: type[C], key: Mapping[str, Any], event: Event, values: Mapping[str, Any]
) -> None:
    """Keep what an event tells of a row, in the open transaction, unless something newer is known.

    Rows with the same `key` are locked; who keeps several does so in one order everywhere.
    """
    heard = {"heard_at": event.occurred_at, "heard_id": event.id}
    rows = table._default_manager.select_for_update()
    row, is_new = rows.get_or_create(**key, defaults={**values, **heard})
    if is_new or (event.occurred_at, event.id) <= (row.heard_at, row.heard_id):
        return
    table._default_manager.filter(pk=row.pk).update(**values, **heard)
