"""Steering manifests as static files, which every edge of this machine serves.

`<home>/steering/<region>/<title class>-<lane>.json` is what a player asks again and again,
`<home>/steering/<region>.json` what one asks that began before there was a plan.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from matinee.contracts.delivery import SteeringManifest
from matinee.kernel import ids


def write(folder: Path, manifests: Mapping[str, SteeringManifest]) -> None:
    """Make the folder hold the manifests of these names (with a slash in them) and no others.

    A reader sees the old file or the new one, never a part; an unchanged one is
    left alone, so that caches keep it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for region in {name.partition("/")[0] for name in manifests if "/" in name}:
        (folder / region).mkdir(exist_ok=True)
    for name, manifest in manifests.items():
        body = manifest.model_dump_json(by_alias=True, exclude_none=True)
        _replace(folder / f"{name}.json", body)
    for file in [*folder.glob("*.json"), *folder.glob("*/*.json")]:
        if str(file.relative_to(folder).with_suffix("")) not in manifests:
            file.unlink(missing_ok=True)
    for below in (entry for entry in folder.iterdir() if entry.is_dir()):
        with suppress(OSError):  # it holds something
            below.rmdir()


def _replace(file: Path, body: str) -> None:
    if file.is_file() and file.read_text() == body:
        return
    draft = file.with_name(f".{file.name}.{ids.uuid7().hex}")
    try:
        # Not forced to the disk: what an outage of power spoils is written anew by the next plan.
        draft.write_text(body)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
