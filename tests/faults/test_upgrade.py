"""Going over to another release and back, while a household uses the service."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bench import next_release
from matinee.run import control
from tests.faults.trial import Fault, Trial
from tests.journeys.service import MATINEE
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.engines

GROUP = "Replaced while it serves"
_STEP_S = 600


@pytest.fixture(scope="module")
def newer() -> Iterator[Path]:
    """A release with one more column and other pages; its command."""
    with tempfile.TemporaryDirectory(prefix="matinee-newer-") as name:
        Path(name).chmod(0o755)  # the edge's user reads the pages
        yield next_release.make(Path(name))


@pytest.fixture(scope="module")
def broken() -> Iterator[Path]:
    """A release whose web process does not come up."""
    with tempfile.TemporaryDirectory(prefix="matinee-broken-") as name:
        Path(name).chmod(0o755)
        made = next_release.make(Path(name), "broken")
        with (Path(name) / "src" / "matinee" / "run" / "wsgi.py").open("a") as file:
            file.write('\nraise SystemExit("there is no such module")\n')
        yield made


def done(trial: Trial, name: str, matinee: Path, *arguments: str, code: int = 0) -> str:
    """Run a command of a release while all is used, and nothing is refused; what it said."""
    said: list[str] = []

    def run() -> None:
        ran = trial.service.matinee(*arguments, timeout_s=_STEP_S, program=matinee)
        said.append(ran.stdout + ran.stderr)
        assert ran.returncode == code, said

    trial.of(Fault(GROUP, name, run))
    # How slow a machine is that does much else is another question; `of` waits until it goes well.
    assert trial.household.asking.troubles(trial.began_s) <= {"ReadTimeout"}
    return said[0]


def serving(trial: Trial) -> tuple[Path, str]:
    """The folder of the release that the supervisor runs, and the page that viewers get."""
    socket = trial.service.home / "run" / control.SOCKET_NAME
    release = control.ask(socket, {"do": "status"})["release"]
    return Path(release["checkout"]), httpx.get(trial.service.url, timeout=PATIENCE_S).text


@pytest.mark.parametrize("name", ["web", "worker", "encoder", "relay", "beat", "edge"])
def test_a_process_is_started_anew(trial: Trial, name: str) -> None:
    before = trial.pid(name)
    done(trial, name, MATINEE, "restart", name)
    assert trial.pid(name) != before


def test_a_newer_release_and_the_way_back(trial: Trial, newer: Path) -> None:
    old, folder = serving(trial)[0], newer.parents[2]
    done(trial, "all of it: a newer release", newer, "upgrade")
    there, page = serving(trial)
    assert (there, "<!-- next -->" in page) == (folder, True)
    assert json.loads((trial.service.home / "release_before").read_text())["checkout"] == str(old)
    assert list((trial.service.home / "upgrades").glob("records-*/viewing.dump"))
    done(trial, "all of it: back to the release before", newer, "upgrade", "--back")
    there, page = serving(trial)
    assert (there, "<!-- next -->" in page) == (old, False)
    # Pages of the newer one that are open in browsers still get their parts.
    assert httpx.get(f"{trial.service.url}/assets/next.js", timeout=PATIENCE_S).text == "// next\n"


def test_a_release_that_does_not_come_up(trial: Trial, broken: Path) -> None:
    old = serving(trial)[0]
    said = done(trial, "all of it: a release that fails", broken, "upgrade", code=1)
    assert "there is no such module" in said
    assert f"{old} serves as before" in said
    assert serving(trial)[0] == old
