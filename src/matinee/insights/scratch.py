"""Where files lie while they are made: a folder of each process, which nobody finds after it.

Whoever is killed cleans nothing up. So each folder is held by a lock that ends with its process,
and whoever opens the next one removes those that nobody holds any more.
"""

import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matinee.kernel import settings

_LOCK = "lock"
_opening = threading.Lock()
# One a process: a child that was forked must not take its parent's for its own.
_held: dict[int, tuple[Path, int]] = {}


def folder() -> Path:
    """The folder of this process; leftovers of others that were killed are removed meanwhile."""
    within = settings.get().home / "cache" / "facts"
    with _opening:
        found = _held.get(os.getpid())
        if found is None or found[0].parent != within or not found[0].is_dir():
            found = _held[os.getpid()] = _opened(within)
        _sweep(within, but=found[0])
    return found[0]


@contextmanager
def space() -> Iterator[Path]:
    """An empty folder within this process's, for as long as something is made in it."""
    with tempfile.TemporaryDirectory(dir=folder()) as name:
        yield Path(name)


def _opened(within: Path) -> tuple[Path, int]:
    within.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whoever sweeps waits meanwhile: what is not locked yet would look left over.
    with (within / _LOCK).open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        own = Path(tempfile.mkdtemp(dir=within))
        handle = os.open(own / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
    return own, handle


def _sweep(within: Path, *, but: Path) -> None:
    others = [path for path in within.iterdir() if path.is_dir() and path != but]
    if not others:
        return
    with (within / _LOCK).open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        for path in others:
            if not _is_held(path):
                shutil.rmtree(path, ignore_errors=True)


def _is_held(path: Path) -> bool:
    try:
        with (path / _LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # half made, or half removed
    return False
