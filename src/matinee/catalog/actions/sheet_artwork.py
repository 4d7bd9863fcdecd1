"""The pictures that a sheet names: out of the archive that it came in, or from an address."""

import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

import requests
from urllib3.exceptions import HTTPError

from matinee.catalog import pictures
from matinee.catalog.rules.sheets import Line
from matinee.contracts.catalog.sheets import SheetError
from matinee.kernel import clock, outbound
from matinee.kernel.problems import Problem

KINDS: Final[tuple[pictures.ArtworkKind, ...]] = ("poster", "backdrop")
# Pictures are cut without holding the interpreter for most of the time.
_THREADS = 4
_SOURCE = "source"
_FETCH_S = 60.0
_BLOCK_BYTES = 64 * 1024
_TOO_LARGE = f"The picture is larger than {pictures.SIZE_BYTES_MAX // 1024**2} MiB."


class Wanted(NamedTuple):
    """A picture that a line names."""

    line: int
    kind: pictures.ArtworkKind
    source: str

    def error(self, detail: str) -> SheetError:
        """What is wrong with it."""
        return SheetError(line=self.line, column=self.kind, detail=detail)


@dataclass(frozen=True)
class Prepared:
    """A finished picture that waits on disk, as many of them need much room."""

    folder: Path

    @classmethod
    def keep(cls, folder: Path, picture: pictures.Picture) -> "Prepared":
        """Put a picture aside."""
        folder.mkdir()
        for width, content in picture.by_width.items():
            (folder / str(width)).write_bytes(content)
        if picture.source is not None:
            (folder / _SOURCE).write_bytes(picture.source)
        return cls(folder)

    def picture(self) -> pictures.Picture:
        """The picture as it was put aside."""
        found = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        source = found.pop(_SOURCE, None)
        return pictures.Picture({int(width): content for width, content in found.items()}, source)


class Gathered(NamedTuple):
    """The pictures of lines, ready to be shown, and which could not be had."""

    ready: dict[tuple[int, pictures.ArtworkKind], Prepared]
    errors: list[SheetError]


class _NotHadError(ValueError):
    """A picture could not be had; the text says why."""


def pictures_gather(
    lines: Iterable[Line], archive: zipfile.ZipFile | None, folder: Path
) -> Gathered:
    """Cut every picture that lines name and put it into `folder`, however many cannot be had."""
    ready, errors = {}, []
    wanted = list(_wanted(lines))

    def prepared(number: int) -> Prepared | SheetError:
        return _prepared(wanted[number], archive, folder / str(number))

    with ThreadPoolExecutor(_THREADS) as threads:
        for one, made in zip(wanted, threads.map(prepared, range(len(wanted))), strict=True):
            if isinstance(made, SheetError):
                errors.append(made)
            else:
                ready[one.line, one.kind] = made
    return Gathered(ready, errors)


def _prepared(
    wanted: Wanted, archive: zipfile.ZipFile | None, folder: Path
) -> Prepared | SheetError:
    """In a thread of its own; asks no database."""
    try:
        is_address = wanted.source.startswith(("https://", "http://"))
        content = _fetched(wanted.source) if is_address else _unpacked(archive, wanted.source)
        # A picture of the frame's own shape is never cut anew: all of it is shown.
        is_cut = not pictures.is_shaped(content, wanted.kind)
        # Of a thousand pictures nobody looks for faces: it would take longer than all the rest.
        picture = pictures.framed(content, wanted.kind, with_source=is_cut, looks=False)
        return Prepared.keep(folder, picture)
    except _NotHadError as error:
        return wanted.error(str(error))
    except Problem as problem:
        return wanted.error(problem.detail)


def _wanted(lines: Iterable[Line]) -> Iterator[Wanted]:
    for number, title in lines:
        for kind in KINDS:
            source = getattr(title, kind)
            if source:
                yield Wanted(number, kind, source)


def _unpacked(archive: zipfile.ZipFile | None, path: str) -> bytes:
    if archive is None:
        msg = f"{path!r} is a path, but the sheet came without an archive. Send both in one ZIP."
        raise _NotHadError(msg)
    try:
        with archive.open(str(PurePosixPath(path.replace("\\", "/")))) as file:
            content = file.read(pictures.SIZE_BYTES_MAX + 1)
    except KeyError as error:
        msg = f"There is no {path!r} in the archive."
        raise _NotHadError(msg) from error
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        msg = f"{path!r} in the archive is damaged or locked with a password."
        raise _NotHadError(msg) from error
    if len(content) > pictures.SIZE_BYTES_MAX:
        raise _NotHadError(_TOO_LARGE)
    return content


def _fetched(address: str) -> bytes:
    """What lies at an address; bounded in time and in size."""
    outbound.check(address)
    timeouts = (outbound.CONNECT_TIMEOUT_S, outbound.READ_TIMEOUT_S)
    try:
        with (
            outbound.session() as http,
            http.get(address, timeout=timeouts, stream=True) as answer,
        ):
            if answer.status_code != requests.codes.ok:
                msg = f"{address} answered {answer.status_code}."
                raise _NotHadError(msg)
            return _body(answer)
    except (requests.RequestException, OSError, HTTPError) as error:
        msg = f"{address} cannot be read ({type(error).__name__})."
        raise _NotHadError(msg) from error


def _body(answer: requests.Response) -> bytes:
    """What is said, never more than a picture may have, nor for longer than a minute."""
    until_s = clock.monotonic_s() + _FETCH_S
    content = bytearray()
    while block := answer.raw.read1(_BLOCK_BYTES, decode_content=True):
        content += block
        if len(content) > pictures.SIZE_BYTES_MAX:
            raise _NotHadError(_TOO_LARGE)
        if clock.monotonic_s() > until_s:
            msg = f"It takes longer than {_FETCH_S:.0f} seconds to read."
            raise _NotHadError(msg)
    return bytes(content)
