"""What the world may see of titles, in a real nginx: heads put into pages, and usual addresses."""

import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from matinee.catalog import settings as catalog
from matinee.kernel.settings import Settings
from matinee.run import checkout, edge
from tests.patience import PATIENCE_S
from tests.run.conftest import serving

HEAD = "<title>Lantern · Films</title>"


class Catalogue(BaseHTTPRequestHandler):
    """Knows one title, and says of everything else that it is asked for it."""

    def do_GET(self) -> None:
        known = {"/api/catalog/shared/head/lantern": HEAD}
        is_head = "/shared/head/" in self.path
        body = known.get(self.path, '{"code": "unknown"}' if is_head else f"asked {self.path}")
        self.send_response(404 if is_head and self.path not in known else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def address_string(self) -> str:
        return "edge"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


class UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture
def sharing(
    settings: Settings, built: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[httpx.Client]:
    """An edge that shares, with the page that this project's web app has."""
    page = (Path(__file__).parents[2] / "web" / "index.html").read_text()
    (built / "index.html").write_text(page)
    monkeypatch.setenv("MATINEE_CATALOG_PUBLIC", "true")
    catalog.get.cache_clear()
    assert checkout.web_app() == built
    try:
        with serving(settings) as client:
            yield client
    finally:
        catalog.get.cache_clear()


@pytest.fixture
def web(settings: Settings) -> Iterator[None]:
    path = edge.web_socket(settings)
    server = UnixServer(str(path), Catalogue)
    path.chmod(0o666)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield
    server.shutdown()
    thread.join(PATIENCE_S)
    server.server_close()


@pytest.mark.usefixtures("web")
def test_a_titles_page_has_its_own_head_and_others_the_plain_one(sharing: httpx.Client) -> None:
    page = sharing.get("/title/lantern")
    assert HEAD in page.text
    assert "<title>Matinee</title>" not in page.text
    assert '<div id="root"></div>' in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for path in ("/title/nowhere", "/", "/search"):
        plain = sharing.get(path)
        assert plain.status_code == 200
        assert plain.text.count("<title>Matinee</title>") == 1, path
        assert HEAD not in plain.text
        assert "unknown" not in plain.text
    assert not sharing.get("/api/catalog/shared/head/lantern").content, "for pages alone"


def test_while_the_service_is_away_pages_are_plain(sharing: httpx.Client) -> None:
    page = sharing.get("/title/lantern")
    assert page.status_code == 200
    assert "<title>Matinee</title>" in page.text
    assert "starting" not in page.text


@pytest.mark.usefixtures("web")
def test_feeds_have_their_usual_addresses(sharing: httpx.Client) -> None:
    for path, asked in (
        ("/sitemap.xml", "sitemap.xml"),
        ("/sitemap-12.xml", "sitemap-12.xml"),
        ("/robots.txt", "robots.txt"),
        ("/feeds/mrss.xml", "mrss.xml"),
        ("/feeds/roku.json", "roku.json"),
        ("/oembed?url=x&format=json", "oembed?url=x&format=json"),
    ):
        assert sharing.get(path).text == f"asked /api/catalog/shared/{asked}"
    for path in ("/feeds/other.xml", "/sitemap-x.xml"):
        assert sharing.get(path).status_code == 404


@pytest.mark.usefixtures("web")
def test_where_nothing_is_shared_the_page_is_the_app(client: httpx.Client) -> None:
    assert "the app" in client.get("/title/lantern").text
    assert "the app" in client.get("/sitemap.xml").text
