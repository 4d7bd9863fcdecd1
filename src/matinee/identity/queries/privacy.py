"""Exports and erasures, as the messages that people read."""

from uuid import UUID

from matinee.contracts import privacy as messages
from matinee.identity import rules
from matinee.identity.models import Erasure, Export
from matinee.kernel.problems import NotFound

_SHOWN_MAX = 20


def exports_of(account_id: UUID) -> list[messages.Export]:
    """The newest copies that an account asked for."""
    rows = Export.objects.filter(account_id=account_id).defer("archive").order_by("-id")
    return [export_message(row) for row in rows[:_SHOWN_MAX]]


def export_message(row: Export) -> messages.Export:
    """A copy as its owner reads it."""
    return messages.Export.model_validate(
        {
            "id": row.id,
            "state": row.state,
            "asked_at": row.created_at,
            "ready_at": row.ready_at,
            "expires_at": row.expires_at,
            "size_bytes": row.size_bytes,
        }
    )


def erasure_of(erasure_id: UUID, secret: str, services: list[str]) -> messages.Erasure:
    """How an erasure goes; NotFound without its secret."""
    row = Erasure.objects.filter(pk=erasure_id, secret_sha256=rules.digest(secret)).first()
    if row is None:
        raise NotFound("unknown_erasure", "There is no such erasure. Check the link.")
    return erasure_message(row, services)


def erasure_message(
    row: Erasure, services: list[str], secret: str | None = None
) -> messages.Erasure:
    """An erasure as whoever began it reads it; `services` must all have told."""
    receipts = [
        messages.Receipt(
            service=kept.service, erased=kept.erased, kept=kept.kept, done_at=kept.told_at
        )
        for kept in row.receipts.order_by("told_at")
    ]
    waiting_for = sorted(set(services) - {kept.service for kept in receipts})
    return messages.Erasure(
        id=row.id,
        secret=secret,
        asked_at=row.created_at,
        key_destroyed_at=row.key_destroyed_at,
        waiting_for=waiting_for,
        receipts=receipts,
        is_done=not waiting_for and row.key_destroyed_at is not None,
    )
