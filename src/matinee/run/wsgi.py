"""The web process: its services behind one WSGI app, told apart by path."""

import importlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import django
from django.core.wsgi import get_wsgi_application
from flask import Flask

from matinee.kernel import api_tokens, logs, problems, settings
from matinee.run import metrics, questions, services

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matinee.run.django_settings")

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


def flask_app(service: str) -> Flask:
    """The Flask app of a service."""
    app: Flask = importlib.import_module(f"matinee.{service}.api").app
    return app


def make_app(chosen: Sequence[str]) -> WsgiApp:
    """These services in one app. Django must be set up before any service is imported."""
    logs.set_up(settings.get())
    django.setup(set_prefix=False)
    services.load_edges_of_work()
    api_tokens.reach_identity(questions.services_client)
    records_app = get_wsgi_application()
    apps: dict[str, WsgiApp] = dict.fromkeys(services.WITH_API, _elsewhere)
    for service in chosen:
        is_decision = service in services.FLASK
        apps[service] = flask_app(service).wsgi_app if is_decision else records_app

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _, _, below = environ.get("PATH_INFO", "").partition("/api/")
        answering = apps.get(below.partition("/")[0], records_app)
        return answering(environ, start_response)

    return app


def _elsewhere(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    detail = "This process serves other services. Ask the address that pages come from."
    problem = problems.NotFound("served_elsewhere", detail)
    start_response("404 Not Found", [("Content-Type", problems.MEDIA_TYPE)])
    return [json.dumps(problem.body()).encode()]


app = metrics.measured(make_app(services.chosen()))
