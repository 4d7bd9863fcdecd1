"""Small tracks of every kind, and a package of them by the real Packager."""

import os
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from matinee.encoding import programs
from matinee.encoding.handover import handed_over
from matinee.encoding.programs import Bounds
from matinee.encoding.rules import encryption, packaging, windows
from matinee.encoding.rules.encryption import TitleKey
from matinee.encoding.rules.packaging import TrackFile, Tracks
from matinee.kernel import binaries
from tests.encoding.packages import Package

RATE = "24000/1001"
FRAMES = 230  # two segments and a rest
KEY = TitleKey(
    UUID("0123456789abcdef0123456789abcdef"), bytes.fromhex("00f1e2d3c4b5a6978877665544332211")
)
_HDR = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv"
_SDR = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"


@dataclass(frozen=True)
class Packed:
    """A package, and what could be seen of its making."""

    package: Package
    key: TitleKey | None
    command_lines: set[str]
    flag_files: list[Path]


def make_parts(folder: Path) -> None:
    """Rungs of two codecs, one of them also in HDR, and sound in every variant."""
    picture = ["-f", "lavfi", "-i", f"testsrc2=size=192x108:rate={RATE}"]
    sound = ["-f", "lavfi", "-i", f"sine=duration={FRAMES / 24000 * 1001}"]
    command = [str(binaries.find("ffmpeg")), "-v", "error", *picture, *sound]
    for *made, name in _videos():
        command += ["-map", "0:v", "-frames:v", str(FRAMES), *made, str(folder / name)]
    for name, coded in {
        "aac-2": ["-ac", "2", "-c:a", "aac"],
        "aac-6": ["-ac", "6", "-c:a", "aac"],
        "opus-2": ["-ac", "2", "-c:a", "libopus"],
    }.items():
        command += ["-map", "1:a", "-ar", "48000", *coded, str(folder / f"{name}.mp4")]
    subprocess.run(command, check=True, timeout=120, env={**os.environ, "SVT_LOG": "1"})
    (folder / "text.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nA word\n")
    # Packager is another user where this is root.
    for way in (folder, *folder.parents):
        if way.stat().st_uid == os.getuid() and way != Path("/"):
            way.chmod(way.stat().st_mode | stat.S_IXOTH)


def _videos() -> list[list[str]]:
    gop = str(windows.gop_frames(RATE))
    avc = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", gop, "-sc_threshold", "0"]
    av1 = ["-c:v", "libsvtav1", "-preset", "13", "-g", gop, "-svtav1-params", "scd=0"]
    return [
        ["-vf", _SDR, *avc, "-pix_fmt", "yuv420p", "h264-1.mp4"],
        ["-vf", f"scale=96:54,{_SDR}", *avc, "-pix_fmt", "yuv420p", "h264-2.mp4"],
        ["-vf", _SDR, *av1, "-pix_fmt", "yuv420p10le", "av1-1.mp4"],
        ["-vf", _HDR, *av1, "-pix_fmt", "yuv420p10le", "av1-hdr.mp4"],
    ]


def tracks(parts: Path) -> Tracks:
    videos = [
        TrackFile(parts / f"{name}.mp4", f"video-{name}")
        for name in ("h264-1", "h264-2", "av1-1", "av1-hdr")
    ]
    sounds = [
        TrackFile(
            parts / f"{codec}-{channels}.mp4",
            f"audio-0-en-{codec}-{channels}",
            "en",
            "English",
            "main",
            codec=codec,
            channels=channels,
        )
        for codec, channels in (("aac", 2), ("opus", 2), ("aac", 6))
    ]
    text = TrackFile(parts / "text.vtt", "text-0-en", "en", "English", "subtitle")
    return Tracks(videos, sounds, [text])


def pack(parts: Path, out: Path, key: TitleKey | None) -> Packed:
    out.mkdir()
    seen: set[str] = set()
    if key is None:
        programs.run("packager", packaging.arguments(out, tracks(parts), RATE), Bounds(60))
        return Packed(Package(out), None, seen, [])
    with handed_over(encryption.secret_flags(key)) as (flag_file, fill):
        assert stat.S_IMODE(flag_file.stat().st_mode) == 0o600
        lock = encryption.arguments(key, flag_file)

        def pulse() -> None:
            fill()
            seen.update(command_lines())

        told = packaging.arguments(out, tracks(parts), RATE, lock)
        programs.run("packager", told, Bounds(60), pulse=pulse)
    return Packed(Package(out), key, seen, [flag_file])


def command_lines() -> Iterator[str]:
    """What anybody on this machine sees of the programs that run."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


def text_of(package: Package, pattern: str) -> str:
    return "\n".join(path.read_text() for path in sorted(package.folder.glob(pattern)))


def decoded(path: Path, key: TitleKey | None) -> list[str]:
    """A checksum of each frame; those that cannot be decoded are left out."""
    lock = [] if key is None else ["-decryption_key", key.key.hex()]
    done = subprocess.run(
        [
            str(binaries.find("ffmpeg")),
            "-v",
            "quiet",
            *lock,
            "-i",
            str(path),
            "-f",
            "framemd5",
            "-",
        ],
        check=False,
        capture_output=True,
        timeout=60,
    )
    lines = done.stdout.decode().splitlines()
    return [line.rpartition(",")[2].strip() for line in lines if not line.startswith("#")]
