"""Signing up, signing in, staying signed in and signing out."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import identity as messages
from matinee.identity import actions
from matinee.identity.api.cookies import (
    COOKIE,
    COOKIE_PATH,
    COOKIE_PROBLEMS,
    TRIED_PROBLEMS,
    address_of,
    refuse_foreign,
    session_message,
    set_cookie,
)
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import BadRequest, Conflict, Forbidden, NotFound, NotSignedIn

router = Router()


@router.post(
    "/sign-up",
    auth=None,
    operation_id="sign_up",
    response={201: messages.Session},
    openapi_extra=may_answer(*TRIED_PROBLEMS, Conflict),
)
def sign_up(
    request: HttpRequest, response: HttpResponse, form: messages.SignUp
) -> Status[messages.Session]:
    """Make an account with a first profile, and sign in."""
    refuse_foreign(request)
    signed_in = actions.account_sign_up(form, address_of(request))
    set_cookie(response, signed_in.secret)
    return Status(201, session_message(signed_in.session))


@router.post(
    "/sign-in",
    auth=None,
    operation_id="sign_in",
    response={200: messages.Session},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotSignedIn),
)
def sign_in(
    request: HttpRequest, response: HttpResponse, credentials: messages.SignIn
) -> messages.Session:
    """Sign in with e-mail address and password."""
    refuse_foreign(request)
    signed_in = actions.account_sign_in(credentials, address_of(request))
    set_cookie(response, signed_in.secret)
    return session_message(signed_in.session)


@router.post(
    "/refresh",
    auth=None,
    operation_id="refresh_session",
    response={200: messages.Session},
    openapi_extra=may_answer(*COOKIE_PROBLEMS, NotSignedIn, NotFound),
)
def refresh(
    request: HttpRequest, response: HttpResponse, wish: messages.RefreshSession
) -> messages.Session:
    """Get a new access token by the cookie, and choose who is watching."""
    refuse_foreign(request)
    secret = request.COOKIES.get(COOKIE, "")
    session = actions.session_refresh(secret, wish.profile_id)
    set_cookie(response, secret)
    return session_message(session)


@router.post(
    "/sign-out",
    auth=None,
    operation_id="sign_out",
    response={204: None},
    openapi_extra=may_answer(BadRequest, Forbidden),
)
def sign_out(request: HttpRequest, response: HttpResponse) -> Status[None]:
    """End the session; access tokens of it expire within ten minutes."""
    refuse_foreign(request)
    actions.session_end(request.COOKIES.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Strict")
    return Status(204, None)
