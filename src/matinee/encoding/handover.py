"""Hands secret flags over to a tool, through a FIFO that only the tool's user may read.

They stand in no process list, and on no disk, so that an encoder that is killed
leaves nothing behind but an empty name. The FIFO lies in a folder of its own, which
no other tool at work is shown.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matinee.encoding.programs import Pulse, tool_user


@contextmanager
def handed_over(flags: str) -> Iterator[tuple[Path, Pulse]]:
    """A flag file, and the pulse that fills it once the tool has opened it.

    `flags` may have as many bytes as a pipe takes at once (4096).
    """
    with tempfile.TemporaryDirectory(prefix="matinee-flags-") as folder:
        path = Path(folder) / "flags"
        os.mkfifo(path, 0o600)
        user = tool_user()
        if user is not None:
            os.chown(folder, *user)
            os.chown(path, *user)
        yield path, _Filling(path, flags.encode())


class _Filling:
    """Writes once, as soon as there is somebody to read."""

    def __init__(self, path: Path, flags: bytes) -> None:
        self._path = path
        self._flags = flags

    def __call__(self) -> None:
        if not self._flags:
            return
        try:
            pipe = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return  # ENXIO: nobody reads yet
        try:
            os.write(pipe, self._flags)
        finally:
            os.close(pipe)
            self._flags = b""
