"""Installations for the faults, each with a film and a household that uses it.

These tests take ten minutes and stop engines on purpose: `bin/faults` runs them, which continuous
integration does after all others.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import ports
from tests.clips import clip
from tests.faults import recording
from tests.faults.household import Household
from tests.faults.recording import Row
from tests.faults.trial import Trial
from tests.journeys.conftest import HURRIED
from tests.journeys.service import Service
from tests.journeys.viewer import Viewer, eventually

collect_ignore_glob = [] if "MATINEE_FAULTS" in os.environ else ["test_*.py"]

FILM = "bbb_480p_30s.mp4"
# So many come from one address, and press play so often, that others would call it an attack.
SETTINGS = {
    **HURRIED,
    "MATINEE_ENCODING_CODECS": "h264",
    "MATINEE_IDENTITY_SIGN_UPS": "100000",
    "MATINEE_PLAYBACK_STARTS_PER_MINUTE": "10000",
    "MATINEE_SCALING": "off",
}
_ENCODED_S = 480
_FOUND = pytest.StashKey[list[Row]]()


@pytest.fixture(scope="session")
def rows(request: pytest.FixtureRequest) -> Iterator[list[Row]]:
    """What is found; kept as a page when all went well."""
    found = request.config.stash[_FOUND] = []
    yield found
    if "MATINEE_FAULTS_PAGE" in os.environ and not request.session.testsfailed:
        recording.keep(found, _skipped(request.session))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell what was found, also where a test failed and no page is kept."""
    for row in config.stash.get(_FOUND, []):
        terminalreporter.write_line(f"{row.group}: {row.line()}")


@pytest.fixture(scope="session")
def master() -> Iterator[Path]:
    """A home with a film in it, at rest; installations begin with a copy."""
    home = Path(tempfile.mkdtemp(prefix="matinee-faults-"))
    home.chmod(0o711)
    running = Service(home, ports.free(), SETTINGS)
    running.start()
    try:
        film = str(clip(FILM))
        added = running.matinee(
            "add", film, "--title", "The Meadow", "--wait", timeout_s=_ENCODED_S
        )
        assert added.returncode == 0, added.stdout + added.stderr + running.tail()
        running.stop()
        # Sockets cannot be copied, and are of no use elsewhere.
        shutil.rmtree(home / "run")
        yield home
    finally:
        running.remove()


@pytest.fixture(scope="module")
def at_home(master: Path) -> Iterator[Path]:
    """A copy of that home, for one module."""
    home = Path(tempfile.mkdtemp(prefix="matinee-faults-"))
    home.chmod(0o711)
    copied(master, home)
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def shared(master: Path, rows: list[Row]) -> Iterator[Trial]:
    """For one fault after the other on one machine, in the home of the film itself."""
    with used(master, rows) as found:
        yield found


@pytest.fixture
def trial(shared: Trial) -> Trial:
    """The installation that most faults are done to; some have one of their own.

    After one that was too much for it, others live there: what was lost is told once.
    """
    if shared.is_spoilt:
        shared.household.end()
        shared.household = _at_home_with(shared.service)
        shared.is_spoilt = False
    return shared


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First those with an installation of their own: they copy the home before it is used."""
    items.sort(key=lambda item: "shared" in getattr(item, "fixturenames", ()))


def copied(master: Path, home: Path) -> None:
    """Bring the home at rest to another place, with the rights that its files have."""
    shutil.copytree(master, home, dirs_exist_ok=True, symlinks=True)


@contextmanager
def used(home: Path, rows: list[Row], settings: Mapping[str, str] | None = None) -> Iterator[Trial]:
    """An installation in a home that has a film, running, with a household that uses it."""
    service = Service(home, ports.free(), {**SETTINGS, **(settings or {})})
    with in_service(service), lived_in(service, rows) as found:
        yield found


@contextmanager
def in_service(service: Service) -> Iterator[None]:
    """An installation, as long as it is needed."""
    service.start()
    try:
        yield
    finally:
        if service.process is not None:
            service.stop()


@contextmanager
def lived_in(service: Service, rows: list[Row]) -> Iterator[Trial]:
    """A running installation with a household that uses it."""
    found = Trial(service, _at_home_with(service), rows)
    try:
        yield found
    finally:
        found.household.end()


def _at_home_with(service: Service) -> Household:
    first = Viewer(service)
    title = eventually("the film", lambda: first.title("the-meadow"))
    first.http.close()
    found = Household(service, title["id"])
    found.begin()
    return found


def _skipped(session: pytest.Session) -> list[str]:
    """Why tests were left out on this machine, as pytest's own report has it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    reports = [] if reporter is None else reporter.stats.get("skipped", [])
    return sorted({str(report.longrepr[2]).removeprefix("Skipped: ") for report in reports})
