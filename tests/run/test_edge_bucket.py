"""The edge that comes along before a bucket, which checks every signature by Amazon's own code."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bench import ports
from matinee.kernel.edge_tokens import FillTokens, MediaTokens
from matinee.kernel.settings import Settings
from matinee.run import edge, engines, spawning
from tests.patience import PATIENCE_S
from tests.run.edge_hosts import asked, started

PACK, REGION = "p-1", "eu-west-3"
ACCESS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s3cr3t/+", "AWS_REGION": REGION}
SEGMENT = os.urandom(200_000)
# Signed only if they are sent, as S3 demands of every x-amz- header.
TOKEN = "x-amz-security-token"


class BucketServer(ThreadingHTTPServer):
    """Objects by path, and what was asked for; nothing without a right signature."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []


class Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BucketServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        content = self.server.objects.get(self.path)
        status = 404 if content is None else 200
        if self.headers.get("Authorization") != self.expected():
            status, content = 403, b"<Error>SignatureDoesNotMatch</Error>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def expected(self) -> str:
        """What the header must be, worked out anew by botocore at the moment that was named."""
        request = AWSRequest("GET", f"http://{self.headers['Host']}{self.path}", data=b"")
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        request.headers["X-Amz-Date"] = self.headers["X-Amz-Date"]
        request.headers["X-Amz-Content-SHA256"] = self.headers["X-Amz-Content-SHA256"]
        if self.headers.get(TOKEN):
            request.headers[TOKEN] = self.headers[TOKEN]
        found = Credentials(ACCESS["AWS_ACCESS_KEY_ID"], ACCESS["AWS_SECRET_ACCESS_KEY"])
        auth = S3SigV4Auth(found, "s3", REGION)
        canonical = auth.canonical_request(request)
        signature = auth.signature(auth.string_to_sign(request, canonical), request)
        names = auth.signed_headers(auth.headers_to_sign(request))
        scope = auth.scope(request)
        return f"AWS4-HMAC-SHA256 Credential={scope},SignedHeaders={names},Signature={signature}"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture
def store() -> Iterator[BucketServer]:
    server = BucketServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join(PATIENCE_S)
    server.server_close()


@pytest.fixture(params=["", "temporary-token"])
def bucket(
    request: pytest.FixtureRequest, home: Path, store: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    for name, value in {**ACCESS, "AWS_SESSION_TOKEN": request.param}.items():
        monkeypatch.setenv(name, value)
    settings = Settings(
        home=home,
        address=f"127.0.0.1:{ports.free()}",
        media_url="s3://films/library",
        s3_endpoint=f"http://127.0.0.1:{store.server_port}",
    )
    engines.prepare_folders(settings)
    edge.prepare(settings)
    child = started(edge.command(settings), f"http://{settings.address}")
    yield settings
    child.terminate()
    child.wait(PATIENCE_S)


def test_media_and_artwork_come_from_the_bucket(bucket: Settings, store: BucketServer) -> None:
    store.objects = {
        f"/films/library/packages/{PACK}/v1/1.m4s": SEGMENT,
        f"/films/library/packages/{PACK}/manifest.mpd": b"<MPD/>",
        "/films/library/artwork/t/poster-1.webp": b"RIFF",
    }
    base = f"http://{bucket.address}"
    token = MediaTokens(bucket.secrets).issue(uuid4(), PACK)[0]
    segment = f"{base}/media/{token}/{PACK}/v1/1.m4s"
    for _ in range(2):
        answer = asked(segment)
        assert (answer.status_code, answer.content) == (200, SEGMENT)
        assert answer.headers["content-type"] == "video/iso.segment"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    part = asked(segment, headers={"Range": "bytes=7-9"})
    assert (part.status_code, part.content) == (206, SEGMENT[7:10])
    manifest = asked(f"{base}/media/{token}/{PACK}/manifest.mpd")
    assert manifest.text == "<MPD/>"
    assert "max-age=60" in manifest.headers["cache-control"]
    fill = {"X-Matinee-Fill": FillTokens(bucket.secrets).issue(uuid4())}
    assert asked(f"{base}/fill/{PACK}/v1/1.m4s", headers=fill).content == SEGMENT
    assert asked(f"{base}/artwork/t/poster-1.webp").content == b"RIFF"
    # Of each object one request; the rest came from the cache.
    assert sorted(store.asked) == sorted(store.objects)
    assert asked(f"{base}/media/{token}/{PACK}/v1/9.m4s").json()["code"] == "not_found"
    assert asked(f"{base}/artwork/none.webp").json()["code"] == "not_found"
    assert asked(f"{base}/media/x/{PACK}/v1/1.m4s").status_code == 403


def test_a_bucket_that_refuses_is_no_viewers_fault(
    bucket: Settings, store: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/films/library/packages/{PACK}/v1/1.m4s"
    store.objects = {path: SEGMENT}
    monkeypatch.setattr(Asked, "expected", lambda _: "signed by another")
    token = MediaTokens(bucket.secrets).issue(uuid4(), PACK)[0]
    refused = asked(f"http://{bucket.address}/media/{token}/{PACK}/v1/1.m4s")
    assert (refused.status_code, refused.json()["code"]) == (503, "origin_away")
    assert store.asked == [path]


@pytest.mark.parametrize(
    ("environment", "said"),
    [({}, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), ({"AWS_ACCESS_KEY_ID": "x"}, "AWS_SEC")],
)
def test_without_anything_to_sign_with_it_says_what_to_set(
    home: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], said: str
) -> None:
    for name in (*ACCESS, "AWS_SKIP_SIGNATURE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(spawning.CannotStartError, match=said):
        edge.configuration(Settings(home=home, media_url="s3://films/prefix"), None)
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    text = edge.configuration(Settings(home=home, media_url="s3://films/prefix"), None)
    assert "s3.us-east-1.amazonaws.com:443" in text
    with pytest.raises(spawning.CannotStartError, match="Choose such a prefix"):
        edge.configuration(Settings(home=home, media_url="s3://films/a%20b"), None)
