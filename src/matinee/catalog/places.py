"""Where films arrive by themselves: a folder of this machine, or a prefix of a bucket.

Nothing is changed there: what is taken is copied.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, PreconditionError
from obstore.store import S3Store

from matinee.kernel import storage
from matinee.kernel.settings import Settings

if TYPE_CHECKING:
    from obstore import BytesStream

# More files than this in one place are not looked at, and that is told.
FILES_MAX = 50_000
PATH_LENGTH_MAX = 1000
_STREAM_BYTES = 4 * 1024 * 1024

Read = Callable[[int], bytes]


class PlaceError(RuntimeError):
    """The place cannot be looked at, or a file in it cannot be read; says why in a sentence."""


class OwnPlaceError(PlaceError):
    """The place holds what Matinee itself keeps: its films would be taken in again and again."""


class ChangedError(PlaceError):
    """The file is not what it was when it was looked at, or it is gone."""


class Found(NamedTuple):
    """A file of a place; `version` is another for another content."""

    path: str
    size_bytes: int
    version: str


class Listing(NamedTuple):
    """The files of a place by path; `is_whole` unless there are more than `FILES_MAX`."""

    files: list[Found]
    is_whole: bool


class Place(Protocol):
    """What can be asked of any place. PlaceError where it does not answer."""

    # Whether a file can be seen there before all of it is written.
    settles: bool

    def files(self) -> Listing:
        """The files in it."""

    def reading(self, found: Found, offset_bytes: int) -> AbstractContextManager[Read]:
        """A context in which the file is read from an offset; ChangedError if it is another."""


class FolderPlace:
    """A folder of this machine. Links are not followed: they could lead out of it."""

    settles = True

    def __init__(self, root: Path) -> None:
        self._root = root

    def files(self) -> Listing:
        """See `Place`."""
        if not self._root.is_dir():
            msg = f"There is no folder {self._root}, or it may not be read."
            raise PlaceError(msg)
        return _listing(self._walk())

    def _walk(self) -> Iterator[Found]:
        for folder, below, names in os.walk(self._root, onerror=_refuse):
            # A hidden folder is a system's or a program's, and may be endless.
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                path = Path(folder, name)
                try:
                    seen = path.lstat()
                    relative = path.relative_to(self._root).as_posix()
                    relative.encode()
                except (FileNotFoundError, UnicodeEncodeError):
                    continue
                if stat.S_ISREG(seen.st_mode) and len(relative) <= PATH_LENGTH_MAX:
                    yield Found(relative, seen.st_size, _version(seen))

    @contextmanager
    def reading(self, found: Found, offset_bytes: int) -> Iterator[Read]:
        """See `Place`."""
        path = self._root / found.path
        try:
            if not path.resolve().is_relative_to(self._root.resolve()):
                raise _changed(found)
            # Without blocking: what was a file may be a pipe by now.
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError as error:
            raise _changed(found) from error
        except OSError as error:
            msg = f"{found.path} cannot be read: {error.strerror}. Give the worker leave to."
            raise PlaceError(msg) from error
        try:
            os.lseek(handle, offset_bytes, os.SEEK_SET)
            yield lambda size_bytes: _checked_block(handle, found, size_bytes)
        finally:
            os.close(handle)


class BucketPlace:
    """A prefix of an S3-compatible bucket, where objects are whole or not there."""

    settles = False

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def files(self) -> Listing:
        """See `Place`."""
        try:
            return _listing(self._listed())
        except (BaseError, OSError) as error:
            msg = f"The bucket does not answer as it should: {_first_line(error)}"
            raise PlaceError(msg) from error

    def _listed(self) -> Iterator[Found]:
        for page in obstore.list(self._store):
            for one in page:
                if one["size"] and len(one["path"]) <= PATH_LENGTH_MAX:
                    version = one["e_tag"] or one["last_modified"].isoformat()
                    yield Found(one["path"], one["size"], version)

    @contextmanager
    def reading(self, found: Found, offset_bytes: int) -> Iterator[Read]:
        """See `Place`."""
        try:
            answer = obstore.get(
                self._store,
                found.path,
                options={"range": {"offset": offset_bytes}, "if_match": _tag_of(found)},
            )
            yield _Stream(answer.stream(_STREAM_BYTES)).read
        except (FileNotFoundError, PreconditionError) as error:
            raise _changed(found) from error
        except BaseError as error:
            msg = f"{found.path} cannot be read: {_first_line(error)}"
            raise PlaceError(msg) from error


class _Stream:
    """A stream of pieces, read in other pieces."""

    def __init__(self, pieces: "BytesStream") -> None:
        self._pieces = pieces
        self._held = memoryview(b"")

    def read(self, size_bytes: int) -> bytes:
        """At most so many bytes; none at the end."""
        if not self._held:
            self._held = memoryview(next(self._pieces, b""))
        part, self._held = self._held[:size_bytes], self._held[size_bytes:]
        return bytes(part)


def opened(url: str, settings: Settings) -> Place:
    """The place at a `file://` or `s3://` address.

    OwnPlaceError where our own files are, PlaceError where no bucket has such a path.
    """
    own = (settings.media, settings.home.as_uri())
    if any(_is_within(url, one) or _is_within(one, url) for one in own):
        msg = f"{url} is, holds or lies in what Matinee keeps itself. Name another place."
        raise OwnPlaceError(msg)
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FolderPlace(Path(unquote(parts.path)))
    try:
        return BucketPlace(storage.open_bucket(url, settings))
    except ValueError as error:
        msg = f"{url} is no address of a bucket: {_first_line(error)}"
        raise PlaceError(msg) from error


def _listing(found: Iterator[Found]) -> Listing:
    """One more than is looked at tells whether there are more."""
    files = list(islice(found, FILES_MAX + 1))
    return Listing(sorted(files[:FILES_MAX]), len(files) <= FILES_MAX)


def _is_within(url: str, other: str) -> bool:
    one, two = urlsplit(url), urlsplit(other)
    if (one.scheme, one.netloc) != (two.scheme, two.netloc):
        return False
    if one.scheme == "file":
        return Path(unquote(one.path)).resolve().is_relative_to(Path(unquote(two.path)).resolve())
    return f"{one.path.rstrip('/')}/".startswith(f"{two.path.rstrip('/')}/")


def _version(seen: os.stat_result) -> str:
    return f"{seen.st_mtime_ns}-{seen.st_ino}"


def _checked_block(handle: int, found: Found, size_bytes: int) -> bytes:
    """The next bytes of a file, which was not written to until they were read."""
    seen = os.fstat(handle)
    if not stat.S_ISREG(seen.st_mode):
        raise _changed(found)
    block = os.read(handle, size_bytes)
    seen = os.fstat(handle)
    if (seen.st_size, _version(seen)) != (found.size_bytes, found.version):
        raise _changed(found)
    return block


def _changed(found: Found) -> ChangedError:
    return ChangedError(f"{found.path} was changed or removed while it was being taken.")


def _tag_of(found: Found) -> str | None:
    """The entity tag, where the version is one and not a date (RFC 9110, section 8.8.3)."""
    return found.version if found.version.startswith(('"', "W/")) else None


def _refuse(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        msg = f"{error.filename} cannot be read: {error.strerror}. Give the worker leave to."
        raise PlaceError(msg)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
