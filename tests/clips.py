"""The real clips that lie beside the project, and beginnings of them."""

import subprocess
from pathlib import Path

from matinee.kernel import binaries
from tests.patience import PATIENCE_S
from tests.tidy.house import ROOT

MEDIA = ROOT.parent / "shared" / "media"


def clip(name: str) -> Path:
    """A real clip; its absence fails the test that needs it, by name."""
    path = MEDIA / name
    assert path.is_file(), f"{name} is missing: put the shared media beside the checkout"
    return path


def beginning(film: Path, seconds: float, folder: Path, lines: int | None = None) -> Path:
    """The first seconds of a film with all its tracks; as they are, or so many lines tall."""
    cut = folder / f"beginning-{film.name}"
    command = [str(binaries.find("ffmpeg")), "-v", "error", "-nostdin", "-i", str(film)]
    drawn = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-vf", f"scale=-2:{lines}"]
    kept = ["-map", "0", "-c", "copy", *(drawn if lines else ()), "-t", str(seconds), str(cut)]
    subprocess.run([*command, *kept], check=True, timeout=PATIENCE_S)
    return cut
