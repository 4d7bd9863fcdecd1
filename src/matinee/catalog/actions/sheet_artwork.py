"""The pictures that a sheet names: out of the archive that it came in, or from an address."""

import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

import requests

from matinee.catalog import pictures
from matinee.catalog.rules.sheets import Line
from matinee.contracts.catalog.sheets import SheetError
from matinee.kernel import clock, outbound
from matinee.kernel.problems import Unprocessable

KINDS: Final[tuple[pictures.ArtworkKind, ...]] = ("poster", "backdrop")
_THREADS = 8
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


class Gathered(NamedTuple):
    """Where the pictures lie now, and which could not be had."""

    files: dict[tuple[int, pictures.ArtworkKind], Path]
    errors: list[SheetError]


class _NotHadError(ValueError):
    """A picture could not be had; the text says why."""


def pictures_gather(
    lines: Iterable[Line], archive: zipfile.ZipFile | None, folder: Path
) -> Gathered:
    """Put every picture that lines name into `folder`, however many cannot be had."""
    wanted = list(_wanted(lines))
    files, errors = {}, []
    addressed = [one for one in wanted if _is_address(one.source)]
    with ThreadPoolExecutor(_THREADS) as threads:
        fetched = dict(zip(addressed, threads.map(_fetched, addressed), strict=True))
    for number, one in enumerate(wanted):
        try:
            content = fetched[one] if one in fetched else _unpacked(archive, one.source)
            if isinstance(content, _NotHadError):
                raise content
        except _NotHadError as error:
            errors.append(one.error(str(error)))
        else:
            files[one.line, one.kind] = folder / str(number)
            files[one.line, one.kind].write_bytes(content)
    return Gathered(files, errors)


def _wanted(lines: Iterable[Line]) -> Iterator[Wanted]:
    for number, title in lines:
        for kind in KINDS:
            source = getattr(title, kind)
            if source:
                yield Wanted(number, kind, source)


def _is_address(source: str) -> bool:
    return source.startswith(("https://", "http://"))


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


def _fetched(wanted: Wanted) -> bytes | _NotHadError:
    """In a thread of its own; bounded in time and in size."""
    try:
        outbound.check(wanted.source)
        with (
            outbound.session() as http,
            http.get(
                wanted.source,
                timeout=(outbound.CONNECT_TIMEOUT_S, outbound.READ_TIMEOUT_S),
                stream=True,
            ) as answer,
        ):
            if answer.status_code != requests.codes.ok:
                return _NotHadError(f"{wanted.source} answered {answer.status_code}.")
            return _body(answer)
    except Unprocessable as problem:
        return _NotHadError(problem.detail)
    except (requests.RequestException, OSError) as error:
        return _NotHadError(f"{wanted.source} cannot be read ({type(error).__name__}).")
    except _NotHadError as error:
        return error


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
