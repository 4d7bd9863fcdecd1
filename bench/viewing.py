"""A running service with one long film, and browsers that watch it: what a viewer would see."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bench import media, ports
from bench.start import MATINEE
from matinee.kernel import binaries, clock, ids

SLUG = "the-long-one"
_DASH = {"": "urn:mpeg:dash:schema:mpd:2011"}
_START_S, _STOP_S, _ADD_S = 120.0, 60, 3600
_MAKING_S = 600

# Not encrypted and in one codec: what is measured is the network. A fast preset, since the film is
# made anew each time.
FAST = {
    "MATINEE_ENCODING_CODECS": "h264",
    "MATINEE_ENCODING_KEYS": "none",
    "MATINEE_ENCODING_PRESET": "superfast",
    "MATINEE_ENCODING_RUNG_HEIGHT_MAX": "720",
}


@dataclass(frozen=True)
class Running:
    """An installation with the film `slug` in it; `env` is what its commands need."""

    port: int
    env: Mapping[str, str] = field(default_factory=dict)
    slug: str = SLUG

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


def long_film(to: Path, duration_s: int) -> Path:
    """One of the clips over and over, as it is: the tallest that has a name that says so."""
    clips = media.clips()
    tall = [clip for clip in clips if "1080p" in clip.name] or clips
    largest = max(tall, key=lambda clip: clip.stat().st_size)
    command = [str(binaries.find("ffmpeg")), "-v", "error", "-nostdin", "-y", "-stream_loop", "-1"]
    maps = ["-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", "-t", str(duration_s)]
    subprocess.run([*command, "-i", str(largest), *maps, str(to)], check=True, timeout=_MAKING_S)
    return to


@contextlib.contextmanager
def running(duration_s: int, settings: Mapping[str, str] = FAST) -> Iterator[Running]:
    """A service of its own, on a free port and in a throw-away home, with the film published."""
    with tempfile.TemporaryDirectory(prefix="matinee-bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o711)
        port = ports.free()
        env = {key: value for key, value in os.environ.items() if not key.startswith("MATINEE_")}
        # It says where this source lies, and another release that goes on has its own.
        env.pop("PYTHONPATH", None)
        env |= {"MATINEE_HOME": name, "MATINEE_ADDRESS": f"127.0.0.1:{port}", **settings}
        with (home / "up.log").open("ab") as log:
            process = subprocess.Popen([str(MATINEE), "up"], env=env, stdout=log, stderr=log)
        try:
            until_well(f"http://127.0.0.1:{port}/api/catalog/readyz", "the service", _START_S)
            film = long_film(home / "film.mkv", duration_s)
            add = [str(MATINEE), "add", str(film), "--title", "The long one", "--slug", SLUG]
            subprocess.run([*add, "--wait"], env=env, check=True, timeout=_ADD_S)
            yield Running(port, env)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=_STOP_S)


def until_well(url: str, what: str, within_s: float) -> None:
    """Wait until an address answers well; SystemExit that names `what` if it never does."""
    end_s = clock.monotonic_s() + within_s
    while clock.monotonic_s() < end_s:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).is_success:
                return
        clock.pause(0.2)
    raise SystemExit(f"{what} did not start within {within_s:.0f} s")


def viewer(url: str) -> httpx.Client:
    """A client signed up and in."""
    form = {
        "email": f"{ids.uuid7().hex}@example.org",
        "password": ids.secret(),
        "profile_name": "Bench",
    }
    signed_up = httpx.post(f"{url}/api/identity/sign-up", json=form, timeout=20)
    token = signed_up.raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=url, timeout=20, headers=headers)


def chromium() -> str:
    """The browser to watch with: MATINEE_CHROMIUM, or the one on the path."""
    chosen = os.environ.get("MATINEE_CHROMIUM") or shutil.which("chromium")
    if not chosen:
        raise SystemExit("There is no Chromium: install one, or name it by MATINEE_CHROMIUM.")
    return chosen


def title_of(client: httpx.Client, slug: str) -> str:
    """A title's id."""
    title: str = client.get(f"/api/catalog/titles/{slug}").raise_for_status().json()["id"]
    return title


def dash_url(service: Running) -> str:
    """The manifest's address for a viewer of its own."""
    url: str = play_session(service)["dash_url"]
    return url


def play_session(service: Running) -> dict[str, Any]:
    """What pressing play gives a viewer of its own; an entitlement may be a moment away."""
    with viewer(service.url) as client:
        title_id, end_s = title_of(client, service.slug), clock.monotonic_s() + 30
        while clock.monotonic_s() < end_s:
            answer = client.post("/api/playback/sessions", json={"title_id": title_id})
            if answer.is_success:
                session: dict[str, Any] = answer.json()
                return session
            clock.pause(0.3)
    raise SystemExit(f"pressing play was refused: {answer.text}")


def bitrates(service: Running) -> dict[str, float]:
    """The manifest's bit rate of each rendition of picture, by its folder."""
    manifest = ET.fromstring(httpx.get(dash_url(service)).raise_for_status().text)  # noqa: S314
    found = {}
    for rendition in manifest.iterfind(".//Representation", _DASH):
        template = rendition.find(".//SegmentTemplate", _DASH)
        if template is not None:
            folder = template.get("media", "").rpartition("/")[0].rpartition("/")[2]
            found[folder] = float(rendition.get("bandwidth", "nan"))
    return found
