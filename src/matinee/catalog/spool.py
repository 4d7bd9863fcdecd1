"""The folder of films on their way in: one folder per upload, one file in it, one writer at a time.

The file of an upload is locked by whoever writes or moves it. The system lets
go of the lock when the process ends, however it ends.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from matinee.catalog import settings
from matinee.kernel import clock
from matinee.kernel.storage import sync

_LOCK_PAUSE_S = 0.05


class HeldError(RuntimeError):
    """Another request or process is at work on the same upload."""


class PartFile:
    """The open, locked file of an upload."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @property
    def size_bytes(self) -> int:
        """How long the file is."""
        return os.fstat(self._handle).st_size

    def cut(self, size_bytes: int) -> None:
        """Throw away what lies behind the first `size_bytes`, and stand there."""
        os.ftruncate(self._handle, size_bytes)
        os.lseek(self._handle, size_bytes, os.SEEK_SET)

    def write(self, block: bytes) -> None:
        """Append all of a block."""
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    def sync(self) -> None:
        """Return when all that was written is safe on disk."""
        os.fsync(self._handle)


@dataclass(frozen=True)
class Spool:
    """The folder of unfinished uploads."""

    root: Path

    def folder(self, upload_id: UUID) -> Path:
        """The folder of one upload."""
        return self.root / str(upload_id)

    def make(self, upload_id: UUID, file_name: str) -> None:
        """Make an upload's empty file, safe on disk; nothing happens if it is there."""
        folder = self.folder(upload_id)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / file_name, os.O_WRONLY | os.O_CREAT, 0o600)
        os.close(handle)
        for path in (folder / file_name, folder, self.root):
            sync(path)

    def size_bytes(self, upload_id: UUID, file_name: str) -> int:
        """How long an upload's file is; 0 if there is none."""
        try:
            return (self.folder(upload_id) / file_name).stat().st_size
        except FileNotFoundError:
            return 0

    @contextmanager
    def hold(self, upload_id: UUID, file_name: str, wait_s: float = 0) -> Iterator[PartFile]:
        """Lock and open an upload's file; HeldError if another has it for longer than `wait_s`.

        FileNotFoundError if it is not there, or no more.
        """
        path = self.folder(upload_id) / file_name
        handle = os.open(path, os.O_RDWR)
        try:
            _lock(handle, clock.monotonic_s() + wait_s)
            if path.stat().st_ino != os.fstat(handle).st_ino:
                raise FileNotFoundError(path)
            yield PartFile(handle)
        finally:
            os.close(handle)

    def remove(self, upload_id: UUID) -> None:
        """Remove what there is of an upload."""
        shutil.rmtree(self.folder(upload_id), ignore_errors=True)

    def upload_ids(self) -> Iterator[tuple[UUID, float]]:
        """The uploads that have a folder, with the Unix time of its last change."""
        if not self.root.is_dir():
            return
        for folder in self.root.iterdir():
            try:
                yield UUID(folder.name), folder.stat().st_mtime
            except (ValueError, FileNotFoundError):
                continue

    def free_bytes(self) -> int:
        """Room left on the disk."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free


def opened() -> Spool:
    """The spool that the settings name."""
    return Spool(settings.get().spool)


def _lock(handle: int, until_s: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if clock.monotonic_s() >= until_s:
                raise HeldError from None
            clock.pause(_LOCK_PAUSE_S)
        else:
            return
