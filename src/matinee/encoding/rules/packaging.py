"""What Shaka Packager is told: its streams and its flags."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matinee.encoding.rules import ladder, languages

MANIFEST = "manifest.mpd"
MASTER = "master.m3u8"
# A language that no subtitle has, so that none is shown unasked.
_NO_DEFAULT_TEXT = "mis"
_UNSAFE = re.compile(r'[,="\\\x00-\x1f]+')


@dataclass(frozen=True)
class TrackFile:
    """A finished track; `folder` is its place in the package."""

    path: Path
    folder: str
    language: str = ""
    label: str = ""
    role: str = ""
    forced: bool = False


def arguments(
    out: Path,
    videos: Sequence[TrackFile],
    sounds: Sequence[TrackFile],
    texts: Sequence[TrackFile],
) -> list[str]:
    """All arguments for a package in the folder `out`, not encrypted."""
    streams = [_video(out, video) for video in videos]
    streams += [_sound(out, sound) for sound in sounds]
    for text in texts:
        streams += [_text_for_hls(out, text), _text_for_dash(out, text)]
    known = next((s.language for s in sounds[:1] if s.language != languages.UNKNOWN), None)
    language = [] if known is None else ["--default_language", known]
    return [
        "--quiet",
        *streams,
        *("--segment_duration", str(ladder.SEGMENT_S), "--generate_static_live_mpd"),
        *("--mpd_output", str(out / MANIFEST), "--hls_master_playlist_output", str(out / MASTER)),
        *("--hls_playlist_type", "VOD", *language),
        *("--default_text_language", _NO_DEFAULT_TEXT),
        *encryption(),
    ]


def encryption() -> list[str]:
    """The arguments that name content keys: none, as packages are not encrypted yet."""
    return []


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


def _sound(out: Path, track: TrackFile) -> str:
    hls = {"playlist_name": f"{track.folder}.m3u8", "hls_group_id": "audio"}
    return _stream(track, "audio", _segments(out, track) | hls | _words(track))


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
