"""The clock of an installation, turned while it runs by what is loaded before its C library."""

import shutil
import struct
import subprocess
from pathlib import Path

from tests.patience import PATIENCE_S

SOURCE = Path(__file__).with_name("clock.c")


class Clock:
    """What all processes take for the time but nginx, which is linked alone and keeps its own."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._library = folder / "clock.so"
        self._file.write_bytes(bytes(8))
        for path in (self._file, built(self._library)):
            path.chmod(0o755)

    def settings(self) -> dict[str, str]:
        """What processes are started with."""
        return {"LD_PRELOAD": str(self._library), "MATINEE_CLOCK": str(self._file)}

    def turn(self, ahead_s: int) -> None:
        """Let it be so many seconds ahead of the true time, or behind."""
        # In place, as everybody looks at this very file.
        with self._file.open("r+b", buffering=0) as file:
            file.write(struct.pack("=q", ahead_s))


def compiler() -> str | None:
    """A C compiler of this machine."""
    return shutil.which("cc")


def built(library: Path) -> Path:
    """What turns the clock, compiled for this machine."""
    command = [str(compiler()), "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True, timeout=PATIENCE_S)
    return library
