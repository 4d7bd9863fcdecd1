"""Applications that may ask people for leave, as Studio shows and changes them."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.contracts import oauth as messages
from matinee.identity import queries
from matinee.identity.actions import clients as actions
from matinee.identity.api.cookies import address_of
from matinee.kernel import access, audit
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Forbidden, NotFound

router = Router(auth=may(access.staff("owner")))


@router.get("/clients", operation_id="list_clients", response={200: list[messages.OAuthClient]})
def list_clients(request: HttpRequest) -> list[messages.OAuthClient]:
    """All registered applications."""
    return queries.clients_registered()


@router.post(
    "/clients",
    operation_id="register_client",
    response={201: messages.OAuthClient},
    openapi_extra=may_answer(Forbidden),
)
def register_client(
    request: HttpRequest, draft: messages.ClientDraft
) -> Status[messages.OAuthClient]:
    """Register an application; after a step up. Its secret is shown this once."""
    registered = actions.client_register(draft, _owner(request))
    return Status(201, queries.client_message(registered.client, registered.secret))


@router.delete(
    "/clients/{uuid:client_id}",
    operation_id="remove_client",
    response={204: None},
    openapi_extra=may_answer(Forbidden, NotFound),
)
def remove_client(request: HttpRequest, client_id: UUID) -> Status[None]:
    """Remove an application, and sign it out everywhere; after a step up."""
    actions.client_remove(client_id, _owner(request))
    return Status(204, None)


def _owner(request: HttpRequest) -> audit.Doer:
    who = caller(request)
    who.needs_step_up()
    return audit.Doer.of(who, address_of(request))
