"""Where the Django services stand below the one origin."""

from django.urls import URLPattern, URLResolver, path

from matinee.billing.api import api as billing
from matinee.catalog.api import api as catalog
from matinee.catalog.uploads import upload, uploads
from matinee.identity.api import api as identity
from matinee.identity.api.oauth import authorization_server, jwks
from matinee.viewing.api import api as viewing

urlpatterns: list[URLPattern | URLResolver] = [
    # tus speaks in headers and raw bodies, which an API framework would only be in the way of.
    path("api/catalog/uploads", uploads),
    path("api/catalog/uploads/<uuid:upload_id>", upload),
    path(".well-known/jwks.json", jwks),
    path(".well-known/oauth-authorization-server", authorization_server),
    path("api/identity/", identity.urls),
    path("api/billing/", billing.urls),
    path("api/catalog/", catalog.urls),
    path("api/viewing/", viewing.urls),
]
