"""A django-ninja API of a service: bearer tokens in, problems out."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import conf
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.security import HttpBearer
from redis import RedisError

from matinee.kernel import access, problems, reliances
from matinee.kernel.http import callers, person_route
from matinee.kernel.http.errand_edge import ROUTE
from matinee.kernel.http.problem_answers import BEARER, write_access
from matinee.kernel.reliances import Readiness
from matinee.kernel.tokens import Caller

log = logging.getLogger(__name__)

access_tokens = callers.access_tokens


class _Admission(HttpBearer):
    def __init__(self, allowed: access.Access) -> None:
        super().__init__()
        self.allowed = allowed

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if self.allowed.needs_token else self.allowed

    def authenticate(self, request: HttpRequest, token: str) -> Caller:  # noqa: ARG002 - the library's signature
        header = request.headers.get("Authorization")
        who = callers.caller_of(header, request.method or "", request.path)
        self.allowed.check(who)
        return who


def address_of(request: HttpRequest) -> str:
    """Where a request came from; the edge writes the header, whatever a client put there."""
    return request.headers.get("X-Real-IP") or request.META.get("REMOTE_ADDR", "")


def may(allowed: access.Access) -> HttpBearer:
    """The `auth` of an operation or a router: lets in who may use it."""
    return _Admission(allowed)


class _Document(OpenAPISchema):
    """The document of an API, in which every operation says who may use it."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        details: dict[str, Any] = super().operation_details(operation)
        for rule in _admissions(operation):
            write_access(details, rule.allowed)
        return details

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        if not any(rule.allowed.needs_token for rule in _admissions(operation)):
            return None
        self.securitySchemes["bearer"] = BEARER
        return [{"bearer": []}]


def _admissions(operation: Operation) -> list[_Admission]:
    return [rule for rule in operation.auth_callbacks if isinstance(rule, _Admission)]


class _Api(NinjaAPI):
    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        return _Document(self, path_prefix or self.get_root_path(path_params or {}))


def caller(request: HttpRequest) -> Caller:
    """Who makes an authenticated request."""
    who = getattr(request, "auth", None)
    if not isinstance(who, Caller):
        code = "not_signed_in"
        raise problems.NotSignedIn(code, "Please sign in.")
    return who


def make_api(service: str, allowed: access.Access = access.SIGNED_IN) -> NinjaAPI:
    """The API of a service below `/api/<service>`, with its probes and error answers.

    `allowed` may use operations that do not say otherwise.
    """
    api = _Api(
        title=f"Matinee {service}",
        version="1",
        urls_namespace=service,
        auth=may(allowed),
        docs_url=None,
        openapi_url=None,
    )
    api.add_exception_handler(problems.Problem, _problem)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(AuthenticationError, _not_signed_in)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(RequestDataTooBig, _too_large)
    for away in (OperationalError, InterfaceError, RedisError):
        api.add_exception_handler(away, _away)
    for unkept in (DataError, UnicodeEncodeError):
        api.add_exception_handler(unkept, _unkept)
    api.add_exception_handler(Exception, _unexpected)
    api.add_decorator(_unstored, mode="view")
    _add_probes(api, service)
    person_route.add_to_django(api, service, may(access.OWN_PROOF))
    return api


def _unstored(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers stay out of every cache, unless the operation said otherwise."""

    @wraps(run)
    def answer(*args: Any, **parameters: Any) -> HttpResponse:
        response = run(*args, **parameters)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def _add_probes(api: NinjaAPI, service: str) -> None:
    @api.get(
        "/livez", auth=may(access.ANYONE), operation_id=f"{service}_livez", response={204: None}
    )
    def livez(request: HttpRequest) -> Status[None]:  # noqa: ARG001 - the library's signature
        return Status(204, None)

    @api.get(
        "/readyz",
        auth=may(access.ANYONE),
        operation_id=f"{service}_readyz",
        response={200: Readiness},
    )
    def readyz(request: HttpRequest) -> Readiness:  # noqa: ARG001 - the library's signature
        return reliances.of(service).readiness()


def problems_only(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware that says as a problem what Django itself would say as a page."""

    def answer_or_problem(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if request.resolver_match is not None:
            request.META[ROUTE] = f"/{request.resolver_match.route}"
        problem = _BY_STATUS.get(response.status_code)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if problem is None or not is_page:
            return _measured(response)
        told = _answer(problem)
        if "Allow" in response.headers:
            told.headers["Allow"] = response.headers["Allow"]
        return _measured(told)

    return answer_or_problem


def _measured(response: HttpResponse) -> HttpResponse:
    """Says how long a body is, which otherwise goes out in parts that are each waited for."""
    if not response.streaming and response.content:
        response.headers.setdefault("Content-Length", str(len(response.content)))
    return response


_BY_STATUS = {
    400: problems.BadRequest("bad_request", "The request cannot be understood."),
    404: problems.NotFound("not_found", "There is nothing at this address."),
    405: problems.WrongMethod("wrong_method", "This address does not take that method."),
    500: problems.Problem("internal", "Something went wrong on our side. Please try again."),
}


def _answer(problem: problems.Problem) -> HttpResponse:
    return JsonResponse(
        problem.body(),
        status=problem.status,
        content_type=problems.MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **problem.headers},
    )


def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
    header = request.headers.get("Authorization")
    address = address_of(request)
    callers.note_refusal(problem, header, request.method or "", request.path, address)
    return _answer(problem)


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    return _answer(problems.wrong_values([{**each, "loc": _place(each)} for each in error.errors]))


def _place(error: dict[str, Any]) -> tuple[Any, ...]:
    """Where a wrong value stands as its sender knows it, without the names of our parameters."""
    source, *place = error.get("loc", ("body",))
    return tuple(place[1:] if source == "body" else place) or (source,)


def _not_signed_in(_request: HttpRequest, _error: Any) -> HttpResponse:
    return _answer(problems.NotSignedIn("not_signed_in", "Please sign in."))


def _http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    kind = (
        problems.BadRequest if error.status_code < problems.Problem.status else problems.Unavailable
    )
    return _answer(kind("bad_request", str(error)))


def _too_large(_request: HttpRequest, _error: Any) -> HttpResponse:
    most = conf.settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return _answer(problems.TooLarge("too_large", f"A body may have at most {most} bytes."))


def _unkept(_request: HttpRequest, _error: Any) -> HttpResponse:
    return _answer(problems.unkept_value())


def _away(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("%s %s: not answered within: %s", request.method, request.path, error)
    return _answer(problems.away())


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _answer(_BY_STATUS[problems.Problem.status])
