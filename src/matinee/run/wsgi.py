"""The web process: its services behind one WSGI app, told apart by path."""

import json
import os
from collections.abc import Iterable, Sequence
from typing import Any

import django

from matinee.kernel import asking, logs, problems, settings
from matinee.run import metrics, questions, services
from matinee.run.questions import WsgiApp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matinee.run.django_settings")


def make_app(chosen: Sequence[str]) -> WsgiApp:
    """These services in one app. Django must be set up before any service is imported."""
    logs.set_up(settings.get())
    django.setup(set_prefix=False)
    services.load_edges_of_work()
    asking.reach(questions.client)
    records_app = questions.records_app()
    apps: dict[str, WsgiApp] = dict.fromkeys(services.WITH_API, _elsewhere)
    apps |= {service: questions.app_of(service) for service in chosen}

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        service = questions.service_in(environ.get("PATH_INFO", ""))
        return apps.get(service, records_app)(environ, start_response)

    return app


def _elsewhere(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    detail = "This process serves other services. Ask the address that pages come from."
    problem = problems.NotFound("served_elsewhere", detail)
    start_response("404 Not Found", [("Content-Type", problems.MEDIA_TYPE)])
    return [json.dumps(problem.body()).encode()]


app = metrics.measured(make_app(services.chosen()))
