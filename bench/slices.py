"""Processes held to a part of a core: so a small machine can be short of capacity, and get more.

By the processor controller of the kernel's control groups, version 1 or 2, which root may write to.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

_ROOT = Path("/sys/fs/cgroup")
# Short, so that who has used up its part stands still for milliseconds only.
_PERIOD_US = 10_000


def available() -> bool:
    """Whether this machine lets us."""
    return os.access(_controller(), os.W_OK)


@contextlib.contextmanager
def sliced(name: str, part: float) -> Iterator[Path]:
    """A group of processes that together get `part` of a core; put them in with `add_family`."""
    group = _controller() / f"matinee-{os.getpid()}-{name}"
    group.mkdir()
    try:
        quota_us = int(part * _PERIOD_US)
        if _is_second():
            (group / "cpu.max").write_text(f"{quota_us} {_PERIOD_US}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota_us))
        yield group
    finally:
        for pid in (group / "cgroup.procs").read_text().split():
            with contextlib.suppress(ProcessLookupError, OSError):
                (_controller() / "cgroup.procs").write_text(pid)
        group.rmdir()


def add_family(group: Path, pid: int) -> None:
    """Put a process into a group with all that it has started, and will."""
    first = psutil.Process(pid)
    for one in (first, *first.children(recursive=True)):
        # One that ended while the others were listed needs no group.
        with contextlib.suppress(ProcessLookupError):
            (group / "cgroup.procs").write_text(str(one.pid))


def _is_second() -> bool:
    return (_ROOT / "cgroup.controllers").exists()


def _controller() -> Path:
    return _ROOT if _is_second() else _ROOT / "cpu"
