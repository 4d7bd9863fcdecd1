"""What everybody may read: the keys that check our tokens, and what the protocol can do here."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from matinee.identity.api.cookies import own_url
from matinee.identity.api.oauth.framing import DEVICE_GRANT
from matinee.identity.api.oauth.grants import METHODS
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.scopes import SCOPES
from matinee.kernel.tokens import published

# A new key signs two minutes after it is published.
_READ_AGAIN = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """The public halves of the keys (RFC 7517), at `/.well-known/jwks.json`."""
    return JsonResponse({"keys": published(access_tokens().ring)}, headers=_READ_AGAIN)


@require_safe
def authorization_server(request: HttpRequest) -> HttpResponse:
    """What the authorization server can do (RFC 8414)."""
    own = own_url()
    api = f"{own}/api/identity/oauth"
    told = {
        "issuer": own,
        "authorization_endpoint": f"{own}/oauth/authorize",
        "token_endpoint": f"{api}/token",
        "revocation_endpoint": f"{api}/revoke",
        "device_authorization_endpoint": f"{api}/device_authorization",
        "jwks_uri": f"{own}/.well-known/jwks.json",
        "scopes_supported": sorted(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
        "token_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_methods_supported": METHODS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
    return JsonResponse(told, headers=_READ_AGAIN)
