"""Pulling plugs: whatever is killed, nothing is lost and what was under way goes on."""

import contextlib
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from bench import ports
from matinee.kernel import ids
from matinee.kernel.tokens import AccessTokens, Caller
from matinee.run.operator import NIL_ACCOUNT
from tests.clips import clip
from tests.faults.household import Household
from tests.faults.trial import Fault, Trial
from tests.journeys.service import Service
from tests.journeys.viewer import Viewer, eventually
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.engines

FILM = "bikes.mp4"
# What one machine runs; each is killed once while a film is encoded and another one plays.
PROCESSES = ["postgres", "valkey", "web", "worker", "encoder", "relay", "beat", "edge"]
RECOVERY_S = 120
# Encoders work when nobody else does.
ENCODED_S = 480


@pytest.fixture(scope="module")
def own_service() -> Iterator[Service]:
    home = Path(tempfile.mkdtemp(prefix="matinee-survival-"))
    home.chmod(0o711)
    # Some come back again and again: that is no attack.
    running = Service(home, ports.free(), {"MATINEE_PLAYBACK_STARTS_PER_MINUTE": "10000"})
    running.start()
    yield running
    running.remove()


@pytest.fixture
def viewer(own_service: Service) -> Iterator[Viewer]:
    someone = Viewer(own_service)
    yield someone
    someone.http.close()


def add(service: Service, title: str, *, wait: bool) -> None:
    waiting = "--wait" if wait else "--no-wait"
    done = service.matinee("add", str(clip(FILM)), "--title", title, waiting, timeout_s=ENCODED_S)
    assert done.returncode == 0, done.stdout + done.stderr + service.tail()


def renewed(viewer: Viewer) -> Viewer:
    """With a token for the next minutes."""
    viewer.renew()
    return viewer


def in_studio(service: Service, slug: str) -> tuple[str, str]:
    """The stage of a title's encode, and its status, as the operator sees them."""
    with service.client(operator_token(service)) as operator:
        title = operator.get(f"/api/catalog/titles/{slug}").raise_for_status().json()
        path = f"/api/catalog/studio/titles/{title['id']}"
        row = operator.get(path).raise_for_status().json()
    return (row["progress"] or {"stage": "queued"})["stage"], row["title"]["status"]


def is_encoding(service: Service, slug: str) -> bool:
    """Whether a first part of its encode is done."""
    return in_studio(service, slug)[0] not in {"queued", "probing"}


def complete(service: Service, slug: str) -> bool:
    """Whether the whole ladder is there."""
    return in_studio(service, slug) == ("done", "published")


def operator_token(service: Service) -> str:
    who = Caller(NIL_ACCOUNT, ids.uuid7(), maturity_age=18, roles=frozenset({"owner"}))
    return AccessTokens(service.home / "secrets").issue(who)[0]


def test_everything_is_killed_in_the_middle_of_an_encode(
    own_service: Service, viewer: Viewer
) -> None:
    add(own_service, "Before The Cut", wait=False)
    eventually("an encode under way", lambda: is_encoding(own_service, "before-the-cut"))
    own_service.kill_everything()
    own_service.start()
    eventually("a session", lambda: renewed(viewer), RECOVERY_S)
    title = eventually("published", lambda: viewer.title("before-the-cut"), ENCODED_S)
    session = viewer.play(title["id"])
    assert viewer.http.get(session["dash_url"]).status_code == 200


def test_each_process_is_killed_while_a_film_plays_and_another_is_encoded(
    own_service: Service, viewer: Viewer
) -> None:
    playing = eventually("a title to play", lambda: viewer.title("before-the-cut"), ENCODED_S)
    session = viewer.play(playing["id"])
    segments = viewer.segments(session)
    add(own_service, "Under Way", wait=False)
    for turn, name in enumerate(PROCESSES):
        os.killpg(own_service.pids()[name], signal.SIGKILL)
        eventually(f"{name} back", lambda name=name: _is_back(own_service, name), RECOVERY_S)  # type: ignore[misc]
        position_s = 1.0 + turn / 2
        assert eventually("a session", lambda: renewed(viewer), RECOVERY_S)
        assert eventually("a heartbeat", lambda at=position_s: viewer.beat(session, at), RECOVERY_S)  # type: ignore[misc]
        segment = segments[turn % len(segments)]
        assert eventually("a segment", lambda url=segment: viewer.http.get(url).is_success)  # type: ignore[misc]
    viewer.post(
        f"/api/playback/sessions/{session['session_id']}/stop",
        {"position_s": 6.0, "state": "paused"},
    )
    renewed(viewer)
    assert viewer.play(playing["id"])["resume_s"] == pytest.approx(6.0)
    eventually("the film under way", lambda: complete(own_service, "under-way"), ENCODED_S)


def test_who_stands_still_is_found_and_nothing_is_lost(own_service: Service) -> None:
    """A few of the faults that `bin/faults` tries; how long each takes is told there."""
    first = Viewer(own_service)
    title = eventually("a title to play", lambda: first.title("before-the-cut"), ENCODED_S)
    first.http.close()
    household = Household(own_service, title["id"], slow_s=PATIENCE_S)
    household.be_patient()
    # Renewing a session is left out: an answer that got lost may be asked for soon, not later.
    household.begin("session", "home page")
    trial = Trial(own_service, household, [])
    try:
        for name in ("valkey", "web", "worker"):
            stops = partial(trial.freeze, name)
            trial.of(Fault("hanging", name, stops, trial.comes_back(name)))
    finally:
        household.end()


def _is_back(service: Service, name: str) -> bool:
    parts = {part["name"]: part for part in service.status()}
    return bool(parts) and parts[name]["state"] == "ready" and parts[name]["restarts"] > 0


def test_an_upload_goes_on_after_the_web_process_was_killed(
    own_service: Service, viewer: Viewer
) -> None:
    stop = threading.Event()

    def killer() -> None:
        for _ in range(3):
            if stop.wait(0.4):
                return
            pid = own_service.pids().get("web")
            with contextlib.suppress(ProcessLookupError):
                if pid:
                    os.killpg(pid, signal.SIGKILL)

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        film = clip("multi_1080p24_30s_2audio_2subs.mkv")
        added = own_service.matinee(
            "add", str(film), "--title", "Cut Off", "--no-wait", timeout_s=ENCODED_S
        )
    finally:
        stop.set()
        thread.join(timeout=PATIENCE_S)
    assert added.returncode == 0, added.stdout + added.stderr
    eventually("the upload is playable", lambda: viewer.title("cut-off"), ENCODED_S)


def test_ctrl_c_ends_every_process(own_service: Service) -> None:
    assert own_service.process is not None
    family = psutil.Process(own_service.process.pid).children(recursive=True)
    assert len(family) >= len(PROCESSES)
    assert own_service.stop() == 0
    gone, alive = psutil.wait_procs(family, timeout=PATIENCE_S)
    assert not alive, alive
    assert len(gone) == len(family)
    assert own_service.matinee("status").returncode != 0


def test_a_start_after_a_stop_has_everything(
    own_service: Service, request: pytest.FixtureRequest
) -> None:
    own_service.start()
    someone = Viewer(own_service)
    request.addfinalizer(someone.http.close)
    for slug in ("before-the-cut", "under-way", "cut-off"):
        title = someone.title(slug)
        assert title is not None, f"{slug} is gone"
        assert title["status"] == "published"
