"""What failed for good: kept, listed, replayed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.apps import apps

from matinee.kernel import clock


def bury(service: str, task: str, arguments: dict[str, Any], error: str) -> None:
    """Keep a task that failed for good, with the error's last 4,000 characters."""
    table = apps.get_model(service, "DeadLetter")
    table._default_manager.create(task=task, arguments=arguments, error=error[-4000:])


def waiting(service: str, limit: int = 100) -> list[Any]:
    """The newest dead letters of a service that nobody has replayed."""
    table = apps.get_model(service, "DeadLetter")._default_manager
    return list(table.filter(replayed_at=None).order_by("-failed_at")[:limit])


def replay(service: str, letter_id: UUID, send: Callable[[str, dict[str, Any]], None]) -> bool:
    """Send a dead letter's task again; False if there is none or it was replayed before."""
    table = apps.get_model(service, "DeadLetter")._default_manager
    letter = table.filter(pk=letter_id, replayed_at=None).first()
    if letter is None:
        return False
    send(letter.task, letter.arguments)
    table.filter(pk=letter_id).update(replayed_at=clock.now())
    return True
