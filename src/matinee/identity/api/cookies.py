"""The session's cookie: who may use it, and what goes with it."""

import math
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from matinee.contracts import identity as messages
from matinee.identity import queries, rules
from matinee.identity.actions import SignedIn
from matinee.identity.models import Session
from matinee.kernel import clock
from matinee.kernel import settings as kernel_settings
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.problems import BadRequest, Forbidden, TooMany, Unavailable, Unprocessable

# On https a browser takes the first from this host alone, and sends it nowhere else (RFC 6265bis,
# section 4.1.3.2); a plain one, as on loopback, is kept to where it is needed.
_SECURE_COOKIE, _SECURE_PATH = "__Host-matinee_session", "/"
_PLAIN_COOKIE, COOKIE_PATH = "matinee_session", "/api/identity"

# What every operation answers that a browser's cookie speaks for.
COOKIE_PROBLEMS = (BadRequest, Forbidden, Unprocessable)
TRIED_PROBLEMS = (*COOKIE_PROBLEMS, TooMany, Unavailable)


def let_in(response: HttpResponse, signed_in: SignedIn) -> messages.Session:
    """Have a browser keep a session's secret; what its page holds, with a fresh access token."""
    set_cookie(response, signed_in)
    session = signed_in.session
    household = signed_in.household or queries.household_of(session.account_id)
    return _session_message(session, household)


def _session_message(session: Session, household: queries.Household) -> messages.Session:
    """What a client holds of a session: a fresh access token, and who is there."""
    who = queries.caller_of(session, household)
    token, expires_at = access_tokens().issue(who)
    held = queries.roles_in_force(
        household.account.roles, has_second_factor=session.has_second_factor
    )
    return messages.Session(
        access_token=token,
        expires_at=expires_at,
        account=queries.shown_to(household.account, is_kids=who.is_kids),
        profiles=household.profiles,
        profile_id=who.profile_id,
        roles_rest=held.rest,
    )


def set_cookie(response: HttpResponse, signed_in: SignedIn) -> None:
    """Have a browser keep a session's refresh secret for as long as it may be of use."""
    name, path = _cookie()
    response.set_cookie(
        name,
        signed_in.secret,
        max_age=math.ceil((signed_in.session.expires_at - clock.now()).total_seconds()),
        path=path,
        secure=is_secure(),
        httponly=True,
        samesite="Strict",
    )


def kept_secret(request: HttpRequest) -> str:
    """The refresh secret that a browser kept; empty if it has none."""
    return request.COOKIES.get(_cookie()[0], "")


def forget_cookie(response: HttpResponse) -> None:
    """Have a browser forget the secret."""
    name, path = _cookie()
    response.delete_cookie(name, path=path, samesite="Strict")
    response.cookies[name]["secure"] = is_secure()


def refuse_foreign(request: HttpRequest) -> None:
    """Let only our own pages use the cookie.

    A form of another site can neither send JSON nor keep a browser from naming its
    origin; what has neither is refused too.
    """
    origin = request.META.get("HTTP_ORIGIN")
    own_hosts = {request.META.get("HTTP_HOST", ""), urlsplit(own_url()).netloc}
    if rules.is_foreign(origin, own_hosts):
        code = "foreign_page"
        raise Forbidden(code, f"This works only on the pages of {own_url()}.")
    is_empty = origin is not None and not request.body
    if request.content_type != "application/json" and not is_empty:
        code = "not_json"
        raise BadRequest(code, "Send this request with Content-Type: application/json.")


def _cookie() -> tuple[str, str]:
    """Name and path."""
    return (_SECURE_COOKIE, _SECURE_PATH) if is_secure() else (_PLAIN_COOKIE, COOKIE_PATH)


def is_secure() -> bool:
    """Whether viewers come by https."""
    return own_url().startswith("https://")


def own_url() -> str:
    """The address that viewers use."""
    return kernel_settings.get().url


def address_of(request: HttpRequest) -> str:
    """Where the request came from; the edge writes the header, whatever a client put there."""
    told: str = request.META.get("HTTP_X_REAL_IP") or request.META.get("REMOTE_ADDR", "")
    return told
