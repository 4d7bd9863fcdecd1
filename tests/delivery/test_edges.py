"""Edges: kept by staff, asked how they are over real HTTP, told of, and steered by."""

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from matinee.contracts.delivery import Edge, EdgeList, SteeringManifest
from matinee.delivery import actions, probes, queries, settings, tasks
from matinee.delivery.actions import edges as edge_actions
from matinee.delivery.api import app
from matinee.delivery.models import EdgeRecord, Outbox
from matinee.kernel import ids, problems
from matinee.kernel import settings as shared_settings
from matinee.kernel.clients import Client
from matinee.kernel.http.flask_edge import access_tokens
from matinee.kernel.tokens import Caller
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.django_db(databases=["delivery"])


class Host:
    """A real HTTP server that says of itself what a test wants."""

    def __init__(self) -> None:
        self.status = 200
        self.asked: list[str] = []
        # Who asks waits here.
        self.door: threading.Barrier | threading.Event = threading.Event()
        self.door.set()
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                host.door.wait(PATIENCE_S)
                self.send_response(host.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE_S)


@pytest.fixture
def host() -> Iterator[Host]:
    one = Host()
    yield one
    one.close()


@pytest.fixture
def own_edge(host: Host, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """The service's own edge, which is registered by itself."""
    monkeypatch.setenv("MATINEE_DELIVERY_OWN_EDGE_URL", host.url)
    # The most that it may be: this machine may be slow just now.
    monkeypatch.setenv("MATINEE_DELIVERY_CHECK_TIMEOUT_S", "10")
    settings.get.cache_clear()
    yield host
    settings.get.cache_clear()


@pytest.fixture
def steering() -> Path:
    return shared_settings.get().home / "steering"


def staff(*roles: str) -> Client:
    caller = Caller(ids.uuid7(), ids.uuid7(), roles=frozenset(roles))
    return Client("http://testserver", app=app, token=access_tokens().issue(caller)[0])


@pytest.fixture
def owner() -> Iterator[Client]:
    with staff("owner") as client:
        yield client


def told(event_type: str = "edge.changed") -> list[dict[str, object]]:
    rows = Outbox.objects.filter(type=event_type).order_by("id")
    return list(rows.values_list("body", flat=True))


def put(owner: Client, name: str, url: str, region: str = "home") -> Edge:
    body = {"id": name, "base_url": url, "region": region}
    return owner.ask(Edge, "PUT", f"/api/delivery/edges/{name}", json=body)


def test_the_first_round_registers_checks_and_steers(own_edge: Host, steering: Path) -> None:
    tasks.check_edges()
    (edge,) = queries.edges_all()
    assert (edge.id, edge.base_url, edge.region, edge.health) == ("local", "", "home", "up")
    assert edge.latency_ms is not None
    assert edge.checked_at is not None
    assert own_edge.asked == ["/edge/health"]
    assert [event["edge"]["health"] for event in told()] == ["unknown", "up"]  # type: ignore[index]
    manifest = json.loads((steering / "home.json").read_text())
    # Without its port, which all edges share and players that clone addresses would lose.
    host = urlsplit(shared_settings.get().url).hostname
    assert manifest == {
        "VERSION": 1,
        "TTL": 30,
        "PATHWAY-PRIORITY": ["local", "."],
        "PATHWAY-CLONES": [
            {"BASE-ID": ".", "ID": "local", "URI-REPLACEMENT": {"HOST": host}},
        ],
    }
    assert SteeringManifest.model_validate(manifest).ttl_s == 30


def test_an_outage_is_told_once_it_is_sure_and_so_is_its_end(own_edge: Host) -> None:
    tasks.check_edges()
    seen = []
    for status in (503, 503, 503, 200, 200, 200):
        own_edge.status = status
        tasks.check_edges()
        seen.append(queries.edges_all()[0].health)
    assert seen == ["up", "down", "down", "down", "up", "up"]
    turns = [event["edge"]["health"] for event in told()]  # type: ignore[index]
    assert [now for now, before in zip(turns[1:], turns, strict=False) if now != before] == [
        "up",
        "down",
        "up",
    ]


@pytest.mark.parametrize("status", [301, 404, 500])
def test_only_a_good_answer_is_health(own_edge: Host, status: int) -> None:
    own_edge.status = status
    tasks.check_edges()
    assert queries.edges_all()[0].health == "down"
    assert len(own_edge.asked) == 1  # no redirect was followed


def test_all_are_asked_at_once(own_edge: Host, owner: Client) -> None:
    own_edge.door = threading.Barrier(4)  # nobody is answered before all have asked
    for number in range(4):
        put(owner, f"slow-{number}", own_edge.url)
    answers = probes.answers_ms(queries.edges_all())
    assert len(answers) == 4
    assert None not in answers.values()


def test_an_edge_that_hangs_or_is_away_is_not_waited_for(
    own_edge: Host, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_DELIVERY_CHECK_TIMEOUT_S", "0.2")
    settings.get.cache_clear()
    own_edge.door = threading.Event()  # which stays closed
    put(owner, "away", "http://127.0.0.1:1")
    put(owner, "slow", own_edge.url)
    answers = probes.answers_ms(queries.edges_all())
    own_edge.door.set()
    assert set(answers.values()) == {None}
    assert len(answers) == 2


def test_an_edge_moved_while_it_was_asked_is_not_judged(own_edge: Host, owner: Client) -> None:
    put(owner, "paris-1", own_edge.url)
    actions.checks_record({"paris-1": ("http://somewhere.else", None), "gone": ("", 1.0)})
    assert EdgeRecord.objects.get().health == "unknown"


def test_staff_adds_replaces_and_removes(own_edge: Host, owner: Client, steering: Path) -> None:
    tasks.check_edges()
    put(owner, "paris-1", own_edge.url, "paris")
    put(owner, "oslo-1", own_edge.url, "oslo")
    tasks.check_edges()
    assert {file.name for file in steering.glob("*.json")} == {
        "home.json",
        "paris.json",
        "oslo.json",
    }
    paris = json.loads((steering / "paris.json").read_text())
    assert paris["PATHWAY-PRIORITY"][0] == "paris-1"
    edges = owner.ask(EdgeList, "GET", "/api/delivery/edges").edges
    assert {edge.id for edge in edges} == {"local", "paris-1", "oslo-1"}
    moved = put(owner, "paris-1", "https://paris.example.org", "paris")
    assert moved.health == "unknown"
    assert owner.send("DELETE", "/api/delivery/edges/oslo-1").status_code == 204
    assert told("edge.removed")[0]["edge_id"] == "oslo-1"
    assert {file.name for file in steering.glob("*.json")} == {"home.json", "paris.json"}
    with pytest.raises(problems.NotFound, match="unknown_edge"):
        owner.send("DELETE", "/api/delivery/edges/oslo-1")


def test_a_removed_local_edge_does_not_come_back_alone(own_edge: Host, owner: Client) -> None:
    tasks.check_edges()
    owner.send("DELETE", "/api/delivery/edges/local")
    tasks.check_edges()
    assert queries.edges_all() == []
    put(owner, "local", "")
    tasks.check_edges()
    assert queries.edges_all()[0].health == "up"
    assert own_edge.asked


def test_edges_of_the_settings_are_registered(
    monkeypatch: pytest.MonkeyPatch, own_edge: Host
) -> None:
    more = [{"id": "local", "base_url": ""}, {"id": "paris-1", "base_url": own_edge.url}]
    monkeypatch.setenv("MATINEE_DELIVERY_EDGES", json.dumps(more))
    settings.get.cache_clear()
    assert actions.edges_register() == 2
    assert actions.edges_register() == 0
    assert {event["edge"]["id"] for event in told()} == {"local", "paris-1"}  # type: ignore[index]


def test_a_steady_steering_file_is_left_alone(own_edge: Host, steering: Path) -> None:
    assert own_edge
    tasks.check_edges()
    before = (steering / "home.json").stat()
    tasks.check_edges()
    after = (steering / "home.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_steering_that_cannot_be_written_stops_nothing(
    own_edge: Host, steering: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert own_edge
    shutil.rmtree(steering, ignore_errors=True)
    steering.write_text("in the way")
    try:
        tasks.check_edges()
        assert queries.edges_all()[0].health == "up"
        assert "could not be written" in caplog.text
    finally:
        steering.unlink()


@pytest.mark.parametrize("roles", [(), ("editor",), ("analyst", "support")])
def test_only_owners_see_and_change_edges(roles: tuple[str, ...]) -> None:
    with staff(*roles) as client:
        for method, path in (
            ("GET", "/api/delivery/edges"),
            ("DELETE", "/api/delivery/edges/local"),
        ):
            with pytest.raises(problems.Forbidden, match="not_staff"):
                client.send(method, path)
        with pytest.raises(problems.Forbidden, match="not_staff"):
            put(client, "paris-1", "https://paris.example.org")


@pytest.mark.parametrize(
    ("name", "url", "region"),
    [
        ("Paris", "https://e.example.org", "home"),
        ("paris", "ftp://e.example.org", "home"),
        ("paris", "https://e.example.org/path", "home"),
        ("paris", "https://e.example.org", "../../etc"),
    ],
)
def test_a_wrong_edge_is_refused(owner: Client, name: str, url: str, region: str) -> None:
    with pytest.raises(problems.Unprocessable):
        put(owner, name, url, region)
    assert not EdgeRecord.objects.exists()


def test_an_edge_has_one_name(owner: Client) -> None:
    body = {"id": "oslo-1", "base_url": ""}
    with pytest.raises(problems.Unprocessable, match="id_differs"):
        owner.send("PUT", "/api/delivery/edges/paris-1", json=body)


def test_there_is_a_bound_on_edges(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_actions, "EDGES_MAX", 2)
    put(owner, "a", "")
    put(owner, "b", "")
    put(owner, "b", "https://b.example.org")
    with pytest.raises(problems.Conflict, match="too_many_edges"):
        put(owner, "c", "")
