"""Many values for one placeholder of a statement, written as PostgreSQL reads an array."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from types import NoneType
from typing import Any
from uuid import UUID


def array(values: Collection[object]) -> str:
    """An array as PostgreSQL reads it ("Array Input and Output Syntax"); NULL where None is.

    The driver, which must find out what each value is and looks at each letter of a text, takes
    five times as long.
    """
    return f"{{{','.join(all_written(list(values), _element))}}}"


def all_written(values: Sequence[object], write: Callable[[Any], str]) -> list[str]:
    """Each value as `write` puts it: once for all where they are alike, as in many columns are."""
    if values and values[0] == values[-1] and values.count(values[0]) == len(values):
        return [write(values[0])] * len(values)
    return list(map(write, values))


def _element(value: object) -> str:
    write = _ELEMENTS.get(type(value))
    if write is not None:
        return write(value)
    text = str(value)
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


# What needs no look at what it holds, by its very type: most of what rows have.
_ELEMENTS: Mapping[type, Callable[[Any], str]] = {
    UUID: attrgetter("hex"),
    int: str,
    bool: str,
    datetime: '"{}"'.format,
    NoneType: lambda _: "NULL",
}
