"""Secrets as files that only their owner can read; made on first use, never in the environment."""

import os
from collections.abc import Callable
from pathlib import Path

from matinee.kernel import ids


def read_or_make(path: Path, make: Callable[[], str] = ids.secret) -> str:
    """The content of a secret file; written with `make` if there is none yet.

    Two processes that make it at once end up with the same secret.
    """
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _written_beside(path, make())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its secret counts
    finally:
        draft.unlink()
    return path.read_text().strip()


def replace(path: Path, text: str) -> None:
    """Write a secret file anew; who reads it meanwhile gets the old content or the new one."""
    _written_beside(path, text).replace(path)


def _written_beside(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{ids.uuid7().hex}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft
