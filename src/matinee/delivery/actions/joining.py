"""How a host becomes an edge: by an invitation, once."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from matinee.contracts.agents import (
    CertificateAnswer,
    CertificateRequest,
    InvitationSeen,
    JoinAnswer,
    JoinRequest,
)
from matinee.contracts.delivery import EdgeDraft, Invitation, InvitationDraft
from matinee.delivery import authority, queries
from matinee.delivery.actions.edges import edge_store
from matinee.delivery.actions.steering import steering_publish
from matinee.delivery.models import AgentRecord, EdgeRecord, InvitationRecord
from matinee.kernel import clock, ids, problems
from matinee.kernel import settings as shared_settings
from matinee.kernel.databases import transaction_of

INVITATION_LIFETIME = timedelta(hours=1)
# What is known of an agent that has not reported yet.
_UNHEARD: dict[str, Any] = {
    "sequence": 0,
    "reported_at": None,
    "reported_placement": 0,
    "reported_configuration": 0,
    "takedown_serial": 0,
    "holdings_known": False,
}


def invitation_make(draft: InvitationDraft) -> Invitation:
    """Let one host join under a name; NotFound for a site that there is not."""
    token = ids.secret()
    expires_at = clock.now() + INVITATION_LIFETIME
    with transaction_of("delivery"):
        site = queries.site_row(draft.site) if draft.site else None
        InvitationRecord.objects.filter(expires_at__lt=clock.now()).delete()
        InvitationRecord.objects.create(
            token_hash=hashed(token),
            name=draft.id,
            region=site.region if site else draft.region,
            site=site,
            role=draft.role,
            base_url=draft.base_url,
            expires_at=expires_at,
        )
    url = shared_settings.get().url
    address = "" if draft.base_url else " --url https://ADDRESS-OF-THE-HOST"
    command = f"matinee edge join {url} --token {token}{address}"
    return Invitation(command=command, token=token, expires_at=expires_at)


def edge_join(request: JoinRequest) -> JoinAnswer:
    """Make the host that shows a valid token an edge; Forbidden otherwise.

    A host that joins again under its name gets a new secret, and the old one ends.
    """
    secret = ids.secret()
    with transaction_of("delivery"):
        invited = _take_invitation(request.token)
        base_url = _address(invited, request.base_url)
        certificate = _certificate(request.certificate_request, base_url)
        row = _edge_of(invited, base_url)
        told = {
            "secret_hash": hashed(secret),
            "version": request.agent_version,
            "certificate_ends_at": certificate[1] if certificate else None,
        }
        agent, _ = AgentRecord.objects.update_or_create(edge=row, defaults=told | _UNHEARD)
        configuration = queries.configuration_of(row)
    steering_publish()
    return JoinAnswer(
        edge_id=agent.edge_id,
        secret=secret,
        certificate=certificate[0] if certificate else "",
        authority=authority.of(shared_settings.get().secrets).pem,
        configuration=configuration,
    )


def invitation_seen(token: str) -> InvitationSeen:
    """What an invitation says; Forbidden for one that counts no more."""
    with transaction_of("delivery"):
        invited = _invitation(token)
    return InvitationSeen(name=invited.name, role=invited.role, base_url=invited.base_url)


def certificate_renew(secret_hash: str, request: CertificateRequest) -> CertificateAnswer:
    """A new certificate for an edge that has one of ours."""
    with transaction_of("delivery"):
        agent = queries.agent_of(secret_hash)
        issued = authority.of(shared_settings.get().secrets).issue(
            request.certificate_request, _host(agent.edge.base_url)
        )
        agent.certificate_ends_at = issued.ends_at
        agent.save(update_fields=["certificate_ends_at"])
    return CertificateAnswer(certificate=issued.pem, ends_at=issued.ends_at)


def hashed(secret: str) -> str:
    """What is kept of a secret. It has 256 bits of its own, so that nothing slow is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _take_invitation(token: str) -> InvitationRecord:
    invited = _invitation(token)
    invited.used_at = clock.now()
    invited.save(update_fields=["used_at"])
    return invited


def _address(invited: InvitationRecord, asked: str) -> str:
    found = (asked or invited.base_url).rstrip("/")
    if not found:
        detail = "Say where viewers will reach this host: add --url https://ADDRESS-OF-THE-HOST."
        raise problems.Unprocessable("no_address", detail)
    return found


def _invitation(token: str) -> InvitationRecord:
    invited = (
        InvitationRecord.objects.select_for_update()
        .filter(token_hash=hashed(token), used_at=None, expires_at__gt=clock.now())
        .first()
    )
    if invited is None:
        detail = (
            "This token is wrong, was used before, or is older than an hour."
            " Run `matinee edge invite NAME` on the service's machine for a new one."
        )
        raise problems.Forbidden("invitation_wrong", detail)
    return invited


def _edge_of(invited: InvitationRecord, base_url: str) -> EdgeRecord:
    """The edge of the invitation; what staff has set of one that there was is kept."""
    before = EdgeRecord.objects.filter(name=invited.name).first()
    kept = queries.draft_of(before).model_dump() if before else {}
    told = {
        "id": invited.name,
        "base_url": base_url,
        "region": invited.region,
        "site": invited.site.name if invited.site else "",
        "role": invited.role,
    }
    return edge_store(EdgeDraft.model_validate(kept | told))


def _certificate(request: str, base_url: str) -> tuple[str, datetime] | None:
    if not request:
        return None
    return authority.of(shared_settings.get().secrets).issue(request, _host(base_url))


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or ""
