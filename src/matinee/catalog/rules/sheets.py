"""Reading sheets: CSV and JSON become titles with the line that each stands in; no I/O."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from matinee.catalog.rules import cells
from matinee.contracts.catalog.sheets import LINES_MAX, SheetError, SheetTitle

SheetKind = Literal["csv", "json"]
# Sixty languages' descriptions in one cell.
_CELL_LENGTH_MAX = 1024 * 1024
_SAID = "Value error, "


class Line(NamedTuple):
    """A title of a sheet, and where it stands."""

    number: int
    title: SheetTitle


class Read(NamedTuple):
    """What a sheet holds: titles in its order, and what is wrong with other lines."""

    lines: list[Line]
    errors: list[SheetError]


class _BadSheetError(ValueError):
    """Nothing of the sheet can be read."""


def kind_of(file_name: str) -> SheetKind | None:
    """Which kind a file of this name is; None for neither."""
    ending = file_name.rpartition(".")[2].lower()
    return {"csv": "csv", "tsv": "csv", "txt": "csv", "json": "json"}.get(ending)  # type: ignore[return-value] # the values above


def sheet_read(content: bytes, kind: SheetKind) -> Read:
    """All lines of a sheet, whatever is wrong with some."""
    try:
        text = content.decode("utf-8-sig")
        found = _csv_lines(text) if kind == "csv" else _json_entries(text)
        return _checked(found)
    except UnicodeDecodeError:
        return _nothing("The file is not in UTF-8. Save it as CSV UTF-8, or as JSON.")
    except (_BadSheetError, csv.Error) as error:
        return _nothing(str(error))


def csv_text(titles: Iterable[SheetTitle]) -> Iterator[str]:
    """A sheet as CSV (RFC 4180), a line at a time."""
    out = io.StringIO()
    writer = csv.DictWriter(out, cells.COLUMNS)
    writer.writeheader()
    for title in titles:
        writer.writerow(cells.written(title))
        yield _taken(out)
    yield _taken(out)


def json_text(titles: Iterable[SheetTitle]) -> Iterator[str]:
    """A sheet as JSON, a title at a time."""
    mark = '{"titles": [\n'
    for title in titles:
        said = title.model_dump(mode="json", exclude={"members"}, exclude_defaults=True)
        yield mark + json.dumps({"kind": title.kind, **said}, ensure_ascii=False)
        mark = ",\n"
    yield "\n]}\n" if mark == ",\n" else f"{mark}]}}\n"


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def _csv_lines(text: str) -> Iterator[tuple[int, dict[str, Any] | SheetError]]:
    csv.field_size_limit(_CELL_LENGTH_MAX)
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    columns = [name.strip() for name in reader.fieldnames or ()]
    _check_columns(columns)
    reader.fieldnames = columns
    for row in reader:
        line = reader.line_num
        if None in row or None in row.values():
            detail = f"It has not as many cells as there are columns ({len(columns)})."
            yield line, SheetError(line=line, column="", detail=detail)
        elif any(row.values()):
            yield from _read_cells(line, row)


def _read_cells(
    line: int, row: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, Any] | SheetError]]:
    try:
        yield line, cells.read(row)
    except ExceptionGroup as group:
        for error in group.exceptions:
            column, detail = error.args
            yield line, SheetError(line=line, column=column, detail=f"{detail}.")


def _check_columns(columns: list[str]) -> None:
    if "name" not in columns:
        msg = "The first line must name the columns, and `name` among them."
        raise _BadSheetError(msg)
    unknown = sorted(set(columns) - set(cells.COLUMNS))
    if unknown:
        known = ", ".join(cells.COLUMNS)
        msg = f"There is no column {', '.join(map(repr, unknown))}. There are: {known}."
        raise _BadSheetError(msg)
    if len(set(columns)) < len(columns):
        msg = "A column stands there twice. Take one of them out."
        raise _BadSheetError(msg)


def _json_entries(text: str) -> Iterator[tuple[int, dict[str, Any] | SheetError]]:
    wrong = 'The file should be {"titles": [{"name": …}, …]}, as an export writes it.'
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" It breaks off in line {error.lineno}." if hasattr(error, "lineno") else ""
        raise _BadSheetError(f"This is no JSON.{where} {wrong}") from error
    entries = found.get("titles") if isinstance(found, dict) else found
    if not isinstance(entries, list):
        raise _BadSheetError(wrong)
    for number, entry in enumerate(entries, 1):
        if isinstance(entry, dict) and "members" not in entry:
            yield number, entry
        else:
            detail = "Say what a collection holds by `member_slugs`." if entry else wrong
            yield number, SheetError(line=number, column="", detail=detail)


def _checked(found: Iterable[tuple[int, dict[str, Any] | SheetError]]) -> Read:
    lines: list[Line] = []
    errors: list[SheetError] = []
    for count, (number, fields) in enumerate(found, 1):
        if count > LINES_MAX:
            msg = f"A sheet may have {LINES_MAX} titles. Part it into several."
            raise _BadSheetError(msg)
        if isinstance(fields, SheetError):
            errors.append(fields)
            continue
        try:
            lines.append(Line(number, SheetTitle.model_validate(fields)))
        except ValidationError as error:
            errors += [_error(number, each) for each in error.errors()]
    return Read(lines, errors)


def _error(number: int, error: Any) -> SheetError:
    place = ".".join(map(str, error["loc"]))
    said = str(error["msg"]).removeprefix(_SAID)
    return SheetError(line=number, column=place, detail=f"{said[:1].upper()}{said[1:]}.")


def _nothing(detail: str) -> Read:
    return Read([], [SheetError(line=0, column="", detail=detail)])
