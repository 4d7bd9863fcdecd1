"""Processes that leave the machine to others really do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matinee.run import checkout, spawning
from tests.patience import PATIENCE_S

_STAYS = (sys.executable, "-c", "import sys; sys.stdin.read()")
_OWN = Path("/proc/self/autogroup")


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


_SEVERAL = """
import os, pwd, subprocess
from pathlib import Path
from matinee.run.spawning import make_nice
if os.geteuid() == 0:
    os.setgroups([])
    os.setuid(pwd.getpwnam("nobody").pw_uid)
several = [
    subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True) for _ in range(4)
]
for one in several:
    make_nice(one.pid, 7)
print(*(Path(f"/proc/{one.pid}/autogroup").read_text().split()[-1] for one in several))
for one in several:
    one.kill()
"""


@pytest.mark.skipif(
    not (_OWN.exists() and _OWN.read_text()), reason="this kernel shares among processes alone"
)
def test_who_begins_at_the_same_moment_as_others_comes_after_viewers_as_well() -> None:
    """An ordinary user's second one is refused for a tenth of a second."""
    said = subprocess.run(
        [sys.executable, "-c", _SEVERAL],
        env=os.environ | {"PYTHONPATH": str(checkout.root() / "src")},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    ).stdout
    assert said.split() == [str(max(7, os.getpriority(os.PRIO_PROCESS, 0)))] * 4
