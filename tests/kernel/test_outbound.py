"""Addresses that people wrote lead outside, however they are spelled, and nowhere else."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from matinee.kernel import outbound, settings
from matinee.kernel.problems import Unprocessable
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.asvs("V1.3.6")

PUBLIC = "93.184.215.14"
INSIDE = (
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0",  # noqa: S104 - asked for, not bound
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fec0::1]",
    "[fd00::1]",
)


@pytest.fixture(autouse=True)
def _numbers_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers are read without the lookup, which no test may do of addresses elsewhere."""
    plain: Callable[..., Any] = socket.getaddrinfo

    def look_up(host: str, port: int | None, *more: Any, **options: Any) -> Any:
        try:
            if ":" in host:
                number = socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, host))
                return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (number, port or 0, 0, 0))]
            number = socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return plain(host, port, *more, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port or 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


class System(ThreadingHTTPServer):
    """A server inside, which notes who came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Noting)
        self.asked: list[str] = []
        self.sends_to = ""
        self.gone = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Noting(BaseHTTPRequestHandler):
    server: System

    def do_POST(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(302 if self.server.sends_to else 200)
        if self.server.sends_to:
            self.send_header("Location", self.server.sends_to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture
def systems() -> Iterator[tuple[System, System]]:
    with System() as one, System() as other:
        threads = [threading.Thread(target=each.serve_forever) for each in (one, other)]
        for thread in threads:
            thread.start()
        yield one, other
        for each in (one, other):
            each.shutdown()
        for thread in threads:
            thread.join()


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def open_up(hosts: str) -> None:
        monkeypatch.setenv("MATINEE_OUTBOUND_PRIVATE_HOSTS", hosts)
        settings.get.cache_clear()

    yield open_up
    monkeypatch.undo()
    settings.get.cache_clear()


def post(url: str) -> int:
    with outbound.session() as http:
        return outbound.post(http, url, b"{}", {})


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused_in_every_spelling(host: str) -> None:
    for scheme in ("http", "https"):
        url = f"{scheme}://{host}:8480/hook"
        with pytest.raises(outbound.RefusedAddressError, match="private network"):
            post(url)
        with pytest.raises(Unprocessable, match="MATINEE_OUTBOUND_PRIVATE_HOSTS"):
            outbound.check(url)


@pytest.mark.parametrize(
    "url",
    ["", "crm", "ftp://crm.example", "file:///etc/passwd", "https://", "http://[", "gopher://x/"],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(Unprocessable, match="https://"):
        outbound.check(url)
    with pytest.raises(requests.RequestException):
        post(url)


def test_a_password_has_no_place_in_an_address() -> None:
    with pytest.raises(Unprocessable, match="password"):
        outbound.check("https://me:secret@crm.example/hook")


def test_names_are_judged_by_where_they_lead_just_then(
    systems: tuple[System, System], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain: Callable[..., Any] = socket.getaddrinfo
    looked_up: list[str] = []

    def look_up(host: str, *more: Any, **options: Any) -> Any:
        if host != "rebinding.example":
            return plain(host, *more, **options)
        if options.get("flags") == socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "no number")
        looked_up.append(host)
        return plain(PUBLIC if len(looked_up) == 1 else "127.0.0.1", *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    connected_to: list[str] = []

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> None:
        connected_to.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    url = f"http://rebinding.example:{systems[0].server_port}/hook"
    outbound.check(url)
    with pytest.raises(requests.ConnectionError):
        post(url)
    assert (len(looked_up), connected_to) == (1, [PUBLIC])
    with pytest.raises(outbound.RefusedAddressError):
        post(url)
    assert systems[0].asked == []


def test_a_redirect_is_not_followed(
    systems: tuple[System, System], allow: Callable[[str], None]
) -> None:
    door, inside = systems
    door.sends_to = inside.url
    allow(f'["127.0.0.1:{door.server_port}"]')
    assert post(door.url) == 302
    with outbound.session() as http:
        assert http.get(door.url, timeout=PATIENCE_S, allow_redirects=True).status_code == 302
    assert (len(door.asked), inside.asked) == (2, [])


def test_the_operator_opens_a_host_or_one_of_its_ports(
    systems: tuple[System, System], allow: Callable[[str], None]
) -> None:
    one, other = systems
    allow(f'["127.0.0.1:{one.server_port}"]')
    outbound.check(one.url)
    assert post(one.url) == 200
    with pytest.raises(outbound.RefusedAddressError):
        post(other.url)
    allow('["127.0.0.1"]')
    assert post(other.url) == 200


def test_a_proxy_of_the_environment_is_not_asked(
    systems: tuple[System, System], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", systems[1].url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(outbound.RefusedAddressError):
        post(systems[0].url)
    assert systems[1].asked == []


class Endless(Noting):
    """Begins an answer and never gets on with it."""

    def do_POST(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: a")
        self.server.gone.wait(PATIENCE_S)


def test_who_takes_too_long_in_all_is_cut_off(
    systems: tuple[System, System], allow: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by a socket's time-out, which is another error and begins anew with each byte."""
    system, _ = systems
    system.RequestHandlerClass = Endless
    monkeypatch.setattr(outbound, "READ_TIMEOUT_S", PATIENCE_S)
    monkeypatch.setattr(outbound, "WHOLE_TIMEOUT_S", 0.2)
    allow('["127.0.0.1"]')
    try:
        with pytest.raises(requests.ConnectionError):
            post(system.url)
    finally:
        system.gone.set()
