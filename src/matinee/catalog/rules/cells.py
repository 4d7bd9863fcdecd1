"""How the fields of a title stand in the cells of a table, and are read from there.

Lists are parted by semicolons; a semicolon, slash or backslash that belongs to a word has a
backslash before it. Credits read `director: Name; cast: Name / Character`. What has parts of its
own (ratings, other languages' texts, rights, numbers elsewhere) is JSON. Reading gives back what
was written.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from matinee.contracts.catalog.sheets import SheetTitle

# A sheet names titles by their address and members by theirs.
COLUMNS: Final = tuple(n for n in SheetTitle.model_fields if n not in ("id", "members"))
_LISTS: Final = frozenset({"genres", "moods", "keywords", "member_slugs"})
_NUMBERS: Final = frozenset({"year", "maturity_age", "season", "episode"})
_NESTED: Final = frozenset({"ratings", "texts", "rights", "external_ids"})
_EMPTY: Final[Mapping[str, Any]] = {
    **{name: [] for name in (*_LISTS, "credits", "ratings", "texts", "rights")},
    "year": None,
    "maturity_age": 0,
    "external_ids": {},
}
# What a title cannot be without, or is for good: an empty cell says nothing of it.
_UNSAID: Final = frozenset(
    {"kind", "language", "slug", "season", "episode", "series_slug", "belongs_to_slug"}
)
_MARKS = re.compile(r"([\\;/])")
_PARTS = {mark: re.compile(rf"((?:[^\\{mark}]|\\.)*)(?:{mark}|$)", re.DOTALL) for mark in ";/"}
_MARKED = re.compile(r"\\(.)", re.DOTALL)
# What spreadsheets take for a formula (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


class CellError(ValueError):
    """A cell that cannot be read, with a sentence that says what it should look like."""


def written(title: SheetTitle) -> dict[str, str]:
    """A title's cells by column; what nothing is said of is empty."""
    plain = title.model_dump(mode="json")
    return {name: _harmless(_cell(name, plain[name])) for name in COLUMNS}


def read(cells: Mapping[str, str]) -> dict[str, Any]:
    """The fields that a line's cells say, not yet looked at; CellErrors as a group."""
    fields: dict[str, Any] = {}
    wrong = []
    for name, cell in cells.items():
        if name in _UNSAID and not cell.strip():
            continue
        try:
            fields[name] = _value(name, _plain(cell).strip())
        except CellError as error:
            wrong.append(CellError(name, str(error)))
    if wrong:
        raise ExceptionGroup("cells", wrong)
    return fields


def _cell(name: str, value: Any) -> str:
    if value in (None, [], ""):
        return ""
    if name in _LISTS:
        return "; ".join(_marked(each) for each in value)
    if name == "credits":
        return "; ".join(map(_credit, value))
    if name in _NESTED:
        if name == "external_ids":
            value = {part: one for part, one in value.items() if one}
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)


def _value(name: str, cell: str) -> Any:
    if not cell:
        return _EMPTY.get(name, "")
    if name in _LISTS:
        return list(_parts(cell, ";"))
    if name == "credits":
        return [_credited(each) for each in _parts(cell, ";", is_last=False)]
    if name in _NESTED:
        return _nested(cell)
    if name in _NUMBERS:
        return _number(cell)
    return cell


def _credit(credit: Mapping[str, str]) -> str:
    said = f"{credit['role']}: {_marked(credit['name'])}"
    return f"{said} / {_marked(credit['character'])}" if credit["character"] else said


def _credited(text: str) -> dict[str, str]:
    role, colon, rest = text.partition(":")
    names = list(_parts(rest, "/"))
    if not colon or len(names) not in {1, 2}:
        msg = f"{text.strip()!r} should read `director: Name`, or `cast: Name / Character`"
        raise CellError(msg)
    return {"role": role.strip(), "name": names[0], "character": "".join(names[1:])}


def _nested(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as error:
        msg = "this should be JSON, as an export writes it"
        raise CellError(msg) from error


def _number(cell: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", cell):
        msg = f"{cell!r} should be a whole number"
        raise CellError(msg)
    return int(cell)


def _marked(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def _parts(text: str, mark: str, *, is_last: bool = True) -> Iterable[str]:
    """What stands between marks, without what is empty; `is_last`: nothing more is parted."""
    for found in _PARTS[mark].finditer(text):
        part = found[1].strip()
        if part:
            yield _MARKED.sub(r"\1", part) if is_last else part


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
