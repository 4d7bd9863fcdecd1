"""How a process says that it is ready, and goes on saying that it lives: by a file it was named."""

import os
import threading
from pathlib import Path

from matinee.kernel import clock

FILE_VARIABLE = "MATINEE_READY_FILE"
# So often it is touched by who has nobody to answer; see `watching`.
SAID_EVERY_S = 1.0


def go_on_saying() -> None:
    """Say it again and again from a thread of its own, for who answers in threads."""
    if FILE_VARIABLE in os.environ:
        threading.Thread(target=_say, name="pulse", daemon=True).start()


def announce() -> None:
    """Tell whoever started this process, and asked, that it can be relied upon."""
    path = os.environ.get(FILE_VARIABLE)
    if path:
        Path(path).touch()


def _say() -> None:
    while True:
        announce()
        clock.pause(SAID_EVERY_S)
