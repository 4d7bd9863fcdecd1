"""The web process: its services behind one WSGI app, told apart by path."""

import json
import os
from collections.abc import Iterable, Sequence
from typing import Any

import django

from matinee.kernel import asking, databases, logs, problems, settings
from matinee.kernel.clients import WsgiApp
from matinee.kernel.http.addresses import service_and_rest
from matinee.kernel.http.errand_edge import on_errands
from matinee.kernel.load.door import Door
from matinee.kernel.tracing import spans
from matinee.run import metrics, questions, readiness, services
from matinee.run.scaling import loads
from matinee.run.shedding import shedding
from matinee.run.warming import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matinee.run.django_settings")


def make_app(chosen: Sequence[str]) -> WsgiApp:
    """These services in one app. Django must be set up before any service is imported."""
    logs.set_up(settings.get())
    spans.name_process(chosen[0] if len(chosen) == 1 else "web")
    django.setup(set_prefix=False)
    databases.look_at_own_connections()
    # What others do and hear is for workers; loading it takes longer than all the rest.
    services.load_edges_of_work(of=chosen)
    asking.reach(questions.client)
    records_app = questions.records_app()
    apps: dict[str, WsgiApp] = dict.fromkeys(services.WITH_API, _elsewhere)
    apps |= {service: questions.app_of(service) for service in chosen}

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        service, _ = service_and_rest(environ.get("PATH_INFO", ""))
        return apps.get(service, records_app)(environ, start_response)

    return app


def _elsewhere(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    detail = "This process serves other services. Ask the address that pages come from."
    problem = problems.NotFound("served_elsewhere", detail)
    start_response("404 Not Found", [("Content-Type", problems.MEDIA_TYPE)])
    return [json.dumps(problem.body()).encode()]


_door = Door(is_one_clock=not settings.get().services_url)
app = on_errands(metrics.measured(shedding(make_app(services.chosen()), _door)))
warm(app, services.chosen())
loads.begin_serving()
readiness.go_on_saying()
