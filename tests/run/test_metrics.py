"""What a web process tells of itself."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from matinee.kernel import stores
from matinee.kernel.tasks import ENCODE_QUEUE
from matinee.run import metrics


def answering(status: str) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, [])
        return [b"{}"]

    return metrics.measured(app)


def told(name: str) -> float:
    """The value of one line of `/metrics`; 0 before it was first counted."""
    text = Client(answering("200 OK")).get("/metrics").text
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize(
    ("path", "status", "line"),
    [
        ("/api/billing/plans", "200 OK", 'matinee_requests_total{service="billing",status="2xx"}'),
        (
            "/api/billing/plans",
            "503 Away",
            'matinee_requests_total{service="billing",status="5xx"}',
        ),
        ("/api/x' or 1=1/y", "404 No", 'matinee_requests_total{service="other",status="4xx"}'),
        ("/", "302 There", 'matinee_requests_total{service="other",status="3xx"}'),
    ],
)
def test_requests_are_counted_by_service_and_status(path: str, status: str, line: str) -> None:
    before = told(line)
    Client(answering(status)).get(path)
    assert told(line) == before + 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("201 Created", "started"),
        ("402 Pay", "refused"),
        ("429 Slower", "refused"),
        ("503 Away", "failed"),
    ],
)
def test_presses_of_play_are_counted_by_what_became_of_them(status: str, outcome: str) -> None:
    line = f'matinee_plays_total{{outcome="{outcome}"}}'
    before = told(line)
    Client(answering(status)).post("/api/playback/sessions")
    Client(answering(status)).get("/api/playback/sessions")
    assert told(line) == before + 1


def test_one_that_breaks_is_counted_as_failed() -> None:
    def breaks(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise ValueError

    line = 'matinee_plays_total{outcome="failed"}'
    before = told(line)
    with pytest.raises(ValueError, match=r"^$"):
        Client(metrics.measured(breaks)).post("/api/playback/sessions")
    assert told(line) == before + 1


def test_what_waits_is_told_by_queue() -> None:
    line = f'matinee_tasks_waiting{{queue="{ENCODE_QUEUE}"}}'
    before = told(line)
    stores.connect().rpush(ENCODE_QUEUE, "a step")
    try:
        assert told(line) == before + 1
    finally:
        stores.connect().rpop(ENCODE_QUEUE)
