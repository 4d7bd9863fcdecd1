"""What a request does is told span by span to whoever collects traces, and only where one does."""

import base64
import gzip
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from django.db import connections
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from werkzeug.test import Client as Browser

from matinee.kernel import clock, errands, settings, tasks
from matinee.kernel.clients import Client
from matinee.kernel.errands_at_work import ERRAND
from matinee.kernel.http.errand_edge import on_errands
from matinee.kernel.settings import Settings
from matinee.kernel.tracing import otlp, spans
from matinee.kernel.tracing.otlp import Span
from matinee.kernel.tracing.sampling import Allowance
from matinee.kernel.tracing.sending import KEPT_MAX, Sender
from matinee.kernel.tracing.traceparent import Traceparent

ID = "0123456789abcdef0123456789abcdef"
TRACE = Traceparent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
WANTED = {"traceparent": str(TRACE), "X-Request-ID": ID}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Span]:
    """Spans, as they end; nothing is drawn by lot."""
    taken: list[Span] = []
    monkeypatch.setattr(spans, "_take", taken.append)
    ours = Settings(traces_url="http://127.0.0.1:9/v1/traces", traces_ratio=0)
    monkeypatch.setattr(settings, "get", lambda: ours)
    spans.is_on.cache_clear()
    monkeypatch.setattr(spans, "_allowance", Allowance(per_s=1000, left=1000))
    return taken


@pytest.fixture(autouse=True)
def _off_again() -> Iterator[None]:
    yield
    spans.is_on.cache_clear()


def named(kept: list[Span]) -> dict[str, Span]:
    return {span.name: span for span in kept}


def inner(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    environ["matinee.route"] = "/api/viewing/marks/<mark_id>"
    start_response("204 No Content", [])
    return []


def outer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Asks a database and another service."""
    environ["matinee.route"] = "/api/billing/plans/<plan_id>"
    with connections["billing"].cursor() as cursor:
        cursor.execute("SELECT %s::text", ["ada@example.org"])
    with Client("http://other.internal", app=on_errands(inner)) as client:
        client.send("GET", "/api/viewing/marks/7")
    start_response("201 Created", [])
    return [b"{}"]


@pytest.mark.django_db(databases=["billing"])
def test_a_request_that_is_looked_at_is_told_with_all_that_it_asks(
    kept: list[Span],
) -> None:
    arrived = {"X-Arrived-At": f"{clock.unix_s() - 2:.3f}"}
    Browser(on_errands(outer)).get("/api/billing/plans/42", headers={**WANTED, **arrived})
    told = named(kept)
    request = told["GET /api/billing/plans/<plan_id>"]
    assert request.parent_id == TRACE.span_id
    (answer,) = (one for one in kept if one.name == "answer" and one.parent_id == request.span_id)
    # What it waited before it came here is part of it.
    assert answer.begun_ns - request.begun_ns > 1_500_000_000
    assert told["SELECT billing"].parent_id == answer.span_id
    question = told["GET viewing"]
    assert (question.kind, question.parent_id) == ("client", answer.span_id)
    # The other service's own span, which came by the header.
    assert told["GET /api/viewing/marks/<mark_id>"].parent_id == question.span_id
    assert {span.trace_id for span in kept} == {TRACE.trace_id}
    assert all(0 < span.begun_ns <= span.ended_ns for span in kept)
    assert request.about["http.response.status_code"] == 201
    assert request.about["matinee.request_id"] == ID


@pytest.mark.django_db(databases=["billing"])
def test_nothing_that_somebody_sent_stands_in_it(kept: list[Span]) -> None:
    Browser(on_errands(outer)).get("/api/billing/plans/ada@example.org?q=secret", headers=WANTED)
    told = json.dumps(otlp.request({}, kept))
    assert "SELECT %s::text" in told
    assert "ada@example.org" not in told
    assert "secret" not in told


def test_a_span_of_what_fails_says_so_without_saying_what_was_sent(kept: list[Span]) -> None:
    def failing(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise ValueError("no account of ada@example.org")

    with pytest.raises(ValueError, match="no account"):
        Browser(on_errands(failing)).get("/api/identity/x", headers=WANTED)
    assert named(kept)["GET identity"].failed_with == "ValueError"
    assert "ada" not in json.dumps(otlp.request({}, kept))


@pytest.mark.parametrize("headers", [{}, {"traceparent": f"{str(TRACE)[:-2]}00"}])
def test_what_nobody_asked_for_is_not_told(kept: list[Span], headers: dict[str, str]) -> None:
    Browser(on_errands(inner)).get("/api/viewing/x", headers=headers)
    assert kept == []


def test_what_says_nothing_of_it_is_drawn_by_lot(
    kept: list[Span], monkeypatch: pytest.MonkeyPatch
) -> None:
    every = Settings(traces_url="http://127.0.0.1:9/v1/traces", traces_ratio=1)
    monkeypatch.setattr(settings, "get", lambda: every)
    Browser(on_errands(inner)).get("/api/viewing/x", headers={"X-Request-ID": ID})
    request = named(kept)["GET /api/viewing/marks/<mark_id>"]
    assert request.parent_id == ""
    # Who knows the id that an answer names finds the trace.
    assert request.trace_id == ID


def test_strangers_cannot_have_everything_looked_at(
    kept: list[Span], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "_allowance", Allowance(per_s=0.0, left=0.0))
    headers = {**WANTED, "X-Arrived-At": f"{clock.unix_s():.3f}"}
    Browser(on_errands(inner)).get("/api/viewing/x", headers=headers)
    assert kept == []
    # What our own services ask is a part of what was let in.
    Browser(on_errands(inner)).get("/api/viewing/x", headers=WANTED)
    assert kept != []


def test_a_task_is_a_part_of_what_sent_it(kept: list[Span]) -> None:
    def working() -> None:
        with spans.span("a step", rows=3):
            pass

    task = tasks.app.task(name="tests.spans")(working)
    task.apply(headers={ERRAND: f"{ID}/{TRACE}"})
    task.apply(headers={ERRAND: ID})
    step, whole = kept
    assert (whole.name, whole.kind, whole.parent_id) == ("tests.spans", "consumer", TRACE.span_id)
    assert (step.name, step.parent_id, step.about) == ("a step", whole.span_id, {"rows": 3})


def test_a_step_outside_of_any_request_is_nothing(kept: list[Span]) -> None:
    with spans.span("a step"), errands.doing(errands.Errand(ID)), spans.span("another"):
        pass
    assert kept == []


class _Taking(BaseHTTPRequestHandler):
    """A collector: reads what it is sent as such programs do, and answers as it was told to."""

    sent: ClassVar[list[ExportTraceServiceRequest]]
    shown: ClassVar[list[str | None]]
    status: ClassVar[int]

    def do_POST(self) -> None:
        body = gzip.decompress(self.rfile.read(int(self.headers["Content-Length"])))
        self.sent.append(json_format.Parse(_in_base64(body), ExportTraceServiceRequest()))
        self.shown.append(self.headers["Authorization"])
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


def _in_base64(body: bytes) -> str:
    """Ids are in hexadecimal digits in OTLP, and in base64 in other JSON of this kind."""
    told = json.loads(body)
    for span in told["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for name in {"traceId", "spanId", "parentSpanId"} & set(span):
            span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    return json.dumps(told)


@contextmanager
def collecting(status: int) -> Iterator[tuple[type[_Taking], str]]:
    handler = type("_Here", (_Taking,), {"sent": [], "shown": [], "status": status})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield handler, f"http://127.0.0.1:{server.server_port}/v1/traces"
        server.shutdown()
        thread.join()


STEP = Span("a step", "client", TRACE.trace_id, TRACE.span_id, "", 1, 2, "503", {"a": "b", "n": 7})


def test_a_collector_reads_what_it_is_sent() -> None:
    with collecting(200) as (collector, url):
        sender = Sender(url, "a-token", {"service.name": "matinee.worker"})
        for _ in range(600):
            sender.take(STEP)
        sender.close()
    first, second = collector.sent
    (process,) = first.resource_spans
    assert process.resource.attributes[0].value.string_value == "matinee.worker"
    told = process.scope_spans[0].spans[0]
    assert (told.name, told.trace_id.hex(), told.span_id.hex()) == (
        ("a step", TRACE.trace_id, TRACE.span_id)
    )
    assert (told.kind, told.start_time_unix_nano, told.end_time_unix_nano) == (3, 1, 2)
    assert (told.status.code, told.status.message) == (2, "503")
    assert [pair.key for pair in told.attributes] == ["a", "n"]
    assert told.attributes[1].value.int_value == 7
    assert (
        len(process.scope_spans[0].spans) + len(second.resource_spans[0].scope_spans[0].spans)
        == 600
    )
    assert collector.shown == ["Bearer a-token"] * 2


@pytest.mark.parametrize("status", [400, 503])
def test_one_that_takes_none_is_told_of_once_and_keeps_nobody(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with collecting(status) as (_, url):
        sender = Sender(url, "", {})
        for _ in range(3):
            sender.take(STEP)
            sender._deliver()
        sender.close()
    (record,) = (one for one in caplog.records if one.name.startswith("matinee"))
    assert "takes no traces" in record.getMessage()


def test_no_more_is_kept_than_there_is_room_for() -> None:
    sender = Sender("http://127.0.0.1:9/", "", {})
    for _ in range(KEPT_MAX + 10):
        sender.take(STEP)
    assert len(sender._spans) <= KEPT_MAX
    sender._spans.clear()
    sender.close()
