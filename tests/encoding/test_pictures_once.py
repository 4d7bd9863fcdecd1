"""The film's pictures, decoded and scaled once for what is encoded and for what is measured."""

import dataclasses
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matinee.encoding.rules import filters, plan
from matinee.encoding.rules.quality import Looks, looked
from matinee.encoding.rules.source import Picture
from matinee.encoding.rules.windows import Window
from matinee.encoding.steps import media, quality
from matinee.encoding.steps.hands import Hands
from tests.encoding.conftest import upload
from tests.encoding.test_chunks import work_until
from tests.encoding.test_kinds import make
from tests.encoding.test_seen import pixels


@pytest.mark.django_db(databases="__all__")
def test_pictures_kept_while_encoding_are_those_of_the_film(
    long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rungs measured against them have the very scores that they have against the film."""
    upload(long)
    hands = Hands(work_until("chunk"))
    claim = hands.claim
    name = plan.chunk_of(claim.name)
    window = hands.plan.windows()[name.number]
    rungs = hands.plan.rounds[name.codec][name.round].of_chunk(name.number)
    parts = {rung: hands.room.part(f"{rung.name}.mp4") for rung in rungs}
    measured: list[quality.Looking] = []
    measure = quality.measure

    def look(hands: Hands, seen: quality.Looking, _made: object) -> object:
        measured.append(seen)
        assert seen.pictures.stat().st_size >= seen.kept_bytes > 0
        return measure(hands, seen, parts)

    monkeypatch.setattr(quality, "measure", look)
    kept = media._made_and_measured(hands, window, parts)
    (seen,) = measured
    anew = measure(hands, dataclasses.replace(seen, pictures=Path("/nowhere")), parts)
    assert {rung: one.scores for rung, one in kept.items()} == {
        rung: one.scores for rung, one in anew.items()
    }
    assert all(one.scores for one in kept.values())


def test_of_a_part_no_more_is_decoded_than_is_looked_at(tmp_path: Path, ffmpeg: Path) -> None:
    """Pictures of a part's GOPs come in their places, and hardly any after them."""
    rate, frames = "30000/1001", 350
    part = tmp_path / "part.mp4"
    drawn = ("-f", "lavfi", "-i", f"testsrc2=size=64x36:rate={rate}", "-frames:v", str(frames))
    gops = ("-g", "60", "-sc_threshold", "0", "-flags", "+cgop", "-pix_fmt", "yuv420p")
    make(ffmpeg, part, *drawn, "-c:v", "libx264", "-preset", "veryfast", *gops)
    window = Window(0, frames, rate)
    every = lumas(ffmpeg, "-i", str(part))
    for first in (0, 2, 3):
        looks = Looks(first, 2, 5)
        look = quality.Look(looked(window, looks), ())
        seen = quality.Looking(window, looks, look, "sdr", part, 0)
        found = lumas(ffmpeg, *quality._at_gops(seen), "-i", str(part))
        begins, count = look.window.first_frame, look.window.frames
        assert (found[:count] == every[begins : begins + count]).all()
        assert len(found) <= count + 6


def lumas(ffmpeg: Path, *opened: str) -> NDArray[np.uint8]:
    """The pictures that ffmpeg decodes of an input of 64x36."""
    raw = ("-fps_mode", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo", "-")
    command = [str(ffmpeg), "-v", "error", "-nostdin", *opened, *raw]
    told = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    return np.frombuffer(told, np.uint8).reshape(-1, 36 * 64)


@pytest.mark.parametrize("size", [(160, 90), (96, 54), (320, 180)])
def test_plain_pictures_are_scaled_to_the_same_by_either_library(
    size: tuple[int, int], tmp_path: Path, ffmpeg: Path
) -> None:
    film = tmp_path / "film.mkv"
    colours = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    drawn = ("-f", "lavfi", "-i", "mandelbrot=size=320x180", "-frames:v", "1")
    ways = ("-vf", "scale=out_color_matrix=bt709:out_range=tv", "-color_range", "tv")
    make(ffmpeg, film, *drawn, *ways, "-pix_fmt", "yuv420p", *colours, "-c:v", "ffv1")
    shown = []
    for form in ("yuv420p", ""):
        about = {"width": 320, "height": 180, "form": form}
        picture = Picture.model_validate({"index": 0, "codec": "ffv1", **about})
        path = tmp_path / f"{form or 'unknown'}.mkv"
        filtered = filters.picture(picture, size, None)
        assert ("zscale" in filtered) == bool(form)
        make(ffmpeg, path, "-i", str(film), "-vf", filtered, "-c:v", "ffv1")
        shown.append(pixels(ffmpeg, path, size))
    off = np.abs(shown[0] - shown[1])
    assert off.mean() < 0.6
    assert off.max() <= 6


@pytest.mark.parametrize(
    "about",
    [
        {"form": "yuv444p"},
        {"form": "nv12"},
        {"matrix": "smpte170m"},
        {"primaries": "bt2020"},
        {"full_range": True},
        {"width": 321},
        {"crop": (318, 179, 0, 1)},
    ],
)
def test_other_pictures_are_left_to_what_takes_them_all(about: dict[str, object]) -> None:
    plain = {"index": 0, "codec": "h264", "width": 320, "height": 180, "form": "yuv420p"}
    assert "zscale" in filters.picture(Picture.model_validate(plain), (160, 90), None)
    assert "zscale=w=160" not in filters.picture(
        Picture.model_validate(plain | about), (160, 90), None
    )


def test_single_pictures_that_say_they_are_interlaced_are_scaled(
    tmp_path: Path, ffmpeg: Path
) -> None:
    picture = Picture(index=0, codec="h264", width=128, height=70, form="yuv420p")
    drawn = "setfield=tff," + filters.picture(picture, (64, 34), "fps=12")
    command = [str(ffmpeg), "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=128x70:rate=12"]
    to = tmp_path / "made.mkv"
    ends = ["-frames:v", "2", "-pix_fmt", "yuv420p", "-c:v", "ffv1", str(to)]
    subprocess.run([*command, "-vf", f"format=yuv420p,{drawn}", *ends], check=True, timeout=60)
    assert to.stat().st_size > 0
