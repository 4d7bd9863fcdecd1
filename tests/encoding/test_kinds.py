"""Every kind of film that people have becomes a package that plays; tiny clips made on the spot."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from matinee.encoding import room
from tests.encoding import packages
from tests.encoding.conftest import Told, told, upload, work_until_idle
from tests.encoding.packages import Package

pytestmark = pytest.mark.django_db(databases="__all__")

PICTURE = "testsrc2=size={size}:rate={rate}:duration={length}"
SOUND = "sine=frequency=440:duration={length}"
SUBTITLES = "1\n00:00:00,200 --> 00:00:01,000\nHello, <i>world</i>\n"


def make(ffmpeg: Path, to: Path, *arguments: str) -> Path:
    command = [str(ffmpeg), "-v", "error", "-nostdin", "-y", *arguments, str(to)]
    subprocess.run(command, check=True, timeout=60, cwd=to.parent)
    return to


def picture(size: str = "320x180", rate: str = "25", length: float = 1.2) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", PICTURE.format(size=size, rate=rate, length=length))


def sound(length: float = 1.2) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", SOUND.format(length=length))


H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "64k")


@dataclass(frozen=True)
class Kind:
    """How to make a clip, and what its tallest rung must be."""

    name: str
    arguments: tuple[str, ...]
    size: tuple[int, int] = (320, 180)
    rate: float = 25.0
    sounds: int = 1
    extra: dict[str, str] = field(default_factory=dict)


KINDS = [
    Kind("h264.mp4", (*picture(), *sound(), *H264, *AAC)),
    Kind("hevc.mkv", (*picture(), *sound(), "-c:v", "libx265", "-preset", "ultrafast",
                      "-x265-params", "log-level=none", *AAC)),
    Kind("vp9.webm", (*picture(), *sound(), "-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline",
                      "realtime", "-c:a", "libopus")),
    Kind("av1.mp4", (*picture(), "-c:v", "libsvtav1", "-preset", "12", "-svtav1-params",
                     "lp=1"), sounds=0),
    Kind("prores.mov", (*picture(), *sound(), "-c:v", "prores_ks", "-c:a", "pcm_s16le")),
    Kind("mpeg4.avi", (*picture(), *sound(), "-c:v", "mpeg4", "-c:a", "mp3")),
    Kind("mpeg2.ts", (*picture(), *sound(), "-c:v", "mpeg2video", "-c:a", "mp2")),
    Kind("odd.mkv", (*picture("321x181"), *H264[:4], "-pix_fmt", "yuv444p"), sounds=0),
    Kind("upright.mp4", (*picture("180x320"), *H264), (180, 320), sounds=0),
    Kind("anamorphic.mp4", (*picture("240x192"), "-vf", "setsar=4/3", *H264), (320, 192), sounds=0),
    Kind("film-rate.mp4", (*picture(rate="24000/1001"), *H264), rate=23.976, sounds=0),
    Kind("slow.mp4", (*picture(rate="25/2"), *H264), rate=12.5, sounds=0),
    Kind("fast.mp4", (*picture(rate="60000/1001"), *H264), rate=59.94, sounds=0),
    Kind("too-fast.mp4", (*picture(rate="120"), *H264), rate=60, sounds=0),
    Kind("interlaced.ts", (*picture(rate="50"), "-vf", "interlace", *H264, "-flags",
                           "+ildct+ilme", "-x264opts", "tff=1"), sounds=0),
    Kind("uneven.mkv", (*picture(rate="30", length=3), "-vf",
                        "select='not(mod(n,3))+lt(mod(n,20),7)'", "-fps_mode", "vfr", *H264),
         rate=30, sounds=0),
    Kind("mono-late.mkv", (*picture(), "-itsoffset", "0.4", *sound(0.8), "-ac", "1", *H264, *AAC)),
    Kind("surround.mkv", (*picture(), *sound(), "-ac", "6", *H264, *AAC)),
    Kind("hlg.mkv", (*picture(), "-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt",
                     "yuv420p10le", "-x265-params", "log-level=none", "-color_primaries",
                     "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"), sounds=0),
    Kind("full-range.mp4", (*picture(), "-c:v", "libx264", "-pix_fmt", "yuvj420p"), sounds=0),
]  # fmt: skip


def package_of(heard: Told) -> Package:
    folder = room.store().local_path(f"packages/{heard.ready[-1].package}/manifest.mpd")
    assert folder is not None
    return Package(folder.parent)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_of_film_plays(kind: Kind, tmp_path: Path, ffmpeg: Path) -> None:
    upload(make(ffmpeg, tmp_path / kind.name, *kind.arguments))
    work_until_idle()
    heard = told()
    assert heard.error == ""
    assert heard.progress[-1].stage == "done"
    package = package_of(heard)
    assert package.faults() == []
    tallest = heard.ready[-1].renditions[0]
    assert (tallest.width, tallest.height) == kind.size
    assert tallest.frame_rate == pytest.approx(kind.rate, abs=0.01)
    assert len(package.of("audio")) == kind.sounds
    shown = package.joined(package.of("video")[0], tmp_path / "shown.mp4")
    stream = packages.probe(shown, "-show_streams")["streams"][0]
    assert (stream["width"], stream["height"]) == kind.size
    assert stream["sample_aspect_ratio"] == "1:1"
    assert stream["pix_fmt"] == "yuv420p"
    assert stream["color_transfer"] == stream["color_space"] == "bt709"
    assert packages.frames(shown) == pytest.approx(heard.ready[-1].duration_s * kind.rate, abs=2.5)
