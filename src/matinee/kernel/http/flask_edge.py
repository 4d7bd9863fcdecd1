"""A flask-openapi3 app of a service: bearer tokens in, problems out."""

import logging
import re
from functools import lru_cache
from typing import Any

from flask import Response, g, jsonify, request
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from matinee.kernel import databases, problems, settings
from matinee.kernel.http.problem_answers import described
from matinee.kernel.tokens import AccessTokens, Caller, bearer

log = logging.getLogger(__name__)

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
BODY_BYTES_MAX = 256 * 1024
SECURITY: list[dict[str, list[Any]]] = [{"bearer": []}]


@lru_cache(maxsize=1)
def access_tokens() -> AccessTokens:
    """The key pair of this process."""
    return AccessTokens(settings.get().secrets)


def caller() -> Caller:
    """Who makes this request; NotSignedIn without a valid access token."""
    if "caller" not in g:
        g.caller = access_tokens().verify(bearer(request.headers.get("Authorization")))
    who: Caller = g.caller
    return who


def country() -> str:
    """Where the caller is (ISO 3166-1 alpha-2), or empty where nobody knows."""
    chosen = settings.get()
    told = request.headers.get(chosen.country_header, "") if chosen.country_header else ""
    code = told.strip().upper()
    return code if _COUNTRY.fullmatch(code) else chosen.country


def answer(message: BaseModel, status: int = 200) -> Response:
    """A message as the JSON body of an answer."""
    return Response(message.model_dump_json(by_alias=True), status, mimetype="application/json")


def empty() -> Response:
    """An answer without a body (204)."""
    return Response(status=204)


def told(when: str) -> dict[str, Any]:
    """How an operation's document describes a problem answer: when it comes."""
    return described(when)


class _Api(OpenAPI):
    """The library documents every operation with its own form of 422; ours is a problem."""

    def generate_spec_json(self) -> None:
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        for operations in self.spec_json["paths"].values():
            for operation in operations.values():
                answers = operation["responses"]
                if problems.MEDIA_TYPE not in answers["422"]["content"]:
                    del answers["422"]
                    if operation.get("requestBody") or operation.get("parameters"):
                        answers["422"] = described("invalid")
        self.spec_json["components"]["schemas"].pop(self.validation_error_model.__name__)


def make_app(service: str) -> OpenAPI:
    """The app of a service below `/api/<service>`, with its probes and error answers."""
    app = _Api(
        f"matinee.{service}",
        info=Info(title=f"Matinee {service}", version="1"),
        security_schemes={"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        doc_ui=False,
        validation_error_callback=_invalid,
    )
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
    app.register_error_handler(problems.Problem, _problem)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)
    app.teardown_request(lambda _error: databases.release_connections())
    _add_probes(app, service)
    return app


def _add_probes(app: OpenAPI, service: str) -> None:
    @app.get(f"/api/{service}/livez", operation_id=f"{service}_livez", responses={204: None})
    def livez() -> Response:
        return empty()

    @app.get(
        f"/api/{service}/readyz",
        operation_id=f"{service}_readyz",
        responses={204: None, 503: described("not_ready")},
    )
    def readyz() -> Response:
        if not databases.answers(service):
            code = "not_ready"
            raise problems.Unavailable(code, f"The database of {service} does not answer.")
        return empty()


def _problem(problem: problems.Problem) -> Response:
    response = jsonify(problem.body())
    response.status_code = problem.status
    response.mimetype = problems.MEDIA_TYPE
    response.headers.update(problem.headers)
    return response


def _invalid(error: ValidationError) -> Response:
    return _problem(problems.wrong_values([dict(item) for item in error.errors()]))


_BY_STATUS = {
    404: problems.NotFound("not_found", "There is nothing at this address."),
    405: problems.WrongMethod("wrong_method", "This address does not take that method."),
    413: problems.TooLarge("too_large", f"A body may have at most {BODY_BYTES_MAX} bytes."),
}


def _http_error(error: HTTPException) -> Response:
    problem = _BY_STATUS.get(error.code or 500)
    if problem is None:
        problem = problems.BadRequest("bad_request", error.description or "Bad request.")
    return _problem(problem)


def _unexpected(error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _problem(
        problems.Problem("internal", "Something went wrong on our side. Please try again.")
    )
