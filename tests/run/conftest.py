"""A home folder of its own for each test, which engines of another user can enter, and an edge."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from bench import ports
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.settings import Settings
from matinee.run import checkout, edge, engines, spawning
from tests.patience import PATIENCE_S, until
from tests.run.edge_hosts import Network, network

PACK = "01990000-0000-7000-8000-000000000001"
SEGMENT = bytes(range(256)) * 40


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"matinee-test-{os.getpid()}-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(home: Path) -> Settings:
    chosen = Settings(home=home, address=f"127.0.0.1:{ports.free()}")
    engines.prepare_folders(chosen)
    return chosen


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
        said = (settings.home / "edge.log").read_text
        until(lambda: child.poll() is not None or edge.is_ready(settings), said)
        assert child.poll() is None, said()
        with httpx.Client(base_url=f"http://{settings.address}", timeout=PATIENCE_S) as client:
            yield client
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(PATIENCE_S)
        log.close()


@pytest.fixture
def client(settings: Settings, built: Path) -> Iterator[httpx.Client]:
    assert built.is_dir()
    with serving(settings) as client:
        yield client


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


@pytest.fixture(scope="module")
def chain() -> Iterator[Network]:
    """An edge, a shield and an origin."""
    folder = Path(tempfile.mkdtemp(prefix=f"matinee-test-{os.getpid()}-"))
    with network(folder) as chain:
        yield chain
    shutil.rmtree(folder, ignore_errors=True)


def get(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    """A request whose path is sent as it is."""
    url = httpx.URL(str(client.base_url)).copy_with(raw_path=path.encode())
    return client.send(client.build_request("GET", url, headers=headers))
