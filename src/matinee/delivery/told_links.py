"""What players measured, from the log that nginx writes of their requests for steering."""

import contextlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from matinee.delivery.rules.links import Told

_READ_BYTES_MAX = 1_000_000
# More is there only where nobody takes it.
_KEPT_BYTES_MAX = 4 * _READ_BYTES_MAX
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def taken(path: Path) -> list[Told]:
    """All that was told since the last time, at most the newest megabyte; the log is emptied.

    nginx appends to it and goes on at its new end. What comes between reading and emptying is
    lost: they are samples. Nothing where there is no such log on this machine.
    """
    try:
        with path.open("r+b") as log:
            size = os.fstat(log.fileno()).st_size
            log.seek(max(0, size - _READ_BYTES_MAX))
            lines = log.read(_READ_BYTES_MAX)
            log.truncate(0)
    except FileNotFoundError:
        return []
    return list(_told(lines))


def keep_small(path: Path) -> None:
    """Empty a log that nobody took for long: the disk is for films. It may be missing."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > _KEPT_BYTES_MAX:
            os.truncate(path, 0)


def _told(lines: bytes) -> Iterator[Told]:
    for line in lines.splitlines():
        try:
            found = json.loads(line)
            one = Told(str(found["r"]), str(found["p"]), float(found["b"]))
        except (ValueError, KeyError, TypeError):
            continue  # cut at the beginning, or by a full disk
        if _NAME.fullmatch(one.region) and _NAME.fullmatch(one.pathway) and one.bps > 0:
            yield one
