"""Where spans go: OTLP over HTTP, in batches, from a thread of its own.

Loaded with the first span. What cannot be delivered is dropped: nobody waits for it, and no more
than a few thousand spans are ever kept.
"""

import logging
from collections.abc import Sequence
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SpanExporter,
    SpanExportResult,
    SpanProcessor,
)
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from matinee.kernel import clock, errands, settings

log = logging.getLogger(__name__)

_TIMEOUT_S = 5.0
_DELAY_MS = 2_000
_KEPT_MAX = 2_048
_AT_ONCE = 512
_SAID_EVERY_S = 300.0


class _IdsOfErrands(RandomIdGenerator):
    """A trace that begins here has its errand's id, so that who knows one knows the other."""

    def generate_trace_id(self) -> int:
        errand = errands.current()
        return super().generate_trace_id() if errand is None else int(errand.id, 16)


class Collector(SpanExporter):
    """Hands batches to the collector at `MATINEE_TRACES_URL`; says now and then that it fails."""

    def __init__(self) -> None:
        # It tells each batch that was refused, with all lines of the error.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._url = settings.get().traces_url
        self._inner = OTLPSpanExporter(
            endpoint=self._url, timeout=_TIMEOUT_S, compression=Compression.Gzip
        )
        self._silent_until_s = 0.0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See `SpanExporter`."""
        result = self._inner.export(spans)
        if result is not SpanExportResult.SUCCESS and clock.monotonic_s() >= self._silent_until_s:
            self._silent_until_s = clock.monotonic_s() + _SAID_EVERY_S
            log.warning("%s takes no traces; they are dropped until it does", self._url)
        return result

    def shutdown(self) -> None:
        """See `SpanExporter`."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """See `SpanExporter`."""
        return self._inner.force_flush(timeout_millis)


def to_the_collector() -> SpanProcessor:
    """Batches on their way to the collector."""
    return BatchSpanProcessor(
        Collector(),
        max_queue_size=_KEPT_MAX,
        schedule_delay_millis=_DELAY_MS,
        max_export_batch_size=_AT_ONCE,
    )


def provider(part: str, processor: SpanProcessor) -> TracerProvider:
    """Makes spans of what runs as `part`, and hands them on."""
    about = Resource.create(
        {
            "service.namespace": "matinee",
            "service.name": f"matinee.{part}",
            "service.version": version("matinee"),
        }
    )
    made = TracerProvider(sampler=ALWAYS_ON, resource=about, id_generator=_IdsOfErrands())
    made.add_span_processor(processor)
    return made
