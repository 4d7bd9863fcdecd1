"""`matinee edge run`: nginx and its agent on a host, whatever is killed and whoever is away."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from bench import ports
from matinee.contracts.agents import EdgeConfiguration, MediaKey
from matinee.delivery.agent.folder import Identity, Memory
from matinee.delivery.authority import Authority
from matinee.kernel import clock, ids
from matinee.kernel.edge_tokens import signed
from matinee.kernel.key_rings import Key
from matinee.kernel.settings import Settings
from matinee.run import edge_agent, nginx_pids
from tests.patience import PATIENCE_S, until
from tests.tidy.house import ROOT

pytestmark = pytest.mark.engines

PACKAGE = "01990000-0000-7000-8000-000000000001"
KEY = MediaKey(kid="k1", key="a secret of the tests")


@pytest.fixture
def url(settings: Settings) -> str:
    """A host that joined a service which is away now, with a film in its store."""
    url = f"http://127.0.0.1:{ports.free()}"
    folder = edge_agent.folder_of(settings)
    folder.prepare()
    folder.authority.write_text(Authority(settings.secrets).pem)
    folder.remember(Memory(configuration=told(url)))
    folder.identity = Identity(
        control_url="http://127.0.0.1:1",
        edge_id=ids.uuid7(),
        name="paris-1",
        base_url=url,
        listen=url.removeprefix("http://"),
        secret="none",
    )
    film = folder.file(PACKAGE, "v720/1.m4s")
    folder.make(film.parent)
    film.write_bytes(b"a film")
    return url


def told(url: str) -> EdgeConfiguration:
    return EdgeConfiguration(
        revision=1,
        edge="paris-1",
        role="edge",
        base_url=url,
        origin_url="http://127.0.0.1:1",
        app_origins=["http://127.0.0.1:1"],
        disk_bytes=0,
        fill_bps=0,
        fill_keys=[KEY],
        media_keys=[KEY],
    )


@pytest.fixture
def running(settings: Settings, url: str) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "MATINEE_HOME": str(settings.home)}
    command = [sys.executable, "-m", "matinee.run.cli", "edge", "run"]
    with (settings.home / "edge.out").open("wb") as log:
        child = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        _until(lambda: _serves(url) and bool(_agents(child.pid)), settings)
        yield child
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(PATIENCE_S)


def test_an_edge_serves_while_its_agent_is_killed_and_its_service_away(
    running: subprocess.Popen[bytes], settings: Settings, url: str
) -> None:
    (agent,) = _agents(running.pid)
    nginx = _nginx_pid(settings)
    agent.kill()
    assert _serves(url)
    _until(lambda: [one.pid for one in _agents(running.pid)] not in ([], [agent.pid]), settings)
    assert _serves(url)
    assert _nginx_pid(settings) == nginx
    running.send_signal(signal.SIGINT)
    assert running.wait(PATIENCE_S) == 0
    assert not psutil.pid_exists(nginx)


def test_an_edge_goes_over_to_a_release_and_refuses_nobody_meanwhile(
    running: subprocess.Popen[bytes], settings: Settings, url: str
) -> None:
    (agent,), nginx = _agents(running.pid), _nginx_pid(settings)
    with _asked_all_the_time(url) as answers:
        done = _upgraded(settings)
    assert done.returncode == 0, done.stdout
    assert answers
    assert all(answers)
    assert running.poll() is None
    assert _nginx_pid(settings) != nginx
    assert agent.pid not in [one.pid for one in _agents(running.pid)]


def test_a_release_that_does_not_come_up_leaves_an_edge_with_the_one_before(
    running: subprocess.Popen[bytes], settings: Settings, url: str, tmp_path: Path
) -> None:
    broken = tmp_path / "deploy" / "edge"
    shutil.copytree(ROOT / "deploy" / "edge", broken)
    (broken / "nginx.conf.template").write_text("no_such_directive;\n")
    with _asked_all_the_time(url) as answers:
        done = _upgraded(settings, MATINEE_CHECKOUT=str(tmp_path))
    assert done.returncode == 1
    assert "no_such_directive" in done.stdout
    assert f"{ROOT} serves as before" in done.stdout
    assert answers
    assert all(answers)
    assert running.poll() is None


def _upgraded(settings: Settings, **more: str) -> subprocess.CompletedProcess[str]:
    """What `matinee edge upgrade` came to, with all that it said."""
    env = {**os.environ, "MATINEE_HOME": str(settings.home), **more}
    return subprocess.run(
        [sys.executable, "-m", "matinee.run.cli", "edge", "upgrade"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=4 * PATIENCE_S,
        check=False,
    )


@contextlib.contextmanager
def _asked_all_the_time(url: str) -> Iterator[list[bool]]:
    """Viewers who come one after the other, each on a connection of their own; who got the film."""
    answers: list[bool] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answers.append(_serves(url))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        over.set()
        asking.join()


def _serves(url: str) -> bool:
    expiry_s = int(clock.unix_s()) + 60
    token = signed(Key(KEY.kid, KEY.key, signs_from_s=0), expiry_s, ids.uuid7(), PACKAGE)
    with contextlib.suppress(httpx.HTTPError):
        answer = httpx.get(
            f"{url}/media/{token}/{PACKAGE}/v720/1.m4s", timeout=PATIENCE_S, trust_env=False
        )
        return answer.content == b"a film"
    return False


def _agents(pid: int) -> list[psutil.Process]:
    return [child for child in psutil.Process(pid).children() if _is_agent(child)]


def _is_agent(child: psutil.Process) -> bool:
    # One that was killed is a zombie until its parent has looked, and gone then.
    with contextlib.suppress(psutil.NoSuchProcess):
        return child.cmdline()[-2:] == ["edge", "agent"]
    return False


def _nginx_pid(settings: Settings) -> int:
    pid = nginx_pids.newest(settings.home / "edge")
    assert pid is not None
    return pid


def _until(is_so: Callable[[], bool], settings: Settings) -> None:
    until(is_so, (settings.home / "edge.out").read_text)
