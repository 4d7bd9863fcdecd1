"""Real tracks through the real Packager: what it wrote, and who can play it."""

import base64
import logging
import os
import re
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.encoding import programs
from matinee.encoding.handover import handed_over
from matinee.encoding.programs import Bounds, ProgramError
from matinee.encoding.rules import encryption, packaging, windows
from matinee.encoding.rules.encryption import TitleKey
from matinee.encoding.rules.packaging import TrackFile, Tracks
from matinee.kernel import binaries
from tests.encoding import packages, vendor
from tests.encoding.packages import Package, Track
from tests.encoding.test_keys import forms

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


@pytest.fixture(scope="module")
def parts(ffmpeg: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rungs of two codecs, one of them also in HDR, and sound in every variant."""
    folder = tmp_path_factory.mktemp("parts")
    gop = str(windows.gop_frames(RATE))
    picture = ["-f", "lavfi", "-i", f"testsrc2=size=192x108:rate={RATE}"]
    sound = ["-f", "lavfi", "-i", f"sine=duration={FRAMES / 24000 * 1001}"]
    avc = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", gop, "-sc_threshold", "0"]
    av1 = ["-c:v", "libsvtav1", "-preset", "13", "-g", gop, "-svtav1-params", "scd=0"]
    outputs: list[list[str]] = [
        ["-vf", _SDR, *avc, "-pix_fmt", "yuv420p", "h264-1.mp4"],
        ["-vf", f"scale=96:54,{_SDR}", *avc, "-pix_fmt", "yuv420p", "h264-2.mp4"],
        ["-vf", _SDR, *av1, "-pix_fmt", "yuv420p10le", "av1-1.mp4"],
        ["-vf", _HDR, *av1, "-pix_fmt", "yuv420p10le", "av1-hdr.mp4"],
    ]
    command = [str(ffmpeg), "-v", "error", *picture, *sound]
    for *made, name in outputs:
        command += ["-map", "0:v", "-frames:v", str(FRAMES), *made, str(folder / name)]
    for name, coded in {
        "aac-2": ["-ac", "2", "-c:a", "aac"],
        "aac-6": ["-ac", "6", "-c:a", "aac"],
        "opus-2": ["-ac", "2", "-c:a", "libopus"],
    }.items():
        command += ["-map", "1:a", "-ar", "48000", *coded, str(folder / f"{name}.mp4")]
    quiet = {**os.environ, "SVT_LOG": "1"}
    subprocess.run(command, check=True, timeout=120, env=quiet)
    (folder / "text.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nA word\n")
    folder.chmod(0o755)
    for way in folder.parents:
        if way.stat().st_uid == os.getuid() and way != Path("/"):
            way.chmod(way.stat().st_mode | stat.S_IXOTH)
    return folder


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
    with handed_over(encryption.secret_flags(key), out.parent) as (flag_file, fill):
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


@pytest.fixture(scope="module")
def packed(parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Packed:
    folder = tmp_path_factory.mktemp("packed")
    return pack(parts, folder / "package", KEY)


@pytest.fixture(scope="module")
def opened(parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Packed:
    return pack(parts, tmp_path_factory.mktemp("opened") / "package", None)


def by_codec(package: Package) -> dict[str, list[Track]]:
    found: dict[str, list[Track]] = {}
    for track in package.of("video"):
        found.setdefault(track.attributes["codecs"].partition(".")[0], []).append(track)
    return found


def text_of(package: Package, pattern: str) -> str:
    return "\n".join(path.read_text() for path in sorted(package.folder.glob(pattern)))


def test_both_manifests_name_the_same_segments(packed: Packed) -> None:
    package = packed.package
    assert package.faults() == []
    in_hls = {name for names in package.playlists().values() for name in names}
    for track in package.of("video"):
        for _, _, path in track.segments:
            assert str(path.relative_to(package.folder)) in in_hls


def test_segments_are_whole_gops_at_a_broken_rate(packed: Packed) -> None:
    segment_s = float(Fraction(4 * windows.gop_frames(RATE) // 2) / Fraction(RATE))
    for track in packed.package.of("video"):
        *whole, _rest = [length for _, length, _ in track.segments]
        assert whole == [pytest.approx(segment_s, abs=1e-9)] * 2
        starts = [start for start, _, _ in track.segments]
        assert starts == [pytest.approx(n * segment_s) for n in range(3)]


def test_each_codec_is_a_set_of_its_own_and_hdr_too(packed: Packed) -> None:
    found = by_codec(packed.package)
    assert len(found["avc1"]) == 2
    assert len(found["av01"]) == 2
    sets = text_of(packed.package, "manifest.mpd").split("<AdaptationSet ")[1:]
    video = [one for one in sets if 'contentType="video"' in one]
    assert len(video) == 3
    hdr = [one for one in video if ".09.16.09" in one]
    assert len(hdr) == 1
    assert 'TransferCharacteristics" value="16"' in hdr[0]
    master = text_of(packed.package, "master.m3u8")
    ranges = re.findall(r'STREAM-INF.*CODECS="(av01|avc1)[^"]*".*VIDEO-RANGE=(\w+)', master)
    assert set(ranges) == {("avc1", "SDR"), ("av01", "SDR"), ("av01", "PQ")}


def test_i_frame_playlists_have_every_keyframe(packed: Packed) -> None:
    playlists = sorted(packed.package.folder.glob("*-iframes.m3u8"))
    assert len(playlists) == 4
    keyframes = -(-FRAMES // windows.gop_frames(RATE))
    for playlist in playlists:
        text = playlist.read_text()
        assert "#EXT-X-I-FRAMES-ONLY" in text
        assert text.count("#EXTINF") == keyframes
    assert text_of(packed.package, "master.m3u8").count("EXT-X-I-FRAME-STREAM-INF") == 4


def test_sound_is_offered_to_each_by_what_it_can(packed: Packed) -> None:
    dash = {(track.attributes["codecs"], track.language) for track in packed.package.of("audio")}
    assert dash == {("mp4a.40.2", "en"), ("opus", "en")}
    master = text_of(packed.package, "master.m3u8")
    groups = re.findall(r'TYPE=AUDIO.*GROUP-ID="([^"]+)".*CHANNELS="(\d)', master)
    assert groups == [("audio-aac-2", "2"), ("audio-aac-6", "6")]
    assert "opus" not in master


def test_players_are_told_which_key_and_nobody_which_it_is(packed: Packed) -> None:
    manifest = text_of(packed.package, "manifest.mpd")
    protected = manifest.count("urn:mpeg:dash:mp4protection:2011")
    assert protected == manifest.count('value="cbcs"') == 5
    assert manifest.count(f'cenc:default_KID="{KEY.key_id}"') == protected
    # The W3C common box, by which Clear Key is told the key's id.
    assert manifest.count("urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b") == protected
    for playlist in packed.package.folder.glob("video*.m3u8"):
        lead, locked = playlist.read_text().split("#EXT-X-KEY:")
        assert lead.count("/1.m4s") == lead.count(".m4s") > 0
        assert re.match(
            r'METHOD=SAMPLE-AES,URI="key",IV=0x[0-9a-f]{32},KEYFORMAT="identity"', locked
        )
    for path in packed.package.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert KEY.key not in content
        for form in forms(KEY.key):
            assert form.encode() not in content, path


def test_the_key_is_in_no_process_list_and_on_no_disk(packed: Packed) -> None:
    seen = "\n".join(packed.command_lines)
    assert "--protection_scheme cbcs" in seen
    for form in forms(KEY.key):
        assert form not in seen
    assert not any(path.exists() for path in packed.flag_files)


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


@pytest.mark.parametrize("name", ["h264-1", "av1-1"])
def test_who_has_the_key_sees_every_frame_and_nobody_else_more_than_the_lead(
    packed: Packed, parts: Path, tmp_path: Path, name: str
) -> None:
    folder = f"video-{name}"
    track = next(one for one in packed.package.of("video") if one.init.parent.name == folder)
    joined = packed.package.joined(track, tmp_path / "joined.mp4")
    original = decoded(parts / f"{name}.mp4", None)
    assert len(original) == len(set(original)) == FRAMES
    assert decoded(joined, KEY) == original
    lead = 2 * windows.gop_frames(RATE)
    for nobody in (None, replace(KEY, key=bytes(16))):
        seen = set(decoded(joined, nobody)) & set(original)
        assert seen <= set(original[:lead])


def test_sound_is_locked_too(packed: Packed, tmp_path: Path) -> None:
    lead = 210  # more frames of sound than a segment has
    for track in packed.package.of("audio"):
        joined = packed.package.joined(track, tmp_path / "joined.mp4")
        heard, noise = decoded(joined, KEY)[lead:], decoded(joined, None)[lead:]
        assert heard
        assert not any(one == other for one, other in zip(heard, noise, strict=False))


def test_without_a_key_everything_is_open(opened: Packed, parts: Path, tmp_path: Path) -> None:
    package = opened.package
    assert package.faults() == []
    assert "ContentProtection" not in text_of(package, "manifest.mpd")
    assert "EXT-X-KEY" not in text_of(package, "*.m3u8")
    track = by_codec(package)["avc1"][0]
    joined = package.joined(track, tmp_path / "open.mp4")
    assert packages.frames(joined) == FRAMES
    assert decoded(joined, None) == decoded(parts / "h264-1.mp4", None)


def test_a_vendors_drm_systems_stand_in_the_manifests(parts: Path, tmp_path: Path) -> None:
    kid = str(KEY.key_id)
    boxes = (vendor.pssh("widevine", kid), vendor.pssh("playready", kid))
    uri = f"skd://vendor.example/{kid}"
    package = pack(
        parts, tmp_path / "package", replace(KEY, iv=vendor.IV, pssh=boxes, hls_key_uri=uri)
    ).package
    manifest = text_of(package, "manifest.mpd")
    for name, box in zip(("widevine", "playready"), boxes, strict=True):
        assert f"urn:uuid:{vendor.SYSTEMS[name]}" in manifest
        assert f"<cenc:pssh>{base64.b64encode(box).decode()}</cenc:pssh>" in manifest
    playlists = text_of(package, "video-h264-1.m3u8")
    assert f'URI="{uri}"' in playlists
    assert 'KEYFORMAT="com.apple.streamingkeydelivery"' in playlists
    assert 'KEYFORMAT="identity"' not in playlists
    assert f"IV=0x{vendor.IV.hex()}" in playlists


def test_a_failure_tells_no_key(
    parts: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    broken = Tracks([TrackFile(tmp_path / "broken.mp4", "video-1")], [], [])
    assert parts.is_dir()
    with (
        caplog.at_level(logging.DEBUG),
        handed_over(encryption.secret_flags(KEY), tmp_path) as (flag_file, fill),
    ):
        lock = encryption.arguments(KEY, flag_file)
        told = packaging.arguments(tmp_path, broken, RATE, lock)
        with pytest.raises(ProgramError) as caught:
            programs.run("packager", told, Bounds(60), pulse=fill)
    for form in forms(KEY.key):
        assert form not in str(caught.value) + " ".join(caught.value.lines) + caplog.text
    assert not flag_file.exists()


@given(st.fractions(min_value=Fraction(19, 2), max_value=60, max_denominator=1001))
def test_no_gop_is_passed_over_in_a_day(rate: Fraction) -> None:
    """Packager begins a segment where its time, by a clock of ticks, divides to a new number."""
    gop = Fraction(windows.gop_frames(f"{rate.numerator}/{rate.denominator}")) / rate
    told = Fraction(packaging.just_below(2 * gop))
    assert 0 < 2 * gop - told <= Fraction(1, 500_000)
    for clock_hz in (rate.numerator * 1000, 90_000 * rate.numerator):
        segment = int(told * clock_hz)
        for n in (1, 2, 3, 1000, 21_599):
            assert int(n * gop * clock_hz) // segment == n // 2


def sound(codec: str, channels: int, track: int) -> TrackFile:
    return TrackFile(Path("x"), f"{track}-{codec}-{channels}", codec=codec, channels=channels)


def test_hls_has_surround_only_where_every_track_has_it() -> None:
    film = [sound("aac", 2, 0), sound("aac", 6, 0), sound("opus", 2, 0)]
    assert packaging.hls_sounds(film) == film[:2]
    commentary = sound("aac", 2, 1)
    assert packaging.hls_sounds([*film, commentary]) == [film[0], commentary]
    assert packaging.hls_sounds([]) == []
