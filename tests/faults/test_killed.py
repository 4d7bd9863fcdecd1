"""Each process and engine is killed in the middle of what it does."""

import signal

import psutil
import pytest

from tests.faults.trial import Fault, Trial

pytestmark = pytest.mark.engines

GROUP = "Killed (`kill -9`)"
PROCESSES = (
    *("postgres", "valkey", "edge", "web", "worker", "encoder"),
    *("relay", "beat", "simulator"),
)


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_killed(trial: Trial, name: str) -> None:
    trial.of(Fault(GROUP, name, lambda: trial.kill(name), trial.comes_back(name)))


def test_one_of_postgresqls_processes_is_killed(trial: Trial) -> None:
    def kill() -> None:
        member = max(trial.family("postgres")[1:], key=psutil.Process.create_time)
        member.send_signal(signal.SIGKILL)

    trial.of(Fault(GROUP, "a connection's process of postgres", kill))


def test_what_serves_pages_is_killed_below_its_parent(trial: Trial) -> None:
    def kill() -> None:
        for member in trial.family("web")[1:]:
            member.send_signal(signal.SIGKILL)

    trial.of(Fault(GROUP, "the process below web that answers", kill))


def test_a_child_of_the_worker_is_killed(trial: Trial) -> None:
    def kill() -> None:
        trial.family("worker")[-1].send_signal(signal.SIGKILL)

    trial.of(Fault(GROUP, "a child of the worker", kill))


def test_the_supervisor_is_killed_and_started_again(trial: Trial) -> None:
    service = trial.service
    kill = service.kill_supervisor
    trial.of(Fault(GROUP, "the supervisor, started again at once", kill, undo=service.start))


def test_everything_is_killed_at_once(trial: Trial) -> None:
    service = trial.service
    kill = service.kill_everything
    trial.of(Fault(GROUP, "everything at once, started again", kill, undo=service.start))
