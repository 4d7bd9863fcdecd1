"""`kill -9` of the process that files facts: none is lost, and none is there twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from matinee.insights import actions
from matinee.insights.models import Waiting
from matinee.kernel import settings
from tests.insights.test_filing import search, searches
from tests.patience import PATIENCE_S, until

pytestmark = [
    pytest.mark.django_db(databases=["insights"], transaction=True),
    pytest.mark.engines,
]


@pytest.mark.parametrize("step", ["written", "named"])
def test_nothing_is_lost_or_twice(step: str) -> None:
    before = set(scratch_folders())
    search("first")
    search("second")
    script = Path(__file__).with_name("slow_filer.py")
    database = str(connections["insights"].settings_dict["NAME"])
    filer = subprocess.Popen(
        [sys.executable, str(script), step, database],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with filer:
        assert filer.stdout is not None
        assert filer.stdout.readline().decode().strip() == step
        assert actions.facts_file() == 0, "who files does it alone"
        filer.send_signal(signal.SIGKILL)
        _, said = filer.communicate(timeout=PATIENCE_S)
    assert filer.returncode == -signal.SIGKILL, said.decode()
    assert searches() == []
    left = set(scratch_folders()) - before
    assert left, "it was killed in the middle"
    # The engine ends the killed one's transaction as soon as it notices.
    until(actions.facts_file)
    assert searches() == ["first", "second"]
    assert not Waiting.objects.exists()
    assert not left & set(scratch_folders()), "what the killed one made is cleared away"


def scratch_folders() -> Iterator[Path]:
    """Where processes make their files."""
    return (settings.get().home / "cache" / "facts").glob("*/")
