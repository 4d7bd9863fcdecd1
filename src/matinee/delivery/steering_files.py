"""Steering manifests as static files: `<home>/steering/<region>.json`, which every edge serves."""

import os
from collections.abc import Mapping
from pathlib import Path

from matinee.contracts.delivery import SteeringManifest
from matinee.kernel import ids


def write(folder: Path, manifests: Mapping[str, SteeringManifest]) -> None:
    """Make the folder hold these regions' manifests and no others.

    A reader sees the old file or the new one, never a part; an unchanged one is
    left alone, so that caches keep it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for region, manifest in manifests.items():
        body = manifest.model_dump_json(by_alias=True, exclude_none=True)
        _replace(folder / f"{region}.json", body)
    for file in folder.glob("*.json"):
        if file.stem not in manifests:
            file.unlink(missing_ok=True)


def _replace(file: Path, body: str) -> None:
    if file.is_file() and file.read_text() == body:
        return
    draft = file.with_name(f".{file.name}.{ids.uuid7().hex}")
    try:
        with draft.open("w") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
