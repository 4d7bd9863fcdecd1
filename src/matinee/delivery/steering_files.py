"""Steering manifests as static files, which every edge of this machine serves.

`<home>/steering/<region>/<title class>-<lane>.json` is what a player asks again and again,
`<home>/steering/<region>.json` what one asks that began before there was a plan.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from matinee.contracts.delivery import SteeringManifest
from matinee.kernel import clock, ids

# What a region's files were made from. There may be thousands of them, and most plans change none.
_MADE_FROM = ".made-from"
# Then all are looked at again: an outage of power may have left some cut or empty.
_BELIEVED_FOR_S = 300.0

Manifests = Mapping[str, SteeringManifest]


def write(folder: Path, region: str, made_from: str, manifests: Callable[[], Manifests]) -> None:
    """Make the region's folder hold these manifests, by title class and lane, and no others.

    They are only made where they are made from something else than last time. The one named
    "" is the region's own. A reader sees the old file or the new one, never a part; an
    unchanged one is left alone, so that caches keep it.
    """
    below = folder / region
    below.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(made_from.encode()).hexdigest()
    mark = below / _MADE_FROM
    if _is_believed(mark, digest) and (folder / f"{region}.json").is_file():
        return
    files = {
        below / f"{name}.json" if name else folder / f"{region}.json": manifest
        for name, manifest in manifests().items()
    }
    for file, manifest in files.items():
        _replace(file, manifest.model_dump_json(by_alias=True, exclude_none=True))
    for file in below.glob("*.json"):
        if file not in files:
            file.unlink(missing_ok=True)
    mark.write_text(digest)


def keep(folder: Path, regions: Iterable[str]) -> None:
    """Forget all other regions."""
    kept = set(regions)
    for file in folder.glob("*.json"):
        if file.stem not in kept:
            file.unlink(missing_ok=True)
    for below in (entry for entry in folder.iterdir() if entry.is_dir()):
        if below.name not in kept:
            shutil.rmtree(below, ignore_errors=True)


def _is_believed(mark: Path, digest: str) -> bool:
    """Whether the files are there as they were made, and that was not long ago."""
    try:
        age_s = clock.unix_s() - mark.stat().st_mtime
        return abs(age_s) < _BELIEVED_FOR_S and mark.read_text() == digest
    except OSError:
        return False


def _replace(file: Path, body: str) -> None:
    if file.is_file() and file.read_text() == body:
        return
    draft = file.with_name(f".{file.name}.{ids.uuid7().hex}")
    try:
        # Not forced to the disk: what an outage of power spoils is written anew soon.
        draft.write_text(body)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
