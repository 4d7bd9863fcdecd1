"""Applications of others."""

from matinee.contracts import oauth as messages
from matinee.identity.models import OAuthClient


def clients_registered() -> list[messages.OAuthClient]:
    """All applications, by name."""
    return [client_message(row) for row in OAuthClient.objects.order_by("name", "pk")]


def client_message(row: OAuthClient, secret: str | None = None) -> messages.OAuthClient:
    """An application as Studio shows it; `secret` only when it is made."""
    return messages.OAuthClient.model_validate(
        {
            "id": row.id,
            "client_id": row.client_id,
            "name": row.name,
            "redirect_uris": row.redirect_uris,
            "scopes": row.scopes,
            "is_public": row.secret_sha256 is None,
            "is_device": row.is_device,
            "created_at": row.created_at,
            "secret": secret,
        }
    )
