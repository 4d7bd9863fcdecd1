"""The folder in which the demo is made: one seeding at a time, and no leftovers of killed ones."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SeedingElsewhereError(RuntimeError):
    """Another process seeds this very service just now."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder and clear away what a killed seeding left half done.

    Files whose names begin with a dot are unfinished, by the habit of everything that writes here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = "the demo is being put in by another process already; let that one finish"
            raise SeedingElsewhereError(msg) from error
        for path in folder.glob(".*"):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        yield
