"""What people may ask for of what is kept of them: a copy of it, and its end."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import privacy as messages
from matinee.identity import actions, queries
from matinee.identity.api.cookies import address_of, forget_cookie
from matinee.kernel import access, people
from matinee.kernel.audit import Doer
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, NotFound, TooMany, Unprocessable

router = Router(auth=may(access.HOLDER))


@router.post(
    "/privacy/exports",
    operation_id="ask_export",
    response={202: messages.Export},
    openapi_extra=may_answer(Conflict, TooMany),
)
def ask_export(request: HttpRequest) -> Status[messages.Export]:
    """Have a copy made of everything that is kept of the account; it takes some seconds."""
    who = caller(request)
    row = actions.export_ask(who.account_id, Doer.of(who, address_of(request)))
    return Status(202, queries.export_message(row))


@router.get("/privacy/exports", operation_id="list_exports", response={200: list[messages.Export]})
def list_exports(request: HttpRequest) -> list[messages.Export]:
    """The newest copies, and whether they are ready."""
    return queries.exports_of(caller(request).account_id)


@router.get(
    "/privacy/exports/{uuid:export_id}/archive",
    operation_id="get_export_archive",
    response={200: None},
    openapi_extra={
        "responses": {
            200: {"description": "A zip", "content": {"application/zip": {}}},
            **may_answer(NotFound)["responses"],
        }
    },
)
def get_export_archive(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The copy as a zip with a README."""
    who = caller(request)
    body = actions.export_read(who.account_id, export_id, Doer.of(who, address_of(request)))
    answer = HttpResponse(body, content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="matinee-export.zip"'
    return answer


@router.post(
    "/privacy/erasure",
    operation_id="erase_account",
    response={202: messages.Erasure},
    openapi_extra=may_answer(Unprocessable),
)
def erase_account(
    request: HttpRequest, response: HttpResponse, wish: messages.AskErasure
) -> Status[messages.Erasure]:
    """End the account for good; wants a fresh proof of who asks."""
    who = caller(request)
    who.needs_step_up()
    by = Doer.of(who, address_of(request))
    begun = actions.account_erase(who.account_id, wish.confirm_email, by)
    forget_cookie(response)
    told = queries.erasure_message(begun.erasure, people.keepers(), begun.secret)
    return Status(202, told)


@router.post(
    "/privacy/erasures/look",
    auth=may(access.OWN_PROOF),
    operation_id="look_at_erasure",
    response={200: messages.Erasure},
    openapi_extra=may_answer(NotFound),
)
def look_at_erasure(
    request: HttpRequest,
    wish: messages.LookAtErasure,
) -> messages.Erasure:
    """How the erasure goes: each service's receipt."""
    return queries.erasure_of(wish.id, wish.secret, people.keepers())
