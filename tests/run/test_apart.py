"""Services with hosts of their own: how they are asked, and the front before them."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from bench import ports
from matinee.kernel.clients import Client
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.problems import NotFound
from matinee.kernel.settings import Settings
from matinee.run import checkout, edge
from tests.patience import PATIENCE_S, until


class _Telling(BaseHTTPRequestHandler):
    """Says at which address it was asked for what; knows nothing of /api/…/missing."""

    def do_GET(self) -> None:
        is_known = not self.path.endswith("/missing")
        self.send_response(200 if is_known else 404)
        self.end_headers()
        where = f"{self.connection.getsockname()[0]} {self.headers['Host']} {self.path}"
        self.wfile.write(where.encode() if is_known else b'{"code": "gone", "detail": "Not here."}')

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    """At which two addresses of this machine are listened to, as two hosts would be."""
    chosen = ports.free()
    with contextlib.ExitStack() as open_ones:
        for address in ("127.0.0.1", "127.0.0.2"):
            server = open_ones.enter_context(ThreadingHTTPServer((address, chosen), _Telling))
            thread = threading.Thread(target=server.serve_forever, args=(0.02,))
            thread.start()
            open_ones.callback(thread.join)
            open_ones.callback(server.shutdown)
        yield chosen


def test_each_service_is_asked_at_its_own_address(port: int) -> None:
    with Client(f"http://{{service}}:{port}") as client:
        for host in ("127.0.0.1", "127.0.0.2"):
            said = client.send("GET", f"/api/{host}/films").text
            assert said == f"{host} {host}:{port} /api/{host}/films"
        with pytest.raises(NotFound, match="Not here"):
            client.send("GET", "/api/127.0.0.2/missing")


def test_commands_ask_the_edge_or_each_service() -> None:
    here = Settings(address="0.0.0.0:8480")
    assert here.asked_at == here.service_url("billing") == "http://127.0.0.1:8480"
    apart = Settings(services_url="http://{service}:8000")
    assert apart.service_url("billing") == "http://billing:8000"
    with pytest.raises(ValueError, match="services_url"):
        Settings(services_url="http://all:8000")


def test_a_health_check_says_what_is_wrong(port: int) -> None:
    def asked(port: int, path: str) -> tuple[int, str]:
        command = [str(checkout.root() / "deploy" / "images" / "probe"), str(port), path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert asked(port, "/api/x") == (0, "")
    assert asked(port, "/missing") == (1, "/missing answers 404\n")
    code, said = asked(ports.free(), "/")
    assert code == 1
    assert "refused" in said


def test_proxies_elsewhere_are_believed_where_they_are_named() -> None:
    named = Settings(trusted_proxies=("10.0.0.0/8",))
    assert "set_real_ip_from 10.0.0.0/8;" in edge.configuration(named, None)
    assert "set_real_ip_from" not in edge.configuration(Settings(), None)
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies=("proxy.example",))


def test_a_web_process_serves_what_it_was_told() -> None:
    program = (
        "from matinee.run import services, wsgi\n"
        "from werkzeug.test import Client\n"
        "client = Client(wsgi.app)\n"
        "for name in services.WITH_API:\n"
        "    print(name, client.get(f'/api/{name}/livez').status_code)\n"
    )
    env = {**os.environ, "MATINEE_WEB_SERVICES": "playback,viewing"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
    )
    served = dict(line.split() for line in done.stdout.splitlines())
    assert {name for name, status in served.items() if status == "204"} == {"playback", "viewing"}
    assert set(served.values()) == {"204", "404"}


@contextlib.contextmanager
def front(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    env = {
        **os.environ,
        "MATINEE_HOME": str(settings.home),
        "MATINEE_ADDRESS": settings.address,
        "MATINEE_SERVICES_URL": "http://{service}.invalid:8000",
    }
    command = [sys.executable, "-m", "matinee.run.cli", "front"]
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        until(lambda: child.poll() is not None or edge.is_ready(settings))
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(PATIENCE_S)


def test_the_front_serves_while_services_are_away(settings: Settings, built: Path) -> None:
    assert built.is_dir()
    with front(settings) as child:
        assert "the app" in httpx.get(f"{settings.local_url}/").text
        told = httpx.get(f"{settings.local_url}/api/playback/livez", timeout=PATIENCE_S)
        assert (told.status_code, told.json()["code"]) == (503, "starting")
        # What another container does to the log, nginx hears of here.
        log = settings.home / "log" / "requests.log"
        log.rename(log.with_name("requests.1.log"))
        until(log.exists)
    assert child.returncode == 0


def test_the_front_hears_of_keys_that_were_changed_elsewhere(
    settings: Settings, built: Path, package: str, token: str
) -> None:
    assert built.is_dir()
    with front(settings):
        address = f"{settings.local_url}/media/{token}/{package}/video/1.m4s"
        assert httpx.get(address).status_code == 200
        MediaTokens(settings.secrets).ring.rotate(at_once=True)
        until(lambda: httpx.get(address).status_code == 403)
