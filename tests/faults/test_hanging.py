"""Each process and engine stands still: it is there, takes connections and answers nothing."""

import os
import signal

import pytest

from tests.faults.trial import Fault, Trial

pytestmark = pytest.mark.engines

GROUP = "Hanging (`kill -STOP`)"
PROCESSES = ("postgres", "valkey", "edge", "web", "worker", "encoder", "relay", "beat")


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_hangs(trial: Trial, name: str) -> None:
    trial.of(Fault(GROUP, name, lambda: trial.freeze(name), trial.comes_back(name)))


def test_the_supervisor_hangs(trial: Trial) -> None:
    """Who starts others is not needed by those who watch; it goes on where it was."""
    assert trial.service.process is not None
    pid = trial.service.process.pid

    def freeze() -> None:
        os.kill(pid, signal.SIGSTOP)
        try:
            trial.household.somebody_comes()
        finally:
            os.kill(pid, signal.SIGCONT)

    trial.of(Fault(GROUP, "the supervisor, for a while", freeze))
