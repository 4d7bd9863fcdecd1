"""The media store: a folder on one machine, any S3-compatible store on many; a URL decides.

Keys are relative paths with forward slashes. A package is published whole and
never changed afterwards, so readers may cache it for ever.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import S3Store

from matinee.kernel import ids
from matinee.kernel.settings import Settings

_PART_BYTES = 8 * 1024 * 1024


class Storage(Protocol):
    """What every media store can do. KeyError where a key is not there."""

    def publish_folder(self, folder: Path, prefix: str) -> None:
        """Put every file below `folder` under `prefix`; on one machine by a rename."""

    def put_file(self, path: Path, key: str) -> None:
        """Put one file; a reader sees the old one or the new one, never a part."""

    def fetch(self, key: str, to: Path) -> None:
        """Write the object to the file `to`, atomically."""

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Every key below `prefix` with its size in bytes."""

    def exists(self, key: str) -> bool:
        """Whether there is an object with this very key."""

    def remove(self, prefix: str) -> None:
        """Remove an object, or everything below a prefix; nothing happens if there is none."""

    def remove_drafts(self, key: str) -> None:
        """Remove what is left of putting something there by somebody who did not live to end it."""

    def local_path(self, key: str) -> Path | None:
        """The object as a file on this machine, where it is one already."""


def checked_key(key: str) -> str:
    """`key` itself; ValueError if it could lead outside the store."""
    parts = PurePosixPath(key).parts
    if not parts or key.startswith("/") or "\\" in key or any(p in {"..", "."} for p in parts):
        msg = f"{key!r} is no key of a media store"
        raise ValueError(msg)
    return key


class FolderStorage:
    """A media store in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def publish_folder(self, folder: Path, prefix: str) -> None:
        """See `Storage`; the folder itself is moved where the file system allows.

        Killed at any moment, the content is still whole in `folder` or under `prefix`.
        """
        target = self._path(prefix)
        target.parent.mkdir(parents=True, exist_ok=True)
        _sync_tree(folder)
        old = target.with_name(f".{target.name}.{ids.uuid7().hex}")
        if target.exists():
            target.rename(old)
        try:
            folder.rename(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copied_beside(folder, target).rename(target)
        sync(target.parent)
        for rest in (old, folder):
            shutil.rmtree(rest, ignore_errors=True)

    def put_file(self, path: Path, key: str) -> None:
        """See `Storage`."""
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{ids.uuid7().hex}")
        shutil.copyfile(path, draft)
        sync(draft)
        draft.replace(target)

    def fetch(self, key: str, to: Path) -> None:
        """See `Storage`."""
        source = self._path(key)
        if not source.is_file():
            raise KeyError(key)
        draft = to.with_name(f".{to.name}.{ids.uuid7().hex}")
        shutil.copyfile(source, draft)
        draft.replace(to)

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """See `Storage`."""
        root = self._path(prefix)
        for path in sorted(root.rglob("*")):
            if path.is_file():
                yield path.relative_to(self._root).as_posix(), path.stat().st_size

    def exists(self, key: str) -> bool:
        """See `Storage`."""
        return self._path(key).is_file()

    def remove(self, prefix: str) -> None:
        """See `Storage`."""
        path = self._path(prefix)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def remove_drafts(self, key: str) -> None:
        """See `Storage`."""
        path = self._path(key)
        for draft in path.parent.glob(f".{path.name}.*"):
            if draft.is_dir():
                shutil.rmtree(draft, ignore_errors=True)
            else:
                draft.unlink(missing_ok=True)

    def local_path(self, key: str) -> Path | None:
        """See `Storage`."""
        path = self._path(key)
        return path if path.is_file() else None

    def _path(self, key: str) -> Path:
        return self._root / checked_key(key)


class ObjectStorage:
    """A media store in an S3-compatible bucket."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def publish_folder(self, folder: Path, prefix: str) -> None:
        """See `Storage`; manifests go last, so that what they name is there."""
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        for path in sorted(files, key=lambda path: path.suffix in {".mpd", ".m3u8"}):
            self.put_file(path, f"{prefix}/{path.relative_to(folder).as_posix()}")
        shutil.rmtree(folder)

    def put_file(self, path: Path, key: str) -> None:
        """See `Storage`; large files go in parts."""
        obstore.put(self._store, checked_key(key), path, chunk_size=_PART_BYTES)

    def fetch(self, key: str, to: Path) -> None:
        """See `Storage`; streamed, so memory does not grow with the object."""
        draft = to.with_name(f".{to.name}.{ids.uuid7().hex}")
        try:
            with draft.open("wb") as file:
                for part in obstore.get(self._store, checked_key(key)).stream(_PART_BYTES):
                    file.write(part)
        except FileNotFoundError as error:
            draft.unlink(missing_ok=True)
            raise KeyError(key) from error
        draft.replace(to)

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """See `Storage`."""
        for page in obstore.list(self._store, f"{checked_key(prefix)}/"):
            for meta in page:
                yield meta["path"], meta["size"]

    def exists(self, key: str) -> bool:
        """See `Storage`."""
        try:
            obstore.head(self._store, checked_key(key))
        except FileNotFoundError:
            return False
        return True

    def remove(self, prefix: str) -> None:
        """See `Storage`."""
        below = [key for key, _ in self.keys(prefix)]
        if self.exists(prefix):
            below.append(prefix)
        if below:
            obstore.delete(self._store, below)

    def remove_drafts(self, key: str) -> None:
        """See `Storage`; what was not put whole is not there, and buckets expire parts."""
        checked_key(key)

    def local_path(self, key: str) -> Path | None:
        """Never: the object lies elsewhere."""
        checked_key(key)
        return None


def open_storage(settings: Settings) -> Storage:
    """The media store that the settings name."""
    url = urlsplit(settings.media)
    if url.scheme == "file":
        return FolderStorage(Path(unquote(url.path)))
    return ObjectStorage(open_bucket(settings.media, settings))


def open_bucket(address: str, settings: Settings) -> S3Store:
    """What lies below `s3://BUCKET/PREFIX` at the S3-compatible store of the settings."""
    url = urlsplit(address)
    prefix = unquote(url.path).strip("/") or None
    if not settings.s3_endpoint:
        return S3Store(url.netloc, prefix=prefix)
    return S3Store(
        url.netloc,
        prefix=prefix,
        endpoint=settings.s3_endpoint,
        client_options={"allow_http": settings.s3_endpoint.startswith("http://")},
    )


def sync(path: Path) -> None:
    """Return when a file's content, or a folder's list of names, is safe on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_tree(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        sync(path)


def _copied_beside(folder: Path, target: Path) -> Path:
    """A copy of `folder` on the disk of `target`, to be renamed to it."""
    draft = target.with_name(f".{target.name}.{ids.uuid7().hex}")
    shutil.copytree(folder, draft)
    _sync_tree(draft)
    return draft
