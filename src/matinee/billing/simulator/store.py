"""What the simulator keeps, in a SQLite file that survives `kill -9`."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matinee.kernel import clock

Thing = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS thing (
    ref TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS thing_of ON thing (owner, kind, ref);
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, wish TEXT NOT NULL, ref TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS asked (key TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS news (
    number INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, ref TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS post (
    id INTEGER PRIMARY KEY, news INTEGER NOT NULL, due_s REAL NOT NULL, tries INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS post_due ON post (due_s);
CREATE TABLE IF NOT EXISTS later (
    id INTEGER PRIMARY KEY, due_s REAL NOT NULL, what TEXT NOT NULL, ref TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS later_due ON later (due_s);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Store:
    """One connection that threads take in turns: a verb is one transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_TABLES)
        # Read for every charge, written by nobody else.
        self._settings = dict(self._db.execute("SELECT name, value FROM setting").fetchall())

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; inside another one it is a part of that."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement answers."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def keep(self, thing: Thing, owner: str = "") -> Thing:
        """Write a thing as it is now."""
        self.rows(
            "INSERT INTO thing VALUES (?, ?, ?, ?)"
            " ON CONFLICT (ref) DO UPDATE SET body = excluded.body",
            thing["ref"],
            thing["kind"],
            owner,
            json.dumps(thing),
        )
        return thing

    def find(self, ref: str, kind: str) -> Thing | None:
        """The thing of a kind with a reference."""
        found = self.rows("SELECT body FROM thing WHERE ref = ? AND kind = ?", ref, kind)
        return json.loads(found[0][0]) if found else None

    def of(self, owner: str, kind: str, most: int = 100) -> list[Thing]:
        """The things of an owner, the newest first."""
        found = self.rows(
            "SELECT body FROM thing WHERE owner = ? AND kind = ? ORDER BY ref DESC LIMIT ?",
            owner,
            kind,
            most,
        )
        return [json.loads(body) for (body,) in found]

    def setting(self, name: str, default: str) -> str:
        """What was set, which survives a restart."""
        return str(self._settings.get(name, default))

    def set(self, name: str, value: str) -> None:
        """Set it."""
        self.rows("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, value)
        self._settings[name] = value

    def now_s(self) -> float:
        """The simulator's own time, in seconds since the epoch."""
        return clock.unix_s() + float(self.setting("shift_s", "0"))

    def taken_due(self, table: str, most: int) -> Sequence[tuple[Any, ...]]:
        """Rows of `later` or `post` whose time has come, the oldest first."""
        sql = {
            "later": "SELECT * FROM later WHERE due_s <= ? ORDER BY due_s, id LIMIT ?",
            "post": "SELECT * FROM post WHERE due_s <= ? ORDER BY due_s, id LIMIT ?",
        }[table]
        return self.rows(sql, self.now_s(), most)
