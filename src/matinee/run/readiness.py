"""How a process says that it is ready: by making the file that it was named."""

import os
from pathlib import Path

FILE_VARIABLE = "MATINEE_READY_FILE"


def announce() -> None:
    """Tell whoever started this process, and asked, that it can be relied upon."""
    path = os.environ.get(FILE_VARIABLE)
    if path:
        Path(path).touch()
