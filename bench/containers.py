"""The stack of containers: how soon it plays, what viewers notice as it is scaled and restarted.

Wants a Docker daemon (DOCKER_HOST), Compose, and the images that `deploy/compose.yaml` names, built
or pulled before. Everything is made in a project of its own, and removed afterwards.
"""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx

from bench import audience, media, ports, viewing
from bench.audience import Tally
from bench.figures import ROOT, Figure
from matinee.kernel import clock, ids
from matinee.run import services

T = TypeVar("T")
PROJECT = "matinee-bench"
REPLICAS = 4
SLUG = "first"
_VIEWERS = 8
_STEP_S, _UP_S, _ANSWERS_S = 300, 300, 5
_RESTARTED = (*services.WITH_API, "relay", "worker", "beat")


def measure() -> list[Figure]:
    """Seconds of wall time; requests of viewers that press play, go on and begin again."""
    with _stack() as stack:
        playable_s = stack.begin()
        scaled = stack.watched(lambda: stack.scale("playback", REPLICAS))
        for service in services.WITH_API:
            stack.scale(service, 2)
        restarted = stack.watched(stack.restart_all)
    return [
        Figure("built images: from nothing to the first film's play", playable_s, "s", "<= 30"),
        *audience.figures(f"playback scaled to {REPLICAS} under load", scaled),
        *audience.figures("every service restarted under load", restarted),
    ]


class Stack:
    """A running stack, and the film in it."""

    def __init__(self, env: dict[str, str], port: int) -> None:
        self._env = env
        self.url = f"http://localhost:{port}"
        self.film = ""

    def compose(self, *arguments: str, input_path: Path | None = None) -> str:
        """Run Compose; SystemExit with its last lines where it fails."""
        program = shutil.which("docker-compose") or str(ROOT / ".venv" / "bin" / "docker-compose")
        command = [program, "-p", PROJECT, "-f", str(ROOT / "deploy" / "compose.yaml"), *arguments]
        with contextlib.ExitStack() as files:
            source = files.enter_context(input_path.open("rb")) if input_path else None
            done = subprocess.run(
                command,
                env=self._env,
                stdin=source,
                capture_output=True,
                timeout=_STEP_S,
                check=False,
            )
        if done.returncode:
            said = "" if arguments[0] == "logs" else self.compose("logs", "--tail", "20")
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr.decode()[-1500:]}\n{said}")
        return done.stdout.decode()

    def remove(self) -> None:
        """Leave nothing of it, nor of one that was interrupted, with files of another password."""
        self.compose("down", "--volumes", "--timeout", "20")

    def begin(self) -> float:
        """Start everything, put a film in; seconds until a new viewer's play is answered."""
        begun_s = clock.monotonic_s()
        self.compose("up", "--detach", "--no-build", "--pull", "never")
        for service in services.WITH_API:
            _until(partial(_answers, f"{self.url}/api/{service}/readyz"), _UP_S, service)
        clip = min(media.clips(), key=lambda one: one.stat().st_size)
        here = f"/tmp/{clip.name}"  # noqa: S108 - in a container of its own
        put = f"cat > {here} && matinee add {here} --title First --slug {SLUG} --no-wait"
        self.compose("exec", "-T", "encoder", "sh", "-c", put, input_path=clip)
        with viewing.viewer(self.url) as client:
            self.film = _until_published(client)
            _until_played(client, self.film)
        return clock.monotonic_s() - begun_s

    def scale(self, service: str, count: int) -> None:
        """Run so many copies of a service and wait until they are well."""
        options = (
            "--detach",
            "--no-build",
            "--pull",
            "never",
            "--no-recreate",
            "--wait",
            "--no-deps",
        )
        self.compose("up", *options, "--scale", f"{service}={count}", service)

    def restart_all(self) -> None:
        """End each container in its own time and start it again, one after the other."""
        for service in _RESTARTED:
            for container in self.compose("ps", "--quiet", service).split():
                _docker(self._env, "restart", "--time", "20", container)
                _until_healthy(self._env, container)

    def watched(self, done: Callable[[], None]) -> Tally:
        """What viewers noticed who were watching while something was done."""
        return audience.watched(self.url, SLUG, _VIEWERS, done)


@contextlib.contextmanager
def _stack() -> Iterator[Stack]:
    port = ports.free()
    env = {key: value for key, value in os.environ.items() if not key.startswith("MATINEE_")}
    env |= {
        "MATINEE_DATABASE_PASSWORD": ids.secret(),
        "MATINEE_PUBLISH": f"127.0.0.1:{port}",
        "MATINEE_PUBLIC_URL": f"http://localhost:{port}",
    }
    stack = Stack(env, port)
    stack.remove()
    try:
        yield stack
    finally:
        stack.remove()


def _docker(env: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        ["docker", *arguments],  # noqa: S607 - the one that Compose talks to
        env=env,
        capture_output=True,
        text=True,
        timeout=_STEP_S,
        check=True,
    ).stdout


def _until_healthy(env: dict[str, str], container: str) -> None:
    def state() -> str:
        found: dict[str, Any] = json.loads(
            _docker(env, "inspect", "--format", "{{json .State}}", container)
        )
        health: str = found.get("Health", {"Status": "healthy"})["Status"]
        return health

    _until(lambda: state() == "healthy", _UP_S, container)


def _answers(url: str) -> bool:
    return httpx.get(url, timeout=_ANSWERS_S).is_success


def _until_published(client: httpx.Client) -> str:
    def found() -> str:
        answer = client.get(f"/api/catalog/titles/{SLUG}")
        return answer.json()["id"] if answer.is_success else ""

    return _until(found, _UP_S, "the film")


def _until_played(client: httpx.Client, film: str) -> None:
    def plays() -> bool:
        answer = client.post("/api/playback/sessions", json={"title_id": film})
        return answer.is_success and client.get(answer.json()["dash_url"]).is_success

    _until(plays, _UP_S, "play")


def _until(look: Callable[[], T], within_s: float, what: str) -> T:
    end_s = clock.monotonic_s() + within_s
    while clock.monotonic_s() < end_s:
        with contextlib.suppress(httpx.HTTPError):
            if found := look():
                return found
        clock.pause(0.1)
    raise SystemExit(f"{what} was not there within {within_s:.0f} s")
