"""The session's cookie: who may use it, and what goes with it."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from matinee.contracts import identity as messages
from matinee.identity import queries, rules, settings
from matinee.identity.models import Session
from matinee.kernel import settings as kernel_settings
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.problems import BadRequest, Forbidden, TooMany, Unavailable, Unprocessable
from matinee.kernel.tokens import Caller

COOKIE = "matinee_session"
COOKIE_PATH = "/api/identity"

# What every operation answers that a browser's cookie speaks for.
COOKIE_PROBLEMS = (BadRequest, Forbidden, Unprocessable)
TRIED_PROBLEMS = (*COOKIE_PROBLEMS, TooMany, Unavailable)


def session_message(session: Session) -> messages.Session:
    """What a client holds of a session: a fresh access token, and who is there."""
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


def set_cookie(response: HttpResponse, secret: str) -> None:
    """Have a browser keep a session's refresh secret."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=settings.get().session_days * 24 * 3600,
        path=COOKIE_PATH,
        secure=own_url().startswith("https://"),
        httponly=True,
        samesite="Strict",
    )


def refuse_foreign(request: HttpRequest) -> None:
    """Let only our own pages use the cookie.

    A form of another site can neither send JSON nor keep a browser from naming its
    origin; what has neither is refused too.
    """
    origin = request.headers.get("Origin")
    own_hosts = {request.headers.get("Host", ""), urlsplit(own_url()).netloc}
    if rules.is_foreign(origin, own_hosts):
        code = "foreign_page"
        raise Forbidden(code, f"This works only on the pages of {own_url()}.")
    is_empty = origin is not None and not request.body
    if request.content_type != "application/json" and not is_empty:
        code = "not_json"
        raise BadRequest(code, "Send this request with Content-Type: application/json.")


def own_url() -> str:
    """The address that viewers use."""
    return kernel_settings.get().url


def address_of(request: HttpRequest) -> str:
    """Where the request came from; the edge writes the header, whatever a client put there."""
    return request.headers.get("X-Real-IP") or request.META.get("REMOTE_ADDR", "")
