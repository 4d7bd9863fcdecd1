"""Many rows at once: read by statements of our own, or made, without each column's own detour.

Django makes every query anew and every row column by column; for a night of renewals that takes
longer than what is done with them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db.models import Field, JSONField
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED

from matinee.kernel.databases import rows_of
from matinee.kernel.records import Record

Row = TypeVar("Row", bound=Record)


class Part(NamedTuple):
    """Some columns of a table; any other of such a row is asked for when it is looked at."""

    table: type[Record]
    names: tuple[str, ...]


class _Place(NamedTuple):
    """Where the columns of a table's row stand in what a statement tells."""

    table: type[Record]
    at: slice
    names: tuple[str, ...]
    converters: tuple[tuple[str, Callable[..., object]], ...]


def read(statement: str, values: Mapping[str, Any], **tables: type[Record] | Part) -> list[Any]:
    """What a statement finds: of each line a tuple of rows, in the order of `tables`.

    It calls a table's columns, all of them or those of a `Part`, `{name}`. Its values are bound by
    the server, which plans it once for each connection (`rows_of`). TypeError for tables with JSON.
    """
    text, places = _prepared(statement, tuple(tables.items()))
    return [
        tuple([_row(place, line[place.at]) for place in places])
        for line in rows_of("billing", text, values, binary=True)
    ]


def fresh(table: type[Row], **values: object) -> Row:
    """A new row with such columns and the defaults of all others; TypeError for unknown ones."""
    constants, makers = _defaults(table)
    row = table.__new__(table)
    kept = row.__dict__
    kept["_state"] = ModelState()
    kept.update(constants)
    for name, make in makers:
        kept[name] = make()
    known = len(kept)
    kept.update(values)
    if len(kept) != known:
        msg = f"{table.__name__} has no {values.keys() - constants.keys() - dict(makers).keys()}"
        raise TypeError(msg)
    return row


def relate(row: Record, **related: Record | None) -> None:
    """Let a row know rows that it points at, so that nobody reads them again."""
    row._state.fields_cache.update(related)  # noqa: SLF001 - where Django keeps them


def _row(place: _Place, values: tuple[object, ...]) -> Record:
    row = place.table.__new__(place.table)
    kept = row.__dict__
    kept["_state"] = state = ModelState()
    state.adding, state.db = False, "billing"
    kept.update(zip(place.names, values, strict=True))
    for name, convert in place.converters:
        kept[name] = convert(kept[name], None, None)
    return row


@lru_cache(maxsize=64)
def _prepared(
    statement: str, tables: tuple[tuple[str, type[Record] | Part], ...]
) -> tuple[str, tuple[_Place, ...]]:
    """A statement with its columns, and where those of each table stand."""
    columns, places, first = {}, [], 0
    for alias, wanted in tables:
        table, fields = _fields(wanted)
        _refuse_json(table, fields)
        columns[alias] = ", ".join(f'{alias}."{field.column}"' for field in fields)
        names = tuple(field.attname for field in fields)
        converters = tuple(
            (field.attname, field.from_db_value)
            for field in fields
            if hasattr(field, "from_db_value")
        )
        places.append(_Place(table, slice(first, first + len(fields)), names, converters))
        first += len(fields)
    return statement.format(**columns), tuple(places)


def _fields(wanted: type[Record] | Part) -> tuple[type[Record], list["Field[Any, Any]"]]:
    """A table and the columns of it that are wanted, in its order."""
    if not isinstance(wanted, Part):
        return wanted, list(wanted._meta.concrete_fields)
    found = [one for one in wanted.table._meta.concrete_fields if one.attname in wanted.names]
    if len(found) != len(wanted.names):
        msg = f"{wanted.table.__name__} has not all of {wanted.names}"
        raise TypeError(msg)
    return wanted.table, found


def _refuse_json(table: type[Record], fields: Sequence["Field[Any, Any]"]) -> None:
    """JSON comes parsed where rows are told in binary, and Django would parse it again."""
    if any(isinstance(field, JSONField) for field in fields):
        msg = f"{table.__name__} has columns of JSON, which are read by Django"
        raise TypeError(msg)


@lru_cache(maxsize=64)
def _defaults(
    table: type[Record],
) -> tuple[dict[str, object], tuple[tuple[str, Callable[[], object]], ...]]:
    """What a new row holds, and what is made for each anew."""
    fields: list[Field[Any, Any]] = list(table._meta.concrete_fields)
    made = [each for each in fields if each.default is not NOT_PROVIDED and callable(each.default)]
    constants = {each.attname: each.get_default() for each in fields if each not in made}
    return constants, tuple((each.attname, each.default) for each in made)
