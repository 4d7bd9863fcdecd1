"""The HTTP edge of paying: cards, what is due, and what gateways tell."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.billing import actions, queries
from matinee.contracts import payments as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import BadRequest, Conflict, NotFound, NotSignedIn, Unavailable

router = Router(auth=may(access.HOLDER))


@router.get(
    "/paying",
    operation_id="get_paying",
    response={200: messages.Paying},
    openapi_extra=may_answer(NotSignedIn),
)
def get_paying(request: HttpRequest) -> messages.Paying:
    """The account's cards, and what is still to be paid."""
    return queries.paying_of(caller(request).account_id)


@router.post(
    "/paying/look",
    operation_id="look_at_payments",
    response={200: messages.Paying},
    openapi_extra=may_answer(NotSignedIn, Unavailable),
)
def look_at_payments(request: HttpRequest) -> messages.Paying:
    """Ask the gateway what came of the account's visits to its pages."""
    account_id = caller(request).account_id
    actions.visits_look(account_id)
    return queries.paying_of(account_id)


@router.post(
    "/invoices/{uuid:invoice_id}/checkout",
    operation_id="pay_invoice",
    response={200: messages.Page},
    openapi_extra=may_answer(NotSignedIn, NotFound, Conflict, Unavailable),
)
def pay_invoice(request: HttpRequest, invoice_id: UUID) -> messages.Page:
    """The gateway's page at which an invoice is paid."""
    return messages.Page(url=actions.invoice_visit(caller(request).account_id, invoice_id))


@router.post(
    "/methods/checkout",
    operation_id="save_card",
    response={200: messages.Page},
    openapi_extra=may_answer(NotSignedIn, Unavailable),
)
def save_card(request: HttpRequest) -> messages.Page:
    """The gateway's page at which a card is saved; after a step up."""
    return messages.Page(url=actions.method_visit(_proven(request)))


@router.post(
    "/methods/{uuid:method_id}/charge",
    operation_id="choose_card",
    response={200: messages.Paying},
    openapi_extra=may_answer(NotSignedIn, NotFound),
)
def choose_card(request: HttpRequest, method_id: UUID) -> messages.Paying:
    """Charge this card from now on; after a step up."""
    account_id = _proven(request)
    actions.method_choose(account_id, method_id)
    return queries.paying_of(account_id)


@router.delete(
    "/methods/{uuid:method_id}",
    operation_id="remove_card",
    response={200: messages.Paying},
    openapi_extra=may_answer(NotSignedIn, NotFound, Unavailable),
)
def remove_card(request: HttpRequest, method_id: UUID) -> messages.Paying:
    """Forget a card; after a step up."""
    account_id = _proven(request)
    actions.method_remove(account_id, method_id)
    return queries.paying_of(account_id)


@router.post(
    "/gateways/{str:gateway}/news",
    auth=may(access.OWN_PROOF),
    operation_id="hear_gateway",
    response={204: None},
    openapi_extra=may_answer(BadRequest, NotFound, Unavailable),
)
def hear_gateway(request: HttpRequest, gateway: str) -> Status[None]:
    """What a payment gateway tells; it proves who it is by its signature."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    actions.news_hear(gateway, request.body, headers)
    return Status(204, None)


def _proven(request: HttpRequest) -> UUID:
    """The account of a caller who has just shown that it is them."""
    who = caller(request)
    who.needs_step_up()
    return who.account_id
