"""Processes that leave the machine to others really do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matinee.run import spawning

_STAYS = (sys.executable, "-c", "import sys; sys.stdin.read()")


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    options = spawning.options(None)
    with subprocess.Popen(_STAYS, stdin=subprocess.PIPE, **options) as started:
        yield started
        started.kill()


def test_a_nice_process_comes_after_others_and_so_does_its_session(
    child: "subprocess.Popen[bytes]",
) -> None:
    before = os.getpriority(os.PRIO_PROCESS, child.pid)
    for nice in (7, 5):
        spawning.make_nice(child.pid, nice)
        # Who is nicer already stays so.
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == max(before, 7)
    group = Path(f"/proc/{child.pid}/autogroup")
    if group.exists() and group.read_text():
        assert group.read_text().split()[-1] == str(max(before, 7))
