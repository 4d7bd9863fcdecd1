"""Sealing anew what was sealed with an older key, while everything runs."""

from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models

from matinee.kernel import sealing
from matinee.kernel.databases import transaction_of
from matinee.kernel.keys import data_keys
from matinee.kernel.sealed_fields import SealedText

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
