"""Who asks whom, and by which way: in this process, or where services have their own hosts."""

import importlib

from matinee.kernel import settings
from matinee.kernel.clients import Client

# No names that anybody could look up: the client calls the app in this process.
_INSIDE = "http://playback.internal"
_ANY_INSIDE = "http://services.internal"


def services_client() -> Client:
    """Asks every service with an HTTP edge; in this process its records must be within reach."""
    apart = settings.get().services_url
    if apart:
        return Client(apart)
    return Client(_ANY_INSIDE, app=importlib.import_module("matinee.run.wsgi").app)


def playback_client() -> Client:
    """Asks `playback`; in this process its records must be within reach."""
    apart = settings.get().services_url
    if apart:
        return Client(apart)
    # Loaded on the first question: most processes never ask one.
    app = importlib.import_module("matinee.playback.api").app
    return Client(_INSIDE, app=app.wsgi_app)
