"""Every request is an errand: it has an id, and some are looked at step by step.

Stands around all else that a web process does, below any framework.
"""

from collections.abc import Iterable
from typing import Any

from matinee.kernel import clock, errands
from matinee.kernel.clients import WsgiApp
from matinee.kernel.http.addresses import service_and_rest
from matinee.kernel.tracing import spans

# When nginx took a request, in seconds since the Unix epoch; only what comes from outside has it.
ARRIVED = "HTTP_X_ARRIVED_AT"
# Where Django's edge leaves the form of an address, as `/api/catalog/titles/<title_id>`.
ROUTE = "matinee.route"
_ID = "HTTP_" + errands.ID_HEADER.upper().replace("-", "_")
_TRACE = "HTTP_" + errands.TRACE_HEADER.upper()
# Clocks of two hosts differ; what waited longer was given up by nginx.
_WAITED_MAX_S = 60.0
_SERVER_ERROR = 500


def on_errands(app: WsgiApp) -> WsgiApp:
    """The app, each of whose requests is an errand."""

    def answering(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        token = errands.begin(errands.made(environ.get(_ID)))
        try:
            if spans.is_on():
                is_outside = ARRIVED in environ
                looked = spans.judged(environ.get(_TRACE), is_outside=is_outside)
                if looked is not None:
                    return _looked_at(app, environ, start_response, looked)
            return app(environ, start_response)
        finally:
            errands.end(token)

    return answering


def _looked_at(
    app: WsgiApp, environ: dict[str, Any], start_response: Any, looked: spans.Looked
) -> Iterable[bytes]:
    seen = [0]

    def started(status: str, headers: Any, exc_info: Any = None) -> Any:
        seen[0] = int(status[:3])
        return start_response(status, headers, exc_info)

    method, service = environ.get("REQUEST_METHOD", ""), _service(environ)
    with spans.begun(looked, f"{method} {service}", "server", since_s=_since_s(environ)) as span:
        # What came before is the time that it waited, in nginx and for a thread.
        with spans.span("answer"):
            body = app(environ, started)
        route = _route(environ)
        if route:
            span.name = f"{method} {route}"
            span.about["http.route"] = route
        span.about |= {"http.request.method": method, "http.response.status_code": seen[0]}
        span.about |= _about(service)
        if seen[0] >= _SERVER_ERROR:
            span.failed_with = str(seen[0])
    return body


def _about(service: str) -> dict[str, str]:
    errand = errands.current()
    if errand is None:
        return {}
    known = {"matinee.service": service, "matinee.request_id": errand.id}
    if errand.account_id is not None:
        known["matinee.account_id"] = str(errand.account_id)
    return known


def _service(environ: dict[str, Any]) -> str:
    name, _ = service_and_rest(str(environ.get("PATH_INFO", "")))
    return name if name.isalpha() and name.isascii() else "other"


def _route(environ: dict[str, Any]) -> str:
    """The form of the address that was asked for, without what stood in it."""
    rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
    return str(environ.get(ROUTE) or (rule and rule.rule) or "")


def _since_s(environ: dict[str, Any]) -> float | None:
    """When nginx took the request, if it says so and that can be."""
    try:
        arrived_s = float(environ[ARRIVED])
    except (KeyError, ValueError):
        return None
    return arrived_s if 0 <= clock.unix_s() - arrived_s <= _WAITED_MAX_S else None
