"""Sends a film file to the catalogue by tus 1.0.0, through lost connections and restarts.

What is under way is remembered in the home folder's cache, so that the same
file, put in again after an interruption, goes on where it stood.
"""

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from matinee.catalog import settings as catalog
from matinee.contracts.catalog import Upload
from matinee.kernel import clock, settings
from matinee.kernel.problems import Conflict, Gone, NotFound, Problem, Unavailable
from matinee.run.operator import Operator

UPLOADS = "/api/catalog/uploads"
# A service that does not answer for this long is not just being restarted.
PATIENCE_S = 300.0
_CHUNK_TIMEOUT_S = 60.0
_POLL_S = 1.0
_WAITS_S = (0.2, 0.5, 1.0, 2.0, 5.0)
# Answers that come again however often the same is sent.
_FINAL = frozenset({"not_a_film", "disk_full", "wrong_chunk_type", "wrong_tus_version"})
_TUS = {"Tus-Resumable": "1.0.0"}

Told = Callable[[int], None]
T = TypeVar("T")


class FileChangedError(RuntimeError):
    """The file is not the one that the upload began with."""


class Remembered(BaseModel):
    """An upload under way."""

    title_id: UUID
    url: str


@dataclass(frozen=True)
class FilmFile:
    """A file as it was when the upload began."""

    path: Path
    size_bytes: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> "FilmFile":
        """The file as it is now."""
        found = path.stat()
        return cls(path.resolve(), found.st_size, found.st_mtime_ns)

    @property
    def identity(self) -> str:
        """The same for the same content of the same file, sent to the same service."""
        parts = (self.path, self.size_bytes, self.modified_ns, settings.get().local_url)
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


class Memory:
    """The uploads that this machine has under way, a small file for each."""

    def __init__(self, film: FilmFile) -> None:
        self._path = settings.get().home / "cache" / "uploads" / f"{film.identity}.json"

    def recall(self) -> Remembered | None:
        """What is known of this film's upload."""
        try:
            return Remembered.model_validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def keep(self, upload: Remembered) -> None:
        """Remember an upload until it is over."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}")
        draft.write_text(upload.model_dump_json())
        draft.replace(self._path)

    def forget(self) -> None:
        """The upload is over."""
        self._path.unlink(missing_ok=True)


def upload_begin(operator: Operator, film: FilmFile, title_id: UUID) -> Remembered:
    """Announce the upload of a film for a title."""
    pairs = {"title_id": str(title_id), "filename": film.path.name}
    encoded = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())
    headers = {**_TUS, "Upload-Length": str(film.size_bytes), "Upload-Metadata": encoded}
    # A second one ends the first: it can be asked for again when no answer came.
    made = patiently(lambda: operator.ask(Upload, "POST", UPLOADS, headers=headers))
    return Remembered(title_id=title_id, url=made.url)


def upload_is_open(operator: Operator, upload: Remembered) -> bool:
    """Whether a remembered upload can be gone on with."""
    try:
        patiently(lambda: _offset(operator, upload))
    except (NotFound, Gone):
        return False
    return True


def upload_send(operator: Operator, film: FilmFile, upload: Remembered, told: Told) -> None:
    """Send what the service does not have yet; `told` hears how many bytes are safe there.

    Raises the Problem that does not go away by trying again for `PATIENCE_S`,
    and FileChangedError where the file is not the same any more.
    """
    tries, at_best, since_s = 0, -1, clock.monotonic_s()
    with film.path.open("rb") as file:
        while True:
            try:
                offset = _offset(operator, upload)
                told(offset)
                if offset > at_best:
                    tries, at_best, since_s = 0, offset, clock.monotonic_s()
                while offset < film.size_bytes:
                    file.seek(offset)
                    offset = _send_chunk(operator, upload, offset, _read(file.read, film, offset))
                    told(offset)
                    tries, at_best, since_s = 0, offset, clock.monotonic_s()
            except (Unavailable, Conflict) as problem:
                if problem.code in _FINAL or clock.monotonic_s() - since_s > PATIENCE_S:
                    raise
                clock.pause(_WAITS_S[min(tries, len(_WAITS_S) - 1)])
                tries += 1
            else:
                return


def chunk_bytes() -> int:
    """How much of a film is sent in one request."""
    return catalog.get().upload_chunk_bytes


def is_passing(problem: Problem) -> bool:
    """Whether a problem may go away by itself, as when the service is being restarted."""
    return isinstance(problem, Unavailable) and problem.code not in _FINAL


def patiently(question: Callable[[], T]) -> T:
    """Ask until there is an answer, through a restart of the service.

    Only for what may be asked twice: the first time may have been heard without an answer.
    """
    until_s = clock.monotonic_s() + PATIENCE_S
    while True:
        try:
            return question()
        except Problem as problem:
            if not is_passing(problem) or clock.monotonic_s() > until_s:
                raise
            clock.pause(_POLL_S)


def _read(read: Callable[[int], bytes], film: FilmFile, offset: int) -> bytes:
    chunk = read(min(chunk_bytes(), film.size_bytes - offset))
    if not chunk or FilmFile.of(film.path) != film:
        msg = f"{film.path.name} was changed while it was being uploaded. Add it again."
        raise FileChangedError(msg)
    return chunk


def _offset(operator: Operator, upload: Remembered) -> int:
    answer = operator.send("HEAD", upload.url, headers=_TUS)
    return int(answer.headers["Upload-Offset"])


def _send_chunk(operator: Operator, upload: Remembered, offset: int, chunk: bytes) -> int:
    digest = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
    headers = {
        **_TUS,
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": str(offset),
        "Upload-Checksum": f"sha256 {digest}",
    }
    answer = operator.send(
        "PATCH", upload.url, headers=headers, content=chunk, timeout=_CHUNK_TIMEOUT_S
    )
    return int(answer.headers["Upload-Offset"])
