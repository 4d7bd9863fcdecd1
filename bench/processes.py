"""What the parts of a running installation take: CPU time and memory."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil

_MIB = 2**20
_KIB = 2**10
# By what stands in the command of a process that the supervisor started.
_PARTS = {
    "web": "web",
    "nginx": "edge",
    "postgres": "PostgreSQL",
    "valkey": "Valkey",
    "worker": "worker",
    "encoder": "encoder",
    "relay": "relay",
    "beat": "beat",
    "matinee.run.nursery": "nursery",
}
OTHER = "other"


def cpu_s(pid: int) -> dict[str, float]:
    """CPU seconds that each part of an installation has taken so far; `pid` is the supervisor's.

    To a hundredth, with processes that ended meanwhile, as those that started them know.
    """
    found: dict[str, float] = {}
    for part, process in _family(pid):
        # One that ended since it was found (PostgreSQL's come and go) is counted by its parent.
        with contextlib.suppress(psutil.NoSuchProcess):
            # Its own, and its children's by their end: user, system, children's of both.
            spent = process.cpu_times()
            found[part] = found.get(part, 0.0) + sum(spent[:4])
    return found


def pss_mib(pid: int) -> dict[str, float]:
    """The proportional set size of each part: what several share counts for each in part."""
    found: dict[str, float] = {}
    for part, process in _family(pid):
        for line in _read(process, "smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                found[part] = found.get(part, 0.0) + int(line.split()[1]) * _KIB / _MIB
    return found


def _family(pid: int) -> Iterator[tuple[str, psutil.Process]]:
    """The supervisor and all below it, each with the part that it belongs to."""
    supervisor = psutil.Process(pid)
    yield OTHER, supervisor
    for started in supervisor.children():
        part = _part_of(started)
        for one in (started, *started.children(recursive=True)):
            yield part, one


def _part_of(process: psutil.Process) -> str:
    command = process.cmdline()
    words = [Path(word).name for word in command]
    if any("simulator" in word for word in command):
        return OTHER
    found = (part for mark, part in _PARTS.items() if any(w.startswith(mark) for w in words))
    return next(found, OTHER)


def _read(process: psutil.Process, name: str) -> str:
    """A file of a process in /proc; empty where it has ended."""
    try:
        return (Path("/proc") / str(process.pid) / name).read_text()
    except OSError:
        return ""
