"""Copies that are replaced while others rely on them, and supervisors that become others."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from matinee.run import keeping
from matinee.run.control import Control
from matinee.run.process import Process
from matinee.run.spawning import CannotStartError
from matinee.run.supervisor import DidNotComeUpError, Supervisor, UnknownProcessError
from tests import patience
from tests.patience import PATIENCE_S
from tests.run.test_supervisor import (
    READY,
    STAY,
    is_running,
    pid_of,
    said,
    shell,
    state_of,
    watch,
)
from tests.tidy.house import ROOT


class Told:
    """Who sends to copies; notes what it was told, and who ran at that moment."""

    def __init__(self) -> None:
        self.log: list[tuple[object, ...]] = []
        self.pids: set[int] = set()

    def send_to(self, numbers: Sequence[int]) -> None:
        self.log.append(("send to", *numbers))

    def let_go(self) -> None:
        self.log.append(("let go", *(is_running(pid) for pid in sorted(self.pids))))


def web(told: Told, script: str = STAY) -> Process:
    return shell("web", script, is_scalable=True, overlaps=True, callers=told)


def test_a_new_copy_is_used_before_the_old_one_ends(home: Path) -> None:
    told = Told()

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        first = pid_of(ours, "web")
        assert first
        told.pids = {first}
        await ours.restart("web")
        assert [row["name"] for row in ours.status()] == ["web.2", "other"]
        assert state_of(ours, "web.2") == "ready"
        assert not is_running(first)
        await ours.restart("web")
        assert [row["name"] for row in ours.status()] == ["web", "other"]

    assert watch(home, [web(told), shell("other", STAY, ("web",))], play) == 0
    once = [("send to", 1), ("send to", 1, 2), ("send to", 2), ("let go", True)]
    assert told.log[:4] == once
    assert told.log[4:6] == [("send to", 2, 1), ("send to", 1)]


def test_a_new_copy_that_fails_leaves_the_old_one_where_it_is(home: Path) -> None:
    told = Told()
    script = "[ {n} = 1 ] || { echo no such column; exit 1; }; " + STAY

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        first = pid_of(ours, "web")
        with pytest.raises(DidNotComeUpError, match="no such column"):
            await ours.restart("web")
        assert [row["name"] for row in ours.status()] == ["web"]
        assert pid_of(ours, "web") == first

    assert watch(home, [web(told, script)], play) == 0
    assert told.log == [("send to", 1)]


def test_what_stands_in_the_way_of_a_new_copy_ends_nothing_else(home: Path) -> None:
    def refuse(number: int) -> None:
        if number > 1:
            raise CannotStartError("the folder is not yours; chown it")

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        with pytest.raises(DidNotComeUpError, match="chown it"):
            await ours.restart("web")
        assert state_of(ours, "web") == "ready"
        assert ours.failure is None

    one = shell("web", STAY, overlaps=True, prepare=refuse)
    assert watch(home, [one], play) == 0


def test_who_is_sent_to_knows_of_every_copy(home: Path) -> None:
    told = Told()

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        await ours.scale("web", 3)
        await ours.ready()
        await ours.scale("web", 1)
        with pytest.raises(UnknownProcessError, match="1 to 64"):
            await ours.scale("web", 0)
        assert ours.scalable() == {"web": 1}

    watch(home, [web(told), shell("other", STAY, ("web",))], play)
    assert set(told.log[2]) == {"send to", 1, 2, 3}
    assert told.log[3:] == [("send to", 1), ("let go",)]


def test_what_is_not_finished_in_time_is_handed_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_HANDS_BACK_WITHIN_S", PATIENCE_S)
    script = (
        f"trap '' TERM; trap 'echo handed back; exit' QUIT; {READY} while :; do sleep 0.1; done"
    )
    worker = shell("worker", script, stop_timeout_s=0.2, give_back_signal=signal.SIGQUIT)
    # As where a script has started all of it in the background.
    before = signal.signal(signal.SIGQUIT, signal.SIG_IGN)
    try:
        watch(home, [worker], lambda ours: ours.ready())
    finally:
        signal.signal(signal.SIGQUIT, before)
    assert "handed back" in said(home)
    assert "killing it" not in said(home)


SECOND = """
import asyncio, json, os, sys
from pathlib import Path
from matinee.run import handover
from matinee.run.output import Output
from matinee.run.control import Control
from matinee.run.process import Process
from matinee.run.supervisor import Supervisor
home = Path(sys.argv[1])
stay = "while :; do echo still; sleep 0.05; done"
one = Process("one", ("sh", "-c", stay), is_ready=lambda _: True)
async def run():
    ours = Supervisor([one], home, home / "run", Output(home / "logs2"))
    ours.take_over(handover.received())
    handover.listen()
    asyncio.get_running_loop().add_signal_handler(15, ours.stop)
    running = asyncio.create_task(ours.run())
    await ours.ready()
    (home / "second").write_text(json.dumps([os.getpid(), ours.status()]))
    await running
asyncio.run(run())
"""
FIRST = """
import asyncio, json, os, sys
from pathlib import Path
from matinee.run.output import Output
from matinee.run.control import Control
from matinee.run.process import Process
from matinee.run.releases import Release
from matinee.run.supervisor import Supervisor
home = Path(sys.argv[1])
(home / "run").mkdir()
stay = 'touch "$MATINEE_READY_FILE"; while :; do echo still; sleep 0.05; done'
processes = [Process("one", ("sh", "-c", stay)), Process("gone", ("sh", "-c", stay))]
async def run():
    ours = Supervisor(processes, home, home / "run", Output(home / "logs"))
    running = asyncio.create_task(ours.run())
    await asyncio.sleep(0)
    await ours.ready()
    (home / "first").write_text(json.dumps([os.getpid(), ours.status()]))
    await ours.hand_over(Release("2", str(home / "python"), str(home)))
asyncio.run(run())
"""


def test_children_go_on_while_their_supervisor_becomes_another(home: Path) -> None:
    (home / "second.py").write_text(SECOND)
    program = home / "python"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} {home}/second.py {home}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    ours = subprocess.Popen([sys.executable, "-c", FIRST, str(home)], cwd=ROOT)
    try:
        patience.until(lambda: (home / "second").exists() and (home / "second").read_text())
        (before, [child, gone]) = json.loads((home / "first").read_text())
        (after, [same]) = json.loads((home / "second").read_text())
        assert before == after == ours.pid
        assert (same["pid"], same["state"]) == (child["pid"], "ready")
        assert is_running(child["pid"])
        patience.until(lambda: not is_running(gone["pid"]))
        log = home / "logs2" / "one.log"
        patience.until(lambda: log.exists() and "still" in log.read_text())
    finally:
        ours.terminate()
        assert ours.wait(PATIENCE_S) == 0
    assert not is_running(child["pid"])


def test_what_cannot_be_run_is_no_successor(home: Path) -> None:
    async def play(ours: Supervisor) -> None:
        await ours.ready()
        release = {"version": "2", "python": str(home / "none"), "checkout": str(home)}
        asked = json.dumps({"do": "become", "release": release}).encode()
        answer = await Control(ours).answer(asked)
        assert not answer["ok"]
        assert "no program that can be run" in answer["error"]
        asked = json.dumps({"do": "become", "release": {"python": os.devnull}}).encode()
        assert not (await Control(ours).answer(asked))["ok"]

    assert watch(home, [shell("one", STAY)], play) == 0
