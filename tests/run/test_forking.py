"""Whoever is forked is like a program that was started, and needs its nursery no more."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from matinee.run import forking, nursery
from matinee.run.process import Process
from matinee.run.supervisor import Supervisor
from tests import patience
from tests.patience import PATIENCE_S
from tests.run.test_supervisor import is_running, pid_of, said, state_of, until, watch

# In the place of all services it loads nothing; what it forks runs the program that it was told.
SMALL = """
import os, socket, sys
from pathlib import Path
from matinee.run import nursery
link = socket.socket(fileno=int(sys.argv[1]))
Path(os.environ["NOTE"]).write_text(str(os.getpid()))
link.send(nursery.LOADED)
order = nursery.stay(link, os.getppid())
exec(order.command[-1])
"""
READY = "import os, pathlib, signal, sys; pathlib.Path(os.environ['MATINEE_READY_FILE']).touch()\n"
STAY = READY + "signal.pause()"


@pytest.fixture
def nursery_pid(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Has forks come from a small nursery, whose pid the newest of them noted."""
    (home / "small.py").write_text(SMALL)
    monkeypatch.setenv("NOTE", str(home / "nursery"))
    monkeypatch.setattr(forking, "_PROGRAM", (sys.executable, str(home / "small.py")))
    return lambda: int((home / "nursery").read_text())


def forked(name: str, program: str, **more: object) -> Process:
    return Process(name, (sys.executable, "-c", program), is_forked=True, **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("nursery_pid")
def test_a_fork_is_like_a_program_that_was_started(home: Path) -> None:
    tells = "print('to one', file=sys.stderr); print('and', os.environ['TOLD'], os.getsid(0))\n"
    one = forked("one", READY + tells + "signal.pause()", env={"TOLD": "all"}, nice=7)

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        pid = pid_of(ours, "one")
        assert pid
        seen = psutil.Process(pid)
        assert seen.ppid() == os.getpid()
        assert seen.cmdline()[:2] == list(one.command[:2])
        assert seen.nice() == max(7, psutil.Process().nice())
        await until(lambda: f"and all {pid}\n" in said(home))
        assert "to one\n" in said(home)

    assert watch(home, [one], play) == 0


@pytest.mark.usefixtures("nursery_pid")
def test_how_a_fork_ended_is_known(home: Path) -> None:
    fails = forked("fails", "import sys; sys.exit(3)")
    once = forked("once", "pass", runs_once=True)

    async def play(ours: Supervisor) -> None:
        await until(lambda: state_of(ours, "once") == "done")
        await until(lambda: "fails ended with 3; starting it again" in said(home))

    watch(home, [fails, once], play)


def test_forks_live_on_without_their_nursery(home: Path, nursery_pid: Callable[[], int]) -> None:
    async def play(ours: Supervisor) -> None:
        await ours.ready()
        first, before = nursery_pid(), pid_of(ours, "one")
        os.kill(first, signal.SIGKILL)
        await until(lambda: not is_running(first))
        assert pid_of(ours, "one") == before
        assert before
        os.kill(before, signal.SIGKILL)
        await until(lambda: pid_of(ours, "one") not in {before, None})
        await until(lambda: state_of(ours, "one") == "ready")

    assert watch(home, [forked("one", STAY)], play) == 0
    assert not is_running(nursery_pid())


def test_what_begins_anew_shares_the_nursery_with_the_others(
    home: Path, nursery_pid: Callable[[], int]
) -> None:
    async def play(ours: Supervisor) -> None:
        await ours.ready()
        nursery, before = nursery_pid(), pid_of(ours, "one")
        await ours.restart("one")
        assert pid_of(ours, "one") != before
        assert nursery_pid() == nursery

    assert watch(home, [forked("one", STAY, overlaps=True)], play) == 0


def test_where_nothing_can_be_forked_programs_are_started(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forking, "_PROGRAM", ("sh", "-c", "echo a wheel is missing; exit 1", "sh"))

    async def play(ours: Supervisor) -> None:
        await ours.ready()

    assert watch(home, [forked("one", STAY), forked("two", STAY)], play) == 0
    assert said(home).count("a wheel is missing") == 1
    assert said(home).count("nothing can be forked") == 1


def test_a_stop_does_not_wait_for_what_is_being_loaded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forking, "_PROGRAM", ("sh", "-c", "exec sleep 600", "sh"))

    async def play(ours: Supervisor) -> None:
        await until(lambda: state_of(ours, "one") == "waiting")

    assert watch(home, [forked("one", STAY)], play) == 0


def test_what_does_not_answer_an_order_is_given_up(
    home: Path, nursery_pid: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(ours: Supervisor) -> None:
        await ours.ready()
        hangs, before = nursery_pid(), pid_of(ours, "one")
        monkeypatch.setattr(forking, "_FORKED_WITHIN_S", 0.05)
        os.kill(hangs, signal.SIGSTOP)
        assert before
        os.kill(before, signal.SIGKILL)
        await until(lambda: not is_running(hangs))
        await until(lambda: pid_of(ours, "one") not in {before, None})
        await until(lambda: state_of(ours, "one") == "ready")

    assert watch(home, [forked("one", STAY)], play) == 0


SUPERVISOR = """
import asyncio, sys
from pathlib import Path
from matinee.run import forking
from matinee.run.output import Output
from matinee.run.process import Process
from matinee.run.supervisor import Supervisor
home = Path(sys.argv[1])
(home / "run").mkdir()
forking._PROGRAM = (sys.executable, str(home / "small.py"))
one = Process("one", (sys.executable, "-c", sys.argv[2]), is_forked=True)
asyncio.run(Supervisor([one], home, home / "run", Output(home / "logs")).run())
"""


def test_forks_die_with_a_killed_supervisor(home: Path, nursery_pid: Callable[[], int]) -> None:
    notes = home / "fork"
    program = f"import pathlib, os; pathlib.Path({str(notes)!r}).write_text(str(os.getpid()))\n"
    killed = subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(home), program + STAY])
    patience.until((home / "run" / "ready" / "one").exists)
    killed.kill()
    killed.wait(PATIENCE_S)
    patience.until(lambda: not is_running(int(notes.read_text())))
    patience.until(lambda: not is_running(nursery_pid()))


def test_everything_is_loaded_and_forks_are_commands(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many as libraries would begin on a machine with so many cores.
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    command = (sys.executable, *nursery.COMMAND, "--version")

    async def play(ours: Supervisor) -> None:
        await until(lambda: state_of(ours, "one") == "done")

    assert watch(home, [Process("one", command, is_forked=True, runs_once=True)], play) == 0
    assert "Matinee " in (home / "logs" / "one.log").read_text()
    assert not (home / "logs" / "nursery.log").exists(), said(home)
