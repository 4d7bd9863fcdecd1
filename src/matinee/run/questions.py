"""Who asks whom, and by which way, where services share a machine."""

import importlib

from matinee.kernel.clients import Client

# No name that anybody could look up: the client calls the app in this process.
_INSIDE = "http://playback.internal"


def playback_client() -> Client:
    """Asks `playback` in this process; its records must be within reach."""
    # Loaded on the first question: most processes never ask one.
    app = importlib.import_module("matinee.playback.api").app
    return Client(_INSIDE, app=app.wsgi_app)
