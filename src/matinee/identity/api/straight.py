"""What every visit begins with, and crowds ask for; see `kernel.http.django_straight`."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from matinee.contracts import identity as messages
from matinee.identity.api.profiles import get_account
from matinee.identity.api.sessions import refresh
from matinee.identity.api.signing_in import sign_in
from matinee.kernel import access
from matinee.kernel.http.django_straight import ask_straight

_AT = "/api/identity"


def ask_all_straight(api: NinjaAPI) -> None:
    """Have these operations answered without the framework's request around them."""
    proven, signed_in = access.OWN_PROOF, access.SIGNED_IN
    ask_straight(api, ("POST", f"{_AT}/sign-in"), sign_in, proven, messages.SignIn)
    ask_straight(api, ("POST", f"{_AT}/refresh"), refresh, proven, messages.RefreshSession)
    ask_straight(api, ("GET", f"{_AT}/account"), _account, signed_in)


def _account(request: HttpRequest, _response: HttpResponse) -> messages.Account:
    return get_account(request)
