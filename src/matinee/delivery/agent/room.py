"""How much room the store has left."""

import shutil
from functools import cache
from pathlib import Path

from matinee.contracts.agents import DiskState, DiskTier, EdgeConfiguration
from matinee.delivery.agent.folder import EdgeFolder
from matinee.delivery.agent.holdings import Holdings
from matinee.delivery.agent.tiers import tier_of
from matinee.delivery.rules import quiet


def disk(folder: EdgeFolder, holdings: Holdings) -> DiskState:
    """The file system of the store as it is now."""
    found = shutil.disk_usage(folder.packages)
    return DiskState(
        size_bytes=found.total,
        free_bytes=found.free,
        used_bytes=holdings.used_bytes(),
        tier=_tier(folder.packages),
    )


@cache
def _tier(store: Path) -> DiskTier:
    # It changes with the machine only, and asking means to read every mount.
    return tier_of(store)


def room(folder: EdgeFolder, holdings: Holdings, configuration: EdgeConfiguration) -> int:
    """How many bytes more it may take; negative: by how much it is too large."""
    now = disk(folder, holdings)
    return quiet.room_bytes(
        configuration.disk_bytes, now.size_bytes, now.free_bytes, now.used_bytes
    )
