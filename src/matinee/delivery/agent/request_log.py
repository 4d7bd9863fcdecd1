"""Reading nginx's request log line by line, across rotations, each line once."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from matinee.delivery.agent.folder import EdgeFolder, LogPosition
from matinee.kernel import clock

ROTATE_BYTES = 64 * 1024 * 1024
# What could not be told for so long is not told any more: the disk is for films.
KEPT_BYTES_MAX = 1024 * 1024 * 1024
# nginx writes on into a log that was renamed until it was told to open a new one.
_SETTLED_S = 30.0
_LINE_BYTES_MAX = 16 * 1024


class RequestLog:
    """The log of an edge: `requests.log`, and older parts of it by the time of their renaming."""

    def __init__(self, folder: EdgeFolder) -> None:
        self._path = folder.log

    def lines(self, position: LogPosition) -> Iterator[tuple[bytes, LogPosition]]:
        """Whole lines behind a position, oldest first, each with the position after it."""
        for path in self._from(position):
            with path.open("rb") as file:
                inode = os.fstat(file.fileno()).st_ino
                if inode == position.inode:
                    file.seek(position.offset)
                for line in _whole_lines(file):
                    yield line, LogPosition(inode=inode, offset=file.tell())

    def needs_rotation(self) -> bool:
        """Whether the part that nginx writes has become long."""
        return self._path.is_file() and self._path.stat().st_size >= ROTATE_BYTES

    def rotate(self) -> None:
        """Put the log aside; nginx must be told to open a new one then."""
        self._path.rename(self._path.with_name(f"requests.{int(clock.unix_s() * 1000)}.log"))

    def remove_counted(self, position: LogPosition) -> int:
        """Remove parts that were counted, and the oldest if all are too long; bytes not counted."""
        lost = 0
        total = sum(path.stat().st_size for path in self._parts())
        counted = [path for path in self._parts() if path not in self._from(position)]
        for path in self._parts()[:-1]:
            found = path.stat()
            is_read = path in counted or (
                found.st_ino == position.inode and position.offset >= found.st_size
            )
            is_settled = clock.unix_s() - found.st_mtime > _SETTLED_S
            if (is_read and is_settled) or total > KEPT_BYTES_MAX:
                lost += 0 if is_read else found.st_size
                total -= found.st_size
                path.unlink()
        return lost

    def _from(self, position: LogPosition) -> list[Path]:
        """The part that the position lies in and all after it; all, where it is in none."""
        parts = self._parts()
        for number, path in enumerate(parts):
            if path.stat().st_ino == position.inode:
                return parts[number:]
        return parts

    def _parts(self) -> list[Path]:
        """Oldest first."""
        older = sorted(self._path.parent.glob("requests.*.log"))
        return [*older, self._path] if self._path.is_file() else older


def _whole_lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines that nginx has ended. One that is longer than any of ours comes in pieces."""
    while line := file.readline(_LINE_BYTES_MAX):
        if not line.endswith(b"\n") and len(line) < _LINE_BYTES_MAX:
            return
        yield line
