"""From one release to another while everything runs, and back.

Called in the release that is gone to, which lies in a folder of its own beside the one that runs.
The records are copied and brought up to it first, in a form that the release before lives with;
then the supervisor becomes this release's, and replaces one process after the other. Whoever hears
of facts goes before who tells them, so that nobody is told what it does not know; on the way back
it is the other way round.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matinee.kernel import binaries, clock
from matinee.kernel.settings import Settings
from matinee.run import backups, checkout, control, engines, probing, releases
from matinee.run.releases import Release
from matinee.run.spawning import check_reachable, engine_user

_HEARS_FIRST = ("encoder", "worker", "relay", "web")
_ENGINES = frozenset({"postgres", "valkey"})
_COPIES_KEPT = 3
_TAKES_OVER_WITHIN_S = 60.0
_COMES_UP_WITHIN_S = 300.0
_LOOKS_EVERY_S = 0.1
_TRIED_WITHIN_S = 60.0

Say = Callable[[str], None]


class UpgradeError(RuntimeError):
    """Something stands in the way, or went wrong; says what runs now and what to do."""


@dataclass(frozen=True)
class Running:
    """What runs in a home folder: a service, or an edge host; `unanswered` asks what does not."""

    settings: Settings
    say: Say
    unanswered: Callable[[Settings], Iterable[str]] = probing.unanswered

    def release(self) -> Release:
        """Which release it is of; UpgradeError for one that cannot hand over."""
        told = _ask(self.settings, do="status").get("release")
        if told is None:
            msg = (
                "The release that runs is too old to hand over. Copy the records (`matinee backup"
                " FOLDER`), stop it, and start this one."
            )
            raise UpgradeError(msg)
        return Release(**told)

    def go_over(self) -> None:
        """Bring it to this release; UpgradeError after it went back to the former."""
        before, here = self.release(), releases.here()
        if before != here:
            releases.note_before(self.settings, before)
        try:
            _go_to(self, here)
        except (control.NotRunningError, control.RefusedError, UpgradeError) as error:
            if before == here:
                raise
            self.say(f"{error}\nGoing back to {before.checkout}.")
            _go_to(self, before, is_back=True)
            msg = f"{before.checkout} serves as before. What failed: {error}"
            raise UpgradeError(msg) from error

    def go_back(self) -> Release:
        """Return to the release that served before the last upgrade; records stay as they are."""
        self.release()
        before = releases.before(self.settings)
        if before is None:
            msg = "No upgrade was made here, so there is nothing to go back to."
            raise UpgradeError(msg)
        _can_run(before)
        _go_to(self, before, is_back=True)
        return before


def upgrade(settings: Settings, say: Say, *, copied: bool = True) -> None:
    """Bring the running service to this release; UpgradeError after it went back to the former."""
    running = Running(settings, say)
    running.release()
    _look(settings)
    if copied:
        say(f"The records are copied to {_copied(settings)}.")
    say("The records are brought up to this release; the one before goes on with them.")
    _migrated(releases.here())
    running.go_over()


def order(names: Iterable[str], *, is_back: bool = False) -> list[str]:
    """In which order processes are replaced; engines stay."""
    own = [name for name in dict.fromkeys(names) if name not in _ENGINES]
    others = [name for name in own if name not in _HEARS_FIRST]
    firsts = [name for name in _HEARS_FIRST if name in own]
    return [*reversed(firsts), *others] if is_back else [*firsts, *others]


def _ask(settings: Settings, **what: object) -> dict[str, Any]:
    return control.ask(settings.run_folder / control.SOCKET_NAME, what)


def _look(settings: Settings) -> None:
    """What would only show when it is too late; UpgradeError or CannotStartError."""
    if not (checkout.web_app() / "index.html").is_file():
        msg = f"This release has no web app yet: {checkout.web_app()} is missing. Run bin/upgrade."
        raise UpgradeError(msg)
    for path in (checkout.web_app() / "x", binaries.find("nginx")):
        check_reachable(path, engine_user(settings))
    if not settings.database_url:
        engines.check_version(settings.home / "postgres")


def _copied(settings: Settings) -> Path:
    folder = settings.home / "upgrades"
    made = backups.back_up(settings, folder)
    for old in sorted(folder.glob("records-*"))[:-_COPIES_KEPT]:
        shutil.rmtree(old)
    return made


def _migrated(here: Release) -> None:
    done = subprocess.run(
        [here.python, "-m", "matinee.run.cli", "migrate"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"The records stay as they were: {done.stderr.strip()[-1500:]}"
        raise UpgradeError(msg)


def _can_run(release: Release) -> None:
    """UpgradeError if a release that served once is there no more."""
    command = [release.python, "-m", "matinee.run.cli", "--version"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_TRIED_WITHIN_S)
    except (OSError, subprocess.SubprocessError) as error:
        msg = f"The release in {release.checkout} cannot be run any more: {error}"
        raise UpgradeError(msg) from error


def _go_to(running: Running, release: Release, *, is_back: bool = False) -> None:
    """Have the supervisor become that release's, and replace what runs."""
    settings = running.settings
    told = _ask(settings, do="status")
    releases.note_pages(settings, Release(**told["release"]))
    _ask(settings, do="become", release=asdict(release))
    _until(lambda: _has_become(settings, told), _TAKES_OVER_WITHIN_S, "the supervisor")
    _keep_scaled(settings, told)
    rows = [row for row in _ask(settings, do="status")["processes"] if row["state"] != "done"]
    names = [str(row["name"]).partition(".")[0] for row in rows]
    wrong = []
    for name in order(names, is_back=is_back):
        running.say(f"{name} is replaced.")
        try:
            _ask(settings, do="restart", name=name)
        except control.RefusedError as error:
            if not is_back:
                raise
            wrong.append(str(error))  # whatever else can go back, is to
    _until(lambda: _all_ready(settings), _COMES_UP_WITHIN_S, "every process")
    wrong += running.unanswered(settings)
    if wrong:
        raise UpgradeError("\n".join(wrong))


def _has_become(settings: Settings, before: dict[str, Any]) -> bool:
    """Whether another supervisor answers than the one that told this."""
    try:
        now = _ask(settings, do="status")
    except control.NotRunningError:
        return False
    return bool(now["supervisor"] != before["supervisor"])


def _keep_scaled(settings: Settings, told: dict[str, Any]) -> None:
    """How many copies somebody chose by hand is their choice still."""
    for name in told.get("by_hand", []):
        _ask(settings, do="scale", name=name, count=told["scalable"][name])


def _all_ready(settings: Settings) -> bool:
    rows = _ask(settings, do="status")["processes"]
    return all(row["state"] in {"ready", "done", "running"} for row in rows)


def _until(holds: Callable[[], bool], within_s: float, what: str) -> None:
    end_s = clock.monotonic_s() + within_s
    while not holds():
        if clock.monotonic_s() > end_s:
            msg = f"{what} was not ready within {within_s:.0f} s; `matinee logs` may say why."
            raise UpgradeError(msg)
        clock.pause(_LOOKS_EVERY_S)
