"""What lies on disk and in the media store of things that are gone is cleared by a task."""

from uuid import UUID

from django.db import transaction

from matinee.kernel.tasks import send


def send_after_commit(task: str, **arguments: object) -> None:
    """Send a task once the open transaction has committed.

    It is lost where the broker does not answer just then; so every such task
    also has a periodic one that finds what it would have done.
    """
    transaction.on_commit(lambda: send(task, arguments), using="catalog", robust=True)


def clear_after_commit(uploads: list[UUID], prefixes: list[str]) -> None:
    """Remove unfinished uploads and what lies below prefixes of the media store."""
    if uploads or prefixes:
        send_after_commit(
            "matinee.catalog.clear", uploads=[str(one) for one in uploads], prefixes=prefixes
        )


def source_folders(keys: list[str]) -> list[str]:
    """The folders of film files in the media store, each of which holds the one file."""
    return [key.rpartition("/")[0] for key in keys]
