"""Commercial networks: their programs, run as they would run them, before a real origin."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from bench import ports
from matinee.kernel.edge_tokens import MEDIA_LIFETIME, FillTokens, MediaTokens
from matinee.kernel.settings import Settings
from matinee.run import edge, engines, networks
from matinee.run.commands import edges
from tests.patience import PATIENCE_S
from tests.run.edge_hosts import asked, started

SEGMENT = os.urandom(50_000)
MANIFEST = b"<MPD><Period/></MPD>"
DRIVER = Path(__file__).with_name("network.mjs")
EDGE = "https://films.example.net"


@dataclass
class Origin:
    """The service's own edge, which holds one package and is reached by networks."""

    settings: Settings

    def program(self, kind: str) -> str:
        through = self.settings.public_url if kind == "bunny" else ""
        return networks.program(kind, self.settings, through)

    def token(self, package: str = "film", lifetime: timedelta = MEDIA_LIFETIME) -> str:
        return MediaTokens(self.settings.secrets).issue(uuid4(), package, lifetime)[0]

    def answers(self, kind: str, *paths: str, **headers: str) -> list[dict[str, Any]]:
        """What a network of this kind answers to GETs of these paths, one after the other."""
        requests = [{"url": EDGE + path, "method": "GET", "headers": headers} for path in paths]
        return self.run(kind, self.program(kind), requests)

    def run(self, kind: str, program: str, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        node = shutil.which("node")
        assert node, "Node is missing: bin/test finds it, or installs one"
        told = {"kind": kind, "program": program, "origin": self.settings.public_url}
        done = subprocess.run(
            [node, str(DRIVER)],
            input=json.dumps({**told, "requests": requests}),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        return [{**one, "body": base64.b64decode(one["body"])} for one in found]


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with tempfile.TemporaryDirectory(prefix="matinee-tests-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # nginx runs as another user
        yield from serving(folder)


def serving(folder: Path) -> Iterator[Origin]:
    address = f"127.0.0.1:{ports.free()}"
    settings = Settings(
        home=folder / "h", address=address, media_url="", public_url=f"http://{address}"
    )
    settings.home.mkdir()
    engines.prepare_folders(settings)
    package = settings.home / "media" / "packages" / "film"
    (package / "v1").mkdir(parents=True)
    (package / "v1" / "3.m4s").write_bytes(SEGMENT)
    (package / "manifest.mpd").write_bytes(MANIFEST)
    edge.prepare(settings)
    child = started(edge.command(settings), f"http://{address}")
    yield Origin(settings)
    child.terminate()
    child.wait(PATIENCE_S)


@pytest.mark.parametrize("kind", networks.KINDS)
def test_a_network_serves_whoever_has_a_token(origin: Origin, kind: str) -> None:
    first, second = (f"/media/{origin.token()}/film/v1/3.m4s?CMCD=bl%3D{at}" for at in (4, 9))
    answers = origin.answers(kind, first, second, "/edge/health")
    assert [one["status"] for one in answers] == [200, 200, 200]
    assert answers[2]["headers"]["cache-control"] == "no-store"
    assert answers[0]["body"] == SEGMENT
    assert answers[0]["headers"]["access-control-allow-origin"] == "*"
    assert "immutable" in answers[0]["headers"]["cache-control"]
    # Two viewers of a file ask the cache for one address, and nothing of theirs stands in it.
    assert answers[0]["fetched"] == answers[1]["fetched"]
    assert answers[0]["fetched"][0]["url"].endswith("/film/v1/3.m4s")


@pytest.mark.parametrize("kind", networks.KINDS)
def test_a_network_refuses_whoever_has_none(origin: Origin, kind: str) -> None:
    token = origin.token()
    # Of a signature's last character two bits stand for nothing.
    forged = f"{token[:-9]}{'A' if token[-9] != 'A' else 'B'}{token[-8:]}"
    expired = origin.token(lifetime=timedelta(seconds=-10))
    paths = [
        f"/media/{forged}/film/v1/3.m4s",
        f"/media/{token.replace('k1~', 'k9~', 1)}/film/v1/3.m4s",
        f"/media/{origin.token('other')}/film/v1/3.m4s",
        f"/media/{expired}/film/v1/3.m4s",
        f"/media/{token}/film/../other/v1/3.m4s",
        f"/media/{token}/film/..%2fother/v1/3.m4s",
        "/film/v1/3.m4s",
        "/pull/k1~1~1/film/v1/3.m4s",
    ]
    answers = origin.answers(kind, *paths)
    assert [one["status"] for one in answers] == [403, 403, 403, 403, 403, 404, 404, 404]
    assert [json.loads(one["body"])["code"] for one in answers[2:4]] == [
        "media_token_wrong",
        "media_token_expired",
    ]
    assert not any(one["fetched"] for one in answers)


@pytest.mark.parametrize("kind", networks.KINDS)
def test_a_manifest_from_a_network_says_where_to_ask_for_steering(
    origin: Origin, kind: str
) -> None:
    path = f"/media/{origin.token()}/film/manifest.mpd?CMCD=x&steering=home.hot-1&other=1"
    (tagged,) = origin.answers(kind, path)
    assert f"{origin.settings.public_url}/steering/home/hot-1.json" in tagged["body"].decode()
    assert tagged["fetched"][0]["url"].endswith("/film/manifest.mpd?steering=home.hot-1")


@pytest.mark.parametrize("kind", networks.KINDS)
def test_a_key_is_asked_for_with_the_viewers_own_token(origin: Origin, kind: str) -> None:
    token = origin.token()
    # No service runs behind this edge: whoever comes as far as that is told so.
    (answer,) = origin.answers(kind, f"/media/{token}/film/key")
    assert answer["status"] == 503
    assert answer["fetched"][0]["url"].endswith(f"/media/{token}/film/key")
    assert answer["fetched"][0]["how"] in (None, "origin", {"cacheEverything": False})


def test_the_origin_gives_nothing_without_the_networks_own_token(origin: Origin) -> None:
    base = f"{origin.settings.public_url}/pull"
    fill, viewer = FillTokens(origin.settings.secrets), origin.token()
    own = fill.issue_for_network(uuid4())
    assert asked(f"{base}/{own}/film/v1/3.m4s").content == SEGMENT
    assert asked(f"{base}/{own}/film/v1/4.m4s").status_code == 404
    for token in (viewer, own[:-1] + "~", "k1~1~1", fill.issue(uuid4())[:-2]):
        answer = asked(f"{base}/{token}/film/v1/3.m4s")
        assert answer.status_code in (403, 404), token
    (origin.settings.home / "refused").mkdir(exist_ok=True)
    (origin.settings.home / "refused" / "film").touch()
    try:
        assert asked(f"{base}/{own}/film/v1/3.m4s").status_code == 410
    finally:
        (origin.settings.home / "refused" / "film").unlink()


@pytest.mark.parametrize("kind", networks.KINDS)
def test_a_network_with_old_keys_says_so(origin: Origin, kind: str) -> None:
    path = f"{EDGE}/media/{origin.token()}/film/v1/3.m4s"
    asked_for = {"url": path, "method": "GET", "headers": {}}
    stale = origin.program(kind).replace('"pull_token": "k1~', '"pull_token": "k9~')
    (answer,) = origin.run(kind, stale, [asked_for])
    # CloudFront's programs see no answers: its viewers are told what the service said.
    assert answer["status"] == (403 if kind == "cloudfront" else 503)


@pytest.mark.parametrize(
    ("kind", "public_url", "through", "says"),
    [
        ("fastly", "", "", "MATINEE_PUBLIC_URL"),
        ("bunny", "https://films.example.org", "", "--through"),
        ("bunny", "https://films.example.org", "films.example.net", "is no address of a host"),
        ("fastly", "https://films.example.org/below", "", "is no address of a host"),
    ],
)
def test_what_is_missing_is_said(
    tmp_path: Path, kind: str, public_url: str, through: str, says: str
) -> None:
    settings = Settings(home=tmp_path, public_url=public_url)
    with pytest.raises(networks.NetworkError, match=says):
        networks.program(kind, settings, through)


@pytest.mark.parametrize(
    "said",
    [
        ["invite", "Bad Name"],
        ["invite", "paris-1", "--url", "paris"],
        ["network", "bunny-1", "--of", "fastly", "--url", "films.example.net"],
        [
            "network",
            "fastly-1",
            "--of",
            "fastly",
            "--url",
            "https://f.example.net",
            "--price",
            "-1",
        ],
    ],
)
def test_what_cannot_be_an_edge_is_refused_with_a_sentence(said: list[str]) -> None:
    done = CliRunner().invoke(edges.edge, said)
    assert done.exit_code == 2, done.output
    assert " cannot be " in done.output
