"""Asking every service what it keeps of a person; `run` says how they are reached."""

from collections.abc import Callable

from matinee.kernel import settings
from matinee.kernel.clients import Client
from matinee.kernel.people import ASKS, PATH, Person, PersonalRecords
from matinee.kernel.tokens import ServiceTokens


class _Way:
    """How this process reaches the services."""

    open: Callable[[], Client] | None = None


def reach_services(opened: Callable[[], Client]) -> None:
    """Say how the services are reached, each below `/api/<service>`."""
    _Way.open = opened


def records_of(service: str, person: Person) -> PersonalRecords:
    """What a service keeps of a person; Unavailable while it does not answer."""
    if _Way.open is None:
        msg = "nobody said how services are reached"
        raise RuntimeError(msg)
    token = ServiceTokens(settings.get().secrets).issue(ASKS, to=service)
    signed = {"Authorization": f"Bearer {token}"}
    with _Way.open() as client:
        path = f"/api/{service}/{PATH}"
        return client.ask(PersonalRecords, "POST", path, body=person, headers=signed)
