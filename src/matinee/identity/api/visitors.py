"""Who stands at the door, as a request shows it; and the cookie by which a device is known."""

from django.http import HttpRequest, HttpResponse

from matinee.identity.actions.known_devices import REMEMBERED
from matinee.identity.api.cookies import COOKIE_PATH, address_of, is_secure
from matinee.identity.api.devices import device_of
from matinee.identity.rules.visitors import Visitor
from matinee.kernel import ids

_SECRET_LENGTH_MAX = 100


def visitor_of(request: HttpRequest) -> Visitor:
    """Who sends a request; in a browser without the cookie a new one, to be kept by `know`."""
    kept = request.COOKIES.get(_name(), "")
    secret = kept if 0 < len(kept) <= _SECRET_LENGTH_MAX else ids.secret()
    return Visitor(address_of(request), device_of(request), secret)


def know(response: HttpResponse, visitor: Visitor) -> None:
    """Have a browser keep the secret by which it is known."""
    response.set_cookie(
        _name(),
        visitor.secret,
        max_age=REMEMBERED,
        path="/" if is_secure() else COOKIE_PATH,
        secure=is_secure(),
        httponly=True,
        samesite="Strict",
    )


def _name() -> str:
    return "__Host-matinee_device" if is_secure() else "matinee_device"
