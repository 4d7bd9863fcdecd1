"""Where an account is signed in, and signing out there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import sessions as messages
from matinee.contracts.sessions import DeviceClass
from matinee.identity import actions, queries, rules
from matinee.identity.api.cookies import address_of, forget_cookie
from matinee.identity.rules.devices import Device, name_of, place_of
from matinee.kernel import access, audit
from matinee.kernel import settings as kernel_settings
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import NotFound

router = Router()
_COUNTRY_LETTERS = 2


def device_of(request: HttpRequest, device_class: DeviceClass = "browser") -> Device:
    """The device that a request comes from, as people know it."""
    return Device(device_class, name_of(request.META.get("HTTP_USER_AGENT", "")), place(request))


def place(request: HttpRequest) -> str:
    """Where a request comes from: a country where a proxy says it, and a network."""
    header = kernel_settings.get().country_header
    told = request.headers.get(header, "").strip().upper() if header else ""
    country = told if len(told) == _COUNTRY_LETTERS and told.isalpha() else ""
    return place_of(country, rules.network(address_of(request)))


@router.get(
    "/sessions",
    auth=may(access.HOLDER),
    operation_id="list_sessions",
    response={200: list[messages.SignedInDevice]},
)
def list_sessions(request: HttpRequest) -> list[messages.SignedInDevice]:
    """Every device that the account is signed in on, the one last seen first."""
    who = caller(request)
    return queries.devices_of(who.account_id, who.session_id)


@router.delete(
    "/sessions/{uuid:session_id}",
    auth=may(access.HOLDER),
    operation_id="end_session",
    response={204: None},
    openapi_extra=may_answer(NotFound),
)
def end_session(request: HttpRequest, response: HttpResponse, session_id: UUID) -> Status[None]:
    """Sign one device out; what plays there stops within a minute."""
    who = caller(request)
    by = audit.Doer.of(who, address_of(request))
    actions.session_end_elsewhere(who.account_id, session_id, by)
    if session_id == who.session_id:
        forget_cookie(response)
    return Status(204, None)


@router.post(
    "/sessions/end",
    auth=may(access.HOLDER),
    operation_id="end_sessions",
    response={204: None},
)
def end_sessions(
    request: HttpRequest, response: HttpResponse, wish: messages.EndSessions
) -> Status[None]:
    """Sign every device out, or every other one."""
    who = caller(request)
    keep = who.session_id if wish.others_only else None
    actions.sessions_end(who.account_id, "ended_elsewhere", keep=keep)
    if keep is None:
        forget_cookie(response)
    return Status(204, None)
