"""A web process that goes while it is asked: what the edge does then, in a real nginx."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from matinee.kernel.settings import Settings
from matinee.run import edge
from tests.patience import PATIENCE_S, until
from tests.run.conftest import serving

PLAY = "/api/playback/sessions"


class Goes(BaseHTTPRequestHandler):
    """Reads what is asked, and is gone before it answers."""

    asked: int = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        self.close_connection = True

    def log_message(self, *_words: object) -> None:
        pass


class Stays(Goes):
    """Answers with how long it may take, as it was told."""

    def do_POST(self) -> None:
        told = self.headers.get("X-Time-Left", "nothing").encode()
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)


@contextlib.contextmanager
def listening(path: Path, handler: type[BaseHTTPRequestHandler]) -> Iterator[None]:
    with socketserver.ThreadingUnixStreamServer(str(path), handler) as server:
        path.chmod(0o666)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield
        server.shutdown()
        thread.join(PATIENCE_S)


@pytest.fixture
def client(settings: Settings, built: Path) -> Iterator[httpx.Client]:
    """Before two copies of the web process, of which the first goes whenever it is asked."""
    assert built.is_dir()
    edge.note_web_copies(settings, [1, 2])
    Goes.asked = 0
    with (
        listening(edge.web_socket(settings, 1), Goes),
        listening(edge.web_socket(settings, 2), Stays),
        serving(settings) as asking,
    ):
        yield asking


def test_a_press_of_play_is_passed_to_another_one(client: httpx.Client) -> None:
    def pressed() -> int:
        assert client.post(PLAY, json={}).status_code == 201
        assert client.post(f"{PLAY}/1/heartbeat", json={}).status_code == 201
        return Goes.asked

    until(pressed)


def test_what_may_not_be_done_twice_is_not(client: httpx.Client) -> None:
    until(lambda: client.post("/api/billing/subscription", json={}).status_code == 503)
    assert Goes.asked == 1


def test_nobody_outside_says_how_long_an_answer_may_take(client: httpx.Client) -> None:
    assert client.post(PLAY, json={}, headers={"X-Time-Left": "1"}).text == "nothing"
