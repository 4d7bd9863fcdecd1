"""Many rows at once: added, changed and looked for by their ids, without a value's own detour.

Django's own ways take a placeholder for each value, which is quoted by itself; for a night of
renewals that takes longer than everything else of it.
"""

import json
from collections.abc import Collection, Mapping, Sequence

from django.db import connections
from django.db.models import Func, JSONField, Value

from matinee.kernel.records import Record

_ADD = "COPY {table} ({columns}) FROM STDIN"
_SAVE = """
UPDATE {table} AS kept SET ({columns}) = ROW({news})
FROM unnest(%s::uuid[], {arrays}) AS new(id, {columns}) WHERE kept.id = new.id
"""


def add_many(rows: Sequence[Record]) -> None:
    """Add rows of one table whose columns need no sealing; IntegrityError as for any."""
    if not rows:
        return
    connection = connections["billing"]
    fields = rows[0]._meta.concrete_fields
    names = [(field.attname, isinstance(field, JSONField)) for field in fields]
    statement = _ADD.format(
        table=connection.ops.quote_name(rows[0]._meta.db_table),
        columns=", ".join(connection.ops.quote_name(str(field.column)) for field in fields),
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            values = row.__dict__
            copy.write_row(
                [json.dumps(values[name]) if is_json else values[name] for name, is_json in names]
            )
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
    with connections["billing"].cursor() as cursor:
        cursor.execute(statement, values)


def among(values: Collection[object], cast: str = "uuid") -> Func:
    """What a column is looked for among (`…__in=`), bound as one value of such a type."""
    return Func(Value(array(values)), template=f"(SELECT unnest(%(expressions)s::{cast}[]))")


def array(values: Collection[object]) -> str:
    """An array as PostgreSQL reads it ("Array Input and Output Syntax"); NULL where None is.

    The driver, which must find out what each value is, takes five times as long.
    """
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    text = str(value)
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
