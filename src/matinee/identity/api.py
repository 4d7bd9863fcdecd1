"""The HTTP edge of `identity`."""

from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Status

from matinee.contracts import identity as messages
from matinee.identity import actions, queries, rules, settings
from matinee.identity.models import Session
from matinee.kernel import settings as kernel_settings
from matinee.kernel.http.django_edge import access_tokens, caller, make_api
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    NotSignedIn,
    TooMany,
    Unavailable,
    Unprocessable,
)
from matinee.kernel.tokens import Caller

COOKIE = "matinee_session"
COOKIE_PATH = "/api/identity"

# What every operation answers that a browser's cookie speaks for.
_COOKIE_PROBLEMS = (BadRequest, Forbidden, Unprocessable)
_TRIED_PROBLEMS = (*_COOKIE_PROBLEMS, TooMany, Unavailable)

api = make_api("identity")


@api.post(
    "/sign-up",
    auth=None,
    operation_id="sign_up",
    response={201: messages.Session},
    openapi_extra=may_answer(*_TRIED_PROBLEMS, Conflict),
)
def sign_up(
    request: HttpRequest, response: HttpResponse, form: messages.SignUp
) -> Status[messages.Session]:
    """Make an account with a first profile, and sign in."""
    _refuse_foreign(request)
    signed_in = actions.account_sign_up(form, _address(request))
    _set_cookie(response, signed_in.secret)
    return Status(201, _message(signed_in.session))


@api.post(
    "/sign-in",
    auth=None,
    operation_id="sign_in",
    response={200: messages.Session},
    openapi_extra=may_answer(*_TRIED_PROBLEMS, NotSignedIn),
)
def sign_in(
    request: HttpRequest, response: HttpResponse, credentials: messages.SignIn
) -> messages.Session:
    """Sign in with e-mail address and password."""
    _refuse_foreign(request)
    signed_in = actions.account_sign_in(credentials, _address(request))
    _set_cookie(response, signed_in.secret)
    return _message(signed_in.session)


@api.post(
    "/refresh",
    auth=None,
    operation_id="refresh_session",
    response={200: messages.Session},
    openapi_extra=may_answer(*_COOKIE_PROBLEMS, NotSignedIn, NotFound),
)
def refresh(
    request: HttpRequest, response: HttpResponse, wish: messages.RefreshSession
) -> messages.Session:
    """Get a new access token by the cookie, and choose who is watching."""
    _refuse_foreign(request)
    secret = request.COOKIES.get(COOKIE, "")
    session = actions.session_refresh(secret, wish.profile_id)
    _set_cookie(response, secret)
    return _message(session)


@api.post(
    "/sign-out",
    auth=None,
    operation_id="sign_out",
    response={204: None},
    openapi_extra=may_answer(BadRequest, Forbidden),
)
def sign_out(request: HttpRequest, response: HttpResponse) -> Status[None]:
    """End the session; access tokens of it expire within ten minutes."""
    _refuse_foreign(request)
    actions.session_end(request.COOKIES.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Strict")
    return Status(204, None)


@api.get(
    "/account",
    operation_id="get_account",
    response={200: messages.Account},
    openapi_extra=may_answer(NotSignedIn),
)
def get_account(request: HttpRequest) -> messages.Account:
    """Who is signed in."""
    return queries.account_of(caller(request).account_id)


@api.get(
    "/profiles",
    operation_id="list_profiles",
    response={200: list[messages.Profile]},
    openapi_extra=may_answer(NotSignedIn),
)
def list_profiles(request: HttpRequest) -> list[messages.Profile]:
    """The profiles of the account, oldest first."""
    return queries.profiles_of(caller(request).account_id)


@api.post(
    "/profiles",
    operation_id="create_profile",
    response={201: messages.Profile},
    openapi_extra=may_answer(NotSignedIn, Conflict, Unprocessable),
)
def create_profile(request: HttpRequest, draft: messages.ProfileDraft) -> Status[messages.Profile]:
    """Add a profile; a kids profile's ceiling lowers by itself unless one is given."""
    row = actions.profile_create(caller(request).account_id, draft)
    return Status(201, queries.profile_message(row))


@api.patch(
    "/profiles/{uuid:profile_id}",
    operation_id="change_profile",
    response={200: messages.Profile},
    openapi_extra=may_answer(NotSignedIn, NotFound, Unprocessable),
)
def change_profile(
    request: HttpRequest, profile_id: UUID, change: messages.ProfileChange
) -> messages.Profile:
    """Change a profile; what is left out stays."""
    row = actions.profile_change(caller(request).account_id, profile_id, change)
    return queries.profile_message(row)


@api.delete(
    "/profiles/{uuid:profile_id}",
    operation_id="remove_profile",
    response={204: None},
    openapi_extra=may_answer(NotSignedIn, NotFound, Conflict),
)
def remove_profile(request: HttpRequest, profile_id: UUID) -> Status[None]:
    """Remove a profile with its history, list and thumbs."""
    actions.profile_remove(caller(request).account_id, profile_id)
    return Status(204, None)


def _message(session: Session) -> messages.Session:
    account, profiles = queries.household_of(session.account_id)
    chosen = next((each for each in profiles if each.id == session.profile_id), None)
    who = Caller(
        account_id=account.id,
        session_id=session.id,
        profile_id=None if chosen is None else chosen.id,
        maturity_age=0 if chosen is None else chosen.maturity_age,
        roles=frozenset(account.roles),
    )
    token, expires_at = access_tokens().issue(who)
    return messages.Session(
        access_token=token,
        expires_at=expires_at,
        account=account,
        profiles=profiles,
        profile_id=who.profile_id,
    )


def _set_cookie(response: HttpResponse, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=settings.get().session_days * 24 * 3600,
        path=COOKIE_PATH,
        secure=_own_url().startswith("https://"),
        httponly=True,
        samesite="Strict",
    )


def _refuse_foreign(request: HttpRequest) -> None:
    """Let only our own pages use the cookie.

    A form of another site can neither send JSON nor keep a browser from naming its
    origin; what has neither is refused too.
    """
    origin = request.headers.get("Origin")
    own_hosts = {request.headers.get("Host", ""), urlsplit(_own_url()).netloc}
    if rules.is_foreign(origin, own_hosts):
        code = "foreign_page"
        raise Forbidden(code, f"This works only on the pages of {_own_url()}.")
    is_empty = origin is not None and not request.body
    if request.content_type != "application/json" and not is_empty:
        code = "not_json"
        raise BadRequest(code, "Send this request with Content-Type: application/json.")


def _own_url() -> str:
    return kernel_settings.get().url


def _address(request: HttpRequest) -> str:
    """Where the request came from; the edge writes the header, whatever a client put there."""
    return request.headers.get("X-Real-IP") or request.META.get("REMOTE_ADDR", "")
