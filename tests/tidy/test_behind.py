"""What `bin/test` begins behind its journeys really goes after them."""

import subprocess
import sys

from tests.patience import PATIENCE_S
from tests.tidy import house

SAY = "import os; print(os.getpriority(os.PRIO_PROCESS, 0), os.getsid(0) == os.getpid())"


def test_what_is_begun_behind_goes_after_others_in_a_session_of_its_own() -> None:
    began = subprocess.run(
        [sys.executable, "-m", "tests.behind", sys.executable, "-c", SAY],
        cwd=house.ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    nice, leads = began.stdout.split()
    assert int(nice) >= 10
    assert leads == "True"
