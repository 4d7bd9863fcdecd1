"""Signing in with external providers, and the links to them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import identity as messages
from matinee.contracts import identity_sign_in as steps
from matinee.identity import queries
from matinee.identity.actions import providers
from matinee.identity.api.cookies import TRIED_PROBLEMS, refuse_foreign
from matinee.identity.api.signing_in import entered
from matinee.identity.api.visitors import know, visitor_of
from matinee.identity.models import Account
from matinee.kernel import access
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Gone, NotFound, NotSignedIn

router = Router(auth=may(access.HOLDER))


@router.post(
    "/sign-in/with/{str:provider_id}",
    auth=may(access.ANYONE),
    operation_id="visit_provider",
    response={200: steps.ProviderVisit},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotFound),
)
def visit_provider(
    request: HttpRequest, response: HttpResponse, provider_id: str
) -> steps.ProviderVisit:
    """Where the page goes to sign in with a provider."""
    refuse_foreign(request)
    visitor = visitor_of(request)
    know(response, visitor)
    return steps.ProviderVisit(url=providers.provider_visit(provider_id, visitor))


@router.post(
    "/sign-in/back",
    auth=may(access.OWN_PROOF),
    operation_id="return_from_provider",
    response={200: messages.Session, 202: steps.SecondFactorAsked, 204: None},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotSignedIn, NotFound, Conflict, Gone),
)
def return_from_provider(
    request: HttpRequest, response: HttpResponse, came: steps.ProviderReturn
) -> Status[messages.Session] | Status[steps.SecondFactorAsked] | Status[None]:
    """Come back from a provider: signed in, or (204) linked to the account that went there."""
    refuse_foreign(request)
    visitor = visitor_of(request)
    found = providers.provider_return(came.code, came.state, visitor)
    if isinstance(found, Account):
        return Status(204, None)
    return entered(response, visitor, found)


@router.post(
    "/providers/{str:provider_id}/link",
    operation_id="link_provider",
    response={200: steps.ProviderVisit},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotFound),
)
def link_provider(
    request: HttpRequest, response: HttpResponse, provider_id: str
) -> steps.ProviderVisit:
    """Where the page goes to link a provider to the account; takes a fresh proof."""
    who = caller(request)
    who.needs_step_up()
    visitor = visitor_of(request)
    know(response, visitor)
    return steps.ProviderVisit(url=providers.provider_visit(provider_id, visitor, who.account_id))


@router.delete(
    "/providers/{uuid:link_id}",
    operation_id="unlink_provider",
    response={204: None},
    openapi_extra=may_answer(NotFound, Conflict),
)
def unlink_provider(request: HttpRequest, link_id: UUID) -> Status[None]:
    """Let a provider sign in no longer; takes a fresh proof."""
    who = caller(request)
    who.needs_step_up()
    account = queries.account_row(who.account_id)
    providers.provider_unlink(account, who, link_id)
    return Status(204, None)
