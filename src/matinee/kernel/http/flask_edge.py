"""A flask-openapi3 app of a service: bearer tokens in, problems out."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from django.db import DataError, InterfaceError, OperationalError
from flask import Request, Response, g, jsonify, request
from flask.json.provider import DefaultJSONProvider
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel, ValidationError
from redis import RedisError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter

from matinee.kernel import access, databases, problems, reliances
from matinee.kernel.http import callers, person_route, places, straight
from matinee.kernel.http.flask_answers import Answer
from matinee.kernel.http.problem_answers import BEARER, described, write_access
from matinee.kernel.http.straight import Asked, Straight, Written
from matinee.kernel.reliances import Readiness
from matinee.kernel.tokens import Caller

log = logging.getLogger(__name__)

_ALLOWED = "may_use_it"
# A part of a rule that is filled in: `<uuid:title_id>`.
_CONVERTED = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")
BODY_BYTES_MAX = 256 * 1024
Operation = TypeVar("Operation", bound=Callable[..., Response])


access_tokens = callers.access_tokens


def caller() -> Caller:
    """Who makes this request; NotSignedIn without a valid access token."""
    if "caller" not in g:
        header = request.headers.get("Authorization")
        g.caller = callers.caller_of(header, request.method, request.path)
    who: Caller = g.caller
    return who


def may(allowed: access.Access) -> Callable[[Operation], Operation]:
    """Say who may use an operation; stands right below the line with its address."""

    def said(operation: Operation) -> Operation:
        operation.__dict__[_ALLOWED] = allowed
        return operation

    return said


def asked() -> Asked:
    """What is told of this request; NotSignedIn without a valid access token."""
    return Asked(caller(), request.environ)


def country() -> str:
    """Where the caller is (ISO 3166-1 alpha-2), or empty where nobody knows."""
    return places.country(request.headers)


def answer(message: BaseModel, status: int = 200) -> Response:
    """A message as the JSON body of an answer."""
    return Response(message.model_dump_json(by_alias=True), status, mimetype=straight.JSON)


def flasks(written: Written) -> Response:
    """An answer of an operation that is asked straight, where it is asked through Flask."""
    return Response(written.body, written.status, written.headers, mimetype=straight.JSON)


def empty() -> Response:
    """An answer without a body (204)."""
    return Response(status=204)


def told(when: str) -> dict[str, Any]:
    """How an operation's document describes a problem answer: when it comes."""
    return described(when)


class _Json(DefaultJSONProvider):
    def loads(self, s: str | bytes, **more: Any) -> Any:
        try:
            return super().loads(s, **more)
        except RecursionError as error:
            msg = "nested too deeply"
            raise ValueError(msg) from error


class _Api(OpenAPI):
    """The library documents every operation with its own form of 422; ours is a problem.

    No address of ours depends on the host, which the library would look at twice.
    """

    response_class = Answer
    json_provider_class = _Json

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """See the library."""
        super().__init__(*arguments, **named)
        self._straight: dict[tuple[str, str], Straight] = {}

    def ask_straight(
        self,
        operation: Operation,
        run: Callable[..., Written],
        reads: type[BaseModel] | None = None,
    ) -> None:
        """Have requests for an operation that are as they should be answered by `run`.

        It is given `Asked`, and the body where it `reads` one.
        """
        view = operation.__dict__["view"]
        for rule in self.url_map.iter_rules():
            if self.view_functions[rule.endpoint] is view:
                found = Straight(rule.rule, self.access_of(rule.endpoint), reads, run)
                for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                    self._straight[method, rule.rule] = found

    def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """See the library, and `straight`."""
        operation = self._straight.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if operation is not None:
            try:
                written = operation.answer(environ, BODY_BYTES_MAX)
            except Exception as error:  # noqa: BLE001 - as of any operation, answered by Flask
                return self._answer_to(error, environ, start_response)
            finally:
                databases.release_connections()
            if written is not None:
                return written.send(start_response)
        return super().wsgi_app(environ, start_response)

    def _answer_to(
        self, error: Exception, environ: dict[str, Any], start_response: Any
    ) -> Iterable[bytes]:
        with self.request_context(environ):
            response = self.finalize_request(self.handle_user_exception(error))
            return response(environ, start_response)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """See the library; who asks with a host that is none, is answered as anybody."""
        if request is None:
            return super().create_url_adapter(None)
        return MapAdapter(
            self.url_map,
            request.host,
            request.root_path,
            "",
            request.scheme,
            request.path,
            request.method,
            request.query_string.decode(errors="replace"),
        )

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """See the library, which asks five times a request; nothing of ours is a coroutine."""
        return func

    def access_of(self, endpoint: str | None) -> access.Access:
        """Who may use an operation; where nothing is said, whoever has signed in."""
        view = self.view_functions.get(endpoint or "")
        found: access.Access = getattr(view, _ALLOWED, access.SIGNED_IN)
        return found

    def generate_spec_json(self) -> None:
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        for operation, allowed in self._operations():
            write_access(operation, allowed)
            if allowed.needs_token:
                operation["security"] = [{"bearer": []}]
        for operations in self.spec_json["paths"].values():
            for operation in operations.values():
                answers = operation["responses"]
                if problems.MEDIA_TYPE not in answers["422"]["content"]:
                    del answers["422"]
                    if operation.get("requestBody") or operation.get("parameters"):
                        answers["422"] = described("invalid")
        self.spec_json["components"]["schemas"].pop(self.validation_error_model.__name__)

    def _operations(self) -> Iterator[tuple[dict[str, Any], access.Access]]:
        """Each operation's document, and who may use it."""
        for rule in self.url_map.iter_rules():
            methods = self.spec_json["paths"].get(_CONVERTED.sub(r"{\1}", rule.rule), {})
            for method in rule.methods or ():
                if method.lower() in methods:
                    yield methods[method.lower()], self.access_of(rule.endpoint)


def make_app(service: str) -> _Api:
    """The app of a service below `/api/<service>`, with its probes and error answers."""
    app = _Api(
        f"matinee.{service}",
        info=Info(title=f"Matinee {service}", version="1"),
        security_schemes={"bearer": BEARER},
        doc_ui=False,
        validation_error_callback=_invalid,
    )
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
    app.register_error_handler(problems.Problem, _noted)
    app.register_error_handler(HTTPException, _http_error)
    for away in (OperationalError, InterfaceError, RedisError):
        app.register_error_handler(away, _away)
    for unkept in (DataError, UnicodeEncodeError):
        app.register_error_handler(unkept, lambda _error: _problem(problems.unkept_value()))
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_unstored)
    app.before_request(lambda: _admit(app))
    app.teardown_request(lambda _error: databases.release_connections())
    _add_probes(app, service)
    person_route.add_to_flask(app, service, may(access.OWN_PROOF))
    return app


def _admit(app: _Api) -> None:
    """Let in who may use the operation that is asked for; an address without one says so itself."""
    if request.endpoint is None or request.method == "OPTIONS":
        return
    allowed = app.access_of(request.endpoint)
    if allowed.needs_token:
        allowed.check(caller())


def _add_probes(app: OpenAPI, service: str) -> None:
    @app.get(f"/api/{service}/livez", operation_id=f"{service}_livez", responses={204: None})
    @may(access.ANYONE)
    def livez() -> Response:
        return empty()

    @app.get(
        f"/api/{service}/readyz",
        operation_id=f"{service}_readyz",
        responses={200: Readiness, 503: described("not_ready")},
    )
    @may(access.ANYONE)
    def readyz() -> Response:
        return answer(reliances.of(service).readiness())


def _unstored(response: Response) -> Response:
    """Answers stay out of every cache, unless the operation said otherwise."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _noted(problem: problems.Problem) -> Response:
    header = request.headers.get("Authorization")
    address = request.headers.get("X-Real-IP", "")
    callers.note_refusal(problem, header, request.method, request.path, address)
    return _problem(problem)


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
    told = _problem(problem)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        told.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return told


def _away(error: Exception) -> Response:
    log.error("%s %s: not answered within: %s", request.method, request.path, error)
    return _problem(problems.away())


def _unexpected(error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _problem(
        problems.Problem("internal", "Something went wrong on our side. Please try again.")
    )
