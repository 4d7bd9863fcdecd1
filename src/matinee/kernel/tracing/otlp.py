"""What a span is, and how a collector reads it.

Source: OpenTelemetry Protocol 1.x, OTLP/HTTP with JSON Protobuf encoding; opentelemetry-proto,
trace/v1/trace.proto.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Value = str | int

# The numbers of `SpanKind` and `StatusCode`.
_KINDS: Mapping[Kind, int] = {
    "internal": 1,
    "server": 2,
    "client": 3,
    "producer": 4,
    "consumer": 5,
}
_ERROR = 2


@dataclass(slots=True)
class Span:
    """A step of an errand; ids in hexadecimal digits, times in nanoseconds since the Unix epoch."""

    name: str
    kind: Kind
    trace_id: str
    span_id: str
    parent_id: str
    begun_ns: int
    ended_ns: int = 0
    failed_with: str = ""
    about: dict[str, Value] = field(default_factory=dict)


def request(process: Mapping[str, Value], spans: Iterable[Span]) -> dict[str, Any]:
    """What a collector is sent: spans of one process, and what that is."""
    scope = {"scope": {"name": "matinee"}, "spans": [_span(span) for span in spans]}
    return {
        "resourceSpans": [
            {"resource": {"attributes": _attributes(process)}, "scopeSpans": [scope]},
        ]
    }


def _span(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "name": span.name,
        "kind": _KINDS[span.kind],
        # 64 bits are more than numbers of JSON hold.
        "startTimeUnixNano": str(span.begun_ns),
        "endTimeUnixNano": str(span.ended_ns),
        "attributes": _attributes(span.about),
    }
    if span.parent_id:
        told["parentSpanId"] = span.parent_id
    if span.failed_with:
        told["status"] = {"code": _ERROR, "message": span.failed_with}
    return told


def _attributes(about: Mapping[str, Value]) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value},
        }
        for key, value in about.items()
    ]
