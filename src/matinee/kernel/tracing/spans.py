"""Spans: what an errand that somebody looks at does, from when to when."""

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from matinee.kernel import clock, errands, settings
from matinee.kernel.tracing.sampling import Allowance
from matinee.kernel.tracing.traceparent import Traceparent

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

Kind = Literal["internal", "server", "client", "producer", "consumer"]

# What a process is called that nobody gave a name.
_part = "matinee"
_PER_S = 20.0
_NANO = 1_000_000_000
_allowance = Allowance(per_s=_PER_S, left=_PER_S)
_STATEMENT_MAX = 1_000


def name_process(part: str) -> None:
    """Say what this process runs as, before its first span."""
    global _part  # noqa: PLW0603 - a process has one name
    _part = part


@lru_cache(maxsize=1)
def is_on() -> bool:
    """Whether there is anybody to tell."""
    return bool(settings.get().traces_url)


def judged(header: str | None, *, is_outside: bool) -> "Looked | None":
    """Whether, and as a part of what, a request is looked at; for edges, where tracing is on.

    What comes from `is_outside` may ask for it in its header, as often as the allowance lets it;
    what says nothing is drawn by lot.
    """
    if header:
        parent = Traceparent.of(header)
        is_wanted = parent is not None
    else:
        parent = None
        is_wanted = random.random() < settings.get().traces_ratio  # noqa: S311 - no secret
    if not is_wanted or (is_outside and not _allowance.takes(clock.monotonic_s())):
        return None
    return Looked(parent)


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looks at a request; `parent` is the span that it belongs to, if any."""

    parent: Traceparent | None


@contextmanager
def begun(
    looked: Looked, name: str, kind: Kind, *, since_s: float | None = None
) -> Iterator["Span"]:
    """The first span of an errand in this process, and all questions to databases below it.

    `since_s` is a moment in Unix seconds before now at which it had begun already.
    """
    errand = errands.current()
    if errand is None:
        msg = "a span needs an errand that it belongs to"
        raise RuntimeError(msg)
    errand.trace = looked.parent
    with _span(errand, name, kind, since_s) as made, _statements():
        yield made


@contextmanager
def span(name: str, kind: Kind = "internal", **about: str | int) -> Iterator[None]:
    """A step of the errand that this thread is on, if somebody looks at it."""
    errand = errands.current()
    if errand is None or errand.trace is None or not is_on():
        yield
        return
    with _span(errand, name, kind, None) as made:
        for key, value in about.items():
            made.set_attribute(key.replace("__", "."), value)
        yield


@contextmanager
def _span(
    errand: errands.Errand, name: str, kind: Kind, since_s: float | None
) -> Iterator["Span"]:
    from opentelemetry import trace  # noqa: PLC0415 - megabytes that most processes never need

    above = errand.trace
    made = _tracer().start_span(
        name,
        context=_context(above),
        kind=trace.SpanKind[kind.upper()],
        start_time=None if since_s is None else int(since_s * _NANO),
    )
    ids = made.get_span_context()
    errand.trace = Traceparent(
        trace.format_trace_id(ids.trace_id), trace.format_span_id(ids.span_id)
    )
    try:
        yield made
    except BaseException as error:
        # What an error says may be about somebody.
        made.set_status(trace.StatusCode.ERROR, type(error).__name__)
        raise
    finally:
        errand.trace = above
        made.end()


def _context(above: Traceparent | None) -> Any:
    from opentelemetry import trace  # noqa: PLC0415

    if above is None:
        return None
    known = trace.SpanContext(
        int(above.trace_id, 16),
        int(above.span_id, 16),
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(known))


def _tracer() -> "Tracer":
    return _tracer_of(os.getpid())


@lru_cache(maxsize=1)
def _tracer_of(_pid: int) -> "Tracer":
    """Of this process: one that was forked has no thread that delivers what its parent noted."""
    from matinee.kernel.tracing import exporting  # noqa: PLC0415

    return exporting.provider(_part, exporting.to_the_collector()).get_tracer("matinee")


@contextmanager
def _statements() -> Iterator[None]:
    """Let each question to a database of this thread be a span, as its text without its values."""
    from django.db import connections  # noqa: PLC0415 - not every process has records

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_statement))
        yield


def _statement(execute: Any, sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
    service = context["connection"].alias
    text = str(sql)[:_STATEMENT_MAX]
    about: dict[str, str | int] = {
        "db__system__name": "postgresql",
        "db__namespace": service,
        "db__query__text": text,
    }
    with span(f"{text.split(maxsplit=1)[0]} {service}", "client", **about):
        return execute(sql, values, many, context)
