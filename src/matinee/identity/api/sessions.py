"""Staying signed in and signing out."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import identity as messages
from matinee.identity import actions
from matinee.identity.api.cookies import (
    TRIED_PROBLEMS,
    forget_cookie,
    kept_secret,
    let_in,
    refuse_foreign,
)
from matinee.identity.api.devices import device_of
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import BadRequest, Forbidden, NotFound, NotSignedIn

router = Router()


@router.post(
    "/refresh",
    auth=may(access.OWN_PROOF),
    operation_id="refresh_session",
    response={200: messages.Session},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotSignedIn, NotFound),
)
def refresh(
    request: HttpRequest, response: HttpResponse, wish: messages.RefreshSession
) -> messages.Session:
    """Get a new access token by the cookie, and choose who is watching.

    A profile with a PIN takes it: 403 `pin_needed` or `pin_wrong`.
    """
    refuse_foreign(request)
    secret, device = kept_secret(request), device_of(request)
    return let_in(response, actions.session_go_on(secret, wish, device))


@router.post(
    "/sign-out",
    auth=may(access.OWN_PROOF),
    operation_id="sign_out",
    response={204: None},
    openapi_extra=may_answer(BadRequest, Forbidden),
)
def sign_out(request: HttpRequest, response: HttpResponse) -> Status[None]:
    """End the session; its access tokens are refused within seconds."""
    refuse_foreign(request)
    actions.session_end(kept_secret(request))
    forget_cookie(response)
    return Status(204, None)
