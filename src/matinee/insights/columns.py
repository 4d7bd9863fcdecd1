"""The files of facts: Parquet, written and read with DuckDB, in a folder or a bucket.

On one machine a file is read where it lies. From a bucket it is fetched once and kept beside,
until newer ones need the room: a file never changes, so what was fetched is right for ever.
"""

import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from matinee.insights import scratch, settings
from matinee.insights.rules.facts import Kind
from matinee.kernel import clock, ids
from matinee.kernel import settings as kernel_settings
from matinee.kernel.storage import FolderStorage, ObjectStorage, Storage, open_bucket

if TYPE_CHECKING:
    import duckdb

_COPY = "COPY ({query}) TO {path} (FORMAT parquet, COMPRESSION zstd)"
_COUNT = "SELECT count(*) FROM read_parquet({path})"
_NONE = "(SELECT {none} WHERE false)"
_FROM = """
(SELECT {none} WHERE false
UNION ALL BY NAME SELECT * FROM read_parquet([{paths}], union_by_name = true))
"""
# How a file ends that was written to its end (Parquet's own description, "File format").
_END = b"PAR1"
# Longer than a question takes.
_READ_FOR = timedelta(minutes=10)
log = logging.getLogger(__name__)

_lock = threading.Lock()
# One instance a process: a child that was forked must not use its parent's.
_instances: dict[int, "duckdb.DuckDBPyConnection"] = {}


class Written(NamedTuple):
    """A file that was put into the store."""

    key: str
    rows: int
    size_bytes: int


@contextmanager
def connection() -> Iterator["duckdb.DuckDBPyConnection"]:
    """A connection of its own to this process's DuckDB; temporary tables end with it."""
    with _lock:
        instance = _instances.get(os.getpid())
        if instance is None:
            instance = _instances[os.getpid()] = _open()
        own = instance.cursor()
    try:
        yield own
    finally:
        own.close()


def write(own: "duckdb.DuckDBPyConnection", query: str, kind: Kind, day: date) -> Written | None:
    """Put the rows of a query into a new file; None where there are none."""
    key = f"{kind.name}/{day.isoformat()}/{ids.uuid7()}.parquet"
    with scratch.space() as folder:
        path = folder / "part.parquet"
        own.execute(_COPY.format(query=query, path=quoted(path)))
        counted = own.execute(_COUNT.format(path=quoted(path))).fetchone()
        rows = counted[0] if counted else 0
        if rows:
            storage().put_file(path, key)
        return Written(key, rows, path.stat().st_size) if rows else None


def relation(kind: Kind, keys: Iterable[str]) -> str:
    """What to select from for the rows of some files: their columns, and none of none."""
    paths = ", ".join(map(quoted, there(keys).values()))
    none = ", ".join(f"NULL::{type_} AS {name}" for name, type_ in kind.columns.items())
    if not paths:
        return _NONE.format(none=none)
    # Files of an earlier release may lack a column.
    return _FROM.format(none=none, paths=paths)


@lru_cache(maxsize=1)
def storage() -> Storage:
    """Where the files are."""
    url = urlsplit(_url())
    if url.scheme == "file":
        return FolderStorage(Path(unquote(url.path)))
    return ObjectStorage(open_bucket(_url(), kernel_settings.get()))


def quoted(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


def naive(moment: datetime) -> datetime:
    """A moment as files hold it: in UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _url() -> str:
    return settings.get().facts_url or f"file://{kernel_settings.get().home}/insights"


def _open() -> "duckdb.DuckDBPyConnection":
    import duckdb  # noqa: PLC0415 - 16 MB, of which most processes have no need

    chosen = settings.get()
    return duckdb.connect(
        ":memory:",
        config={
            "threads": chosen.query_threads,
            "memory_limit": f"{chosen.query_memory_mb}MB",
            # Where it puts what does not fit into its memory.
            "temp_directory": str(scratch.folder()),
            # Nothing is fetched from anywhere because a query names it.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        },
    )


def there(keys: Iterable[str]) -> dict[str, Path]:
    """Files of the store on this machine, by their keys.

    One that is gone, as after records were put back without it, or was cut short, is left out.
    """
    found, has_more = {}, False
    for key in keys:
        try:
            path, is_new = _located(key)
        except KeyError:
            log.warning("%s is not in the store: figures lack what it held", key)
            continue
        has_more |= is_new
        if is_whole(path):
            found[key] = path
        else:
            log.warning("%s was cut short: figures lack what it held", key)
    if has_more:
        _make_room()
    return found


def path_of(key: str) -> Path:
    """A file of the store on this machine; KeyError if it is gone."""
    return _located(key)[0]


def is_whole(path: Path) -> bool:
    """Whether a file was written to its end; one that lost its tail in an outage was not."""
    try:
        with path.open("rb") as file:
            file.seek(-len(_END), os.SEEK_END)
            return file.read() == _END
    except OSError:
        return False  # too short to have an end, or removed meanwhile


def _located(key: str) -> tuple[Path, bool]:
    """Where a file is on this machine, and whether it was fetched just now."""
    found = storage().local_path(key)
    if found is not None:
        return found, False
    kept = _kept() / key
    # A copy is not synced, as there is the bucket.
    is_new = not is_whole(kept)
    if is_new:
        kept.parent.mkdir(parents=True, exist_ok=True)
        storage().fetch(key, kept)
    kept.touch()
    return kept, is_new


def _kept() -> Path:
    """Where files of a bucket are kept that were read."""
    return kernel_settings.get().home / "cache" / "insights"


def _make_room() -> None:
    """Remove what was read longest ago, until what is kept is within its bound.

    What somebody may be reading just now stays, however much that is.
    """
    files = sorted(_sizes(_kept()))
    size = sum(size_bytes for _, size_bytes, _ in files)
    idle_since_s = (clock.now() - _READ_FOR).timestamp()
    for read_at_s, size_bytes, path in files:
        if size <= settings.get().cache_mb * 1_000_000 or read_at_s > idle_since_s:
            return
        size -= size_bytes
        path.unlink(missing_ok=True)


def _sizes(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """When each file was read last, in Unix seconds, and its size; others may remove it now."""
    for path in folder.rglob("*.parquet"):
        with suppress(FileNotFoundError):
            known = path.stat()
            yield known.st_mtime, known.st_size, path
