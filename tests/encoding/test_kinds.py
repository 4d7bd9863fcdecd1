"""Every kind of film that people have becomes a package that plays; tiny clips made on the spot."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from matinee.encoding import room
from tests.encoding import packages
from tests.encoding.conftest import Told, told, upload, work_until_idle
from tests.encoding.packages import Package

pytestmark = pytest.mark.django_db(databases="__all__")

PICTURE = "testsrc2=size={size}:rate={rate}:duration={length}"
SOUND = "sine=frequency=440:duration={length}"


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
    # Its sound fits into no index.
    Kind("nellymoser.flv", (*picture(), *sound(), "-c:v", "flv1", "-c:a", "nellymoser", "-ac", "1",
                            "-ar", "22050")),
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
    assert len({track.label for track in package.of("audio")}) == kind.sounds
    shown = package.joined(package.of("video")[0], tmp_path / "shown.mp4")
    stream = packages.probe(shown, "-show_streams")["streams"][0]
    assert (stream["width"], stream["height"]) == kind.size
    assert stream["sample_aspect_ratio"] == "1:1"
    assert stream["pix_fmt"] == "yuv420p"
    assert stream["color_transfer"] == stream["color_space"] == "bt709"
    assert packages.frames(shown) == pytest.approx(heard.ready[-1].duration_s * kind.rate, abs=2.5)


def recording(ffmpeg: Path, to: Path, codec: tuple[str, ...] = H264) -> bytes:
    """A broadcast from somewhere in a GOP to somewhere in a packet."""
    gops = ("-g", "20", "-sc_threshold", "0")
    whole = make(ffmpeg, to, *picture(length=6), *sound(6), *codec, *gops, *AAC).read_bytes()
    packets = len(whole) // 188
    return whole[packets // 9 * 188 : packets * 8 // 9 * 188]


@pytest.mark.parametrize("codec", [H264, ("-c:v", "mpeg2video")], ids=["h264", "mpeg2"])
def test_a_broadcast_may_begin_and_end_anywhere(
    codec: tuple[str, ...], tmp_path: Path, ffmpeg: Path
) -> None:
    path = tmp_path / "recording.ts"
    path.write_bytes(recording(ffmpeg, path, codec))
    upload(path)
    work_until_idle()
    assert told().error == ""
    assert package_of(told()).faults() == []


def test_a_broadcast_with_flipped_bits_is_refused(tmp_path: Path, ffmpeg: Path) -> None:
    path = tmp_path / "recording.ts"
    data = bytearray(recording(ffmpeg, path))
    for n in range(200):
        data[len(data) // 5 + n * len(data) // 400] ^= 1 << n % 8
    path.write_bytes(bytes(data))
    upload(path)
    work_until_idle()
    assert "damaged" in told().error


def test_tracks_inside_an_mp4(tmp_path: Path, ffmpeg: Path) -> None:
    """A turned film with two languages, subtitles and a cover picture, as phones and shops make."""
    (tmp_path / "words.srt").write_text("1\n00:00:00,200 --> 00:00:01,000\nHello, <i>you</i>\n")
    plain = make(ffmpeg, tmp_path / "plain.mp4", *picture(), *H264)
    cover = make(ffmpeg, tmp_path / "cover.png", *picture(), "-frames:v", "1")
    path = make(
        ffmpeg,
        tmp_path / "film.mp4",
        *("-display_rotation", "90", "-i", str(plain), *sound(), *sound()),
        *("-i", str(tmp_path / "words.srt"), "-i", str(cover)),
        *("-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s", "-map", "4:v"),
        *("-c:v:0", "copy", "-c:v:1", "png", "-disposition:v:1", "attached_pic", *AAC),
        *("-c:s", "mov_text", "-metadata:s:a:0", "language=ger", "-metadata:s:a:1"),
        *("language=eng", "-metadata:s:s:0", "language=swe"),
    )
    upload(path)
    work_until_idle()
    heard = told()
    assert heard.error == ""
    ready = heard.ready[-1]
    assert (ready.renditions[0].width, ready.renditions[0].height) == (180, 320)
    assert [(track.language, track.label) for track in ready.audio] == [
        ("de", "Deutsch"),
        ("en", "English"),
    ]
    assert [(track.language, track.label) for track in ready.subtitles] == [("sv", "Svenska")]
    assert package_of(heard).faults() == []


def test_two_tracks_of_one_unknown_language_stay_apart(tmp_path: Path, ffmpeg: Path) -> None:
    two = ("-map", "0:v", "-map", "1:a", "-map", "2:a")
    path = make(ffmpeg, tmp_path / "film.mkv", *picture(), *sound(), *sound(), *two, *H264, *AAC)
    upload(path)
    work_until_idle()
    heard = told()
    assert heard.error == ""
    assert [track.label for track in heard.ready[-1].audio] == ["Sound 1", "Sound 2"]
    assert len({track.label for track in package_of(heard).of("audio")}) == 2


def test_a_film_cut_from_a_longer_one_without_encoding_anew(tmp_path: Path, ffmpeg: Path) -> None:
    """Its first pictures refer to ones that were left behind, as cutting programs leave it."""
    gops = ("-preset", "fast", "-x264-params", "open-gop=1:keyint=30:bframes=4")
    codec = ("-c:v", "libx264", "-pix_fmt", "yuv420p", *gops)
    whole = make(ffmpeg, tmp_path / "whole.mkv", *picture(length=6), *codec)
    path = make(ffmpeg, tmp_path / "cut.mp4", "-ss", "3.3", "-i", str(whole), "-c", "copy")
    upload(path)
    work_until_idle()
    assert told().error == ""
    assert package_of(told()).faults() == []
