"""What starts and ends copies: this machine's supervisor, or somebody else who is told."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from matinee.run import control
from matinee.run.scaling import roles
from matinee.run.scaling.roles import Role
from matinee.run.scaling.room import Meter
from matinee.run.scaling.settings import get


class Hand(Protocol):
    """Knows what can have several copies, and brings it to a number."""

    def running(self) -> Mapping[str, int] | None:
        """The copies of each role that were told to run; None where only copies themselves say."""

    def roles(self) -> Mapping[str, Role]:
        """What there can be several of just now, and how many."""

    def bring(self, role: str, copies: int) -> None:
        """Have so many copies of a role."""


class OneMachine:
    """The supervisor of this machine, asked at its socket.

    Raises `control.NotRunningError` while there is none, `control.RefusedError` if it will not.
    """

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._running: dict[str, int] = {}
        self._meter = Meter()

    def running(self) -> Mapping[str, int]:
        """See `Hand.running`; what somebody scales by hand is left to them."""
        answer = control.ask(self._socket, {"do": "status"})
        by_hand = set(answer["by_hand"])
        self._running = {
            name: count for name, count in answer["scalable"].items() if name not in by_hand
        }
        return self._running

    def roles(self) -> Mapping[str, Role]:
        """See `Hand.roles`."""
        return roles.of_one_machine(get(), self._meter.room(), self._running)

    def bring(self, role: str, copies: int) -> None:
        """See `Hand.bring`; those too many end in their own time."""
        control.ask(self._socket, {"do": "scale", "name": role, "count": copies, "auto": True})


class Others:
    """Whoever reads what is decided: Compose on a host, or an autoscaler of Kubernetes."""

    def __init__(self) -> None:
        self._meter = Meter()

    def running(self) -> None:
        """See `Hand.running`."""

    def roles(self) -> Mapping[str, Role]:
        """See `Hand.roles`."""
        return roles.apart(get(), self._meter.room())

    def bring(self, role: str, copies: int) -> None:
        """They come and read it."""
