"""A chunk's first keyframe is as good as those that follow, so that joints do not show."""

import subprocess
from fractions import Fraction
from pathlib import Path

from matinee.encoding.rules import encoders, ladder
from matinee.encoding.steps.trials import gop_bytes
from tests.clips import clip

RUNG = ladder.rung_of("h264-1", (640, 360), 360, Fraction(25, 2), 28)
FRAMES_A_GOP = 25


def _keyframes(ffmpeg: Path, to: Path, gops: tuple[int, int], lift: str = "") -> list[int]:
    """Bytes of the keyframes of some GOPs of a scene that hardly changes, from one on."""
    first, count = gops
    shape = f"fps=25/2,scale=640:360,format=yuv420p{lift}"
    cut = ["-ss", str(2 * first), "-i", str(clip("intel_car.mp4")), "-an", "-vf", shape]
    only = ["-frames:v", str(FRAMES_A_GOP * count), "-bsf:v", "noise=drop=not(key)", str(to)]
    command = [str(ffmpeg), "-v", "error", "-y", *cut, *encoders.x264(RUNG, "veryfast", 1), *only]
    subprocess.run(command, check=True, timeout=60)
    return gop_bytes(to)


def test_the_first_keyframe_of_a_part_gets_what_it_would_get_in_the_whole(
    ffmpeg: Path, tmp_path: Path
) -> None:
    to = tmp_path / "made.mp4"
    *_, within = _keyframes(ffmpeg, to, (2, 4))
    (plain,) = _keyframes(ffmpeg, to, (5, 1))
    (lifted,) = _keyframes(ffmpeg, to, (5, 1), "," + encoders.lifted(RUNG, "a"))
    assert plain < 0.9 * within
    assert 0.95 * within < lifted < 1.08 * within
