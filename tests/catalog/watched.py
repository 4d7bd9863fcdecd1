"""A watched folder as tests use it: filled, looked into, and what Studio tells of it."""

from datetime import timedelta
from pathlib import Path

from matinee.catalog.actions import arrivals, taking
from matinee.catalog.models.uploads import Arrival, Upload
from matinee.contracts.catalog import files as messages
from matinee.kernel import clock, storage
from matinee.kernel import settings as kernel_settings
from tests.catalog.conftest import Asker

LATER = timedelta(seconds=61)


def put(folder: Path, path: str, content: bytes) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def look() -> None:
    """Two looks between which files have settled, and all that waits is taken."""
    arrivals.places_look()
    with clock.shifted(LATER):
        arrivals.places_look()
        taking.arrivals_take(clock.monotonic_s() + 60)


def listed(owner: Asker) -> messages.Arrivals:
    answer = owner.ask("GET", "studio/arrivals")
    assert answer.status_code == 200, answer.content
    return messages.Arrivals.model_validate_json(answer.content)


def states(owner: Asker) -> dict[str, tuple[str, str]]:
    return {one.path: (one.state, one.note) for one in listed(owner).arrivals}


def stored(path: str) -> bytes:
    row = Arrival._default_manager.get(path=path)
    assert row.upload_id is not None
    upload = Upload._default_manager.get(pk=row.upload_id)
    found = storage.open_storage(kernel_settings.get()).local_path(upload.source_key)
    assert found is not None
    return found.read_bytes()
