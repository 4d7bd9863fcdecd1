"""Operations of Django's that crowds ask for, without the framework's request around them.

As `straight` has it: Django and its API library look for an operation by patterns, read what it is
told by models of their own, and write what it says by way of dictionaries, which takes as long as
signing somebody in. A request that is as it should be comes to its operation straight from the
server, with Django's request and response, which read and write cookies. All else is Django's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import conf
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from ninja import NinjaAPI, Status
from pydantic import BaseModel

from matinee.kernel import databases
from matinee.kernel.access import Access
from matinee.kernel.clients import WsgiApp
from matinee.kernel.http import callers
from matinee.kernel.http.errand_edge import ROUTE
from matinee.kernel.http.straight import body_of

_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Straight:
    """An operation; `reads` is what its body is to be, None where it has none."""

    api: NinjaAPI
    allowed: Access
    reads: type[BaseModel] | None
    run: Callable[..., Any]

    def answer(self, environ: dict[str, Any]) -> HttpResponse | None:
        """The answer; None where the request is not as it should be."""
        told: tuple[BaseModel, ...] = ()
        if self.reads is not None:
            most = conf.settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            body = body_of(environ, self.reads, most)
            if body is None:
                return None
            told = (body,)
        if self.allowed.needs_token and "HTTP_AUTHORIZATION" not in environ:
            return None
        request, response = WSGIRequest(environ), HttpResponse(content_type=_JSON)
        environ[ROUTE] = request.path
        try:
            _put(response, self._done(request, response, told))
        except Exception as error:  # noqa: BLE001 - as of any operation
            response = self.api.on_exception(request, error)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Length"] = str(len(response.content))
        return response

    def _done(
        self, request: WSGIRequest, response: HttpResponse, told: tuple[BaseModel, ...]
    ) -> Any:
        if self.allowed.needs_token:
            header = request.META["HTTP_AUTHORIZATION"]
            who = callers.caller_of(header, str(request.method), request.path)
            self.allowed.check(who)
            # Where the library leaves it.
            vars(request)["auth"] = who
        return self.run(request, response, *told)


_operations: dict[tuple[str, str], _Straight] = {}


def ask_straight(
    api: NinjaAPI,
    asked: tuple[str, str],
    run: Callable[..., Any],
    allowed: Access,
    reads: type[BaseModel] | None = None,
) -> None:
    """Have requests that are as they should be answered by `run`; `asked` is method and path.

    It is given Django's request and response, and the body where it `reads` one.
    """
    _operations[asked] = _Straight(api, allowed, reads, run)


def straight_first(app: WsgiApp) -> WsgiApp:
    """Django's app, but for those requests."""

    def answering(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        found = _operations.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if found is not None:
            try:
                response = found.answer(environ)
            finally:
                databases.release_connections()
            if response is not None:
                return _send(response, start_response)
        return app(environ, start_response)

    return answering


def _put(response: HttpResponse, said: Any) -> None:
    """What an operation said, a message or one with its status, into its response."""
    if isinstance(said, Status):
        response.status_code, said = said.status_code, said.value
    response.content = said.model_dump_json(by_alias=True).encode()


def _send(response: HttpResponse, start_response: Any) -> list[bytes]:
    cookies = [("Set-Cookie", each.OutputString()) for each in response.cookies.values()]
    status = f"{response.status_code} {response.reason_phrase}"
    start_response(status, [*response.items(), *cookies])
    return [response.content]
