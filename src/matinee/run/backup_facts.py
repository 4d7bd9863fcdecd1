"""Files of facts in copies of the records: those that the copied records name.

A file never changes. So a copy links to what the copy before it has already, where the disk can,
and only what is new is read from the store.
"""

import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from matinee.insights import columns

log = logging.getLogger(__name__)

FOLDER = "insights"
TABLE = "insights_part"
_END = r"\."
_NULL = r"\N"


def named_in(dump: str) -> list[str]:
    """The files that are read, as `COPY` of PostgreSQL writes their table (text format)."""
    lines = iter(dump.splitlines())
    head = next((line for line in lines if line.startswith("COPY ") and TABLE in line), None)
    if head is None:
        return []
    names = [name.strip(' "') for name in head[head.index("(") + 1 : head.index(")")].split(",")]
    key, replaced = names.index("key"), names.index("replaced_at")
    rows = (line.split("\t") for line in _until_end(lines))
    return [row[key] for row in rows if row[replaced] == _NULL]


def copy_out(keys: Iterable[str], records: Path) -> int:
    """Have files in a copy of the records; how many are not in the store any more."""
    before = _copy_before(records)
    missing = 0
    for key in keys:
        to = records / FOLDER / key
        if to.exists():
            continue
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if before is not None and _linked(before / FOLDER / key, to):
            continue
        try:
            columns.storage().fetch(key, to)
        except KeyError:
            missing += 1
    return missing


def copy_in(keys: Iterable[str], records: Path) -> int:
    """Put files that a copy holds back into the store; how many are in neither."""
    store, missing = columns.storage(), 0
    for key in keys:
        kept = records / FOLDER / key
        if store.exists(key):
            continue
        if kept.is_file():
            store.put_file(kept, key)
        else:
            missing += 1
    return missing


def _until_end(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line == _END:
            return
        yield line


def _copy_before(records: Path) -> Path | None:
    """The newest other copy beside this one; their names sort by when they were made."""
    others = [path for path in records.parent.glob("records-*") if path.name < records.name]
    return max(others, default=None)


def _linked(there: Path, to: Path) -> bool:
    """Whether a file of the copy before could be taken over."""
    try:
        os.link(there, to)
    except FileNotFoundError:
        return False
    except OSError:  # a disk without links
        draft = to.with_name(f".{to.name}")
        shutil.copyfile(there, draft)
        draft.replace(to)
    return True
