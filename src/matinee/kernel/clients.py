"""How one service asks another, or the command line asks them all: typed and bounded.

On one machine the transport calls the WSGI app in the same process; on many it
crosses the network. The same client and the same JSON, no second path.
"""

import ssl
from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel

from matinee.kernel import clock, errands, problems
from matinee.kernel.load import budgets
from matinee.kernel.load.breakers import Breaker
from matinee.kernel.tracing import spans

M = TypeVar("M", bound=BaseModel)
WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]

TIMEOUT = httpx.Timeout(5.0, connect=2.0)

_BY_STATUS: dict[int, type[problems.Problem]] = {
    kind.status: kind
    for kind in (
        problems.BadRequest,
        problems.NotSignedIn,
        problems.PaymentRequired,
        problems.Forbidden,
        problems.NotFound,
        problems.Conflict,
        problems.Gone,
        problems.TooLarge,
        problems.Unprocessable,
    )
}


# What says that nobody is there, or has no time; any other answer is an answer.
_AWAY = frozenset({"no_answer", "busy", "starting"})
# By address; a process asks a handful of them.
_breakers: dict[str, Breaker] = {}

_SERVICE = "{service}"
# What requests are for until it is known which service they go to; nobody looks it up.
_ANY = "http://services.internal"


class _EachAtItsOwn(httpx.BaseTransport):
    """Sends what is for `/api/<service>/…` to that service's own address."""

    def __init__(self, services_url: str, trust: ssl.SSLContext | None) -> None:
        self._services_url = services_url
        self._inner = httpx.HTTPTransport(verify=trust or True)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See `httpx.BaseTransport`."""
        service = _service_at(request.url.path)
        own = httpx.URL(self._services_url.replace(_SERVICE, service))
        request.url = request.url.copy_with(scheme=own.scheme, host=own.host, port=own.port)
        request.headers["Host"] = own.netloc.decode()
        return self._inner.handle_request(request)

    def close(self) -> None:
        """See `httpx.BaseTransport`."""
        self._inner.close()


class Client:
    """Asks one origin; an error answer becomes the `Problem` that the service raised.

    A `base_url` with `{service}` in it stands for as many origins: a request for
    `/api/<service>/…` goes to that service's.
    """

    def __init__(
        self,
        base_url: str,
        *,
        app: WsgiApp | None = None,
        token: str | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        # What is asked in this process cannot be away.
        self._address = base_url if app is None else ""
        transport: httpx.BaseTransport | None = None
        if app is not None:
            transport = httpx.WSGITransport(app=app)
        elif _SERVICE in base_url:
            transport = _EachAtItsOwn(base_url, trust)
            base_url = _ANY
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(
            base_url=base_url,
            transport=transport,
            headers=headers,
            timeout=TIMEOUT,
            verify=trust or True,
            event_hooks={"request": [_name_errand]},
        )

    def ask(self, answer: type[M], method: str, path: str, **options: Any) -> M:
        """One request whose answer is the message `answer`.

        Raises the service's own Problem, or Unavailable when it does not answer.
        """
        return answer.model_validate_json(self.send(method, path, **options).content)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request whose answer is looked at by the caller; raises like `ask`.

        Ends with the time that whoever asked us still waits. Who did not answer several times
        is left alone for some seconds; `no_answer` is said at once then.
        """
        left_s = budgets.left_s()
        if left_s is not None:
            options = _within(left_s, options, self.http.timeout)
        breaker = self._breaker(path)
        if breaker is None:
            return self._sent(method, path, options)
        if not breaker.may_ask(clock.monotonic_s()):
            detail = f"{self.http.base_url} has not answered several times. Please try again soon."
            raise problems.Unavailable("no_answer", detail)
        try:
            response = self._sent(method, path, options)
        except problems.Problem as problem:
            if problem.code in _AWAY:
                breaker.failed(clock.monotonic_s())
            else:
                breaker.went_well()
            raise
        breaker.went_well()
        return response

    def _breaker(self, path: str) -> Breaker | None:
        if not self._address:
            return None
        address = self._address.replace(_SERVICE, _service_at(path))
        return _breakers.setdefault(address, Breaker())

    def _sent(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        body = options.pop("body", None)
        if isinstance(body, BaseModel):
            options["content"] = body.model_dump_json(exclude_unset=True)
            options["headers"] = {"Content-Type": "application/json", **options.get("headers", {})}
        try:
            with spans.span(f"{method} {_service_at(path)}", "client"):
                response = self.http.request(method, path, **options)
        except httpx.TransportError as error:
            code = "no_answer"
            detail = f"{self.http.base_url} does not answer ({error}). Is Matinee running?"
            raise problems.Unavailable(code, detail) from error
        if response.is_error:
            raise _problem(response)
        return response

    def close(self) -> None:
        """Let go of the connections."""
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _name_errand(request: httpx.Request) -> None:
    request.headers.update(errands.headers())


def _service_at(path: str) -> str:
    return path.removeprefix("/api/").partition("/")[0]


def _within(left_s: float, options: dict[str, Any], usual: httpx.Timeout) -> dict[str, Any]:
    """A request's options with no more time than is left; Unavailable if none is."""
    if left_s <= 0:
        raise problems.Unavailable("too_late", "This took too long. Please try again.")
    wanted = httpx.Timeout(options.get("timeout", usual)).as_dict()
    parts = {name: min(part or left_s, left_s) for name, part in wanted.items()}
    headers = {budgets.HEADER: f"{left_s:.3f}", **options.get("headers", {})}
    return {**options, "timeout": httpx.Timeout(**parts), "headers": headers}


def _problem(response: httpx.Response) -> problems.Problem:
    try:
        body = response.json()
        code, detail = str(body["code"]), str(body["detail"])
    except (ValueError, KeyError, TypeError):
        code, detail = "no_answer", f"The service answered {response.status_code}."
    if response.status_code == problems.TooMany.status:
        return problems.TooMany(code, detail, int(response.headers.get("Retry-After", "5")))
    kind = _BY_STATUS.get(response.status_code)
    return problems.Unavailable(code, detail) if kind is None else kind(code, detail)
