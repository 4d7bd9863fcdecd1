"""What the one decode sees of a film: cuts, black bars, HDR; and that it is kept or cut away."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from numpy.typing import NDArray

from matinee.contracts.encoding import DynamicRange
from matinee.encoding.models import Encode, Step
from matinee.encoding.rules import bars, filters
from matinee.encoding.rules.bars import Box
from matinee.encoding.rules.plan import Plan
from matinee.encoding.rules.source import Picture, Source
from matinee.encoding.steps.work import work_once
from tests.clips import clip
from tests.encoding.conftest import told, upload
from tests.encoding.packages import probe
from tests.encoding.test_kinds import H264, make

SIZE = (1920, 1080)
WIDE = Box(0, 1919, 138, 941)


def checked(path: Path) -> tuple[Source, Plan, Step]:
    """Probe and check a film; what they found."""
    encode = upload(path)
    assert work_once()
    assert work_once()
    assert told().error == ""
    encode = Encode.objects.get(pk=encode.pk)
    step = Step.objects.get(encode=encode, name="check")
    return Source.model_validate(encode.source), Plan.model_validate(encode.plan), step


def test_bars_that_are_always_there_are_cut() -> None:
    dark = Box(1919, 0, 1079, 0)
    assert bars.crop_of([WIDE] * 20 + [dark] * 9, SIZE) == (1920, 804, 0, 138)


@pytest.mark.parametrize(
    "boxes",
    [
        [],
        [WIDE] * 2,
        # A picture fills the frame once, as in films that change their shape.
        [WIDE] * 50 + [Box(0, 1919, 0, 1079)],
        # On one side only: a dark floor.
        [Box(0, 1919, 0, 941)] * 50,
        # Hardly anything.
        [Box(0, 1919, 8, 1071)] * 50,
        # A lone light in the dark.
        [Box(900, 1000, 500, 600)] * 50,
        # Edges that wander are no bars.
        [Box(0, 1919, 138 + 7 * n, 941 - 7 * n) for n in range(50)],
    ],
)
def test_what_are_no_bars_stays(boxes: list[Box]) -> None:
    assert bars.crop_of(boxes, SIZE) is None


@limits(max_examples=200)
@given(
    st.integers(16, 4096),
    st.integers(16, 4096),
    st.lists(st.tuples(*[st.floats(0, 1)] * 4), max_size=12),
    st.integers(0, 40),
)
def test_no_look_loses_a_pixel(w: int, h: int, shares: list[tuple[float, ...]], same: int) -> None:
    looks = [
        Box(int(a * w / 3), int(w - 1 - b * w / 3), int(c * h / 3), int(h - 1 - d * h / 3))
        for a, b, c, d in shares
    ]
    looks += looks[:1] * same
    crop = bars.crop_of(looks, (w, h))
    if crop is None:
        return
    width, height, left, top = crop
    assert width % 2 == height % 2 == left % 2 == top % 2 == 0
    assert left + width <= w
    assert top + height <= h
    for box in looks:
        # Evenness may cost one column and row.
        assert left - 1 <= box.left
        assert box.right <= left + width
        assert top - 1 <= box.top
        assert box.bottom <= top + height


BARRED = "testsrc2=size=160x90:rate=5:duration=6,pad=160:122:0:16"


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("turn", [0, 90])
def test_a_barred_film_is_planned_without_its_bars(turn: int, tmp_path: Path, ffmpeg: Path) -> None:
    path = make(ffmpeg, tmp_path / "plain.mp4", "-f", "lavfi", "-i", BARRED, *H264)
    if turn:
        turned = ("-display_rotation", str(turn), "-i", str(path), "-c", "copy")
        path = make(ffmpeg, tmp_path / "turned.mp4", *turned)
    found, plan, step = checked(path)
    upright = (90, 160, 16, 0) if turn else (160, 90, 0, 16)
    assert found.picture.crop == upright
    assert found.picture.display_size == upright[:2]
    assert (plan.quick[0].width, plan.quick[0].height) == upright[:2]
    assert "Black bars" in step.facts["remarks"][0]
    shown = tmp_path / "shown.mp4"
    fitted = ("-vf", filters.picture(found.picture, upright[:2], None))
    make(ffmpeg, shown, "-i", str(path), *fitted, *H264)
    luma = pixels(ffmpeg, shown, upright[:2])
    # Nothing black is left at the edges.
    assert all(edge.mean() > 40 for edge in (luma[0], luma[-1], luma[:, 0], luma[:, -1]))


@pytest.mark.django_db(databases="__all__")
def test_a_dark_film_is_not_cut(tmp_path: Path, ffmpeg: Path) -> None:
    dark = (
        "testsrc2=size=160x120:rate=5:duration=6,eq=brightness=-0.35:contrast=0.5,vignette=PI/2.2"
    )
    path = make(ffmpeg, tmp_path / "dark.mp4", "-f", "lavfi", "-i", dark, *H264)
    assert checked(path)[0].picture.crop is None


@pytest.mark.django_db(databases="__all__")
def test_cuts_are_found_where_they_are(tmp_path: Path, ffmpeg: Path) -> None:
    kinds = ("testsrc2=size=160x90:rate=10", "mandelbrot=size=160x90:rate=10",
             "smptebars=size=160x90:rate=10")  # fmt: skip
    shots = [("-f", "lavfi", "-t", "2", "-i", kind) for kind in kinds]
    plain = ";".join(f"[{n}:v]format=yuv420p[{n}]" for n in range(3))
    joined = ("-filter_complex", f"{plain};[0][1][2]concat=n=3:v=1[out]", "-map", "[out]")
    inputs = [word for shot in shots for word in shot]
    path = make(ffmpeg, tmp_path / "film.mp4", *inputs, *joined, *H264)
    scenes = [at_s for at_s in checked(path)[2].facts["scenes"] if at_s > 1]
    assert scenes == pytest.approx([2.0, 4.0], abs=0.11)


MASTER = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"


def hdr_clip(ffmpeg: Path, to: Path, curve: str) -> Path:
    about = "log-level=none:colorprim=bt2020:colormatrix=bt2020nc:repeat-headers=1"
    about += f":transfer={curve}:hdr10=1:master-display={MASTER}:max-cll=1000,400"
    made = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=1")
    ten = ("-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params")
    return make(ffmpeg, to, *made, *ten, about)


@pytest.mark.django_db(databases="__all__")
def test_the_screen_that_a_film_was_graded_on_is_known(tmp_path: Path, ffmpeg: Path) -> None:
    film = checked(hdr_clip(ffmpeg, tmp_path / "film.mp4", "smpte2084"))[0].picture
    assert film.mastering is not None
    assert film.mastering.green == (0.265, 0.69)
    assert film.mastering.white == (0.3127, 0.329)
    assert (film.mastering.luminance_min, film.mastering.luminance_max) == (0.005, 1000)
    assert film.light is not None
    assert (film.light.content_max, film.light.picture_max) == (1000, 400)


@pytest.mark.parametrize(
    ("kept", "transfer", "tag"), [("hdr10", "pq", "smpte2084"), ("hlg", "hlg", "arib-std-b67")]
)
def test_hdr_is_kept_where_it_is_asked_for(
    kept: DynamicRange, transfer: str, tag: str, tmp_path: Path, ffmpeg: Path
) -> None:
    path = clip("hdr10-av1.mp4") if kept == "hdr10" else hdr_clip(ffmpeg, tmp_path / "f.mp4", tag)
    size = (72, 128) if kept == "hdr10" else (160, 90)
    about = {"matrix": "bt2020nc", "primaries": "bt2020", "transfer": transfer}
    film = Picture.model_validate({"index": 0, "codec": "x", "width": 1, "height": 1, **about})
    assert filters.dynamic_range_of(film) == kept
    shown, plain = tmp_path / "shown.mkv", tmp_path / "plain.mkv"
    lossless = ("-frames:v", "3", "-c:v", "ffv1", "-an")
    make(ffmpeg, shown, "-i", str(path), "-vf", filters.picture(film, size, None, kept), *lossless)
    scaled = f"scale={size[0]}:{size[1]}:flags=bicubic,format=yuv420p10le"
    make(ffmpeg, plain, "-i", str(path), "-vf", scaled, *lossless)
    stream = probe(shown, "-show_streams")["streams"][0]
    assert stream["pix_fmt"] == "yuv420p10le"
    assert stream["color_transfer"] == tag
    assert (stream["color_primaries"], stream["color_space"]) == ("bt2020", "bt2020nc")
    # The same code values: nothing was mapped.
    off = pixels(ffmpeg, shown, size, 10) - pixels(ffmpeg, plain, size, 10)
    assert np.abs(off).mean() < 3
    with pytest.raises(ValueError, match="cannot be kept"):
        filters.picture(film, size, None, "hlg" if kept == "hdr10" else "hdr10")


def pixels(ffmpeg: Path, path: Path, size: tuple[int, int], bits: int = 8) -> NDArray[np.float64]:
    """The luma of a file's first picture."""
    kind = ("gray", np.uint8) if bits == 8 else ("gray10le", np.uint16)
    luma = ("-vf", "extractplanes=y", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", kind[0], "-")
    command = [str(ffmpeg), "-v", "error", "-i", str(path), *luma]
    raw = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    return np.frombuffer(raw, kind[1]).reshape(size[1], size[0]).astype(np.float64)
