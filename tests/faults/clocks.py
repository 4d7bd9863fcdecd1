"""The clock of an installation, turned by libfaketime while it runs."""

import os
from pathlib import Path

LIBRARIES = (
    Path(os.environ.get("MATINEE_FAKETIME", os.devnull)),
    Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
    Path("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"),
)


class Clock:
    """What all processes of an installation take for the time; nginx, linked alone, keeps its own.

    Stopwatches go on as they are: a clock is set, time is not.
    """

    def __init__(self, library: Path, file: Path) -> None:
        self._library = library
        self._file = file
        self.turn(0)

    def settings(self) -> dict[str, str]:
        """What processes are started with."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
            "FAKE_STAT": "0",
            "NO_FAKE_STAT": "1",
        }

    def turn(self, seconds: int) -> None:
        """Let it be so many seconds ahead of the true time, or behind."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}\n")
        draft.chmod(0o644)
        draft.replace(self._file)


def library() -> Path | None:
    """Where libfaketime is, if it is there."""
    return next((path for path in LIBRARIES if path.is_file() and path.stat().st_size), None)
