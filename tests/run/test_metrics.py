"""What a web process tells of itself."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NoReturn

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from prometheus_client import REGISTRY, generate_latest
from werkzeug.test import Client

from matinee.contracts import worths
from matinee.delivery.models import EdgeRecord
from matinee.encoding.models import Encode, Step
from matinee.kernel import clock, databases, ids, reliances, stores
from matinee.kernel.errands_at_work import SENT_AT
from matinee.kernel.events import dead_letters
from matinee.kernel.tasks import DEFAULT_QUEUE, ENCODE_QUEUE, EVENTS_QUEUE, app, list_of
from matinee.run import backlogs, metrics, services
from tests.patience import PATIENCE_S


@pytest.fixture(autouse=True)
def _slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines that answer may take as long as everything here may."""
    monkeypatch.setattr(backlogs, "_WITHIN_S", PATIENCE_S)
    monkeypatch.setattr(reliances, "_WITHIN_S", PATIENCE_S)


def answering(status: str) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, [])
        return [b"{}"]

    return metrics.measured(app)


def told(name: str) -> float:
    """The value of one line of `/metrics`; 0 before it was first counted."""
    wanted = REGISTRY.restricted_registry({name.partition("{")[0]})
    text = generate_latest(wanted).decode()
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


def turned_away(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    environ[worths.TURNED_AWAY] = True
    start_response("503 Service Unavailable", [])
    return [b"{}"]


@pytest.mark.parametrize(
    ("left", "outcome"),
    [("7", "waiting"), ("1", "waiting"), ("0", "failed"), ("-1", "failed"), ("x", "failed")],
)
def test_a_press_that_was_turned_away_fails_with_its_last_try(left: str, outcome: str) -> None:
    line, took = f'matinee_plays_total{{outcome="{outcome}"}}', "matinee_play_seconds_count"
    before, took_before = told(line), told(took)
    away = Client(metrics.measured(turned_away))
    away.post("/api/playback/sessions", headers={worths.TRIES_LEFT_HEADER: left})
    assert told(line) == before + 1
    assert told(took) == took_before + (outcome == "failed")


def test_a_press_that_nobody_sends_again_fails_at_once() -> None:
    line = 'matinee_plays_total{outcome="failed"}'
    before = told(line)
    Client(metrics.measured(turned_away)).post("/api/playback/sessions")
    # Tries are for who is turned away: what breaks has failed, whoever comes again.
    headers = {worths.TRIES_LEFT_HEADER: "7"}
    Client(answering("503 Away")).post("/api/playback/sessions", headers=headers)
    assert told(line) == before + 2


def test_one_that_breaks_is_counted_as_failed() -> None:
    def breaks(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise ValueError

    line = 'matinee_plays_total{outcome="failed"}'
    before = told(line)
    with pytest.raises(ValueError, match=r"^$"):
        Client(metrics.measured(breaks)).post("/api/playback/sessions")
    assert told(line) == before + 1


def test_how_long_presses_of_play_took_is_told_of_those_that_were_allowed() -> None:
    line = "matinee_play_seconds_count"
    before = told(line)
    for status in ("201 Created", "402 Pay", "503 Away"):
        Client(answering(status)).post("/api/playback/sessions")
    assert told(line) == before + 2


def test_outcomes_are_told_before_there_is_any() -> None:
    text = Client(answering("200 OK")).get("/metrics").text
    for outcome in ("started", "refused", "waiting", "failed"):
        assert f'matinee_plays_total{{outcome="{outcome}"}}' in text


@pytest.mark.parametrize("queue", [EVENTS_QUEUE, DEFAULT_QUEUE, ENCODE_QUEUE])
def test_what_waits_is_told_by_queue(queue: str) -> None:
    waiting = f'matinee_tasks_waiting{{queue="{queue}"}}'
    oldest = f'matinee_tasks_oldest_seconds{{queue="{queue}"}}'
    assert (told(waiting), told(oldest)) == (0, 0)
    # As a client of the broker's sends it: a name that Celery reads another list by is no queue.
    for _ in range(3):
        app.send_task("tests.none", queue=queue)
    assert told(waiting) == 3
    sent = json.loads(str(stores.connect().rpop(list_of(queue))))
    sent["headers"][SENT_AT] -= 500
    stores.connect().rpush(list_of(queue), json.dumps(sent))
    assert 500 <= told(oldest) < 500 + PATIENCE_S
    stores.connect().rpush(list_of(queue), "of somebody else")
    assert told(oldest) == 0


class Same:
    """A test's own connection to a database, in whose transaction its rows are."""

    def __init__(self, service: str) -> None:
        connections[service].ensure_connection()
        self.execute = connections[service].connection.execute

    def close(self) -> None:
        """It is needed again."""


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> None:
    links = {service: Same(service) for service in services.ALL}
    monkeypatch.setattr(databases, "second_connection", links.__getitem__)


def rows_of_all_kinds() -> None:
    hour_ago = clock.now() - timedelta(hours=1)
    outbox = apps.get_model("billing", "Outbox")._default_manager
    outbox.create(type="x", body={}, created_at=hour_ago)
    outbox.create(type="x", body={})
    dead_letters.bury("viewing", "a task", {}, "no")
    for number, health in enumerate(("up", "down", "down")):
        EdgeRecord.objects.create(name=f"edge-{number}", region="here", health=health)
    EdgeRecord.objects.create(name="gone", region="here", health="down", removed=True)
    for status in (Encode.Status.ACTIVE, Encode.Status.DONE):
        encode = Encode.objects.create(
            title_id=ids.uuid7(), source_key="a", file_name="a", uploaded_at=hour_ago, status=status
        )
    Step.objects.create(
        encode=encode, name="probe", group="probe", rank=0, position=0, weight=1.0,
        queued_at=hour_ago, status=Step.Status.READY,
    )  # fmt: skip


@pytest.mark.django_db(databases="__all__")
@pytest.mark.usefixtures("records")
def test_what_tables_hold_is_told() -> None:
    rows_of_all_kinds()
    text = Client(answering("200 OK")).get("/metrics").text
    for line in (
        'matinee_outbox_facts{service="billing"} 2.0',
        'matinee_outbox_facts{service="viewing"} 0.0',
        'matinee_dead_letters{service="viewing"} 1.0',
        'matinee_dead_letters{service="encoding"} 0.0',
        'matinee_edges{health="up"} 1.0',
        'matinee_edges{health="down"} 2.0',
        'matinee_edges{health="unknown"} 0.0',
        "matinee_encodes_active 1.0",
        "matinee_encode_steps_ready 1.0",
    ):
        assert f"\n{line}\n" in text, line
    for name in (
        'matinee_outbox_oldest_seconds{service="billing"}',
        "matinee_encodes_oldest_seconds",
    ):
        assert 3600 <= told(name) < 3600 + PATIENCE_S
    assert told('matinee_outbox_oldest_seconds{service="viewing"}') == 0


def test_databases_that_are_away_keep_nobody_waiting_and_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(_service: str) -> NoReturn:
        raise psycopg.OperationalError("no")

    monkeypatch.setattr(databases, "second_connection", away)
    monkeypatch.setattr(reliances, "of", reliances.of.__wrapped__)
    text = Client(answering("200 OK")).get("/metrics").text
    assert 'matinee_reliance_ok{reliance="database",service="billing"} 0.0' in text
    assert 'matinee_reliance_ok{reliance="store",service="billing"} 1.0' in text
    assert "matinee_outbox_facts{" not in text
    assert "matinee_disk_free_bytes " in text


def test_labels_name_nobody() -> None:
    Client(answering("200 OK")).get(
        "/api/identity/ada@example.org/0199a1b2-7777-7abc-8def-0123456789ab"
    )
    text = Client(answering("200 OK")).get("/metrics").text
    assert "ada" not in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)
