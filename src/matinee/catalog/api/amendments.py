"""The HTTP edge of changes that wait to be approved."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from matinee.catalog import queries
from matinee.catalog.actions import amending
from matinee.catalog.api.members import member_of
from matinee.catalog.queries.workflow import workflow_of
from matinee.contracts.catalog import workflow as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router(auth=may(access.staff(*queries.STAFF)))
_STAFF = (NotSignedIn, Forbidden, Unprocessable)


@router.post(
    "/studio/titles/{title_id}/amendment",
    operation_id="amendment_propose",
    response={200: messages.Workflow},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def amendment_propose(
    request: HttpRequest, title_id: UUID, draft: messages.AmendmentDraft
) -> messages.Workflow:
    """Propose changes of a title, which viewers see once somebody else has approved them."""
    member = member_of(request)
    amending.amendment_propose(title_id, draft, member)
    return workflow_of(title_id, member)


@router.post(
    "/studio/titles/{title_id}/amendment/approve",
    operation_id="amendment_approve",
    response={200: messages.Workflow},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def amendment_approve(
    request: HttpRequest, title_id: UUID, said: messages.Verdict
) -> messages.Workflow:
    """Let viewers see what was proposed of a title."""
    member = member_of(request)
    amending.amendment_approve(title_id, member, said.words)
    return workflow_of(title_id, member)


@router.post(
    "/studio/titles/{title_id}/amendment/discard",
    operation_id="amendment_discard",
    response={200: messages.Workflow},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def amendment_discard(
    request: HttpRequest, title_id: UUID, said: messages.Verdict
) -> messages.Workflow:
    """Forget what was proposed of a title; its history keeps it."""
    member = member_of(request)
    amending.amendment_discard(title_id, member, said.words)
    return workflow_of(title_id, member)
