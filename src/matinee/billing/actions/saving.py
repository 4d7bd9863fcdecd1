"""Many rows at once: added, changed and looked for by their ids, without a value's own detour.

Django's own ways take a placeholder for each value, which is quoted by itself; for a night of
renewals that takes longer than everything else of it.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from types import NoneType
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Field, Func, JSONField, Value

from matinee.kernel.arrays import all_written, array
from matinee.kernel.databases import run
from matinee.kernel.records import Record

_ADD = "COPY {table} ({columns}) FROM STDIN"
_SAVE = """
UPDATE {table} AS kept SET ({columns}) = ROW({news})
FROM unnest(%s::uuid[], {arrays}) AS new(id, {columns}) WHERE kept.id = new.id
"""

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def add_many(rows: Sequence[Record]) -> None:
    """Add rows of one table whose columns need no sealing; IntegrityError as for any."""
    if not rows:
        return
    connection = connections["billing"]
    statement, columns = _copied(type(rows[0]))
    kept = [row.__dict__ for row in rows]
    written = [all_written([one[name] for one in kept], write) for name, write in columns]
    lines = map("\t".join, zip(*written, strict=True))
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        copy.write("\n".join((*lines, "")))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as Django says


def save_many(rows: Sequence[Record], casts: Mapping[str, str]) -> None:
    """Save some columns of rows of one table; `casts` names them, each with its type there."""
    if not rows:
        return
    statement = _SAVE.format(
        table=connections["billing"].ops.quote_name(rows[0]._meta.db_table),
        columns=", ".join(casts),
        news=", ".join(f"new.{name}" for name in casts),
        arrays=", ".join(f"%s::{cast}[]" for cast in casts.values()),
    )
    values = [array([getattr(row, name) for row in rows]) for name in ("pk", *casts)]
    run("billing", statement, values, is_frequent=True)


def noted(rows: Sequence[Record], names: Iterable[str]) -> list[tuple[object, ...]]:
    """How some columns of rows stand, for `save_changed`."""
    wanted = tuple(names)
    return [tuple([row.__dict__[name] for name in wanted]) for row in rows]


def save_changed(
    rows: Sequence[Record], before: Sequence[tuple[object, ...]], casts: Mapping[str, str]
) -> None:
    """Save of each row what is not as it was `noted` of those columns."""
    alike: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for row, old in zip(rows, before, strict=True):
        kept = row.__dict__
        alike[
            tuple([name for name, was in zip(casts, old, strict=True) if kept[name] != was])
        ].append(row)
    for names, some in alike.items():
        if names:
            save_many(some, {name: casts[name] for name in names})


def among(values: Collection[object], cast: str = "uuid") -> Func:
    """What a column is looked for among (`…__in=`), bound as one value of such a type."""
    return Func(Value(array(values)), template=f"(SELECT unnest(%(expressions)s::{cast}[]))")


@lru_cache(maxsize=64)
def _copied(table: type[Record]) -> tuple[str, tuple[tuple[str, Callable[[Any], str]], ...]]:
    """The statement that adds rows of a table, and how each of their values is written."""
    quoted = connections["billing"].ops.quote_name
    fields: list[Field[Any, Any]] = list(table._meta.concrete_fields)
    if any(field.get_internal_type() == "BinaryField" for field in fields):
        raise TypeError(f"{table.__name__} has columns that are sealed, or bytes")
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    written = tuple(
        (field.attname, _json if isinstance(field, JSONField) else _text) for field in fields
    )
    return _ADD.format(table=quoted(table._meta.db_table), columns=columns), written


def _json(value: object) -> str:
    return _text(json.dumps(value))


def _text(value: object) -> str:
    """A value as COPY reads it ("Text Format")."""
    write = _TEXTS.get(type(value))
    if write is not None:
        return write(value)
    text = str(value)
    if text.isprintable() and "\\" not in text:
        return text
    return text.translate(_ESCAPED)


# What needs no look at what it holds, by its very type: most of what rows have.
_Writers = Mapping[type, Callable[[Any], str]]
_PLAIN: _Writers = {UUID: attrgetter("hex"), int: str, bool: str}
_TEXTS: _Writers = {**_PLAIN, datetime: str, NoneType: lambda _: "\\N"}
