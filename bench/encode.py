"""How soon a film can be played, and what its encode takes: a minute of 1080p at 30 pictures.

A worker as `matinee up` starts one does the steps; times are those of the records: from the
upload's end to the first package, and to the whole one. Beside it the same film in six fixed
sizes by the same encoder, each from a decode of its own, as simple servers make them. Nothing
else should run on the machine.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any, NamedTuple
from uuid import UUID

from bench import media, searching
from bench.figures import Figure
from bench.installation import installation, upload
from bench.searching import Searching
from matinee.kernel import binaries, clock

_ENCODE_S, _STOP_S = 3600.0, 30
# Another open-source server on the same sort of clip with two cores: 96 s to the first
# playable rendition, 129 s and 228 CPU s to all six of its H.264 sizes. Measured elsewhere.
_PEER = "MediaCMS (another film, measured elsewhere)"
_FIXED, _FIXED_LINES = "six fixed sizes, x264 medium", (144, 240, 360, 480, 720, 1080)
_FIXED_S = 1800


class Taken(NamedTuple):
    """What an encode took: seconds since its upload, and CPU seconds by step."""

    playable_s: float
    whole_s: float
    cpu_s: dict[str, float]
    searching: Searching

    def of(self, *kinds: str) -> float:
        """CPU seconds of the steps whose names begin with one of `kinds`."""
        return sum(cpu for name, cpu in self.cpu_s.items() if name.startswith(kinds))


def measure() -> list[Figure]:
    """Wall time on an otherwise idle machine, CPU time by what it is for."""
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as folder:
        film = media.minute(Path(folder) / "minute.mp4")
        fixed = _fixed_sizes(film)
        with installation({"MATINEE_ENCODING_KEYS": "none"}), _encoder():
            taken = encode(film)
    return [*_against(fixed, taken), *_within(taken)]


def _against(fixed: "Spent", taken: Taken) -> list[Figure]:
    """What others take beside."""
    h264_s = _of_codec(taken, "h264")
    return [
        Figure("playable adaptively", taken.playable_s, "s", "<= 20", {_PEER: 96.0}),
        Figure(
            "whole ladder, H.264 and AV1",
            taken.whole_s,
            "s",
            "<= 200",
            {_FIXED: fixed.wall_s, _PEER: 129.0},
        ),
        Figure(
            "CPU of the H.264 part",
            h264_s,
            "CPU s",
            "<= 228",
            {_FIXED: fixed.cpu_s, _PEER: 228.0},
        ),
    ]


def _within(taken: Taken) -> list[Figure]:
    """What the parts of an encode take."""
    total = sum(taken.cpu_s.values())
    return [
        Figure("CPU of the AV1 part", _of_codec(taken, "av1"), "CPU s"),
        Figure("CPU until it is playable", taken.of(*_EARLY), "CPU s"),
        Figure("CPU of the whole encode", total, "CPU s"),
        Figure("… of finding the ladder", taken.searching.found_share, "%"),
        Figure("… of finding and proving it", taken.searching.share, "%"),
    ]


class Spent(NamedTuple):
    """Seconds by the clock and of the processors."""

    wall_s: float
    cpu_s: float


def _fixed_sizes(film: Path) -> Spent:
    """What one size after another takes, with all cores for each."""
    before, began_s = getrusage(RUSAGE_CHILDREN), clock.monotonic_s()
    for lines in _FIXED_LINES:
        shape = ["-an", "-vf", f"scale=-2:{lines}:flags=bicubic"]
        codec = ["-c:v", "libx264", "-preset", "medium", "-crf", "23", "-f", "null", "-"]
        command = [str(binaries.find("ffmpeg")), "-v", "error", "-nostdin", "-i", str(film)]
        subprocess.run([*command, *shape, *codec], check=True, timeout=_FIXED_S)
    after = getrusage(RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(clock.monotonic_s() - began_s, cpu_s)


_EARLY = (
    "probe",
    "check",
    "index",
    "quick",
    "audio",
    "text",
    "stills-1",
    "storyboard",
    "package-1",
)


def _of_codec(taken: Taken, codec: str) -> float:
    return taken.of(
        *(f"{kind}-{codec}" for kind in ("sample", "trial", "ladder", "chunk", "judge"))
    )


@contextlib.contextmanager
def _encoder() -> Iterator[None]:
    """A worker with as many hands as the machine has cores."""
    command = [sys.executable, "-m", "matinee.run.cli", "encoder", "--number", "1"]
    process = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL)
    # Loading takes seconds, and a worker that runs already has done that.
    clock.pause(10.0)
    try:
        yield
    finally:
        process.terminate()
        process.wait(_STOP_S)


def encode(film: Path) -> Taken:
    """Let a film be encoded by whoever takes its steps."""
    from matinee.encoding import tasks  # noqa: PLC0415 - reads the settings of an installation
    from matinee.encoding.models import Encode, Package, Step  # noqa: PLC0415

    encode_id: UUID = upload(film)
    end_s = clock.monotonic_s() + _ENCODE_S
    encode: Any = Encode.objects.get(pk=encode_id)
    while encode.status == Encode.Status.ACTIVE and clock.monotonic_s() < end_s:
        clock.pause(5.0)
        tasks.sweep()
        encode.refresh_from_db()
    if encode.status != Encode.Status.DONE:
        raise SystemExit(f"the film was not encoded: {encode.stage} {encode.error}")
    first, whole = Package.objects.filter(encode=encode).order_by("created_at")
    return Taken(
        (first.created_at - encode.uploaded_at).total_seconds(),
        (whole.created_at - encode.uploaded_at).total_seconds(),
        dict(Step.objects.filter(encode=encode).values_list("name", "cpu_s")),
        searching.of_encode(encode_id),
    )
