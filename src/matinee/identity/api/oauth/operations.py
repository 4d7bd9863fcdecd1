"""What pages ask before somebody gives leave, and what applications ask with it."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InsecureTransportError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Form, Router

from matinee.contracts import oauth as messages
from matinee.contracts.message import Message
from matinee.identity.actions import televisions
from matinee.identity.actions.starting import Leave
from matinee.identity.api.cookies import address_of, own_url
from matinee.identity.api.devices import device_of
from matinee.identity.api.oauth.framing import Answer, Asked, Asker, Origin, Parameters
from matinee.identity.api.oauth.grants import METHODS, made
from matinee.identity.api.oauth.server import Server
from matinee.identity.api.televisions import CONFIRM_PATH
from matinee.identity.rules import network
from matinee.identity.rules.televisions import INTERVAL_S, LIFETIME
from matinee.kernel import access, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import BadRequest, TooMany, Unavailable
from matinee.kernel.scopes import SCOPES

router = Router()
_TRIES_MAX, _WINDOW_S = 300, 5 * 60
_PARAMETERS_MAX = 30
_ANSWERS = {400: messages.OAuthError, 401: messages.OAuthError}
_LIMITED = may_answer(TooMany, Unavailable)


class TokenForm(Message):
    """The parameters of every grant; which are needed depends on `grant_type`."""

    grant_type: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    code: str | None = None
    code_verifier: str | None = None
    redirect_uri: str | None = None
    refresh_token: str | None = None
    device_code: str | None = None
    scope: str | None = None


class RevocationForm(Message):
    """RFC 7009, section 2.1."""

    token: str | None = None
    token_type_hint: str | None = None
    client_id: str | None = None
    client_secret: str | None = None


class DeviceForm(Message):
    """RFC 8628, section 3.1."""

    client_id: str | None = None
    client_secret: str | None = None
    scope: str | None = None


@router.post(
    "/oauth/asked",
    auth=may(access.HOLDER),
    operation_id="ask_for_consent",
    response={200: messages.ConsentAsked},
    openapi_extra=may_answer(BadRequest),
)
def ask_for_consent(
    request: HttpRequest, question: messages.ConsentQuestion
) -> messages.ConsentAsked:
    """Show which application wants to do what, before somebody answers."""
    try:
        asked = _asked(request, _parsed(question.query))
        grant = _server().get_consent_grant(asked, Asker(caller(request)))
    except OAuth2Error as error:
        raise _unaskable(error) from error
    return messages.ConsentAsked(
        client_name=asked.client.row.name,
        scopes=[
            messages.AskedScope(name=name, words=SCOPES[name].words) for name in asked.scope.split()
        ],
        redirect_host=urlsplit(grant.redirect_uri).hostname or urlsplit(grant.redirect_uri).scheme,
    )


@router.post(
    "/oauth/answer",
    auth=may(access.HOLDER),
    operation_id="answer_consent",
    response={200: messages.ConsentGiven},
    openapi_extra=may_answer(BadRequest),
)
def answer_consent(request: HttpRequest, answer: messages.ConsentAnswer) -> messages.ConsentGiven:
    """Give an application leave, or not; the browser goes to `url` either way."""
    asker = Asker(caller(request))
    try:
        asked = _asked(request, _parsed(answer.query))
        grant = _server().get_consent_grant(asked, asker)
    except OAuth2Error as error:
        raise _unaskable(error) from error
    told: Answer = _server().create_authorization_response(
        asked, asker if answer.is_allowed else None, grant
    )
    # RFC 9207: so that an application cannot take one server's answer for another's.
    url = add_params_to_uri(dict(told.headers)["Location"], [("iss", own_url())])
    return messages.ConsentGiven(url=url)


@router.post(
    "/oauth/token",
    auth=may(access.OWN_PROOF),
    operation_id="get_tokens",
    response={200: messages.TokenAnswer, **_ANSWERS},
    openapi_extra=_LIMITED,
)
def get_tokens(request: HttpRequest, form: Form[TokenForm]) -> HttpResponse:
    """Exchange a code, a refresh token or a television's code for tokens (RFC 6749, 8628)."""
    return _answered(request, lambda asked: _server().create_token_response(asked))


@router.post(
    "/oauth/revoke",
    auth=may(access.OWN_PROOF),
    operation_id="revoke_token",
    response={200: None, **_ANSWERS},
    openapi_extra=_LIMITED,
)
def revoke_token(request: HttpRequest, form: Form[RevocationForm]) -> HttpResponse:
    """Give leave back: both tokens end (RFC 7009)."""
    return _answered(request, lambda asked: _server().create_endpoint_response("revocation", asked))


@router.post(
    "/oauth/device_authorization",
    auth=may(access.OWN_PROOF),
    operation_id="authorize_device",
    response={200: messages.DeviceAuthorization, **_ANSWERS},
    openapi_extra=_LIMITED,
)
def authorize_device(request: HttpRequest, form: Form[DeviceForm]) -> HttpResponse:
    """Get codes for an application on a television (RFC 8628)."""
    return _answered(request, lambda asked: _device_codes(request, asked))


def _device_codes(request: HttpRequest, asked: Asked) -> Answer:
    server = _server()
    client = server.authenticate_client(asked, METHODS, "device_authorization")
    server.validate_requested_scope(asked.payload.scope)
    scope = client.get_allowed_scope(asked.payload.scope)
    if scope is None or not client.row.is_device:
        raise OAuth2Error("This application may not ask for that.", error="unauthorized_client")
    leave = Leave(client.row, scope)
    made_ = televisions.device_code_make(asked.device, network(address_of(request)), leave)
    page = f"{own_url()}{CONFIRM_PATH}"
    told = messages.DeviceAuthorization(
        device_code=made_.device_code,
        user_code=made_.user_code,
        verification_uri=page,
        verification_uri_complete=f"{page}#code={made_.user_code}",
        expires_in=int(LIFETIME.total_seconds()),
        interval=INTERVAL_S,
    )
    return Answer(200, told.model_dump(), [])


def _answered(request: HttpRequest, run: Callable[[Asked], Answer]) -> HttpResponse:
    """What the protocol answers: JSON of its own form, also for refusals."""
    stores.limit("oauth", network(address_of(request)), _TRIES_MAX, _WINDOW_S)
    try:
        with transaction_of("identity"):
            told = run(_asked(request, dict(request.POST.lists())))
    except OAuth2Error as error:
        told = Answer(error.status_code, dict(error.get_body()), [])
    headers = {name: value for name, value in told.headers if name != "Content-Type"}
    return JsonResponse(told.body, status=told.status, headers=headers)


def _asked(request: HttpRequest, parameters: Mapping[str, Sequence[str]]) -> Asked:
    headers = {"Authorization": request.headers.get("Authorization", "")}
    origin = Origin(headers, device_of(request, "app"))
    return Asked(f"{own_url()}{request.path}", Parameters(parameters), origin)


def _parsed(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=_PARAMETERS_MAX)
    except ValueError as error:
        raise BadRequest(
            "not_askable", "This address is not whole. Go back and try again."
        ) from error


def _unaskable(error: OAuth2Error) -> BadRequest:
    """Nobody is sent on to an address that is not sure to be the application's."""
    if isinstance(error, InsecureTransportError):
        return BadRequest("not_askable", "Applications can be connected on https only.")
    why = str(error.description or error.error)
    detail = f"This application asked in a wrong way ({why}). Tell whoever made it."
    return BadRequest("not_askable", detail)


@lru_cache(maxsize=1)
def _server() -> Server:
    return made()
