"""Windows: they cover a film without a gap, and decoded alone hold the frames of the whole."""

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.encoding.rules import windows
from matinee.encoding.rules.windows import Window
from tests.encoding.test_kinds import make

RATES = st.sampled_from(["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"])
ANY_RATES = RATES | st.fractions(Fraction(19, 2), 60, max_denominator=1001).map(str)


@given(st.integers(1, 500_000), ANY_RATES)
def test_chunks_cover_every_frame_once(frames: int, rate: str) -> None:
    made = windows.chunks(frames, rate)
    assert made[0].first_frame == 0
    ends = [window.first_frame + window.frames for window in made]
    assert ends == [*(window.first_frame for window in made[1:]), frames]


@given(st.integers(1, 500_000), ANY_RATES)
def test_chunks_are_whole_gops_of_about_10_s(frames: int, rate: str) -> None:
    gop = windows.gop_frames(rate)
    *inner, last = windows.chunks(frames, rate)
    assert {window.frames for window in inner} <= {5 * gop}
    assert last.frames < 7 * gop
    assert not inner or last.frames >= 2 * gop
    assert 1.9 <= gop / Fraction(rate) <= 2.1


@given(st.integers(0, 500_000), RATES)
def test_a_seek_lands_on_the_grid_a_second_before_the_window(first: int, rate: str) -> None:
    before, fps = windows.seek(Window(first, 1, rate))
    from_s = Fraction(before[-1]) if before else Fraction(0)
    lead_s = Fraction(fps.partition("start_time=")[2])
    assert abs(from_s + lead_s - first / Fraction(rate)) <= Fraction(1, 1_000_000)
    assert lead_s <= Fraction(11, 10)
    assert from_s == 0 or lead_s >= Fraction(9, 10)
    on_grid = from_s * Fraction(rate)
    assert abs(on_grid - round(on_grid)) <= Fraction(rate) / 1_000_000


def frames(ffmpeg: Path, path: Path, window: Window, zero_s: float | None = None) -> list[str]:
    """A hash of each frame of the window."""
    before, fps = windows.seek(window, zero_s)
    decode = [str(ffmpeg), "-v", "quiet", "-threads", "1", *before, "-i", str(path)]
    ends = ["-an", "-vf", fps, "-frames:v", str(window.frames), "-f", "framemd5", "-"]
    done = subprocess.run([*decode, *ends], capture_output=True, check=True, timeout=60)
    lines = done.stdout.decode().splitlines()
    return [line.rpartition(",")[2].strip() for line in lines if not line.startswith("#")]


X264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")
B_FRAMES = (*X264, "-bf", "8", "-b_strategy", "2", "-g", "250")
UNEVEN = ("-vf", "select='not(between(n,130,400))*lt(random(1),0.7)'", "-fps_mode", "vfr")
# What to make, its name, its rate, and the rate of the rungs.
FILMS = {
    "24.mp4": ("24", "24", B_FRAMES),
    "film.mp4": ("24000/1001", "24000/1001", B_FRAMES),
    "milliseconds.mkv": ("24000/1001", "24000/1001", B_FRAMES),
    "video.mp4": ("30000/1001", "30000/1001", B_FRAMES),
    "fast.mp4": ("120000/1001", "60000/1001", X264),
    "slow.mp4": ("10", "10", (*X264, "-bf", "16", "-b_strategy", "2")),
    "open.mp4": ("25", "25", (*X264, "-x264-params", "open-gop=1:keyint=40:bframes=6")),
    "pieces.mp4": ("24", "24", (*X264, "-movflags", "frag_keyframe+empty_moov", "-g", "50")),
    "uneven.mkv": ("30", "30", (*UNEVEN, *X264, "-bf", "3", "-g", "90")),
}


@pytest.mark.parametrize("name", FILMS)
def test_a_window_alone_holds_the_frames_of_the_whole(
    name: str, tmp_path: Path, ffmpeg: Path
) -> None:
    of_source, rate, codec = FILMS[name]
    drawn = f"testsrc2=size=64x36:rate={of_source}:duration=15"
    path = make(ffmpeg, tmp_path / name, "-f", "lavfi", "-i", drawn, *codec)
    whole = frames(ffmpeg, path, Window(0, 10_000, rate))
    made = windows.chunks(len(whole), rate)
    assert len(made) == 2
    middle = Window(made[1].first_frame - 3, 7, rate)
    for window in (*made, middle):
        end = window.first_frame + window.frames
        assert frames(ffmpeg, path, window) == whole[window.first_frame : end]


def test_a_film_may_begin_at_any_timestamp_of_its_file(tmp_path: Path, ffmpeg: Path) -> None:
    """What an index gives it, whose pictures may begin later than its sound did."""
    drawn = "testsrc2=size=64x36:rate=25:duration=15"
    path = make(ffmpeg, tmp_path / "a.mp4", "-f", "lavfi", "-i", drawn, *B_FRAMES)
    later = ("-itsoffset", "10.4", "-i", str(path), "-c", "copy")
    index = make(ffmpeg, tmp_path / "index.mkv", *later)
    plain = frames(ffmpeg, path, Window(0, 10_000, "25"))
    found = [f for w in windows.chunks(385, "25") for f in frames(ffmpeg, index, w, zero_s=10.0)]
    assert found == [plain[0]] * 10 + plain
