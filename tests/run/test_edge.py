"""The edge in a real nginx, with a small web process behind it."""

import gzip
import json
import re
import shutil
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from bench import ports
from matinee.kernel import clock
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.settings import Settings
from matinee.playback import settings as playback
from matinee.run import edge
from tests.patience import PATIENCE_S, until
from tests.run.conftest import PACK, get, serving


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
def web(settings: Settings) -> Iterator[None]:
    path = edge.web_socket(settings)
    server = UnixServer(str(path), Echo)
    path.chmod(0o666)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield
    server.shutdown()
    thread.join(PATIENCE_S)
    server.server_close()


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


@pytest.mark.asvs("V3.4.1")
def test_every_answer_is_guarded(client: httpx.Client, package: str, token: str) -> None:
    paths = ("/", "/assets/app-1a2b.js", "/edge/health", f"/media/{token}/{package}/text.vtt")
    for path in (*paths, "/assets/none", "/media/x/y/z", "/api/catalog/titles"):
        headers = get(client, path).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "*" not in headers["content-security-policy"]
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
def test_a_request_has_an_id_that_nobody_outside_chooses(client: httpx.Client) -> None:
    chosen = {"X-Request-ID": "0" * 32, "X-Arrived-At": "1"}
    answer = client.get("/api/catalog/titles", headers=chosen)
    heard = answer.json()["headers"]
    assert re.fullmatch(r"[0-9a-f]{32}", heard["x-request-id"])
    assert heard["x-request-id"] == answer.headers["x-request-id"] != chosen["X-Request-ID"]
    assert float(heard["x-arrived-at"]) > 1e9
    assert "x-request-id" not in client.get("/").headers


def test_what_nginx_answers_itself_names_the_request_as_well(client: httpx.Client) -> None:
    answer = client.get("/api/catalog/titles")
    assert answer.status_code == 503
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


def test_pages_say_which_share_is_traced_and_lines_are_objects(
    settings: Settings, built: Path
) -> None:
    assert built.is_dir()
    chosen = {"traces_url": "http://127.0.0.1:9/", "traces_ratio": 0.25, "log_format": "json"}
    with serving(settings.model_copy(update=chosen)) as client:
        assert client.get("/titles/1").headers["server-timing"] == 'traces;desc="0.250000"'
        told = client.get('/api/catalog/titles?who="ada"').headers["x-request-id"]
    lines = (settings.home / "edge.log").read_text().splitlines()
    (line,) = (json.loads(line) for line in lines if told in line)
    assert line["message"] == "GET /api/catalog/titles"
    assert line["status"] == 503


SPOOFED = {
    "Forwarded": "for=6.6.6.6;host=evil.example",
    "Remote-User": "owner",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-User": "owner",
    "X-Original-URL": "/api/playback/keys",
    "X-Remote-User": "owner",
    "X-Rewrite-URL": "/api/playback/keys",
    "X-User-Id": "1",
    "X-User-Roles": "owner",
}


@pytest.mark.asvs("V4.1.3")
@pytest.mark.usefixtures("web")
def test_who_asks_is_not_told_from_outside(client: httpx.Client) -> None:
    spoofed = {**SPOOFED, "X-Real-IP": "6.6.6.6", "X-Forwarded-For": "6.6.6.6, 7.7.7.7"}
    answer = client.get("/api/catalog/titles", headers=spoofed)
    heard = answer.json()["headers"]
    assert "6.6.6.6" not in answer.text
    assert not {"evil.example", "owner", "/api/playback/keys"} & set(heard.values())
    kept = {name for name in heard if name.startswith(("x-", "forwarded", "remote"))}
    own = {"x-request-id", "x-arrived-at"}
    assert kept == {"x-real-ip", "x-forwarded-for", "x-forwarded-proto"} | own
    assert heard["x-forwarded-proto"] == "http"


@pytest.mark.asvs("V4.1.3")
def test_a_country_is_not_told_by_a_header_that_is_dropped(home: Path) -> None:
    for name in ("X-User-Country", "x-forwarded-country", "X-Real-Country"):
        with pytest.raises(ValueError, match="the edge drops"):
            Settings(home=home, country_header=name)
    assert Settings(home=home, country_header="CF-IPCountry").country_header == "CF-IPCountry"


def asks(client: httpx.Client, *addresses: str) -> list[httpx.Response]:
    told = [{"X-Forwarded-For": f"6.6.6.6, {address}"} for address in addresses]
    return [client.get("/api/catalog/titles", headers=each) for each in told]


def refusal_of(client: httpx.Client, *addresses: str) -> httpx.Response:
    """Who asks a hundred times at once has asked too often, however slow the machine is."""
    many = (answer for _ in range(100) for answer in asks(client, *addresses))
    return next(answer for answer in many if answer.status_code == 429)


def are_let_in(client: httpx.Client, *addresses: str) -> bool:
    return {answer.status_code for answer in asks(client, *addresses)} == {200}


@pytest.mark.usefixtures("web")
def test_one_address_does_not_take_what_is_for_all(home: Path, built: Path) -> None:
    assert built.is_dir()
    crowded = Settings(
        home=home,
        address=f"127.0.0.1:{ports.free()}",
        public_url="https://films.example.org",
        address_requests_per_second=1,
    )
    with serving(crowded) as client:
        refused = refusal_of(client, "203.0.113.9")
        assert refused.json()["code"] == "too_many_requests"
        assert refused.headers["retry-after"] == "1"
        assert are_let_in(client, "203.0.113.10")
        assert client.get("/", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200
        network = [f"2001:db8:1:2:{number:x}::1" for number in range(1, 11)]
        assert refusal_of(client, *network)
        assert are_let_in(client, "2001:db8:1:3::1", "2001:db8::1")
        assert are_let_in(client, *["127.0.0.1"] * 10)


@pytest.mark.asvs("V5.2.1")
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
    log = settings.home / "edge.log"
    until(lambda: f"/api/playback/media/-/{PACK}/key" in log.read_text(), log.read_text)
    assert token not in log.read_text()


@pytest.mark.asvs("V12.3.3")
@pytest.mark.usefixtures("web")
def test_what_services_ask_each_other_is_closed_to_the_world(client: httpx.Client) -> None:
    ways = ("keys", "keys/", "./keys", "x/../keys", "%6beys", "/keys", "keys?x=1")
    for way in ways:
        answer = get(client, f"/api/playback/{way}")
        assert answer.status_code == 404, way
        assert answer.json()["code"] == "not_found"
    for way in ("viewing/person", "viewing/x/../person", "identity/perso%6e", "viewing/person/"):
        assert get(client, f"/api/{way}").status_code == 404, way
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


@pytest.mark.asvs("V3.4.2")
@pytest.mark.usefixtures("web")
def test_pages_of_others_read_media_and_steering_only(
    settings: Settings, client: httpx.Client, package: str, token: str
) -> None:
    (settings.home / "steering" / "eu").write_text("{}")
    foreign = {"Origin": "https://evil.example"}
    for path in (f"/media/{token}/{package}/video/1.m4s", "/steering/eu"):
        answer = get(client, path, **foreign)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
    for path in ("/", "/assets/app-1a2b.js", "/api/identity/account"):
        for method in ("GET", "OPTIONS"):
            answer = client.request(method, path, headers=foreign)
            told = {name for name in answer.headers if name.startswith("access-control-")}
            assert not told, path
            assert answer.headers["cross-origin-resource-policy"] == "same-origin", path


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


@pytest.mark.asvs("V3.4.1")
def test_behind_a_proxy_with_a_certificate(home: Path, built: Path, settings: Settings) -> None:
    assert built.is_dir()
    public = Settings(
        home=home, address=f"127.0.0.1:{ports.free()}", public_url="https://films.example.org"
    )
    assert public.secrets == settings.secrets
    with serving(public) as client:
        assert client.get("/").headers["strict-transport-security"] == "max-age=31536000"
