"""Sealing anew what was sealed with an older key, while everything runs."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models

from matinee.kernel import sealing
from matinee.kernel.databases import transaction_of
from matinee.kernel.keys import data_keys
from matinee.kernel.sealed_fields import BlindIndex, SealedText

_AT_ONCE = 200


class SealedTable(NamedTuple):
    """A table with sealed columns of the account whose id is the attribute `owner`."""

    model: type[models.Model]
    owner: str
    columns: list[str]


def sealed_tables() -> list[SealedTable]:
    """Every table of every service that has sealed columns."""
    found: list[SealedTable] = []
    for model in apps.get_models():
        sealed = [field for field in model._meta.concrete_fields if isinstance(field, SealedText)]
        owners = {field.owner for field in sealed}
        found += [
            SealedTable(model, owner, [each.name for each in sealed if each.owner == owner])
            for owner in sorted(owners)
        ]
    return found


def rewrap_all() -> int:
    """Wrap every data key with the newest key-encryption key; how many were not."""
    count = 0
    while rewrapped := data_keys.rewrap_some(_AT_ONCE):
        count += rewrapped
    return count


def renew(owner: UUID) -> int:
    """Give an account a new data key and seal its columns with it; how many rows.

    The key before stays, for what is never written again: notes of the audit log.
    """
    data_keys.renew(owner)
    sealing.forget(owner)
    return sum(_reseal(table, owner) for table in sealed_tables())


class Reindexed(NamedTuple):
    """How many rows are found by the newest key now, and of how many the text is not known."""

    rows: int
    unknown: int


def reindex_all() -> Reindexed:
    """Write every blind index that is not with the newest key; the others stay as they are."""
    rows = unknown = 0
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, BlindIndex):
                rows += sum(_reindex(model, field, batch) for batch in _batches(model))
                unknown += model._default_manager.filter(**{field.of: None}).count()
    return Reindexed(rows, unknown)


def _batches(model: type[models.Model]) -> Iterator[list[UUID]]:
    """The ids of a table's rows; what is added meanwhile is written with the newest key anyway."""
    rows, after = model._default_manager.order_by("pk"), UUID(int=0)
    while ids := list(rows.filter(pk__gt=after).values_list("pk", flat=True)[:_AT_ONCE]):
        yield ids
        after = ids[-1]


def _reindex(model: type[models.Model], field: BlindIndex, ids: list[UUID]) -> int:
    with transaction_of(model._meta.app_label):
        found = model._default_manager.select_for_update().filter(pk__in=ids)
        rows = list(found.order_by("pk"))
        sealing.warm(field.owner_of(row) for row in rows)
        old = [row for row in rows if field.is_old(row)]
        for row in old:
            row.save(update_fields=[field.name])
    return len(old)


def _reseal(table: SealedTable, owner: UUID) -> int:
    with transaction_of(table.model._meta.app_label):
        mine = table.model._default_manager.select_for_update().filter(**{table.owner: owner})
        rows = list(mine.order_by("pk"))
        for row in rows:
            for column in table.columns:
                # Looked at, a text is opened; saved, it is sealed anew.
                getattr(row, column)
            row.save(update_fields=table.columns)
    return len(rows)
