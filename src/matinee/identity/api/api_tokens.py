"""API tokens, as Studio makes, lists and ends them; and what edges exchange them for."""

from typing import get_args
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.contracts import api_tokens as messages
from matinee.contracts.identity import Role
from matinee.identity import queries
from matinee.identity.actions import api_tokens as actions
from matinee.identity.api.cookies import address_of
from matinee.kernel import access, audit
from matinee.kernel.api_tokens import AccessGrant
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, NotFound, NotSignedIn
from matinee.kernel.tokens import Caller

router = Router(auth=may(access.staff(*get_args(Role))))


@router.get(
    "/studio/api-tokens", operation_id="list_api_tokens", response={200: messages.ApiTokens}
)
def list_api_tokens(request: HttpRequest) -> messages.ApiTokens:
    """The caller's tokens, newest first; everybody's for an owner."""
    return queries.api_tokens_listed(_own(caller(request)))


@router.post(
    "/studio/api-tokens",
    operation_id="make_api_token",
    response={201: messages.ApiToken},
    openapi_extra=may_answer(Conflict),
)
def make_api_token(
    request: HttpRequest, draft: messages.ApiTokenDraft
) -> Status[messages.ApiToken]:
    """Make a token of the caller's, after a step up; its secret is shown this once."""
    who = caller(request)
    who.needs_step_up()
    made = actions.api_token_make(who.account_id, draft, _doer(request))
    return Status(201, queries.api_token_message(made.row, made.secret))


@router.delete(
    "/studio/api-tokens/{uuid:token_id}",
    operation_id="end_api_token",
    response={204: None},
    openapi_extra=may_answer(NotFound),
)
def end_api_token(request: HttpRequest, token_id: UUID) -> Status[None]:
    """End a token of the caller's, or anybody's for an owner: it opens nothing within seconds."""
    actions.api_token_end(token_id, _doer(request), of=_own(caller(request)))
    return Status(204, None)


@router.post(
    "/api-tokens/exchange",
    auth=may(access.OWN_PROOF),
    operation_id="exchange_api_token",
    response={200: AccessGrant},
    openapi_extra=may_answer(NotSignedIn),
)
def exchange_api_token(request: HttpRequest, shown: messages.TokenShown) -> AccessGrant:
    """An access token for an API token; programs need not ask: every address takes both."""
    return actions.api_token_exchange(shown.token)


def _own(who: Caller) -> UUID | None:
    return None if "owner" in who.roles else who.account_id


def _doer(request: HttpRequest) -> audit.Doer:
    return audit.Doer.of(caller(request), address_of(request))
