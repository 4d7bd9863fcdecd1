"""A film's key through the whole house: edge, web process, records; without a browser."""

import base64
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from matinee.kernel import binaries
from tests.journeys.service import Service
from tests.journeys.viewer import Viewer, eventually
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.journey

PIECES = 4  # the first segment, which is in the clear, and some that are not


@pytest.fixture
def viewer(service: Service) -> Iterator[Viewer]:
    somebody = Viewer(service)
    yield somebody
    somebody.http.close()


@pytest.fixture
def stranger(service: Service) -> Iterator[Viewer]:
    somebody = Viewer(service)
    yield somebody
    somebody.http.close()


def film_id(viewer: Viewer) -> str:
    title = eventually("the film", lambda: viewer.title("the-meadow"))
    return str(title["id"])


def playlist(viewer: Viewer, session: dict[str, Any]) -> tuple[str, str]:
    """The address and text of the first video playlist, as a native HLS player finds it."""
    master = viewer.http.get(session["hls_url"]).raise_for_status().text
    after = re.search(r"#EXT-X-STREAM-INF:[^\n]*\n(\S+)", master)
    assert after
    address: str = urljoin(session["hls_url"], after[1])
    return address, viewer.http.get(address).raise_for_status().text


def key_address(address: str, text: str) -> str:
    named = re.search(r'#EXT-X-KEY:METHOD=SAMPLE-AES,URI="([^"]+)"', text)
    assert named, text
    found: str = urljoin(address, named[1])
    return found


def ask_licence(viewer: Viewer, session: dict[str, Any]) -> httpx.Response:
    kid = base64.urlsafe_b64encode(bytes.fromhex(session["licence"]["key_id"].replace("-", "")))
    body = f'{{"kids":["{kid.decode().rstrip("=")}"],"type":"temporary"}}'
    return viewer.http.post(session["licence"]["clearkey_url"], content=body)


def frames_shown(path: Path, key: bytes | None) -> int:
    """How many frames ffmpeg makes out that it has nothing to complain of."""
    lock = [] if key is None else ["-decryption_key", key.hex()]
    command = [str(binaries.find("ffmpeg")), "-v", "error", "-xerror", *lock, "-i", str(path)]
    done = subprocess.run(
        [*command, "-map", "0:v", "-f", "framemd5", "-"],
        check=False,
        capture_output=True,
        timeout=PATIENCE_S,
    )
    if done.returncode or done.stderr:
        return 0
    return sum(not line.startswith(b"#") for line in done.stdout.splitlines())


def test_a_native_player_and_a_cdm_get_the_key_that_opens_the_film(
    viewer: Viewer, tmp_path: Path
) -> None:
    session = viewer.play(film_id(viewer))
    address, text = playlist(viewer, session)
    key = viewer.http.get(key_address(address, text), headers={"Authorization": ""})
    assert key.status_code == 200
    assert len(key.content) == 16
    assert key.headers["cache-control"] == "no-store"
    licence = ask_licence(viewer, session)
    (jwk,) = licence.json()["keys"]
    assert base64.urlsafe_b64decode(jwk["k"] + "==") == key.content
    assert licence.headers["cache-control"] == "no-store"
    init = re.search(r'#EXT-X-MAP:URI="([^"]+)"', text)
    assert init
    names = [init[1], *re.findall(r"^\S+\.m4s$", text, re.MULTILINE)[:PIECES]]
    film = tmp_path / "film.mp4"
    parts = [viewer.http.get(urljoin(address, name)).raise_for_status().content for name in names]
    film.write_bytes(b"".join(parts))
    assert frames_shown(film, key.content) > 3 * 24
    assert frames_shown(film, None) == 0
    assert frames_shown(film, bytes(16)) == 0


def test_when_the_play_ends_the_key_is_gone(viewer: Viewer, stranger: Viewer) -> None:
    session = viewer.play(film_id(viewer))
    address = key_address(*playlist(viewer, session))
    assert ask_licence(stranger, session).status_code == 403
    assert viewer.http.get(address).status_code == 200
    stop = f"/api/playback/sessions/{session['session_id']}/stop"
    viewer.post(stop, {"position_s": 1, "state": "paused"})
    assert viewer.http.get(address).json()["code"] == "session_ended"
    assert ask_licence(viewer, session).json()["code"] == "not_playing"


def test_what_is_fetched_ahead_opens_no_key(viewer: Viewer) -> None:
    film = film_id(viewer)
    viewer.play(film)
    warm = viewer.post("/api/playback/warm", {"title_id": film})
    assert viewer.http.get(warm["dash_url"]).status_code == 200
    beside = urljoin(warm["dash_url"], "key")
    assert viewer.http.get(beside).json()["code"] == "session_ended"
    asked = viewer.http.post("/api/playback/keys", json={"title_id": film})
    assert asked.status_code == 404


def test_the_key_lies_nowhere_in_the_home(viewer: Viewer, service: Service) -> None:
    """Not in logs, records, their journals, queues, packages or work folders."""
    if not service.home.is_dir():
        pytest.skip("the installation was there before, and its home is not known")
    session = viewer.play(film_id(viewer))
    (jwk,) = ask_licence(viewer, session).json()["keys"]
    key = base64.urlsafe_b64decode(jwk["k"] + "==")
    forms = (key, key.hex().encode(), jwk["k"].encode(), base64.b64encode(key).rstrip(b"="))
    files = [path for path in service.home.rglob("*") if path.is_file()]
    assert any(path.name == "content_key_encryption_key" for path in files)
    assert not [path for path in files if holds(path, forms)]


def holds(path: Path, forms: Sequence[bytes]) -> bool:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False  # what is removed while it is looked for
    return any(form in content for form in forms)
