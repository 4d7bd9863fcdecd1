"""The question that every service answers `identity` alone: what it keeps of a person."""

from collections.abc import Callable
from typing import Any

import flask
from django.http import HttpRequest
from flask_openapi3.openapi import OpenAPI
from ninja import NinjaAPI

from matinee.kernel import people
from matinee.kernel.http import callers
from matinee.kernel.http.problem_answers import described
from matinee.kernel.people import Person, PersonalRecords
from matinee.kernel.problems import Forbidden

Answering = Callable[[Person], flask.Response]
_SUMMARY = "What is kept of a person, for `identity` alone"
_REFUSALS: dict[str | int, Any] = {
    401: described("not_signed_in: no service token"),
    403: described("not_yours: another service"),
    503: described("not_ready: the service has only just started"),
}


def add_to_django(api: NinjaAPI, service: str, own_proof: Any) -> None:
    """Add it to a service's API; `own_proof` is the `auth` of what checks its own proof."""

    @api.post(
        f"/{people.PATH}",
        auth=own_proof,
        operation_id=f"{service}_person",
        summary=_SUMMARY,
        response={200: PersonalRecords},
        openapi_extra={"responses": _REFUSALS},
    )
    def person(request: HttpRequest, person: Person) -> PersonalRecords:
        """Answer with all records of the account and its profiles; no person's token opens this."""
        return _answer(request.headers.get("Authorization"), service, person)


def add_to_flask(app: OpenAPI, service: str, own_proof: Callable[[Answering], Answering]) -> None:
    """Add it to a service's app; `own_proof` decorates what checks its own proof."""

    @app.post(
        f"/api/{service}/{people.PATH}",
        operation_id=f"{service}_person",
        summary=_SUMMARY,
        responses={200: PersonalRecords, **_REFUSALS},
    )
    @own_proof
    def person(body: Person) -> flask.Response:
        """Answer with all records of the account and its profiles; no person's token opens this."""
        kept = _answer(flask.request.headers.get("Authorization"), service, body)
        return flask.Response(kept.model_dump_json(), mimetype="application/json")


def _answer(header: str | None, service: str, person: Person) -> PersonalRecords:
    if callers.asking_service(header, service) != people.ASKS:
        raise Forbidden("not_yours", "Only the service that people sign in to may ask for this.")
    return people.gathered(service, person)
