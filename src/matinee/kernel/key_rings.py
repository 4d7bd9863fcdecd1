"""Secrets that change while the service runs: a ring of keys, each with a name (`kid`).

Whoever checks a signature accepts every key of the ring and is told by `kid` which one to
take. A new key is accepted at once but signs only later, when every edge has heard of it;
the one before is accepted until nothing that it signed can still be valid.
"""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from matinee.kernel import clock, ids, secret_files

# Edges hear of a new key within seconds; an edge that was away for a minute still does.
SIGNS_AFTER = timedelta(minutes=2)
# Longer than anything that such a key signs is valid: media tokens 20 minutes, fill tokens a day.
KEPT_AFTER = timedelta(hours=26)
KEYS_MAX = 16


class TooManyKeysError(ValueError):
    """The ring was turned so often that every key in it is still needed."""


@dataclass(frozen=True)
class Key:
    """A secret and from when on it signs, in seconds since 1970."""

    kid: str
    secret: str = field(repr=False)
    signs_from_s: int


class KeyRing:
    """The keys in a file that only their owner can read; made with one key if there is none.

    Read again when the file has changed, so that a process that runs for months keeps up.
    `first` makes the first key, where that is not as any other; a key that another one replaced
    is accepted for `kept_after`.
    """

    def __init__(
        self,
        path: Path,
        make: Callable[[], str] = ids.secret,
        *,
        first: Callable[[], str] | None = None,
        kept_after: timedelta = KEPT_AFTER,
    ) -> None:
        self._path, self._file = path, os.fspath(path)
        self._make, self._make_first = make, first or make
        self._kept_s = kept_after.total_seconds()
        self._seen: tuple[int, int] | None = None
        self._keys: list[Key] = []

    def keys(self) -> list[Key]:
        """Every key that is accepted now; the one that signs comes first."""
        self._refresh()
        now_s = clock.unix_s()
        # Of those that sign already the newest, then all the others.
        return sorted(self._keys, key=lambda key: (key.signs_from_s > now_s, -key.signs_from_s))

    def mark(self) -> object:
        """What is another one after the ring has changed."""
        self._refresh()
        return self._seen

    def signing(self) -> Key:
        """The key to sign with."""
        return self.keys()[0]

    def find(self, kid: str) -> Key | None:
        """The accepted key of this name."""
        self._refresh()
        return self.seen(kid)

    def seen(self, kid: str) -> Key | None:
        """As `find`, of the ring as it was when it was last looked at."""
        return next((key for key in self._keys if key.kid == kid), None)

    def rotate(self, *, at_once: bool = False) -> Key:
        """Put a new key on the ring; returns it.

        With `at_once`, for a key that got into wrong hands, the others are accepted no
        longer: what they signed is refused until it is renewed. TooManyKeysError where
        keys that are still needed fill the ring.
        """
        now_s = int(clock.unix_s())
        before = [] if at_once else self._still_needed(now_s)
        if len(before) >= KEYS_MAX:
            raise TooManyKeysError(
                f"{self._path} holds {len(before)} keys that are still accepted. Wait a day, or"
                " rotate at once, which ends what they signed."
            )
        signs_from_s = now_s if at_once else now_s + int(SIGNS_AFTER.total_seconds())
        number = 1 + max((int(key.kid[1:]) for key in self.keys()), default=0)
        fresh = Key(f"k{number}", self._make(), signs_from_s)
        self._write([fresh, *before])
        return fresh

    def retire(self) -> None:
        """Accept only the key that signs; asked once nothing is needed that others signed."""
        self._write([self.signing()])

    def _still_needed(self, now_s: int) -> list[Key]:
        """The key that signs, those that will, and those that one of them replaced not long ago."""
        newest_first = sorted(self.keys(), key=lambda key: -key.signs_from_s)
        return [
            key
            for at, key in enumerate(newest_first)
            if at == 0 or newest_first[at - 1].signs_from_s + self._kept_s > now_s
        ]

    def _refresh(self) -> None:
        try:
            found = os.stat(self._file)  # noqa: PTH116 - each check of a token waits for it
        except FileNotFoundError:
            secret_files.read_or_make(self._path, self._first)
            found = self._path.stat()
        mark = (found.st_mtime_ns, found.st_ino)
        if mark != self._seen:
            self._keys = [Key(**entry) for entry in json.loads(self._path.read_text())]
            self._seen = mark

    def _first(self) -> str:
        return _text([Key("k1", self._make_first(), 0)])

    def _write(self, keys: Iterable[Key]) -> None:
        draft = self._path.with_name(f".{self._path.name}.{ids.uuid7().hex}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(_text(keys))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)


def _text(keys: Iterable[Key]) -> str:
    return json.dumps([asdict(key) for key in keys])
