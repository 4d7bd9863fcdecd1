"""The work folder of an encode: drafts, finished parts, and the way to the source.

A part has its final name only once it is whole, so a file that is there is
finished, whoever died in between.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from matinee.encoding import settings
from matinee.encoding.programs import tool_user
from matinee.encoding.rules.unfit import Unfit
from matinee.kernel import ids
from matinee.kernel import settings as shared
from matinee.kernel.storage import Storage, open_storage


def store() -> Storage:
    """The media store."""
    return open_storage(shared.get())


class Room:
    """The work folder of one encode."""

    def __init__(self, encode_id: UUID) -> None:
        self.folder = settings.get().work / str(encode_id)

    def enter(self) -> None:
        """Make the folder, for the tools' user."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _give_to_tools(self.folder)

    def part(self, name: str) -> Path:
        """Where a finished part lies."""
        return self.folder / name

    @contextmanager
    def draft(self, name: str) -> Iterator[Path]:
        """A path to write the part `name` to; it gets its name if the block ends well."""
        stem, dot, suffix = name.partition(".")
        draft = self.folder / f"draft-{ids.uuid7().hex}-{stem}{dot}{suffix}"
        try:
            yield draft
            draft.replace(self.part(name))
        finally:
            _remove(draft)

    @contextmanager
    def draft_folder(self) -> Iterator[Path]:
        """A folder that is gone after the block, unless it was moved away."""
        draft = self.folder / f"draft-{ids.uuid7().hex}"
        draft.mkdir()
        _give_to_tools(draft)
        try:
            yield draft
        finally:
            _remove(draft)

    def source(self, key: str) -> Path:
        """The film as a local file, fetched where the store is elsewhere; Unfit if it is gone."""
        storage = store()
        local = storage.local_path(key)
        if local is not None:
            return local
        path = self.part("source")
        if not path.exists():
            try:
                storage.fetch(key, path)
            except KeyError as error:
                msg = "The uploaded file is no longer there. Please upload it again."
                raise Unfit(msg) from error
            path.chmod(0o644)
        return path

    def free_bytes(self) -> int:
        """Disk space that may still be used here."""
        free = shutil.disk_usage(self.folder).free
        return free - settings.get().disk_spare_bytes

    def clear(self) -> None:
        """Remove the folder and all that is in it."""
        _remove(self.folder)


def rooms() -> Iterator[UUID]:
    """The encodes that have a work folder."""
    work = settings.get().work
    for folder in work.iterdir() if work.is_dir() else ():
        with suppress(ValueError):
            yield UUID(folder.name)


def _give_to_tools(folder: Path) -> None:
    user = tool_user()
    if user is not None:
        os.chown(folder, *user)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
