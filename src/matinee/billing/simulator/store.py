"""What the simulator keeps, in a SQLite file that survives `kill -9`."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matinee.kernel import clock

Thing = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS thing (
    ref TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
-- Of most things, charges, nobody asks whose they are.
DROP INDEX IF EXISTS thing_of;
CREATE INDEX IF NOT EXISTS thing_owned ON thing (owner, kind, ref) WHERE owner <> '';
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


# What a page needs, by its keys and the references that it names.
_ASKED = "SELECT * FROM asked WHERE key IN (SELECT value FROM json_each(?))"
_ANSWERED = "SELECT * FROM answer WHERE key IN (SELECT value FROM json_each(?))"
_FOUND = "SELECT ref, body FROM thing WHERE ref IN (SELECT value FROM json_each(?))"
# What is written behind, at the end of a page, in this order.
_WRITES = {
    "thing": (
        "INSERT INTO thing VALUES (?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE SET body = excluded.body"
    ),
    "answer": "INSERT INTO answer VALUES (?, ?, ?)",
    "asked": (
        "INSERT INTO asked VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET times = excluded.times"
    ),
    "news": "INSERT INTO news VALUES (?, ?, ?)",
    "post": "INSERT INTO post (news, due_s, tries) VALUES (?, ?, 0)",
    "later": "INSERT INTO later (due_s, what, ref) VALUES (?, ?, ?)",
}


@dataclass
class _Page:
    """What is known and not yet written while a page of wishes is granted."""

    asked: dict[str, int]
    answers: dict[str, tuple[str, str]]
    things: dict[str, Thing]
    news: int
    """The last number of one that was given out."""
    writes: dict[str, list[tuple[object, ...]]] = field(
        default_factory=lambda: {table: [] for table in _WRITES}
    )


class Store:
    """One connection that threads take in turns: a verb is one transaction.

    A page of wishes is one, too, that reads all it needs at once and writes in the end.
    """

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        """One that is not `durable` waits for no disk: `kill -9` leaves it whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(f"PRAGMA synchronous={'NORMAL' if durable else 'OFF'}")
        self._db.executescript(_TABLES)
        # Read for every charge, written by nobody else.
        self._settings = dict(self._db.execute("SELECT name, value FROM setting").fetchall())
        self._page: _Page | None = None

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

    @contextmanager
    def page(self, keys: Sequence[str], refs: Sequence[str]) -> Iterator[None]:
        """A transaction about these keys and things, which writes in its end.

        Until then what is new is found by its key or reference, and by nothing else.
        """
        with self.transaction():
            wanted = json.dumps(keys)
            self._page = _Page(
                asked=dict(self.rows(_ASKED, wanted)),
                answers={key: (wish, ref) for key, wish, ref in self.rows(_ANSWERED, wanted)},
                things={ref: json.loads(body) for ref, body in self.rows(_FOUND, json.dumps(refs))},
                news=self._last_news(),
            )
            try:
                yield
                for table, rows in self._page.writes.items():
                    self._db.executemany(_WRITES[table], rows)
            finally:
                self._page = None

    def _last_news(self) -> int:
        found = self.rows("SELECT seq FROM sqlite_sequence WHERE name = 'news'")
        return int(found[0][0]) if found else 0

    def _write(self, table: str, *values: object) -> None:
        if self._page is None:
            self.rows(_WRITES[table], *values)
        else:
            self._page.writes[table].append(values)

    def times_asked(self, key: str) -> int:
        """How often a key has been asked for, this time included."""
        with self._lock:
            if self._page is not None:
                times = self._page.asked[key] = self._page.asked.get(key, 0) + 1
                self._write("asked", key, times)
                return times
            with self.transaction():
                found = self.rows("SELECT times FROM asked WHERE key = ?", key)
                times = 1 + (int(found[0][0]) if found else 0)
                self._write("asked", key, times)
                return times

    def answered(self, key: str) -> tuple[str, str] | None:
        """What was wished by a key, and the reference of what came of it."""
        with self._lock:
            if self._page is not None:
                return self._page.answers.get(key)
            found = self.rows("SELECT wish, ref FROM answer WHERE key = ?", key)
            return (found[0][0], found[0][1]) if found else None

    def answer(self, key: str, wish: str, ref: str) -> None:
        """Note what came of a wish."""
        if self._page is not None:
            self._page.answers[key] = wish, ref
        self._write("answer", key, wish, ref)

    def news(self, subject: str, ref: str) -> int:
        """Note that something changed; the number of that."""
        with self._lock:
            if self._page is not None:
                self._page.news += 1
                self._write("news", self._page.news, subject, ref)
                return self._page.news
            with self.transaction():
                number = 1 + self._last_news()
                self._write("news", number, subject, ref)
                return number

    def post(self, news: int, due_s: float) -> None:
        """Have the merchant told of something."""
        self._write("post", news, due_s)

    def later(self, due_s: float, what: str, ref: str) -> None:
        """Have something come true by itself."""
        self._write("later", due_s, what, ref)

    def keep(self, thing: Thing, owner: str = "") -> Thing:
        """Write a thing as it is now."""
        with self._lock:
            if self._page is not None:
                self._page.things[thing["ref"]] = thing
            self._write("thing", thing["ref"], thing["kind"], owner, json.dumps(thing))
        return thing

    def find(self, ref: str, kind: str) -> Thing | None:
        """The thing of a kind with a reference."""
        with self._lock:
            if self._page is not None and ref in self._page.things:
                thing = self._page.things[ref]
                return thing if thing["kind"] == kind else None
            found = self.rows("SELECT body FROM thing WHERE ref = ? AND kind = ?", ref, kind)
            return json.loads(found[0][0]) if found else None

    def of(self, owner: str, kind: str, most: int = 100) -> list[Thing]:
        """The things of an owner, the newest first."""
        found = self.rows(
            "SELECT body FROM thing WHERE owner = ? AND owner <> '' AND kind = ?"
            " ORDER BY ref DESC LIMIT ?",
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
