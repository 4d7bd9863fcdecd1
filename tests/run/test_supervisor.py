import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from matinee.run import keeping, leftovers, supervisor, watching
from matinee.run.output import Output
from matinee.run.process import Process
from matinee.run.spawning import CannotStartError
from matinee.run.supervisor import Supervisor, UnknownProcessError
from tests import patience
from tests.patience import PATIENCE_S

READY = 'touch "$MATINEE_READY_FILE"; '
# Longer than anything is waited for: what is to be ended does not end by itself.
STAY = READY + "exec sleep 600"


def shell(name: str, script: str, needs: tuple[str, ...] = (), **more: object) -> Process:
    return Process(name, ("sh", "-c", script), needs=needs, **more)  # type: ignore[arg-type]


def watch(
    home: Path, processes: list[Process], play: Callable[[Supervisor], Awaitable[None]]
) -> int:
    """Run a supervisor while `play` acts on it; the exit code."""
    (home / "run").mkdir(exist_ok=True)

    async def scenario() -> int:
        ours = Supervisor(processes, home, home / "run", Output(home / "logs"))
        ours.end_leftovers()
        running = asyncio.create_task(ours.run())
        try:
            await asyncio.wait_for(play(ours), PATIENCE_S)
        finally:
            ours.stop()
            code = await asyncio.wait_for(running, PATIENCE_S)
        return code

    return asyncio.run(scenario())


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - a state of other processes; the scenario is bounded
        await asyncio.sleep(0.02)


def pid_of(ours: Supervisor, name: str) -> int | None:
    found = [row["pid"] for row in ours.status() if row["name"] == name]
    pid = found[0] if found else None
    return pid if isinstance(pid, int) else None


def state_of(ours: Supervisor, name: str) -> object:
    return next(row["state"] for row in ours.status() if row["name"] == name)


def said(home: Path) -> str:
    return "".join(path.read_text() for path in sorted((home / "logs").glob("*.log")))


def test_what_is_killed_is_started_again(home: Path) -> None:
    async def play(ours: Supervisor) -> None:
        await ours.ready()
        first = pid_of(ours, "one")
        assert first
        os.kill(first, signal.SIGKILL)
        await until(lambda: pid_of(ours, "one") not in {first, None})
        await until(lambda: state_of(ours, "one") == "ready")
        assert ours.status()[0]["restarts"] == 1

    assert watch(home, [shell("one", STAY)], play) == 0
    assert "one was killed by SIGKILL; starting it again" in said(home)


def test_what_hangs_is_killed_with_all_below_it_and_started_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SILENT_FOR_S", 0.1)
    monkeypatch.setattr(watching, "ASKED_EVERY_S", 0.02)
    note = home / "grandchild"
    # It says once that it lives; what is below it leads a group of its own.
    hangs = shell("one", f"setsid sleep 600 & echo $! >> {note}; {STAY}", touches=True)

    async def play(ours: Supervisor) -> None:
        await until(lambda: ours.status()[0]["restarts"] == 1)

    watch(home, [hangs], play)
    assert "one runs, but does not answer any more; killing it" in said(home)
    first = int(note.read_text().split()[0])
    patience.until(lambda: not is_running(first))


def test_who_needs_something_that_is_silent_is_not_taken_for_hanging(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SILENT_FOR_S", PATIENCE_S)
    monkeypatch.setattr(watching, "ASKED_EVERY_S", 0.02)
    quiet = home / "quiet"
    busy = READY + "while :; do :; done"
    engine = shell("engine", busy, is_alive=lambda _: False, silent_for_s=PATIENCE_S)
    lives = f'until [ -e {quiet} ]; do touch "$MATINEE_READY_FILE"; done; exec sleep 600'
    web = shell("web", lives, ("engine",), touches=True)

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        await until(lambda: not ours.is_well("engine"))
        before = pid_of(ours, "web")
        monkeypatch.setattr(watching, "STILL_FOR_S", 0.1)
        quiet.touch()
        for _ in range(20):
            await asyncio.sleep(0.02)
        assert pid_of(ours, "web") == before

    watch(home, [engine, web], play)


def test_who_may_wait_for_somebody_elsewhere_is_not_ended_for_standing_still(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SILENT_FOR_S", PATIENCE_S)
    monkeypatch.setattr(watching, "STILL_FOR_S", 0.1)
    monkeypatch.setattr(watching, "ASKED_EVERY_S", 0.02)
    waits, hangs = (
        shell(name, STAY, touches=True, may_wait=name == "waits") for name in ("waits", "hangs")
    )

    async def play(ours: Supervisor) -> None:
        await until(lambda: [one["restarts"] for one in ours.status()] == [0, 2])

    watch(home, [waits, hangs], play)


def test_each_starts_when_what_it_needs_is_ready(home: Path) -> None:
    order = home / "order"
    processes = [
        shell("first", f"sleep 0.4; echo first ready >> {order}; {STAY}"),
        shell("step", f"echo step >> {order}", ("first",), runs_once=True),
        shell("second", f"echo second >> {order}; {STAY}", ("step",)),
    ]

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        assert state_of(ours, "step") == "done"

    watch(home, processes, play)
    assert order.read_text().splitlines() == ["first ready", "step", "second"]


def test_a_stop_drains_from_the_top(home: Path) -> None:
    order = home / "order"

    def polite(name: str, *needs: str) -> Process:
        script = f"trap 'sleep 0.2; echo {name} >> {order}; exit' TERM; {READY}"
        return shell(name, script + "while :; do sleep 0.05; done", needs)

    processes = [polite("engine"), polite("web", "engine"), polite("edge", "web")]
    assert watch(home, processes, lambda ours: ours.ready()) == 0
    assert order.read_text().split() == ["edge", "web", "engine"]


def test_what_does_not_end_in_time_is_killed_with_its_whole_group(home: Path) -> None:
    note = home / "grandchild"
    deaf = f"trap '' TERM; sleep 600 & echo $! > {note}; {READY} wait; sleep 600"
    watch(home, [shell("deaf", deaf, stop_timeout_s=0.3)], lambda ours: ours.ready())
    # What is killed is gone a moment later.
    patience.until(lambda: not is_running(int(note.read_text())))
    assert "deaf did not end in 0 s; killing it" in said(home)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_asked_a_second_time_it_does_not_wait(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_SAME_WISH_S", 2 * PATIENCE_S)
    deaf = f"trap '' TERM; {READY} while :; do sleep 0.1; done"

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        ours.stop()
        ours.stop()  # the same wish, told twice
        await until(lambda: state_of(ours, "other") == "stopped")
        assert state_of(ours, "deaf") == "stopping"
        # From now on it is another wish.
        monkeypatch.setattr(supervisor, "_SAME_WISH_S", 0.0)

    processes = [shell("deaf", deaf, stop_timeout_s=600), shell("other", STAY)]
    assert watch(home, processes, play) == 0
    assert "starting it again" not in said(home)


def test_a_crash_loop_is_told_with_the_last_words(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BACKOFF_S", (*[0.01] * 5, 30.0))

    async def play(ours: Supervisor) -> None:
        await until(lambda: state_of(ours, "bad") == "crash loop")
        await until(lambda: state_of(ours, "good") == "ready")

    processes = [shell("bad", "echo the disk is on fire; exit 3"), shell("good", STAY)]
    assert watch(home, processes, play) == 0
    lines = said(home)
    assert "bad ended with 3 for the 5th time in a row" in lines
    assert "| the disk is on fire" in lines


def test_without_a_vital_step_nothing_goes_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BACKOFF_S", (0.01,))
    processes = [
        shell("engine", STAY),
        shell("step", "exit 1", ("engine",), runs_once=True),
        shell("web", STAY, ("step",)),
    ]

    async def play(ours: Supervisor) -> None:
        await until(lambda: ours.failure is not None)

    assert watch(home, processes, play) == 1
    assert "step failed 5 times" in said(home)


def test_a_step_that_is_not_vital_is_given_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BACKOFF_S", (0.01,))
    processes = [shell("web", STAY), shell("extra", "exit 1", runs_once=True, is_vital=False)]

    async def play(ours: Supervisor) -> None:
        await until(lambda: state_of(ours, "extra") == "given up")
        await ours.ready()

    assert watch(home, processes, play) == 0


def test_what_stands_in_the_way_of_a_start_is_told(home: Path) -> None:
    def refuse(_number: int) -> None:
        raise CannotStartError("the folder is not yours; chown it")

    async def play(ours: Supervisor) -> None:
        await until(lambda: ours.failure is not None)

    assert watch(home, [shell("one", STAY, prepare=refuse)], play) == 1
    assert "one cannot be started. the folder is not yours; chown it" in said(home)


def test_copies_come_and_go(home: Path) -> None:
    async def play(ours: Supervisor) -> None:
        await ours.scale("worker", 3)
        await ours.ready()
        names = [row["name"] for row in ours.status()]
        assert names == ["worker", "worker.2", "worker.3", "single"]
        third = pid_of(ours, "worker.3")
        assert third
        await ours.scale("worker", 1)
        assert [row["name"] for row in ours.status()] == ["worker", "single"]
        assert not is_running(third)
        for name, count in (("single", 2), ("nobody", 1), ("worker", -1), ("worker", 65)):
            with pytest.raises(UnknownProcessError):
                await ours.scale(name, count)

    processes = [
        shell("worker", "echo I am {n}; " + STAY, is_scalable=True),
        shell("single", STAY),
    ]
    watch(home, processes, play)
    assert "I am 3" in said(home)


def test_a_restart_is_no_failure(home: Path) -> None:
    async def play(ours: Supervisor) -> None:
        await ours.ready()
        before = pid_of(ours, "one")
        await ours.restart("one")
        await until(lambda: state_of(ours, "one") == "ready")
        assert pid_of(ours, "one") != before
        assert ours.status()[0]["restarts"] == 0

    watch(home, [shell("one", STAY)], play)


def test_media_tokens_are_struck_from_the_log(home: Path) -> None:
    token = "k7~1790000000~0123456789abcdef0123456789abcdef~" + "x" * 43
    script = f"echo GET /media/{token}/pack/1.m4s; {STAY}"
    watch(home, [shell("edge", script)], lambda ours: ours.ready())
    assert "GET /media/-/pack/1.m4s" in said(home)
    assert token not in said(home)


def test_an_endless_line_is_cut(home: Path) -> None:
    script = f"head -c 300000 /dev/zero | tr '\\0' x; echo; echo end; {STAY}"

    async def play(_ours: Supervisor) -> None:
        await until(lambda: "Z end\n" in said(home))

    watch(home, [shell("chatty", script)], play)
    assert max(map(len, said(home).splitlines())) < 20_000


def test_one_supervisor_a_home(home: Path) -> None:
    first, second = leftovers.HomeLock(home), leftovers.HomeLock(home)
    first.take()
    with pytest.raises(CannotStartError, match=f"already runs .* \\(process {os.getpid()}\\)"):
        second.take()
    first.release()
    second.take()
    second.release()


SUPERVISOR = """
import asyncio, sys
from pathlib import Path
from matinee.run.output import Output
from matinee.run.process import Process
from matinee.run.supervisor import Supervisor
home = Path(sys.argv[1])
(home / "run").mkdir(exist_ok=True)
deaf = "trap '' TERM INT; sleep 600 & echo $! > %s/grandchild; echo $$ > %s/child; " % (home, home)
stay = deaf + 'touch "$MATINEE_READY_FILE"; while :; do sleep 0.1; done'
one = Process("one", ("sh", "-c", stay))
asyncio.run(Supervisor([one], home, home / "run", Output(home / "logs")).run())
"""


def is_noted_and_ready(home: Path) -> bool:
    """Which of the two comes first, is open."""
    ready, note = home / "run" / "ready" / "one", home / "run" / "pids" / "one.json"
    return ready.exists() and note.exists() and bool(note.read_text())


def test_after_kill_9_of_the_supervisor_the_next_one_starts_clean(home: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(home)])
    patience.until(lambda: is_noted_and_ready(home))
    killed.kill()
    killed.wait(PATIENCE_S)
    left = [int((home / name).read_text()) for name in ("child", "grandchild")]
    assert all(map(is_running, left)), "the case needs children that outlive their supervisor"

    async def play(ours: Supervisor) -> None:
        await ours.ready()
        await until(lambda: not any(map(is_running, left)))

    try:
        leftovers_timeout = leftovers.END_TIMEOUT_S
        leftovers.END_TIMEOUT_S = 0.5
        assert watch(home, [shell("one", STAY)], play) == 0
    finally:
        leftovers.END_TIMEOUT_S = leftovers_timeout
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert "ending one" in said(home)
    assert not list((home / "run" / "pids").iterdir())


def test_a_stranger_with_an_old_pid_is_left_alone(home: Path) -> None:
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        notes = leftovers.PidFiles(home / "pids")
        notes.note("web", stranger.pid)
        path = home / "pids" / "web.json"
        path.write_text(path.read_text().replace('"started": "', '"started": "0'))
        notes.end_leftovers(print)
        assert stranger.poll() is None
        assert not path.exists()
    finally:
        stranger.kill()
        stranger.wait(PATIENCE_S)


def test_children_die_with_a_killed_supervisor(home: Path) -> None:
    """Those that do not refuse: the kernel tells them."""
    script = SUPERVISOR.replace("trap '' TERM INT; ", "")
    killed = subprocess.Popen([sys.executable, "-c", script, str(home)])
    patience.until(lambda: is_noted_and_ready(home))
    killed.kill()
    killed.wait(PATIENCE_S)
    child = int((home / "child").read_text())
    patience.until(lambda: not is_running(child))
    leftovers.end_marked(home)
    patience.until(lambda: not is_running(int((home / "grandchild").read_text())))
