"""What is not a sound film is refused with a sentence, leaves nothing behind, and kills nobody."""

import re
import signal
import struct
import subprocess
from pathlib import Path

import pytest

from matinee.encoding import room, settings
from matinee.encoding.models import DeadLetter, Encode
from matinee.encoding.programs import ProgramError
from matinee.encoding.rules.unfit import Unfit
from matinee.encoding.steps import inspect, verdicts
from tests.clips import clip
from tests.encoding.conftest import told, upload, work_until_idle
from tests.encoding.test_kinds import H264, make, picture, sound

pytestmark = pytest.mark.django_db(databases="__all__")

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile /etc/passwd\n"


def expect_refused(path: Path, *words: str) -> None:
    encode = upload(path)
    work_until_idle()
    heard = told()
    assert heard.progress[-1].stage == "failed"
    for word in words:
        assert word in heard.error
    assert heard.error.endswith(".")
    assert heard.ready == []
    assert not DeadLetter.objects.exists()
    assert not (settings.get().work / str(encode.pk)).exists()
    assert not list(room.store().keys("packages"))
    assert not list(room.store().keys("artwork"))
    encode.refresh_from_db()
    assert encode.status == Encode.Status.FAILED


@pytest.mark.asvs("V5.2.1")
@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"just some words\n" * 20, "text file"),
        (SRT.encode(), "text file"),
        (SDP.encode(), "SDP"),
        (HLS.encode(), "playlist"),
        (b"\xef\xbb\xbf\n" + HLS.encode(), "playlist"),
        (CONCAT.encode(), "list of files"),
        (b'<?xml version="1.0"?><MPD/>', "XML"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nx\n", "subtitle"),
        (b"PK\x03\x04" + bytes(200), "ZIP"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "JPEG"),
        (bytes(5000), "not a film"),
        (bytes((n * n // 7 + n) % 256 for n in range(50_000)), "not a film"),
        (b"\n" * 300 + HLS.encode(), "playlist"),
        (HLS.encode("utf-16"), "playlist"),
        (b"<smil><body/></smil>", "SMIL"),
        (b"<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'/>", "DASH"),
        (b"[playlist]\nFile1=/etc/passwd\n", "playlist"),
        (b"\xef\xbb\xbfffconcat version 1.0\nfile '/etc/passwd'\n", "list of files"),
        (b"<tt xmlns='http://www.w3.org/ns/ttml'/>", "subtitle"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt " + bytes(90), "WAV"),
        (b"\x7fELF" + bytes(90), "program"),
        # Behind the tag of a sound file, as some players would skip it.
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + HLS.encode(), "sound file"),
        # Text behind a few bytes that look like no text, as a playlist would be hidden.
        (b"\x00\x00\x00\x18ftypisom" + HLS.encode(), "."),
    ],
)
def test_what_is_no_film(content: bytes, word: str, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    expect_refused(path, word)


def test_a_film_without_its_end(tmp_path: Path) -> None:
    whole = clip("bbb_480p_30s.mp4").read_bytes()
    path = tmp_path / "film.mp4"
    path.write_bytes(whole[: len(whole) * 9 // 10])
    expect_refused(path, "cut short", "upload")


def test_a_matroska_film_without_its_end(tmp_path: Path) -> None:
    whole = clip("multi_1080p24_30s_2audio_2subs.mkv").read_bytes()
    path = tmp_path / "film.mkv"
    path.write_bytes(whole[: len(whole) // 8])
    expect_refused(path, "cut short", "30.0 s")


def faststart(ffmpeg: Path, to: Path) -> bytes:
    command = [str(ffmpeg), "-v", "error", "-y", "-i", str(clip("bikes.mp4")), "-c", "copy"]
    subprocess.run([*command, "-movflags", "+faststart", str(to)], check=True, timeout=60)
    return to.read_bytes()


def test_a_film_whose_index_leads_but_whose_end_is_missing(tmp_path: Path, ffmpeg: Path) -> None:
    whole = faststart(ffmpeg, tmp_path / "film.mp4")
    (tmp_path / "film.mp4").write_bytes(whole[: len(whole) * 2 // 3])
    expect_refused(tmp_path / "film.mp4", "missing", "upload")


def test_a_film_with_flipped_bits(tmp_path: Path) -> None:
    data = bytearray(clip("bikes.mp4").read_bytes())
    for n in range(40):
        data[len(data) // 10 + n * len(data) // 50] ^= 1 << n % 8
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(data))
    expect_refused(path, "damaged", "upload")


def test_sound_alone(tmp_path: Path, ffmpeg: Path) -> None:
    path = tmp_path / "film.m4a"
    lavfi = [str(ffmpeg), "-v", "error", "-f", "lavfi", "-i"]
    subprocess.run([*lavfi, "sine=duration=2", "-c:a", "aac", str(path)], check=True, timeout=60)
    expect_refused(path, "no picture")


def test_a_single_picture_as_a_film(tmp_path: Path, ffmpeg: Path) -> None:
    path = tmp_path / "film.mp4"
    lavfi = [str(ffmpeg), "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v"]
    subprocess.run([*lavfi, "1", str(path)], check=True, timeout=60)
    expect_refused(path, "only 0.0", "long")


def test_a_film_that_is_too_large(
    tmp_path: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_SIDE_PIXELS_MAX", "300")
    settings.get.cache_clear()
    path = tmp_path / "film.mp4"
    lavfi = [str(ffmpeg), "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180"]
    subprocess.run([*lavfi, "-t", "1", str(path)], check=True, timeout=60)
    expect_refused(path, "320 x 180", "smaller")


def test_a_film_with_copy_protection(tmp_path: Path, ffmpeg: Path) -> None:
    path = tmp_path / "film.mp4"
    lavfi = [str(ffmpeg), "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x64:duration=1"]
    lock = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "0" * 32]
    lock += ["-encryption_kid", "1" * 32]
    subprocess.run([*lavfi, "-c:v", "libx264", *lock, str(path)], check=True, timeout=60)
    expect_refused(path, "encrypted")


def test_a_film_that_takes_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect, "_DECODE_S_LEAST", 0.02)
    monkeypatch.setattr(inspect, "_DECODE_S_PER_S", 0.0)
    expect_refused(clip("bbb_480p_30s.mp4"), "far too long")


def test_a_source_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(clip("bikes.mp4").read_bytes())
    encode = upload(path)
    room.store().remove("sources")
    work_until_idle()
    assert "no longer there" in told().error
    encode.refresh_from_db()
    assert encode.status == Encode.Status.FAILED


def test_no_room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_DISK_SPARE_BYTES", str(10**18))
    settings.get.cache_clear()
    expect_refused(clip("bikes.mp4"), "disk space", "Free some space")


@pytest.mark.asvs("V5.2.1")
def test_a_bomb_of_pixels(tmp_path: Path, ffmpeg: Path) -> None:
    path = tmp_path / "film.mp4"
    lavfi = [str(ffmpeg), "-v", "error", "-f", "lavfi", "-i", "color=size=8208x4352:rate=1"]
    packed = ["-frames:v", "2", "-c:v", "libx264", "-preset", "ultrafast", str(path)]
    subprocess.run([*lavfi, *packed], check=True, timeout=60)
    assert path.stat().st_size < 1_000_000
    expect_refused(path, "8208 x 4352", "smaller")


def test_the_worker_goes_on_with_the_next(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"no film")
    upload(path)
    upload(tiny)
    work_until_idle()
    stages = {event.title_id: event.stage for event in told().progress}
    assert sorted(stages.values()) == ["done", "failed"]


def test_a_picture_that_grows_on_the_way(
    tmp_path: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The header tells of small pictures; the stream brings larger ones than are taken."""
    monkeypatch.setenv("MATINEE_ENCODING_AREA_PIXELS_MAX", "20000")
    settings.get.cache_clear()
    small = make(ffmpeg, tmp_path / "1.ts", *picture("128x72"), *H264)
    large = make(ffmpeg, tmp_path / "2.ts", *picture("320x180"), *H264)
    path = tmp_path / "film.ts"
    path.write_bytes(small.read_bytes() + large.read_bytes())
    expect_refused(path, "320 x 180", "smaller")


def test_an_absurd_rate(tmp_path: Path, ffmpeg: Path) -> None:
    path = make(ffmpeg, tmp_path / "film.mp4", *picture("64x64", "1000"), *H264)
    expect_refused(path, "1000 pictures a second", "lower")


def test_very_many_tracks(tmp_path: Path, ffmpeg: Path) -> None:
    many = [word for _ in range(101) for word in ("-map", "1:a")]
    path = tmp_path / "film.mkv"
    make(ffmpeg, path, *picture("64x64"), *sound(), "-map", "0:v", *many, *H264, "-c:a", "pcm_u8",
         "-ar", "8000")  # fmt: skip
    expect_refused(path, "102 tracks", "at most 100")


def test_a_film_without_a_single_frame(tmp_path: Path, ffmpeg: Path) -> None:
    path = make(ffmpeg, tmp_path / "film.mkv", *picture(), "-frames:v", "0", *H264)
    expect_refused(path)


def with_duration(path: Path, seconds: float) -> None:
    """Write another duration into a Matroska film: the segment's, and the tracks' tags."""
    data = bytearray(path.read_bytes())
    # EBML id and length of Duration, a double in milliseconds.
    at = data.index(b"\x44\x89\x88") + 3
    data[at : at + 8] = struct.pack(">d", seconds * 1000)
    whole = int(seconds)
    tag = f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.000000000".encode()
    data = bytearray(re.sub(rb"\d\d:\d\d:\d\d\.\d{9}", tag, bytes(data)))
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("seconds", "word"), [(3600.0, "cut short"), (90 * 3600.0, "hours long"), (0.1, "only 0.10 s")]
)
def test_a_duration_that_lies(seconds: float, word: str, tmp_path: Path, ffmpeg: Path) -> None:
    path = make(ffmpeg, tmp_path / "film.mkv", *picture("64x64"), *H264)
    with_duration(path, seconds)
    expect_refused(path, word)


def test_hardly_any_pictures(tmp_path: Path, ffmpeg: Path) -> None:
    """Two pictures minutes apart would be thousands when they are shown at an even rate."""
    apart = ("-vf", "setpts=N*300/TB", "-frames:v", "2", "-fps_mode", "vfr")
    path = make(ffmpeg, tmp_path / "film.mkv", *picture("64x64"), *apart, *H264)
    expect_refused(path, "pictures in")


def test_an_unsafe_list_inside_a_film(tmp_path: Path, ffmpeg: Path) -> None:
    """A film whose only track is a list of other files, in a container that is taken."""
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,000 --> 00:00:09,000\nffconcat version 1.0 file /etc/passwd\n")
    path = make(ffmpeg, tmp_path / "film.mkv", "-i", str(words), "-c:s", "srt")
    expect_refused(path, "neither picture nor sound")


def test_a_decoder_that_falls_over_the_film() -> None:
    crash = ProgramError("ffmpeg", -signal.SIGSEGV, ["[h264 @ 0x1] [error] and then it fell"])
    crash.at_s = 2.0
    assert "2.0 s" in str(verdicts.damaged(crash))
    assert isinstance(verdicts.damaged(crash), Unfit)
    killed = ProgramError("ffmpeg", -signal.SIGKILL, [])
    assert verdicts.damaged(killed) is killed
