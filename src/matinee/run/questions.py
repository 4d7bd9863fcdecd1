"""The way that questions go: into this process, or where services have their own hosts."""

import importlib
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.core.wsgi import get_wsgi_application

from matinee.kernel import settings
from matinee.kernel.clients import Client, WsgiApp
from matinee.kernel.http.addresses import service_and_rest
from matinee.kernel.http.django_straight import straight_first
from matinee.run import services

# No name that anybody could look up: the client calls the service's app in this process.
_INSIDE = "http://services.internal"


def client() -> Client:
    """Asks every service with an HTTP edge; in this process its records must be within reach."""
    apart = settings.get().services_url
    return Client(apart) if apart else Client(_INSIDE, app=_answer)


def app_of(service: str) -> WsgiApp:
    """A service's app in this process, loaded when it is asked for first; Django must be set up."""
    if service in services.FLASK:
        app: WsgiApp = importlib.import_module(f"matinee.{service}.api").app.wsgi_app
        return app
    return records_app()


@cache
def records_app() -> WsgiApp:
    """Django's app in this process, which answers for every service that it keeps records for."""
    return straight_first(get_wsgi_application())


def _answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    service, _ = service_and_rest(environ.get("PATH_INFO", ""))
    return app_of(service)(environ, start_response)
