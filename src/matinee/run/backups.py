"""Copies of the records with the files of figures, and of the keys apart from them.

An erased account stays erased in old copies because its data key is in none of them: keys are
copied to one place, over the copy before. The copies of the records may be as many as one likes.
"""

import logging
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from matinee.kernel import binaries, clock, ids
from matinee.kernel.settings import Settings
from matinee.run import backup_facts, services

log = logging.getLogger(__name__)

KEYS = "keys"
_FACTS = "insights"
_LONGEST_S = 6 * 3600


class BackupError(RuntimeError):
    """A copy could not be made or put back; says which and why."""


def back_up(settings: Settings, folder: Path) -> Path:
    """Copy every service's records into a new folder, and the keys beside; returns the former."""
    records = folder / f"records-{clock.now():%Y%m%dT%H%M%SZ}"
    records.mkdir(mode=0o700, parents=True)
    # Most of them before, so that few can go between their records' copy and their own.
    backup_facts.copy_out(_facts_now(settings), records)
    for service in services.ALL:
        _dump(settings, service, records / f"{service}.dump")
    fresh = folder / f".{KEYS}.{ids.uuid7().hex}"
    _dump(settings, KEYS, fresh)
    fresh.replace(folder / f"{KEYS}.dump")
    missing = backup_facts.copy_out(_facts_in(records), records)
    if missing:
        log.warning("%d files of figures are not in their store, and not in this copy", missing)
    return records


def put_back(settings: Settings, records: Path) -> None:
    """Put copied records in the place of what is there; keys only where there are none."""
    dumps = {service: records / f"{service}.dump" for service in services.ALL}
    missing = sorted(path.name for path in dumps.values() if not path.is_file())
    if missing:
        raise BackupError(f"{records} lacks {', '.join(missing)}. Name a folder `records-…`.")
    if not _has_keys(settings):
        dumps = {KEYS: records.parent / f"{KEYS}.dump", **dumps}
    for name, path in dumps.items():
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", str(path))
        _run(settings, "pg_restore", name, options)
    lost = backup_facts.copy_in(_facts_in(records), records)
    if lost:
        log.warning("%d files of figures are not in this copy: what they held is not told", lost)


def _facts_now(settings: Settings) -> list[str]:
    asked = f"SELECT key FROM {backup_facts.TABLE} WHERE replaced_at IS NULL"  # noqa: S608 - ours
    return _run(settings, "psql", _FACTS, ("-Atc", asked)).split()


def _facts_in(records: Path) -> list[str]:
    """The files of figures that copied records name."""
    dump = str(records / f"{_FACTS}.dump")
    options = ("--data-only", f"--table={backup_facts.TABLE}", "--file=-", dump)
    return backup_facts.named_in(_program("pg_restore", _FACTS, options))


def _has_keys(settings: Settings) -> bool:
    count = "SELECT count(*) FROM keys_datakey"
    return _run(settings, "psql", KEYS, ("-Atc", count)).strip() not in {"", "0"}


def _dump(settings: Settings, name: str, to: Path) -> None:
    _run(settings, "pg_dump", name, ("--format=custom", f"--file={to}"))
    to.chmod(0o600)


def _run(settings: Settings, program: str, name: str, options: Iterable[str]) -> str:
    """Run one of PostgreSQL's programs on a database; the password is in no command line."""
    url = settings.database(name)
    password = unquote(urlsplit(url).password or "")
    return _program(program, name, (*_where(url), *options), password)


def _program(program: str, name: str, options: Iterable[str], password: str = "") -> str:
    command = [_beside_postgres(program), *options]
    env = {**os.environ, "PGPASSWORD": password}
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=_LONGEST_S, check=False
    )
    if done.returncode:
        raise BackupError(f"{program} of {name} failed: {done.stderr.strip()}")
    return done.stdout


def _where(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    yield f"--dbname={parts.path.lstrip('/')}"
    yield f"--host={host}"
    yield f"--username={unquote(parts.username or '')}"
    if parts.port:
        yield f"--port={parts.port}"


def _beside_postgres(program: str) -> str:
    return str(Path(binaries.find("postgres")).with_name(program))
