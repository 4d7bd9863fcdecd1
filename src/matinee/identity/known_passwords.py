"""Passwords that guessers know: the 20,000 commonest, and a list of leaked ones of the operator's.

The operator's file has the form in which Have I Been Pwned gives its list out: a line for each,
the SHA-1 in capitals, perhaps `:` and a count, in order. It may be many gigabytes: it stays on
the disk, and a look-up reads about thirty lines of it.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from django.contrib.auth.password_validation import CommonPasswordValidator

_LINE = re.compile(rb"[0-9A-F]{40}(:[0-9]+)?\r?\n?", re.ASCII)
_DIGEST_LETTERS = 40
_LINE_BYTES_MAX = 80


class WrongListError(ValueError):
    """The operator's list is not in the form that is understood."""


def is_known(password: str, leaked: Path | None) -> bool:
    """Whether guessers know a password, in any case; OSError or WrongListError for a bad list."""
    if password.lower() in _common():
        return True
    return leaked is not None and _is_listed(password, leaked)


def check_list(leaked: Path) -> None:
    """OSError or WrongListError where the operator's list cannot be used."""
    with leaked.open("rb") as file:
        if not _LINE.fullmatch(file.readline(_LINE_BYTES_MAX)):
            msg = (
                f"{leaked} does not hold a SHA-1 in capitals a line, perhaps with `:COUNT`. "
                "Take Have I Been Pwned's list of SHA-1, ordered by hash."
            )
            raise WrongListError(msg)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _is_listed(password: str, leaked: Path) -> bool:
    """Search by halves for the line of a password's SHA-1."""
    # The list's own form; nothing is kept or secured by it.
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with leaked.open("rb") as file:
        low, high = 0, leaked.stat().st_size
        while low < high:
            middle = (low + high) // 2
            start, line = _line_from(file, middle)
            if not line or start >= high or line[:_DIGEST_LETTERS] > wanted:
                high = middle
            elif line[:_DIGEST_LETTERS] < wanted:
                low = start + len(line)
            else:
                return True
    return False


def _line_from(file: BinaryIO, at: int) -> tuple[int, bytes]:
    """Where the first line begins that begins at a byte or after it, and that line."""
    file.seek(max(0, at - 1))
    if at:
        file.readline(_LINE_BYTES_MAX)
    return file.tell(), file.readline(_LINE_BYTES_MAX)
