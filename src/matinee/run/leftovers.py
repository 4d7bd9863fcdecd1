"""What a supervisor that was killed left behind: its lock, and processes that outlived it.

Each child is noted in a file with its pid and start time, and carries the home
folder in its environment. The next supervisor ends whichever is still there
before it starts anything, so nothing has to be cleaned by hand.
"""

import fcntl
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil

from matinee.run.spawning import CannotStartError

MARK = "MATINEE_SUPERVISED_IN"
END_TIMEOUT_S = 15.0


class HomeLock:
    """Held by the one supervisor of a home folder for as long as it lives."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "supervisor.lock"
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> None:
        """CannotStartError if another supervisor has it."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = self._path.read_text().strip() or "unknown"
            msg = (
                f"Matinee already runs in {self._path.parent.parent} (process {holder}). See it"
                " with `matinee status`, end it with `matinee stop`; or choose another"
                " MATINEE_HOME and MATINEE_ADDRESS for a second one."
            )
            raise CannotStartError(msg) from None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._handle)


class PidFiles:
    """Notes of the running children in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)

    def note(self, name: str, pid: int) -> None:
        """Remember a child that was just started."""
        note = {"pid": pid, "started": _start_mark(pid)}
        (self._folder / f"{name}.json").write_text(json.dumps(note))

    def forget(self, name: str) -> None:
        """The child has ended."""
        (self._folder / f"{name}.json").unlink(missing_ok=True)

    def end_leftovers(self, say: Callable[[str], None]) -> None:
        """End every noted process that still runs, its whole group, and forget the notes."""
        for path in sorted(self._folder.glob("*.json")):
            pid, boot, started = _read(path)
            if pid and _start_mark(pid) == f"{boot}:{started}":
                say(f"ending {path.stem} (process {pid}), left over from a supervisor that died")
                _end_family(pid)
            elif pid and boot == _boot() and not psutil.pid_exists(pid):
                # The system gives out no pid that still names a group: these are ours.
                end_group(pid)
            path.unlink(missing_ok=True)


def end_marked(home: Path) -> int:
    """End whatever else was started below a supervisor of this home; how many processes."""
    found = [child for child in psutil.process_iter() if _is_marked(child, home)]
    for child in found:
        _signal(child, signal.SIGKILL)
    psutil.wait_procs(found, timeout=END_TIMEOUT_S)
    return len(found)


def end_group(pid: int) -> None:
    """Kill what is left of the process group that `pid` led."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def kill_family(pid: int) -> None:
    """Kill a process and all below it, also those that lead groups of their own, and stand still.

    PostgreSQL's do, and while one of them is left, no other server starts on its data.
    """
    for member in reversed(_family(pid)):
        _signal(member, signal.SIGKILL)
    end_group(pid)


def _is_marked(child: psutil.Process, home: Path) -> bool:
    if child.pid == os.getpid():
        return False
    try:
        return child.environ().get(MARK) == str(home)
    except (psutil.Error, OSError):
        return False


def _read(note: Path) -> tuple[int, str, str]:
    try:
        content = json.loads(note.read_text())
        boot, _, started = str(content["started"]).partition(":")
        return int(content["pid"]), boot, started
    except (OSError, ValueError, KeyError, TypeError):
        return 0, "", ""


def _start_mark(pid: int) -> str:
    """What tells this process from a later one with the same pid; empty if there is none."""
    try:
        # Ticks since boot: unlike a time of day they stay when the clock is set.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return _start_time(pid)
    return f"{_boot()}:{fields[19]}"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "this"


def _start_time(pid: int) -> str:
    try:
        return f"{_boot()}:{psutil.Process(pid).create_time():.0f}"
    except psutil.Error:
        return ""


def _end_family(pid: int) -> None:
    members = _family(pid)
    for child in members:
        # PostgreSQL takes SIGINT as "stop now, cleanly"; the others too.
        _signal(child, signal.SIGINT)
    _, alive = psutil.wait_procs(members, timeout=END_TIMEOUT_S)
    for child in alive:
        _signal(child, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=END_TIMEOUT_S)
    end_group(pid)


def _family(pid: int) -> list[psutil.Process]:
    try:
        leader = psutil.Process(pid)
        return [leader, *leader.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _signal(child: psutil.Process, number: signal.Signals) -> None:
    try:
        child.send_signal(number)
    except psutil.NoSuchProcess:
        return
