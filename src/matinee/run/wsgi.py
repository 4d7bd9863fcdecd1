"""The web process of one machine: every service behind one WSGI app, told apart by path."""

import importlib
import os
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.wsgi import get_wsgi_application
from flask import Flask

from matinee.kernel import logs, settings
from matinee.run import services

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matinee.run.django_settings")

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


def flask_app(service: str) -> Flask:
    """The Flask app of a service."""
    app: Flask = importlib.import_module(f"matinee.{service}.api").app
    return app


def make_app() -> WsgiApp:
    """All services in one app. Django must be set up before any service is imported."""
    logs.set_up(settings.get())
    django.setup(set_prefix=False)
    services.load_edges_of_work()
    records_app = get_wsgi_application()
    decisions = {service: flask_app(service).wsgi_app for service in services.FLASK}

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _, _, below = environ.get("PATH_INFO", "").partition("/api/")
        chosen = decisions.get(below.partition("/")[0], records_app)
        return chosen(environ, start_response)

    return app


app = make_app()
