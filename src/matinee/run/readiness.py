"""How a process says that it is ready, and goes on saying that it lives: by a file it was named."""

import os
from pathlib import Path

FILE_VARIABLE = "MATINEE_READY_FILE"
# So often it is touched by who has nobody to answer; see `watching`.
SAID_EVERY_S = 2.0


def announce() -> None:
    """Tell whoever started this process, and asked, that it can be relied upon."""
    path = os.environ.get(FILE_VARIABLE)
    if path:
        Path(path).touch()
