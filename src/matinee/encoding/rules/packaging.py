"""What Shaka Packager is told: its streams and its flags."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from matinee.encoding.rules import ladder, languages, windows

MANIFEST = "manifest.mpd"
MASTER = "master.m3u8"
# A language that no subtitle has, so that none is shown unasked.
_NO_DEFAULT_TEXT = "mis"
_UNSAFE = re.compile(r'[,="\\\x00-\x1f]+')
_MICRO = 1_000_000


@dataclass(frozen=True)
class TrackFile:
    """A finished track; `folder` is its place in the package."""

    path: Path
    folder: str
    language: str = ""
    label: str = ""
    role: str = ""
    forced: bool = False
    # Of sound: players choose one by codec and channels.
    codec: str = "aac"
    channels: int = 2


@dataclass(frozen=True)
class Tracks:
    """All tracks of a package; the first sound is the one that plays unasked."""

    videos: Sequence[TrackFile]
    sounds: Sequence[TrackFile]
    texts: Sequence[TrackFile]


def arguments(out: Path, tracks: Tracks, rate: str, lock: Sequence[str] = ()) -> list[str]:
    """All arguments for a package in the folder `out`.

    `rate` is that of every video, a fraction; `lock` says how the package is encrypted.
    """
    streams = [_video(out, video) for video in tracks.videos]
    in_hls = hls_sounds(tracks.sounds)
    streams += [_sound(out, sound, in_hls=sound in in_hls) for sound in tracks.sounds]
    for text in tracks.texts:
        streams += [_text_for_hls(out, text), _text_for_dash(out, text)]
    spoken = [sound.language for sound in tracks.sounds[:1] if sound.language != languages.UNKNOWN]
    gop = Fraction(windows.gop_frames(rate)) / Fraction(rate)
    gops = ladder.SEGMENT_S // ladder.GOP_S
    return [
        "--quiet",
        *streams,
        *("--segment_duration", just_below(gops * gop), "--fragment_duration", just_below(gop)),
        *("--generate_static_live_mpd", "--mpd_output", str(out / MANIFEST)),
        *("--hls_master_playlist_output", str(out / MASTER), "--hls_playlist_type", "VOD"),
        *(part for language in spoken for part in ("--default_language", language)),
        *("--default_text_language", _NO_DEFAULT_TEXT),
        *lock,
    ]


def just_below(seconds: Fraction) -> str:
    """A duration for Packager, which cuts at the first keyframe that is not before it.

    Rounded up, every second keyframe would come too early and be passed over. What is lost
    by rounding down, a tick of a track's clock a segment, would shift a cut after a day.
    """
    return f"{(math.ceil(seconds * _MICRO) - 1) / _MICRO:.6f}"


def hls_sounds(sounds: Sequence[TrackFile]) -> list[TrackFile]:
    """The sounds that HLS offers: AAC, which is what its players have in common.

    Its groups of sounds are alternatives to each other, so there is one of 5.1 only where every
    track has it; in the others somebody's commentary would be missing.
    """
    aac = [sound for sound in sounds if sound.codec == "aac"]
    tracks_by_channels: dict[int, int] = {}
    for sound in aac:
        tracks_by_channels[sound.channels] = tracks_by_channels.get(sound.channels, 0) + 1
    most = max(tracks_by_channels.values(), default=0)
    return [sound for sound in aac if tracks_by_channels[sound.channels] == most]


def unique_labels(labels: Sequence[str]) -> list[str]:
    """Labels without what Packager and playlists cannot take, each different from the others."""
    found: list[str] = []
    for number, label in enumerate(labels, 1):
        clean = " ".join(_UNSAFE.sub(" ", label).split()) or f"Track {number}"
        found.append(clean if clean not in found else f"{clean} ({number})")
    return found


def _video(out: Path, track: TrackFile) -> str:
    playlists = {
        "playlist_name": f"{track.folder}.m3u8",
        "iframe_playlist_name": f"{track.folder}-iframes.m3u8",
    }
    return _stream(track, "video", _segments(out, track) | playlists)


def _sound(out: Path, track: TrackFile, *, in_hls: bool) -> str:
    hls = {
        "playlist_name": f"{track.folder}.m3u8",
        "hls_group_id": f"audio-{track.codec}-{track.channels}",
    }
    where = hls if in_hls else {"dash_only": "1"}
    return _stream(track, "audio", _segments(out, track) | where | _words(track))


def _text_for_hls(out: Path, track: TrackFile) -> str:
    # RFC 8216, section 3.5: plain WebVTT segments, which every HLS player reads.
    more = {
        "segment_template": f"{out}/{track.folder}/$Number$.vtt",
        "playlist_name": f"{track.folder}.m3u8",
        "hls_group_id": "text",
        "hls_only": "1",
    }
    return _stream(track, "text", more | _words(track))


def _text_for_dash(out: Path, track: TrackFile) -> str:
    # ISO/IEC 14496-30: WebVTT in fMP4, whose segments carry their times.
    return _stream(track, "text", _segments(out, track) | {"dash_only": "1"} | _words(track))


def _segments(out: Path, track: TrackFile) -> dict[str, str]:
    return {
        "init_segment": f"{out}/{track.folder}/init.mp4",
        "segment_template": f"{out}/{track.folder}/$Number$.m4s",
    }


def _words(track: TrackFile) -> dict[str, str]:
    words = {"hls_name": track.label, "dash_label": track.label, "dash_roles": track.role}
    if track.language != languages.UNKNOWN:
        # Packager refuses `und`; saying nothing means the same.
        words["language"] = track.language
    return words | ({"forced_subtitle": "1"} if track.forced else {})


def _stream(track: TrackFile, kind: str, more: dict[str, str]) -> str:
    fields = {"in": str(track.path), "stream": kind} | more
    return ",".join(f"{key}={value}" for key, value in fields.items())
