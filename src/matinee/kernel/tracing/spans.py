"""Spans: what an errand that somebody looks at does, from when to when."""

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from matinee.kernel import clock, errands, ids, settings
from matinee.kernel.tracing import sending
from matinee.kernel.tracing.otlp import Kind, Span, Value
from matinee.kernel.tracing.sampling import Allowance
from matinee.kernel.tracing.traceparent import Traceparent

# What a collector wants to be shown, if it wants anything.
TOKEN_FILE = "traces_token"  # noqa: S105 - a file's name
_PER_S = 20.0
_NANO = 1_000_000_000
_STATEMENT_MAX = 1_000
_SPAN_ID_DIGITS = 16

# What a process is called that nobody gave a name.
_part = "matinee"
_allowance = Allowance(per_s=_PER_S, left=_PER_S)


def name_process(part: str) -> None:
    """Say what this process runs as, before its first span."""
    global _part  # noqa: PLW0603 - a process has one name
    _part = part


@lru_cache(maxsize=1)
def is_on() -> bool:
    """Whether there is anybody to tell."""
    return bool(settings.get().traces_url)


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looks at an errand; `parent` is the span that it belongs to, if any."""

    parent: Traceparent | None


def judged(header: str | None, *, is_outside: bool) -> Looked | None:
    """Whether, and as a part of what, a request is looked at; for edges, where tracing is on.

    What comes from outside may ask for it in its header, as often as the allowance lets it; what
    says nothing of it is drawn by lot.
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


@contextmanager
def begun(looked: Looked, name: str, kind: Kind, *, since_s: float | None = None) -> Iterator[Span]:
    """The first span of an errand in this process, and all questions to databases below it.

    `since_s` is a moment in Unix seconds before now at which it had begun already.
    """
    errand = errands.current()
    if errand is None:
        msg = "a span needs an errand that it belongs to"
        raise RuntimeError(msg)
    errand.trace = looked.parent
    with _span(errand, name, kind) as made, _statements():
        if since_s is not None:
            made.begun_ns = int(since_s * _NANO)
        yield made


@contextmanager
def span(name: str, kind: Kind = "internal", **about: Value) -> Iterator[None]:
    """A step of the errand that this thread is on, if somebody looks at it.

    What `about` tells are attributes; two underscores in their names stand for a dot.
    """
    errand = errands.current()
    if errand is None or errand.trace is None or not is_on():
        yield
        return
    with _span(errand, name, kind) as made:
        made.about.update({key.replace("__", "."): value for key, value in about.items()})
        yield


@contextmanager
def _span(errand: errands.Errand, name: str, kind: Kind) -> Iterator[Span]:
    above = errand.trace
    # A trace that begins here has its errand's id, so that who knows one finds the other.
    trace_id, parent_id = (above.trace_id, above.span_id) if above else (errand.id, "")
    begun_s = clock.monotonic_s()
    begun_ns = int(clock.unix_s() * _NANO)
    span_id = ids.random_uuid().hex[-_SPAN_ID_DIGITS:]
    made = Span(name, kind, trace_id, span_id, parent_id, begun_ns)
    errand.trace = Traceparent(trace_id, made.span_id)
    try:
        yield made
    except BaseException as error:
        # Only its kind: what an error says may be about somebody.
        made.failed_with = type(error).__name__
        raise
    finally:
        errand.trace = above
        made.ended_ns = begun_ns + int((clock.monotonic_s() - begun_s) * _NANO)
        _take(made)


def _take(made: Span) -> None:
    _sender(os.getpid()).take(made)


@lru_cache(maxsize=1)
def _sender(_pid: int) -> sending.Sender:
    """What this process sends with: one that was forked has none of its parent's threads."""
    ours = settings.get()
    file = ours.secrets / TOKEN_FILE
    token = file.read_text().strip() if file.exists() else ""
    process: dict[str, Value] = {
        "service.namespace": "matinee",
        "service.name": f"matinee.{_part}",
        "service.version": version("matinee"),
    }
    return sending.Sender(ours.traces_url, token, process)


@contextmanager
def _statements() -> Iterator[None]:
    """Let each question to a database of this thread be a span: its text, never its values."""
    from django.db import connections  # noqa: PLC0415 - not every process has records

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_statement))
        yield


def _statement(execute: Any, sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
    service = context["connection"].alias
    text = str(sql)[:_STATEMENT_MAX]
    about: dict[str, Value] = {
        "db__system__name": "postgresql",
        "db__namespace": service,
        "db__query__text": text,
    }
    with span(f"{text.split(maxsplit=1)[0]} {service}", "client", **about):
        return execute(sql, values, many, context)
