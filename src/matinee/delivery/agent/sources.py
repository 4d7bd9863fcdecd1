"""Bringing one file to an edge: from a neighbour, else from a shield, else from the origin."""

import hashlib
import os
import threading
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID

import httpx

from matinee.contracts.agents import EdgeConfiguration, FillSource, MediaKey, PackageFile
from matinee.delivery.agent.folder import EdgeFolder
from matinee.kernel import clock
from matinee.kernel.edge_tokens import fill_token
from matinee.kernel.key_rings import Key

_CHUNK_BYTES = 256 * 1024
_TIMEOUT = httpx.Timeout(20.0, connect=3.0)
_HEADER = "X-Matinee-Fill"
_NO_ROOM = frozenset({28, 122})  # ENOSPC, EDQUOT


class NotBroughtError(RuntimeError):
    """No source gave the file whole; the message says what each of them did."""


class NoRoomError(RuntimeError):
    """The disk is full."""


class Source(NamedTuple):
    """Somebody who may have a file."""

    kind: FillSource
    base_url: str


class Pace:
    """Lets so many bits a second through, whoever asks; 0: as many as come."""

    def __init__(self, bps: int = 0) -> None:
        self.bps = bps
        self._free_at_s = 0.0
        self._lock = threading.Lock()

    def wait(self, size_bytes: int) -> None:
        """Return when these bytes may have come."""
        if not self.bps:
            return
        with self._lock:
            now_s = clock.monotonic_s()
            self._free_at_s = max(now_s, self._free_at_s) + size_bytes * 8 / self.bps
            wait_s = self._free_at_s - now_s
        clock.pause(wait_s)


def sources_of(configuration: EdgeConfiguration, neighbours: Sequence[str]) -> list[Source]:
    """Where to ask, nearest first; `neighbours` are those that hold it."""
    near = {other.edge: other.base_url for other in configuration.neighbours}
    found = [Source("neighbour", near[name]) for name in neighbours if name in near]
    found += [Source("shield", other.base_url) for other in configuration.shields]
    return [*found, Source("origin", configuration.origin_url)]


class FillAuth(httpx.Auth):
    """Signs an edge's own requests, with the newest key that it was told."""

    def __init__(self, edge_id: UUID) -> None:
        self._edge_id = edge_id
        self.keys: Sequence[MediaKey] = ()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Add the header that edges, shields and the origin look for."""
        if self.keys:
            key = Key(self.keys[0].kid, self.keys[0].key, signs_from_s=0)
            request.headers[_HEADER] = fill_token(key, self._edge_id)
        yield request


class Fetcher:
    """Brings files: to a draft, checked and synced, then renamed into place."""

    def __init__(self, folder: EdgeFolder, http: httpx.Client, pace: Pace) -> None:
        self._folder = folder
        self._http = http
        self._pace = pace
        self.by_source: dict[FillSource, int] = {}

    def fetch(self, package: str, file: PackageFile, sources: Sequence[Source]) -> None:
        """Return when the file lies in the store; NotBroughtError or NoRoomError if it cannot."""
        said = []
        for source in sources:
            draft = self._folder.draft()
            try:
                url = f"{source.base_url}/fill/{package}/{file.path}"
                self._download(url, file, draft)
                self._place(package, file, draft)
            except (httpx.HTTPError, ValueError, OSError) as error:
                if isinstance(error, OSError) and error.errno in _NO_ROOM:
                    raise NoRoomError("the disk is full") from error
                said.append(f"{source.kind}: {str(error) or type(error).__name__}")
            else:
                self.by_source[source.kind] = self.by_source.get(source.kind, 0) + file.bytes
                return
            finally:
                draft.unlink(missing_ok=True)
        raise NotBroughtError(f"{package}/{file.path}: {'; '.join(said)}")

    def _download(self, url: str, file: PackageFile, draft: Path) -> None:
        with self._http.stream("GET", url, timeout=_TIMEOUT) as answer, draft.open("wb") as out:
            if answer.status_code != httpx.codes.OK:
                raise ValueError(f"answered {answer.status_code}")
            self._take(answer.iter_bytes(_CHUNK_BYTES), file, out)
            out.flush()
            os.fsync(out.fileno())

    def _take(self, chunks: Iterator[bytes], file: PackageFile, out: BinaryIO) -> None:
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            size += len(chunk)
            if size > file.bytes:
                break
            self._pace.wait(len(chunk))
            digest.update(chunk)
            out.write(chunk)
        if size != file.bytes or digest.hexdigest() != file.sha256:
            raise ValueError("sent something else than was encoded")

    def _place(self, package: str, file: PackageFile, draft: Path) -> None:
        if self._folder.is_refused(package):
            raise ValueError("taken down meanwhile")
        target = self._folder.file(package, file.path)
        self._folder.make(target.parent)
        draft.chmod(0o644)
        draft.replace(target)
        if self._folder.is_refused(package):  # between the look above and now
            target.unlink(missing_ok=True)


def is_whole(path: Path, file: PackageFile) -> bool:
    """Whether what lies there is what was encoded."""
    try:
        if path.stat().st_size != file.bytes:
            return False
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    except OSError:
        return False
