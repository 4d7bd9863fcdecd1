"""Where everything of an edge host lies, and how it is written so that no crash leaves a part."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from matinee.contracts.agents import EdgeConfiguration, EdgeReport, PlacementOrders
from matinee.kernel import ids

# The folder of markers for files that lie in a package itself.
OWN_FILES = "-"

M = TypeVar("M", bound=BaseModel)


class Owner(NamedTuple):
    """Whom nginx's workers run as: they write into the store, too."""

    uid: int
    gid: int


class Identity(BaseModel):
    """Which edge this is, and whom it belongs to."""

    control_url: str
    edge_id: UUID
    name: str
    base_url: str
    listen: str
    secret: str = Field(repr=False)
    certificate: Path | None = None
    certificate_key: Path | None = None
    is_own_certificate: bool = False


class LogPosition(BaseModel):
    """Up to where the request log was counted."""

    inode: int = 0
    offset: int = 0


class Memory(BaseModel):
    """What the agent must know again after a crash.

    `counted` is up to where the log was told, and when that was read. `pending` is a report
    that was made and not taken yet.
    """

    sequence: int = 0
    counted: LogPosition = LogPosition()
    pending: EdgeReport | None = None
    pending_counted: LogPosition = LogPosition()
    counted_at_s: float | None = None
    takedown_serial: int = 0
    configuration: EdgeConfiguration | None = None
    # In a file of its own: it is large, and changes once an hour.
    placement: PlacementOrders | None = Field(default=None, exclude=True)


class EdgeFolder:
    """The paths below an edge's folder; see `deploy/edge` for what nginx makes of them."""

    def __init__(self, root: Path, owner: Owner | None = None) -> None:
        self.root = root
        self._owner = owner
        self.packages = root / "media" / "packages"
        self.drafts = root / "media" / ".fill"
        # What nginx stores, and what it keeps for a while.
        self.kept = root / "media" / ".keep"
        self.cache = root / "cache"
        self.admitted = root / "admitted"
        self.refused = root / "refused"
        self.log = root / "log" / "requests.log"
        self.indexes = root / "agent" / "indexes"
        self.authority = root / "agent" / "authority.pem"
        self.certificate = root / "agent" / "certificate.pem"
        self.certificate_key = root / "agent" / "certificate_key.pem"
        self._identity = root / "agent" / "identity.json"
        self._memory = root / "agent" / "memory.json"
        self._placement = root / "agent" / "placement.json"
        self._placed: int | None = None

    def prepare(self) -> None:
        """Make the folders, and remove what a crash left half done."""
        shutil.rmtree(self.drafts, ignore_errors=True)
        self.make_all()
        (self.root / "agent").mkdir(mode=0o700, exist_ok=True)
        self.indexes.mkdir(exist_ok=True)

    def make_all(self) -> None:
        """Make what nginx and the agent write into, also where somebody cleared it away.

        Without its cache nginx answers nothing that is not held.
        """
        for path in (self.packages, self.drafts, self.kept, self.cache):
            self.make(path)
        for path in (self.admitted, self.refused, self.log.parent):
            self.make(path)

    def make(self, path: Path) -> None:
        """Make a folder and those above it, so that nginx can write there as well."""
        if path.is_dir():
            return
        self.make(path.parent)
        path.mkdir(mode=0o755, exist_ok=True)
        if self._owner is not None:
            os.chown(path, *self._owner)

    def file(self, package: str, path: str) -> Path:
        """A held file, by its path below the package's folder."""
        return self.packages / package / path

    def draft(self) -> Path:
        """A new name for something that is not whole yet, or not any more."""
        return self.drafts / ids.uuid7().hex

    def mark_admitted(self, package: str, folder: str) -> Path:
        """The folder of the markers of a folder's admitted ranges."""
        return self.admitted / package / (folder or OWN_FILES)

    def held_folders(self) -> Iterator[tuple[str, str]]:
        """Every package and folder that something lies of."""
        for package in _folders(self.packages):
            yield package.name, ""
            yield from ((package.name, folder.name) for folder in _folders(Path(package.path)))

    def is_refused(self, package: str) -> bool:
        """Whether the package was taken down."""
        return (self.refused / package).exists()

    @property
    def identity(self) -> Identity | None:
        """None for a host that has not joined."""
        return _read(self._identity, Identity)

    @identity.setter
    def identity(self, value: Identity) -> None:
        write_whole(self._identity, value.model_dump_json())

    def recall(self) -> Memory:
        """The memory as it was written last; a new one where there is none that can be read."""
        memory = _read(self._memory, Memory) or Memory()
        memory.placement = _read(self._placement, PlacementOrders)
        self._placed = memory.placement.revision if memory.placement else None
        return memory

    def remember(self, memory: Memory) -> None:
        """Return when the memory is safe on disk."""
        placement = memory.placement
        if placement is not None and placement.revision != self._placed:
            write_whole(self._placement, placement.model_dump_json())
            self._placed = placement.revision
        write_whole(self._memory, memory.model_dump_json())


def write_whole(path: Path, text: str) -> None:
    """Write a private file: a reader, also after a crash, sees the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{ids.uuid7().hex}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path, kind: type[M]) -> M | None:
    try:
        return kind.model_validate(json.loads(path.read_text()))
    except (OSError, ValueError, ValidationError):
        return None


def _folders(path: Path) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(path) as entries:
            yield from (entry for entry in entries if entry.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return
