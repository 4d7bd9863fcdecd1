"""What can be done with applications of others."""

from typing import NamedTuple
from uuid import UUID

from matinee.contracts.oauth import ClientDraft
from matinee.identity import rules
from matinee.identity.actions.ending import end_rows
from matinee.identity.models import OAuthClient, Session
from matinee.kernel import audit, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import NotFound

_ID_BYTES = 12


class Registered(NamedTuple):
    """A new application with its secret, which is nowhere else; a public one has none."""

    client: OAuthClient
    secret: str | None


def client_register(draft: ClientDraft, by: audit.Doer) -> Registered:
    """Let an application ask people for leave."""
    secret = None if draft.is_public else ids.secret()
    with transaction_of("identity"):
        client = OAuthClient.objects.create(
            client_id=ids.secret(_ID_BYTES),
            name=draft.name,
            secret_sha256=None if secret is None else rules.digest(secret),
            redirect_uris=list(dict.fromkeys(draft.redirect_uris)),
            scopes=sorted(set(draft.scopes)),
            is_device=draft.is_device,
        )
        facts = {"client": client.client_id}
        audit.note("identity", "client.registered", by=by, facts=facts)
    return Registered(client, secret)


def client_remove(client_id: UUID, by: audit.Doer) -> None:
    """Let an application ask nobody any more, and end all that it was given; NotFound."""
    with transaction_of("identity"):
        client = OAuthClient.objects.select_for_update().filter(pk=client_id).first()
        if client is None:
            raise NotFound("unknown_client", "There is no such application. Load the list anew.")
        ended = end_rows(Session.objects.filter(client=client), "client_removed")
        facts: dict[str, audit.Fact] = {"client": client.client_id, "sessions": ended}
        audit.note("identity", "client.removed", by=by, facts=facts)
        client.delete()
