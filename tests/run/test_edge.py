"""The edge in a real nginx, with a small web process behind it."""

import contextlib
import gzip
import json
import os
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from matinee.kernel import clock
from matinee.kernel.edge_tokens import MEDIA_LIFETIME, MediaTokens
from matinee.kernel.settings import Settings
from matinee.playback import settings as playback
from matinee.run import checkout, edge, spawning
from tests.run.conftest import free_port

START_S = 10.0
PACK = "01990000-0000-7000-8000-000000000001"
SEGMENT = bytes(range(256)) * 40


class Echo(BaseHTTPRequestHandler):
    """Answers with what reached it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        received = len(self.rfile.read(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps({"path": self.path, "headers": headers, "received": received}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PATCH = do_GET  # noqa: N815 - the library's names

    def address_string(self) -> str:
        return "edge"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


class UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture
def built(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with this project's edge files and a small web app."""
    folder = home / "checkout"
    shutil.copytree(checkout.edge_files(), folder / "deploy" / "edge")
    dist = folder / "web" / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>the app</title>")
    (dist / "assets" / "app-1a2b.js").write_text("let app = 1;\n" * 500)
    monkeypatch.setenv("MATINEE_CHECKOUT", str(folder))
    return dist


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[httpx.Client]:
    edge.prepare(settings)
    log = (settings.home / "edge.log").open("wb")
    child = subprocess.Popen(
        edge.command(settings), stdout=log, stderr=log, **spawning.options(None)
    )
    try:
        end_s = time.monotonic() + START_S
        while not edge.is_ready(settings):
            said = (settings.home / "edge.log").read_text()
            assert child.poll() is None, said
            assert time.monotonic() < end_s, said
            time.sleep(0.02)
        with httpx.Client(base_url=f"http://{settings.address}", timeout=5) as client:
            yield client
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(5)
        log.close()


@pytest.fixture
def client(settings: Settings, built: Path) -> Iterator[httpx.Client]:
    assert built.is_dir()
    with serving(settings) as client:
        yield client


@pytest.fixture
def web(settings: Settings) -> Iterator[None]:
    path = edge.web_socket(settings)
    server = UnixServer(str(path), Echo)
    path.chmod(0o666)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture
def package(settings: Settings) -> str:
    folder = settings.home / "media" / "packages" / PACK
    (folder / "video").mkdir(parents=True)
    (folder / "manifest.mpd").write_text("<MPD/>")
    (folder / "master.m3u8").write_text("#EXTM3U\n")
    (folder / "video" / "1.m4s").write_bytes(SEGMENT)
    (folder / "text.vtt").write_text("WEBVTT\n")
    (folder / "sprite-0.jpg").write_bytes(b"\xff\xd8")
    other = settings.home / "media" / "packages" / "other"
    other.mkdir()
    (other / "1.m4s").write_bytes(b"secret")
    return PACK


@pytest.fixture
def token(settings: Settings) -> str:
    return MediaTokens(settings.secrets).issue(uuid4(), PACK)[0]


def get(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    """A request whose path is sent as it is."""
    url = httpx.URL(str(client.base_url)).copy_with(raw_path=path.encode())
    return client.send(client.build_request("GET", url, headers=headers))


def test_a_token_opens_its_package(client: httpx.Client, package: str, token: str) -> None:
    answer = get(client, f"/media/{token}/{package}/video/1.m4s")
    assert answer.status_code == 200
    assert answer.content == SEGMENT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.usefixtures("package")
def test_each_kind_of_file_is_named_and_aged(client: httpx.Client, token: str) -> None:
    for file, kind, age in (
        ("manifest.mpd", "application/dash+xml", "max-age=60"),
        ("master.m3u8", "application/vnd.apple.mpegurl", "max-age=60"),
        ("video/1.m4s", "video/iso.segment", "immutable"),
        ("text.vtt", "text/vtt; charset=utf-8", "immutable"),
        ("sprite-0.jpg", "image/jpeg", "immutable"),
    ):
        answer = get(client, f"/media/{token}/{PACK}/{file}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        assert age in answer.headers["cache-control"]


def test_a_part_of_a_segment(client: httpx.Client, package: str, token: str) -> None:
    answer = get(client, f"/media/{token}/{package}/video/1.m4s", Range="bytes=100-199")
    assert answer.status_code == 206
    assert answer.content == SEGMENT[100:200]


def refusals(settings: Settings, token: str) -> Iterator[tuple[str, str]]:
    tokens = MediaTokens(settings.secrets)
    kid, expiry, session, signature = token.split("~")
    with clock.shifted(timedelta(hours=-1)):
        expired = tokens.issue(uuid4(), PACK)[0]
    flipped = signature[:5] + ("A" if signature[5] != "A" else "B") + signature[6:]
    segment = f"{PACK}/video/1.m4s"
    yield "expired", f"{expired}/{segment}"
    yield "wrong", f"{token}/other/1.m4s"
    yield "wrong", f"{kid}~{expiry}~{session}~{flipped}/{segment}"
    yield "wrong", f"{kid}~{int(expiry) + 900}~{session}~{signature}/{segment}"
    yield "wrong", f"{kid}~{expiry}~{uuid4().hex}~{signature}/{segment}"
    yield "wrong", f"{kid}~{expiry}~{session}~{signature[:-1]}/{segment}"
    yield "wrong", f"{kid}~{expiry}~{session}~{signature}x/{segment}"
    yield "wrong", f"{kid}~{expiry}~{session}~/{segment}"
    yield "wrong", f"k2~{expiry}~{session}~{signature}/{segment}"
    yield "wrong", f"{expiry}~{session}~{signature}/{segment}"
    yield "wrong", f"x/{segment}"
    yield "wrong", f"{token}/{PACK}/../other/1.m4s"
    yield "wrong", f"{token}/{PACK}/%2e%2e/other/1.m4s"
    yield "wrong", f"{token}/{PACK}%2f..%2fother/1.m4s"
    yield "wrong", f"{token}//{PACK}/../other/1.m4s"


def test_other_tokens_open_nothing(
    settings: Settings, client: httpx.Client, package: str, token: str
) -> None:
    assert package
    for why, path in refusals(settings, token):
        answer = get(client, f"/media/{path}")
        assert answer.status_code == 403, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == f"media_token_{why}", path
        assert answer.headers["cache-control"] == "no-store"


def test_a_long_play_goes_on_with_its_next_token(
    settings: Settings, client: httpx.Client, package: str
) -> None:
    tokens, session = MediaTokens(settings.secrets), uuid4()
    with clock.shifted(-MEDIA_LIFETIME * 2):
        first = tokens.issue(session, package)[0]
    path = f"{package}/video/1.m4s"
    assert get(client, f"/media/{first}/{path}").json()["code"] == "media_token_expired"
    renewed = tokens.issue(session, package)[0]
    assert get(client, f"/media/{renewed}/{path}").content == SEGMENT
    # What a player prepares before play is pressed ends sooner.
    brief = tokens.issue(session, package, timedelta(seconds=1))[0]
    assert get(client, f"/media/{brief}/{path}").content == SEGMENT
    time.sleep(1.1)
    assert get(client, f"/media/{brief}/{path}").json()["code"] == "media_token_expired"


def test_keys_are_changed_by_a_command_while_it_runs(
    settings: Settings, client: httpx.Client, package: str, token: str
) -> None:
    path = f"{package}/video/1.m4s"

    def matinee(*arguments: str) -> str:
        command = [sys.executable, "-m", "matinee.run.cli", "keys", *arguments]
        env = {
            **os.environ,
            "MATINEE_HOME": str(settings.home),
            "MATINEE_ADDRESS": settings.address,
        }
        return subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=30, check=True
        ).stdout

    assert "sign in 120 s" in matinee("rotate")
    with clock.shifted(timedelta(minutes=3)):
        after = MediaTokens(settings.secrets).issue(uuid4(), PACK)[0]
    assert after.startswith("k2~")
    end_s = time.monotonic() + START_S
    while get(client, f"/media/{after}/{path}").status_code != 200:
        assert time.monotonic() < end_s
    assert get(client, f"/media/{token}/{path}").content == SEGMENT
    assert "nothing else is accepted" in matinee("rotate", "--at-once")
    while get(client, f"/media/{token}/{path}").status_code != 403:
        assert time.monotonic() < end_s
    listed = matinee("list")
    assert "k3" in listed
    assert "k1" not in listed
    ring = MediaTokens(settings.secrets).ring
    assert ring.signing().secret not in listed


AROUND = (
    "/packages/{pack}/video/1.m4s",
    "/media/{token}/{pack}/../../../secrets/media_token_keys.json",
    "/media/{token}/{pack}/..%2f..%2f..%2fsecrets/media_token_keys.json",
    "/artwork/../secrets/media_token_keys.json",
    "/artwork/..%2fpackages/{pack}/video/1.m4s",
    "/steering/..%2fsecrets/media_token_keys.json",
    "/steering../secrets/media_token_keys.json",
    "/assets/..%2f..%2f..%2fsecrets/media_token_keys.json",
    "/media/{token}/{pack}/none.m4s",
    "/media/{token}/{pack}/video",
    "/media/{token}/{pack}/",
    "/media/{token}/{pack}",
    "/media",
)


def test_no_path_leads_around_the_token(
    settings: Settings, client: httpx.Client, package: str, token: str
) -> None:
    key = MediaTokens(settings.secrets).ring.signing().secret
    for path in AROUND:
        answer = get(client, path.format(token=token, pack=package))
        assert key not in answer.text, path
        assert answer.content != SEGMENT, path
        # An address that is no file's belongs to the web app, which answers with its page.
        assert answer.status_code in {400, 403, 404} or "the app" in answer.text, path


def test_the_log_names_neither_token_nor_viewer(
    settings: Settings, client: httpx.Client, package: str, token: str
) -> None:
    get(client, f"/media/{token}/{package}/video/1.m4s")
    get(client, f"/media/{token}/other/1.m4s")
    get(client, f"//media/{token}/other/1.m4s")
    get(client, f"/%6dedia/{token}/other/none.m4s")
    get(client, "/search?q=private+wish")
    requests = said(settings.home / "log" / "requests.log", 4)
    assert [line["s"] for line in requests] == [200, 403, 403, 403]
    assert requests[0]["p"] == f"/{package}/video/1.m4s"
    assert requests[0]["b"] == len(SEGMENT)
    assert [line["c"] for line in requests] == ["held", "refused", "refused", "refused"]
    assert len(requests[0]["v"]) == 16
    texts = [settings.home / "edge.log", settings.home / "log" / "requests.log"]
    log = "".join(path.read_text() for path in texts)
    assert token not in log
    assert token.split("~")[2] not in log
    assert "private" not in log
    assert "127.0.0.1" not in log


def said(path: Path, count: int) -> list[dict[str, Any]]:
    """The first lines of a log, which nginx writes within a second."""
    end_s = time.monotonic() + START_S
    while len(lines := path.read_text().splitlines()) < count:
        assert time.monotonic() < end_s, lines
        time.sleep(0.05)
    return [json.loads(line) for line in lines]


def test_the_web_app(client: httpx.Client) -> None:
    page = client.get("/title/some-film")
    assert page.status_code == 200
    assert "the app" in page.text
    assert page.headers["cache-control"] == "no-cache"
    asset = client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert asset.headers["content-encoding"] == "gzip"
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-type"].startswith("text/javascript")
    assert client.get("/assets/app-9z9z.js").status_code == 404


def test_what_gzip_saves(client: httpx.Client) -> None:
    url = "/assets/app-1a2b.js"
    with client.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert len(packed) < len(gzip.decompress(packed)) / 10


def test_without_a_built_web_app_the_page_says_how_to_build_it(
    settings: Settings, built: Path
) -> None:
    shutil.rmtree(built)
    with serving(settings) as client:
        page = client.get("/anything")
        assert page.status_code == 503
        assert "npm run build" in page.text


def test_every_answer_is_guarded(client: httpx.Client, package: str, token: str) -> None:
    paths = ("/", "/assets/app-1a2b.js", "/edge/health", f"/media/{token}/{package}/text.vtt")
    for path in (*paths, "/assets/none", "/media/x/y/z", "/api/catalog/titles"):
        headers = get(client, path).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["server"] == "nginx"


@pytest.mark.usefixtures("web")
def test_the_services_are_asked_by_their_socket(client: httpx.Client) -> None:
    heard = client.get("/api/catalog/titles?ids=1", headers={"X-Real-IP": "6.6.6.6"}).json()
    assert heard["path"] == "/api/catalog/titles?ids=1"
    assert heard["headers"]["x-real-ip"] == "127.0.0.1"
    assert heard["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert heard["headers"]["x-forwarded-proto"] == "http"
    assert heard["headers"]["host"] == client.base_url.netloc.decode()


@pytest.mark.usefixtures("web")
def test_how_large_a_body_may_be(client: httpx.Client) -> None:
    three = b"x" * (3 * 1024 * 1024)
    refused = client.post("/api/catalog/studio/titles", content=three)
    assert refused.status_code == 413
    assert refused.json()["code"] == "too_large"
    for path in ("/api/catalog/uploads/1", "/api/catalog/studio/titles/1/artwork/poster"):
        assert client.patch(path, content=three).json()["received"] == len(three)


@pytest.mark.usefixtures("web", "package")
def test_the_key_of_a_playlist_is_asked_of_playback(
    settings: Settings, client: httpx.Client, token: str
) -> None:
    heard = get(client, f"/media/{token}/{PACK}/key?x=1").json()
    assert heard["path"] == f"/api/playback/media/{token}/{PACK}/key"
    assert heard["headers"]["x-real-ip"] == "127.0.0.1"
    assert get(client, f"/media/{token}/other/key").json()["code"] == "media_token_wrong"
    with clock.shifted(timedelta(hours=-1)):
        old = MediaTokens(settings.secrets).issue(uuid4(), PACK)[0]
    assert get(client, f"/media/{old}/{PACK}/key").json()["code"] == "media_token_expired"
    assert get(client, f"/media/{token}/{PACK}/video/key").status_code == 403
    get(client, f"/api/playback/media/{token}/{PACK}/key")
    assert token not in (settings.home / "edge.log").read_text()


@pytest.mark.usefixtures("web")
def test_what_services_ask_each_other_is_closed_to_the_world(client: httpx.Client) -> None:
    ways = ("keys", "keys/", "./keys", "x/../keys", "%6beys", "/keys", "keys?x=1")
    for way in ways:
        answer = get(client, f"/api/playback/{way}")
        assert answer.status_code == 404, way
        assert answer.json()["code"] == "not_found"
    assert get(client, "/api/playback/sessions").status_code == 200


def test_a_vendors_licence_server_may_be_asked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = '{"com.widevine.alpha": "https://drm.example.org/w", "x": "https://drm.example.org"}'
    monkeypatch.setenv("MATINEE_PLAYBACK_LICENCE_SERVERS", servers)
    playback.get.cache_clear()
    assert "connect-src 'self' https://drm.example.org$edge_hosts;" in edge.configuration(
        settings, None
    )
    for wrong in ("http://drm.example.org", "https://a; script-src *", "https://x y"):
        monkeypatch.setenv("MATINEE_PLAYBACK_LICENCE_SERVERS", json.dumps({"x": wrong}))
        with pytest.raises(ValueError, match="https://HOST"):
            playback.Settings()
    monkeypatch.undo()
    playback.get.cache_clear()
    assert "connect-src 'self'$edge_hosts;" in edge.configuration(settings, None)


def test_while_the_web_process_is_away(client: httpx.Client) -> None:
    answer = client.get("/api/identity/account")
    assert answer.status_code == 503
    assert answer.json()["code"] == "starting"
    assert answer.headers["retry-after"] == "2"


def test_artwork_and_steering(settings: Settings, client: httpx.Client) -> None:
    (settings.home / "media" / "artwork" / "a.webp").write_bytes(b"RIFF")
    (settings.home / "steering" / "eu").write_text("{}")
    artwork = client.get("/artwork/a.webp")
    assert artwork.headers["content-type"] == "image/webp"
    assert "immutable" in artwork.headers["cache-control"]
    steering = client.get("/steering/eu")
    assert steering.json() == {}
    assert steering.headers["cache-control"] == "max-age=5"
    assert client.get("/artwork/none.webp").json()["code"] == "not_found"


def test_behind_a_proxy_with_a_certificate(home: Path, built: Path, settings: Settings) -> None:
    assert built.is_dir()
    public = Settings(
        home=home, address=f"127.0.0.1:{free_port()}", public_url="https://films.example.org"
    )
    assert public.secrets == settings.secrets
    with serving(public) as client:
        assert client.get("/").headers["strict-transport-security"] == "max-age=31536000"
