"""Real tracks through the real Packager: both manifests, and every codec in its place."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.encoding.rules import packaging, windows
from matinee.encoding.rules.packaging import TrackFile
from tests.encoding import packages
from tests.encoding.packages import Package, Track
from tests.encoding.packing import FRAMES, RATE, Packed, decoded, pack, text_of


@pytest.fixture(scope="module")
def opened(parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Packed:
    return pack(parts, tmp_path_factory.mktemp("opened") / "package", None)


def by_codec(package: Package) -> dict[str, list[Track]]:
    found: dict[str, list[Track]] = {}
    for track in package.of("video"):
        found.setdefault(track.attributes["codecs"].partition(".")[0], []).append(track)
    return found


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


def test_without_a_key_everything_is_open(opened: Packed, parts: Path, tmp_path: Path) -> None:
    package = opened.package
    assert package.faults() == []
    assert "ContentProtection" not in text_of(package, "manifest.mpd")
    assert "EXT-X-KEY" not in text_of(package, "*.m3u8")
    track = by_codec(package)["avc1"][0]
    joined = package.joined(track, tmp_path / "open.mp4")
    assert packages.frames(joined) == FRAMES
    assert decoded(joined, None) == decoded(parts / "h264-1.mp4", None)


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
