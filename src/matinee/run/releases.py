"""Which releases serve, and served: each lies in a folder of its own, with its environment."""

import json
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from matinee.kernel.settings import Settings
from matinee.run import checkout


@dataclass(frozen=True)
class Release:
    """A Matinee that can be run: by which Python, with which files beside it."""

    version: str
    python: str
    checkout: str


def here() -> Release:
    """The one that this process runs."""
    return Release(metadata.version("matinee"), sys.executable, str(checkout.root()))


def note_before(settings: Settings, release: Release) -> None:
    """There is to be a way back to this one, which serves."""
    _note(settings, "release_before", json.dumps(asdict(release)))


def before(settings: Settings) -> Release | None:
    """The one that served before, if there was one in this home folder."""
    try:
        return Release(**json.loads((settings.home / "release_before").read_text()))
    except FileNotFoundError:
        return None


def note_pages(settings: Settings, release: Release) -> None:
    """Its pages are open in browsers, and still ask for their parts."""
    _note(settings, "pages_before", release.checkout)


def pages_before(settings: Settings) -> Path | None:
    """The web app whose pages are open still; None if its files are gone, or are today's."""
    try:
        found = Path((settings.home / "pages_before").read_text()) / "web" / "dist"
    except FileNotFoundError:
        return None
    return found if found.is_dir() and found != checkout.web_app() else None


def _note(settings: Settings, name: str, text: str) -> None:
    path = settings.home / name
    draft = path.with_suffix(".new")
    draft.write_text(text)
    draft.replace(path)
