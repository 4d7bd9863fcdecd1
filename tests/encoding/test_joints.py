"""Parts of a rung that were encoded apart, and at other qualities, are one stream when joined."""

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from matinee.contracts.encoding import VideoCodec
from matinee.encoding.rules import encoders, ladder
from matinee.encoding.steps import joining
from matinee.encoding.steps.trials import gop_bytes
from tests.clips import clip
from tests.encoding.packages import probe


@pytest.mark.parametrize(("codec", "crfs"), [("h264", (18.0, 31.5)), ("av1", (25.0, 55.0))])
def test_any_part_is_decoded_by_what_the_first_says(
    codec: VideoCodec, crfs: tuple[float, float], tmp_path: Path, ffmpeg: Path
) -> None:
    """Players, Apple's above all, read the parameter sets of the container, not of pictures."""
    told = []
    for crf, drawn in zip(crfs, ("testsrc2", "mandelbrot"), strict=True):
        rung = ladder.rung_of("part", (256, 144), 144, Fraction(25), crf)
        rung = rung.model_copy(update={"codec": codec})
        path = tmp_path / f"{crf}.mp4"
        film = ["-f", "lavfi", "-i", f"{drawn}=size=256x144:rate=25"]
        ends = encoders.ending(rung, rung.gop_frames)
        made = [*encoders.encoder(rung, ("veryfast", "12"), 1), *ends]
        command = [str(ffmpeg), "-v", "error", *film, *made, str(path)]
        subprocess.run(command, check=True, timeout=60)
        (stream,) = probe(path, "-show_streams", "-show_data_hash", "sha256")["streams"]
        told.append(stream["extradata_hash"])
    assert told[0] == told[1]


RUNG = ladder.rung_of("h264-1", (640, 360), 360, Fraction(25, 2), 28)


def _gops(ffmpeg: Path, to: Path, ends: list[str]) -> list[int]:
    """Bytes of each GOP of the beginning of a scene that hardly changes."""
    shape = ["-vf", "fps=25/2,scale=640:360,format=yuv420p", "-an"]
    command = [str(ffmpeg), "-v", "error", "-y", "-i", str(clip("intel_car.mp4")), *shape]
    made = [*encoders.x264(RUNG, "veryfast", 1), *ends, str(to)]
    subprocess.run([*command, *made], check=True, timeout=60)
    return gop_bytes(to)


def test_the_end_of_a_part_is_encoded_as_if_the_film_went_on(tmp_path: Path, ffmpeg: Path) -> None:
    """x264 saves on pictures that nothing follows, which shows where a part ends."""
    gop = RUNG.gop_frames
    whole = _gops(ffmpeg, tmp_path / "whole.mp4", ["-frames:v", str(4 * gop)])
    cut = _gops(ffmpeg, tmp_path / "cut.mp4", ["-frames:v", str(2 * gop)])
    part = _gops(ffmpeg, tmp_path / "part.mp4", encoders.ending(RUNG, 2 * gop))
    assert len(part) == 2
    assert joining.frames_of(tmp_path / "part.mp4") == 2 * gop
    assert part[1] == pytest.approx(whole[1], rel=0.005)
    assert cut[1] < 0.98 * whole[1]


def test_a_film_that_ends_within_a_group_of_pictures_ends_there(
    tmp_path: Path, ffmpeg: Path
) -> None:
    frames = RUNG.gop_frames + 7
    _gops(ffmpeg, tmp_path / "last.mp4", encoders.ending(RUNG, frames))
    assert joining.frames_of(tmp_path / "last.mp4") == frames
