"""Media behind tokens in a real nginx: what opens, what does not, what is told of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from matinee.kernel import clock
from matinee.kernel.edge_tokens import MEDIA_LIFETIME, MediaTokens
from matinee.kernel.settings import Settings
from tests.patience import PATIENCE_S, until
from tests.run.conftest import PACK, SEGMENT, get


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
    yield "wrong", f"{token}/{PACK}/%252e%252e/other/1.m4s"
    yield "wrong", f"{token}/{PACK}/%252e%252e%252fother%252f1.m4s"
    yield "wrong", f"{token}/./other/1.m4s"
    yield "wrong", f"{token}/OTHER/1.m4s"
    yield "wrong", f"{token}/other/1.m4s?{PACK}/video/1.m4s"
    yield "wrong", f"{token.upper()}/{segment}"
    yield "wrong", f"x/{segment}?token={token}"


@pytest.mark.asvs("SVC-2")
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
    brief = MEDIA_LIFETIME / 4
    with clock.shifted(-brief / 2):
        going_on = tokens.issue(session, package, brief)[0]
    with clock.shifted(-2 * brief):
        over = tokens.issue(session, package, brief)[0]
        longer = tokens.issue(session, package)[0]
    assert get(client, f"/media/{going_on}/{path}").content == SEGMENT
    assert get(client, f"/media/{over}/{path}").json()["code"] == "media_token_expired"
    assert get(client, f"/media/{longer}/{path}").content == SEGMENT


def keys_command(settings: Settings, *arguments: str) -> str:
    command = [sys.executable, "-m", "matinee.run.cli", "keys", *arguments]
    own = {"MATINEE_HOME": str(settings.home), "MATINEE_ADDRESS": settings.address}
    env = {**os.environ, **own}
    return subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    ).stdout


def test_keys_are_changed_by_a_command_while_it_runs(
    settings: Settings, client: httpx.Client, package: str, token: str
) -> None:
    path = f"{package}/video/1.m4s"
    assert "sign in 120 s" in keys_command(settings, "rotate")
    with clock.shifted(timedelta(minutes=3)):
        after = MediaTokens(settings.secrets).issue(uuid4(), PACK)[0]
    assert after.startswith("k2~")
    until(lambda: get(client, f"/media/{after}/{path}").status_code == 200)
    assert get(client, f"/media/{token}/{path}").content == SEGMENT
    assert "nothing else is accepted" in keys_command(settings, "rotate", "--at-once")
    until(lambda: get(client, f"/media/{token}/{path}").status_code == 403)
    listed = keys_command(settings, "list")
    assert "k3" in listed
    assert "k1" not in listed
    assert MediaTokens(settings.secrets).ring.signing().secret not in listed


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


@pytest.mark.asvs("SVC-2")
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


@pytest.mark.asvs("V14.2.1")
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
    until(lambda: "/index.html" in texts[0].read_text(), texts[0].read_text)
    log = "".join(path.read_text() for path in texts)
    assert token not in log
    assert token.split("~")[2] not in log
    assert "private" not in log
    assert "127.0.0.1" not in log


def said(path: Path, count: int) -> list[dict[str, Any]]:
    """The first lines of a log, which nginx writes within a second."""
    until(lambda: len(path.read_text().splitlines()) >= count, path.read_text)
    return [json.loads(line) for line in path.read_text().splitlines()]
