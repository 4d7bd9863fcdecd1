"""Parts of a rung that were encoded apart, and at other qualities, are one stream when joined."""

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from matinee.contracts.encoding import VideoCodec
from matinee.encoding.rules import encoders, ladder
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
        film = ["-f", "lavfi", "-i", f"{drawn}=size=256x144:rate=25", "-frames:v", "20"]
        made = encoders.encoder(rung, ("veryfast", "12"), 1)
        command = [str(ffmpeg), "-v", "error", *film, *made, str(path)]
        subprocess.run(command, check=True, timeout=60)
        (stream,) = probe(path, "-show_streams", "-show_data_hash", "sha256")["streams"]
        told.append(stream["extradata_hash"])
    assert told[0] == told[1]
