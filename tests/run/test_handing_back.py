"""What a worker that is to end cannot finish is done by the next one."""

import signal
import sys
from pathlib import Path

import pytest

from matinee.kernel import ids, stores, tasks
from matinee.run import keeping
from matinee.run.process import Process
from matinee.run.supervisor import Supervisor
from tests.patience import PATIENCE_S
from tests.run.test_supervisor import said, watch

WORKER = """
import os, sys, threading
from pathlib import Path
import django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matinee.run.django_settings")
django.setup(set_prefix=False)
from matinee.kernel.tasks import app

@app.task(name="tests.endless")
def endless():
    Path(sys.argv[2]).touch()
    threading.Event().wait()

few = ["--concurrency", "1", "--without-gossip", "--without-mingle"]
app.worker_main(["--quiet", "worker", "--queues", sys.argv[1], *few])
"""


def test_a_task_that_does_not_end_is_handed_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_HANDS_BACK_WITHIN_S", PATIENCE_S)
    queue, begun = f"tests-{ids.uuid7().hex}", home / "begun"
    encoder = Process(
        "encoder",
        (sys.executable, "-c", WORKER, queue, str(begun)),
        is_ready=lambda _: begun.exists(),
        stop_timeout_s=0.2,
        give_back_signal=signal.SIGQUIT,
    )
    tasks.app.send_task("tests.endless", queue=queue)

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        assert stores.connect().llen(f"{tasks.PREFIX}{queue}") == 0

    assert watch(home, [encoder], play) == 0
    assert stores.connect().llen(f"{tasks.PREFIX}{queue}") == 1, said(home)
    stores.connect().delete(f"{tasks.PREFIX}{queue}")
    assert "killing it" not in said(home)
