"""Where an account is signed in."""

from uuid import UUID

from matinee.contracts import sessions as messages
from matinee.identity.models import Session
from matinee.kernel import clock


def devices_of(account_id: UUID, current: UUID) -> list[messages.SignedInDevice]:
    """The devices of an account, the one last seen first; `current` is the caller's session."""
    rows = Session.objects.filter(account_id=account_id, expires_at__gt=clock.now())
    newest_first = rows.select_related("client").order_by("-refreshed_at", "-pk")
    return [_device(row, current) for row in newest_first]


def _device(row: Session, current: UUID) -> messages.SignedInDevice:
    return messages.SignedInDevice.model_validate(
        {
            "id": row.id,
            "name": row.device_name,
            "device_class": row.device_class,
            "place": row.place,
            "signed_in_at": row.signed_in_at,
            "last_seen_at": row.refreshed_at,
            "is_current": row.id == current,
            "client_name": row.client and row.client.name,
        }
    )
