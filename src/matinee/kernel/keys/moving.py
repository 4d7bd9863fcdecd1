"""Sealing, in a migration, what lay in clear until then."""

from collections.abc import Mapping
from typing import Any

_AT_ONCE = 500


def seal_rows(table: Any, columns: Mapping[str, str], indexes: tuple[str, ...] = ()) -> None:
    """Seal texts row by row: `columns` says which old column each sealed one takes over.

    The old text is overwritten with the same statement, so that no row of the table has it.
    """
    written = [*columns, *columns.values(), *indexes]
    for row in table._default_manager.iterator(chunk_size=_AT_ONCE):
        for sealed, clear in columns.items():
            setattr(row, sealed, getattr(row, clear))
            setattr(row, clear, "")
        row.save(update_fields=written)
