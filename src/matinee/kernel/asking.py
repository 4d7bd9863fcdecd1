"""How a service asks another in its own name; `run` says which way questions go.

One way a process: into it, or over the network. Who is asked is who the path names.
"""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from matinee.kernel import settings
from matinee.kernel.clients import Client
from matinee.kernel.tokens import ServiceTokens

M = TypeVar("M", bound=BaseModel)
Way = Callable[[], Client]


class _Known:
    """The way of this process."""

    way: Way | None = None


def reach(way: Way) -> None:
    """Say how services are reached, each below `/api/<service>`."""
    _Known.way = way


def is_reached() -> bool:
    """Whether somebody said how services are reached."""
    return _Known.way is not None


def reached() -> Client:
    """A client of all services, to be closed by the caller."""
    if _Known.way is None:
        msg = "nobody said how services are reached; `kernel.asking.reach` does"
        raise RuntimeError(msg)
    return _Known.way()


class Questions:
    """What one service asks others, each signed for a minute and for whom it goes to."""

    def __init__(self, service: str, way: Way = reached) -> None:
        self._service = service
        self._way = way

    def ask(self, answer: type[M], method: str, path: str, *, body: BaseModel | None = None) -> M:
        """One question to whom the path names; raises like `Client.ask`."""
        _, _, below = path.partition("/api/")
        asked = below.partition("/")[0]
        token = ServiceTokens(settings.get().secrets).issue(self._service, to=asked)
        signed = {"Authorization": f"Bearer {token}"}
        with self._way() as client:
            return client.ask(answer, method, path, body=body, headers=signed)
