"""How long a new installation takes to show its first film, and what a second start takes.

Starts `matinee up --demo` in an empty home, watches as a viewer would, and stops
it. The web app must be built. Nothing else should run on the machine.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from bench import ports
from bench.figures import Figure
from matinee.kernel import clock, ids

MATINEE = Path(sys.executable).with_name("matinee")
FIRST_FILM_S, READY_S, STOP_S = 300.0, 120.0, 60


def measure() -> list[Figure]:
    """Seconds of wall time on an otherwise idle machine."""
    with home_folder() as home, running(home, "--demo") as (url, started_s, _):
        ready_s = _until(lambda: _is_up(url), READY_S) - started_s
        viewer = _viewer(url)
        playable_s = _until(lambda: _plays_something(viewer), FIRST_FILM_S) - started_s
        viewer.close()
    # Apart from the demo, whose encodes would go on at a second start.
    with home_folder() as home:
        with running(home) as (url, _, _):
            _until(lambda: _is_up(url), READY_S)
        with running(home) as (url, started_s, _):
            again_s = _until(lambda: _is_up(url), READY_S) - started_s
    return [
        Figure("first start, empty home: pages and sign-in work", ready_s, "s"),
        Figure("first start, empty home: first demo film is playable", playable_s, "s", "<= 60"),
        Figure("second start: pages and sign-in work", again_s, "s", "<= 10"),
    ]


@contextlib.contextmanager
def home_folder() -> Iterator[Path]:
    """An empty home until the block ends."""
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@contextlib.contextmanager
def running(
    home: Path, *options: str, **settings: str
) -> Iterator[tuple[str, float, "subprocess.Popen[bytes]"]]:
    """An installation from now on: its address, when it began, and its supervisor."""
    address = f"127.0.0.1:{ports.free()}"
    env = {key: value for key, value in os.environ.items() if not key.startswith("MATINEE_")}
    env |= {"MATINEE_HOME": str(home), "MATINEE_ADDRESS": address, **settings}
    with (home / "up.log").open("ab") as log:
        process = subprocess.Popen([str(MATINEE), "up", *options], env=env, stdout=log, stderr=log)
        try:
            yield f"http://{address}", clock.monotonic_s(), process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=STOP_S)


def _until(holds: Callable[[], bool], within_s: float) -> float:
    """The moment since which something holds."""
    deadline_s = clock.monotonic_s() + within_s
    while clock.monotonic_s() < deadline_s:
        with contextlib.suppress(httpx.HTTPError):
            if holds():
                return clock.monotonic_s()
        clock.pause(0.1)
    raise SystemExit(f"not within {within_s:.0f} s")


def _is_up(url: str) -> bool:
    api = httpx.get(f"{url}/api/identity/readyz", timeout=2)
    return api.is_success and httpx.get(url, timeout=2).is_success


def _viewer(url: str) -> httpx.Client:
    form = {
        "email": f"{ids.uuid7().hex}@example.org",
        "password": ids.secret(),
        "profile_name": "Bench",
    }
    viewer = httpx.Client(base_url=url, timeout=10)
    session = viewer.post("/api/identity/sign-up", json=form).raise_for_status().json()
    viewer.headers["Authorization"] = f"Bearer {session['access_token']}"
    return viewer


def _plays_something(viewer: httpx.Client) -> bool:
    """Whether the home page offers a title whose manifest is served to this viewer."""
    page = viewer.get("/api/recommendations/home").json()
    hero = page.get("hero")
    if not hero:
        return False
    title_id = hero["card"].get("play_title_id") or hero["card"]["id"]
    session = viewer.post("/api/playback/sessions", json={"title_id": title_id})
    return session.is_success and viewer.get(session.json()["dash_url"]).is_success
