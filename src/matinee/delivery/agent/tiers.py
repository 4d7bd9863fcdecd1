"""What kind of disk a folder lies on, as the kernel says."""

import os
from pathlib import Path

import psutil

from matinee.contracts.agents import DiskTier

_IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def tier_of(folder: Path, sysfs: Path = Path("/sys")) -> DiskTier:
    """The tier of the disk below a folder; a disk that does not say what it is counts as an SSD."""
    if _file_system(folder) in _IN_MEMORY:
        return "memory"
    device = folder.stat().st_dev
    place = (sysfs / "dev" / "block" / f"{os.major(device)}:{os.minor(device)}").resolve()
    for disk in (place, place.parent):  # what a partition turns on stands with its disk
        turns = disk / "queue" / "rotational"
        if turns.is_file():
            if turns.read_text().strip() == "1":
                return "hdd"
            return "nvme" if disk.name.startswith("nvme") else "ssd"
    return "ssd"


def _file_system(folder: Path) -> str:
    """The type of the mount that holds a folder: the longest path above it."""
    real = folder.resolve()
    mounts = [
        mount for mount in psutil.disk_partitions(all=True) if real.is_relative_to(mount.mountpoint)
    ]
    return max(mounts, key=lambda mount: len(mount.mountpoint)).fstype if mounts else ""
