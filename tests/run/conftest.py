"""A home folder of its own for each test, which engines of another user can enter."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from matinee.kernel.settings import Settings
from matinee.run import engines


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"matinee-test-{os.getpid()}-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(home: Path) -> Settings:
    chosen = Settings(home=home, address=f"127.0.0.1:{free_port()}")
    engines.prepare_folders(chosen)
    return chosen


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    return port
