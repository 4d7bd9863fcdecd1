"""The audit log, for the owner."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from matinee.contracts import audit as messages
from matinee.identity import queries
from matinee.identity.queries.audit import Wish
from matinee.kernel import access
from matinee.kernel.http.django_edge import may

router = Router(auth=may(access.staff("owner")))


@router.get("/studio/audit", operation_id="list_audit", response={200: messages.AuditPage})
def list_audit(
    request: HttpRequest,
    before: int | None = None,
    action: str = "",
    account_id: UUID | None = None,
) -> messages.AuditPage:
    """Who did what to whom, newest first."""
    return queries.audit_page(Wish(before, action, account_id))
