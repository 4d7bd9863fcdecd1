"""Who works here, and what support may look up and do; for Studio."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.contracts import staff as messages
from matinee.identity import actions, queries
from matinee.identity.api.cookies import address_of
from matinee.kernel import access, audit
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, NotFound, Unprocessable

router = Router(auth=may(access.staff("support")))
_OWNERS = may(access.staff("owner"))
_ACCOUNT = may_answer(NotFound, Unprocessable)


@router.get(
    "/staff",
    auth=_OWNERS,
    operation_id="list_staff",
    response={200: list[messages.StaffMember]},
)
def list_staff(request: HttpRequest) -> list[messages.StaffMember]:
    """The accounts with roles, and whether each has a second factor."""
    return queries.staff_list()


@router.get(
    "/staff/names",
    auth=may(access.staff("editor", "publisher")),
    operation_id="list_colleagues",
    response={200: list[messages.Colleague]},
)
def list_colleagues(request: HttpRequest) -> list[messages.Colleague]:
    """What those who work here are called, for whoever reads what they did."""
    return queries.colleagues()


@router.put(
    "/staff",
    auth=_OWNERS,
    operation_id="set_staff",
    response={200: messages.StaffMember},
    openapi_extra=may_answer(NotFound, Conflict, Unprocessable),
)
def set_staff(request: HttpRequest, draft: messages.StaffDraft) -> messages.StaffMember:
    """Give an account these roles, and no others; after a step up."""
    account_id = actions.staff_set(draft.email, draft.roles, _owner(request))
    return queries.staff_member(account_id)


@router.delete(
    "/staff/{uuid:account_id}",
    auth=_OWNERS,
    operation_id="remove_staff",
    response={204: None},
    openapi_extra=may_answer(NotFound, Conflict),
)
def remove_staff(request: HttpRequest, account_id: UUID) -> Status[None]:
    """Take all roles from an account; after a step up."""
    actions.staff_remove(account_id, _owner(request))
    return Status(204, None)


@router.post(
    "/accounts/find",
    operation_id="find_account",
    response={200: messages.StudioAccount},
    openapi_extra=_ACCOUNT,
)
def find_account(request: HttpRequest, wanted: messages.AccountWanted) -> messages.StudioAccount:
    """The account of exactly this address; the audit log keeps who looked, and why."""
    account_id = queries.account_id_of(wanted.email)
    actions.account_look(account_id, _doer(request, wanted.reason))
    return queries.studio_account(account_id)


@router.post(
    "/accounts/{uuid:account_id}/sessions/end",
    operation_id="end_account_sessions",
    response={200: messages.StudioAccount},
    openapi_extra=_ACCOUNT,
)
def end_account_sessions(
    request: HttpRequest, account_id: UUID, why: messages.WithReason
) -> messages.StudioAccount:
    """Sign an account out everywhere; what plays there stops within a minute."""
    actions.account_sign_out(account_id, _doer(request, why.reason))
    return queries.studio_account(account_id)


@router.post(
    "/accounts/{uuid:account_id}/disable",
    operation_id="disable_account",
    response={200: messages.StudioAccount},
    openapi_extra=may_answer(NotFound, Conflict, Unprocessable),
)
def disable_account(
    request: HttpRequest, account_id: UUID, why: messages.WithReason
) -> messages.StudioAccount:
    """Let nobody sign in to an account, and sign it out everywhere."""
    actions.account_disable(account_id, _doer(request, why.reason))
    return queries.studio_account(account_id)


@router.post(
    "/accounts/{uuid:account_id}/enable",
    operation_id="enable_account",
    response={200: messages.StudioAccount},
    openapi_extra=_ACCOUNT,
)
def enable_account(
    request: HttpRequest, account_id: UUID, why: messages.WithReason
) -> messages.StudioAccount:
    """Let somebody sign in to their account again."""
    actions.account_enable(account_id, _doer(request, why.reason))
    return queries.studio_account(account_id)


def _owner(request: HttpRequest) -> audit.Doer:
    caller(request).needs_step_up()
    return _doer(request)


def _doer(request: HttpRequest, reason: str = "") -> audit.Doer:
    return audit.Doer.of(caller(request), address_of(request), reason)
