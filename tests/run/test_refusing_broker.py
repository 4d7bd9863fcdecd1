"""A broker that is there and refuses what changes anything, as with a full disk, ends no worker."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matinee.kernel import ids, stores, tasks
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.engines

QUEUE = f"tests-{ids.uuid7().hex}"
WORKER = """
import sys
from pathlib import Path
from typing import Any
from matinee.kernel import settings, taking, tasks

app = tasks.make_app(settings.get().broker)
taking.prepare(app, lambda: None)

@app.task(name="tests.touch")
def touch(path):
    Path(path).touch()

few = ["--concurrency", "1", "--without-gossip", "--without-mingle"]
app.worker_main(["--quiet", "worker", "--queues", sys.argv[1], *few])
"""


@pytest.fixture
def worker(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with (tmp_path / "said").open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-c", WORKER, QUEUE], stdout=said, stderr=said, cwd=tmp_path
        )
    try:
        yield child
    finally:
        child.terminate()
        child.wait(PATIENCE_S)


@pytest.fixture
def store() -> Iterator[Any]:
    found = stores.connect()
    yield found
    found.config_set("min-replicas-to-write", 0)


def is_done(path: Path, worker: "subprocess.Popen[bytes]") -> None:
    said = path.with_name("said")
    tasks.app.send_task("tests.touch", [str(path)], queue=QUEUE)
    until(lambda: path.exists() or worker.poll() is not None, said.read_text)
    assert worker.poll() is None, said.read_text()


def test_a_worker_goes_on_when_its_broker_takes_changes_again(
    worker: "subprocess.Popen[bytes]", store: Any, tmp_path: Path
) -> None:
    is_done(tmp_path / "before", worker)
    # It has no replica, and so refuses every command that writes.
    store.config_set("min-replicas-to-write", 1)
    said = tmp_path / "said"
    until(lambda: said.read_text().count("NOREPLICAS") > 1, said.read_text)
    store.config_set("min-replicas-to-write", 0)
    is_done(tmp_path / "after", worker)
