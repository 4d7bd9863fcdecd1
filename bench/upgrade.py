"""From one release to another and back while people watch: what they notice of it."""

import subprocess
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from bench import audience, next_release, viewing
from bench.figures import Figure
from bench.start import MATINEE

_VIEWERS = 8
_FILM_S = 60
_STEP_S = 600


def measure() -> list[Figure]:
    """Requests of viewers that press play, watch and begin again; nothing of it is in seconds."""
    with (
        tempfile.TemporaryDirectory(prefix="matinee-bench-next-") as name,
        viewing.running(_FILM_S) as service,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        there = next_release.make(folder)
        steps = {
            "one more web process": partial(_run, MATINEE, service.env, "scale", "web", "2"),
            "web, worker and relay started anew": partial(_all_anew, service.env),
            "upgrade": partial(_run, there, service.env, "upgrade"),
            "back": partial(_run, there, service.env, "upgrade", "--back"),
        }
        watched = {
            what: audience.watched(service.url, service.slug, _VIEWERS, step)
            for what, step in steps.items()
        }
    return [figure for what, tally in watched.items() for figure in audience.figures(what, tally)]


def _all_anew(env: Mapping[str, str]) -> None:
    for name in ("web", "worker", "relay"):
        _run(MATINEE, env, "restart", name)


def _run(matinee: Path, env: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [str(matinee), *arguments],
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=_STEP_S,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
