"""What finding a film's own ladder costs, as a share of the whole encode's CPU time.

Samples are a handful of a short film and no more than ten of a long one, so the share falls with
the length. Half a minute of 1080 lines; and ten minutes of 360, as those of 1080 would take most of
an hour. Steps are done one after the other; whatever else runs changes the shares little.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import media, searching
from bench.figures import Figure
from bench.installation import installation, upload, work_until
from matinee.kernel import binaries

_MAKING_S = 600


def measure() -> list[Figure]:
    """Per cent of CPU seconds; how long each of the films takes, in CPU seconds."""
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as name:
        folder = Path(name)
        minute = media.minute(folder / "minute.mp4")
        half = _made(folder / "half.mp4", "-i", str(minute), "-t", "30", "-c", "copy")
        shape = ("-vf", "scale=-2:360:flags=bicubic", "-c:v", "libx264", "-crf", "16")
        small = _made(folder / "small.mp4", "-i", str(minute), *shape)
        again = ("-stream_loop", "9", "-i", str(small), "-c", "copy")
        ten = _made(folder / "ten.mp4", *again)
        with installation({"MATINEE_ENCODING_KEYS": "none"}):
            return [
                *_looked_at("half a minute of 1080 lines", half, 35),
                *_looked_at("ten minutes of 360 lines", ten, 10),
            ]


def _made(to: Path, *how: str) -> Path:
    command = [str(binaries.find("ffmpeg")), "-v", "error", "-nostdin", "-y", *how, str(to)]
    subprocess.run(command, check=True, timeout=_MAKING_S)
    return to


def _looked_at(what: str, film: Path, most: int) -> Iterator[Figure]:
    from matinee.encoding.models import Encode  # noqa: PLC0415 - needs the settings

    encode_id = upload(film)
    work_until(encode_id, "")
    encode = Encode.objects.get(pk=encode_id)
    if encode.status != Encode.Status.DONE:
        raise SystemExit(f"{what} could not be encoded: {encode.error}")
    spent = searching.of_encode(encode_id)
    aim = f"<= {most}"
    yield Figure(
        f"{what}: finding the ladder as a share of the encode", spent.found_share, "%", aim
    )
    yield Figure("… with what proves it: measuring, and rounds for nothing", spent.share, "%")
    yield Figure("… CPU of the whole encode", spent.total_s, "CPU s")
