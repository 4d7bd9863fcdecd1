"""Further edges on the machine of the service: for a look at how titles spread and plays move over.

Each is an edge host like any other, with a home of its own below the service's: joined by
an invitation, filled and told by its agent. It listens on one of the ports after the service's.
"""

import sys
from pathlib import Path
from typing import NamedTuple

from matinee.kernel.settings import LOOPBACK_HOSTS, Settings
from matinee.run import edge
from matinee.run.process import Process
from matinee.run.spawning import CannotStartError

EDGES_MAX = 9

# Its agent finishes a file first, and nginx what was asked of it.
_STOP_TIMEOUT_S = 60.0


class Beside(NamedTuple):
    """An edge beside the service's own, by its number from 2 on."""

    number: int
    home: Path
    base_url: str

    @property
    def name(self) -> str:
        """As which it joins."""
        return f"edge-{self.number}"


def processes(settings: Settings, count: int) -> list[Process]:
    """The processes of all edges but the service's own, `count` with that one."""
    return [_process(beside(settings, number)) for number in range(2, count + 1)]


def beside(settings: Settings, number: int) -> Beside:
    """Where an edge lies and listens; CannotStartError where viewers could not reach it."""
    host, _, port = settings.address.rpartition(":")
    if settings.public_url or host not in LOOPBACK_HOSTS:
        msg = (
            "Edges beside the service's own are for a look on this machine alone, as they have"
            " neither a name nor a certificate. Start without --edges, and make other hosts"
            " edges: `matinee edge invite NAME` says how."
        )
        raise CannotStartError(msg)
    home = settings.home / "edges" / f"edge-{number}"
    return Beside(number, home, f"http://{host}:{int(port) + number - 1}")


def _process(here: Beside) -> Process:
    return Process(
        here.name,
        (sys.executable, "-m", "matinee.run.edge_beside", str(here.number)),
        needs=("edge",),
        env={"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"},
        is_ready=lambda _: edge.answers(here.base_url),
        is_quiet=True,
        stop_timeout_s=_STOP_TIMEOUT_S,
    )
