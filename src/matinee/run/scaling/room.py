"""What this machine has to give: cores and memory, or what its container was given of them."""

import math
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

# Engines, the page cache and what nobody thought of.
_KEPT_SHARE = 0.1
_CGROUP = Path("/sys/fs/cgroup")
_UNLIMITED = "max"
# What gives way to everything else (encodes) takes nothing from a new copy.
_FREE = ("idle", "iowait", "nice")
# Guests are counted among users.
_KINDS = (*_FREE, "user", "system", "irq", "softirq", "steal")


@dataclass(frozen=True)
class Room:
    """How many cores there are, how many of them had nothing to do lately, how much memory is left.

    No bytes left are a negative number of them.
    """

    cores: int
    cores_free: float
    bytes_free: int


class Meter:
    """Looks at the machine; what cores did is told of the time since the look before."""

    def __init__(self, cgroup: Path = _CGROUP) -> None:
        self._cgroup = cgroup
        self._before = _times()

    def room(self) -> Room:
        """The room just now; the limits of a container (cgroup v2) count in it."""
        seen = psutil.virtual_memory()
        total, free = _container_memory(self._cgroup, seen.total, seen.available)
        cores = max(1, min(len(os.sched_getaffinity(0)), _container_cores(self._cgroup)))
        return Room(
            cores=cores,
            cores_free=cores * self._free_share(),
            bytes_free=free - int(total * _KEPT_SHARE),
        )

    def _free_share(self) -> float:
        now = _times()
        passed = {name: now[name] - self._before[name] for name in now}
        self._before = now
        total = sum(passed.values())
        return sum(passed[name] for name in _FREE) / total if total > 0 else 1.0


def _times() -> dict[str, float]:
    found = psutil.cpu_times()
    return {name: getattr(found, name) for name in _KINDS}


def _container_cores(cgroup: Path) -> int:
    quota, _, period = _read(cgroup / "cpu.max").partition(" ")
    if not quota.isdigit() or not period.isdigit():
        return os.cpu_count() or 1
    return math.ceil(int(quota) / int(period))


def _container_memory(cgroup: Path, total: int, free: int) -> tuple[int, int]:
    """The limit and what is left of it, where it is less than the machine's."""
    limit, used = _read(cgroup / "memory.max"), _read(cgroup / "memory.current")
    if not limit.isdigit() or not used.isdigit():
        return total, free
    return min(total, int(limit)), min(free, int(limit) - int(used))


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return _UNLIMITED
