"""The copy of everything about a person: a zip with JSON for programs and CSV for people."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping

from matinee.kernel.people import Cell, PersonalRecords, Sheet

_SPREADSHEET_STARTS = ("=", "+", "-", "@", "\t", "\r")

_HEAD = """What Matinee keeps of you
=========================

Made on {made_at} (UTC). Every folder is a part of the service. Each table is there twice: as
.csv, which a spreadsheet opens, and as .json, for programs. Times are UTC. `profile_id` says of
which of your profiles a row is; identity/profiles.csv has their names.

"""


def archive(parts: Iterable[PersonalRecords], made_at: str) -> bytes:
    """A zip of all sheets; titles and profiles are named beside their ids."""
    records = list(parts)
    titles: dict[str, str] = {}
    for part in records:
        titles |= {str(title_id): name for title_id, name in part.titles.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("README.txt", _readme(records, made_at))
        for part in records:
            for sheet in part.sheets:
                rows = [_with_title(row, titles) for row in sheet.rows]
                stem = f"{part.service}/{sheet.name}"
                zipped.writestr(f"{stem}.json", json.dumps(rows, ensure_ascii=False, indent=1))
                zipped.writestr(f"{stem}.csv", "\ufeff" + _csv(rows))
    return buffer.getvalue()


def _readme(records: Iterable[PersonalRecords], made_at: str) -> str:
    lines = [_HEAD.format(made_at=made_at)]
    for part in records:
        lines.append(f"{part.service}/\n")
        lines += [f"  {_described(sheet)}\n" for sheet in part.sheets]
        lines.append("  (nothing)\n" if not part.sheets else "")
    return "".join(lines)


def _described(sheet: Sheet) -> str:
    count = len(sheet.rows)
    return f"{sheet.name:<16} {sheet.about} ({count} {'row' if count == 1 else 'rows'})"


def _with_title(row: Mapping[str, Cell], titles: Mapping[str, str]) -> dict[str, Cell]:
    named: dict[str, Cell] = {}
    for column, value in row.items():
        named[column] = value
        if column == "title_id":
            named["title"] = titles.get(str(value))
    return named


def _csv(rows: list[dict[str, Cell]]) -> str:
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _harmless(value: Cell) -> Cell:
    """What a spreadsheet would take for a formula gets an apostrophe (OWASP, CSV injection)."""
    is_formula = isinstance(value, str) and value.startswith(_SPREADSHEET_STARTS)
    return f"'{value}" if is_formula else value
