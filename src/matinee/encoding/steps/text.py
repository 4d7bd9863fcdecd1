"""Text: every subtitle track of a film, and every file beside it, as WebVTT."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from matinee.contracts.encoding import SubtitleFile
from matinee.encoding import actions, ffmpeg, queries
from matinee.encoding.programs import ProgramError
from matinee.encoding.room import store
from matinee.encoding.rules import languages, subtitles
from matinee.encoding.rules.source import Text
from matinee.encoding.rules.subtitles import Unreadable
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds

log = logging.getLogger(__name__)

_TEXT_BYTES_MAX = 32 * 1024 * 1024
# Scripts with styles of their own stay as they are; the rest keeps its times to the millisecond.
_SCRIPTS = {"ass", "ssa"}


def text(hands: Hands) -> None:
    """Turn every text track and file into WebVTT; what cannot be read is left out and told."""
    tracks: list[dict[str, Any]] = []
    remarks: list[str] = []
    inside = hands.source.texts
    beside = queries.sidecars_of(hands.claim.title_id)
    drafts = _extracted(hands, inside)
    found: list[tuple[Text | SubtitleFile, Callable[[], bytes]]] = [
        *((track, partial(_read, path)) for track, path in zip(inside, drafts, strict=True)),
        *((file, partial(_fetched, hands, file)) for file in beside),
    ]
    for number, (about, content) in enumerate(found):
        label = about.label or languages.name(about.language, f"Subtitles {number + 1}")
        try:
            facts = _written(hands, f"text-{number}.vtt", content())
        except Unreadable as verdict:
            remarks.append(f"The subtitles “{label}” are left out. {verdict}")
            continue
        language = languages.tag(about.language)
        tracks.append({**facts, "language": language, "label": label, "forced": about.forced})
        hands.beat(0.9)
    for path in drafts:
        path.unlink(missing_ok=True)
    told = {"tracks": tracks, "remarks": remarks}
    patiently(lambda: actions.step_finish(hands.claim, told, hands.usage()))


def _extracted(hands: Hands, tracks: Sequence[Text]) -> list[Path]:
    """The film's text tracks as files; they are read in one go, or one by one if that fails."""
    paths = [hands.room.part(f"subtitles-{n}.txt") for n in range(len(tracks))]
    wanted = list(zip(tracks, paths, strict=True))
    try:
        if wanted:
            _extract(hands, wanted)
    except ProgramError as error:
        log.warning("not all subtitles of %s are sound: %s", hands.claim.encode_id, error)
        for track, path in wanted:
            path.unlink(missing_ok=True)
            _extract_alone(hands, track, path)
    return paths


def _extract_alone(hands: Hands, track: Text, path: Path) -> None:
    try:
        _extract(hands, [(track, path)])
    except ProgramError as error:
        log.warning("subtitle track %s could not be read: %s", track.index, error)
        path.unlink(missing_ok=True)


def _extract(hands: Hands, wanted: Sequence[tuple[Text, Path]]) -> None:
    outputs: list[str] = []
    for track, path in wanted:
        form = ("copy", "ass") if track.codec in _SCRIPTS else ("subrip", "srt")
        outputs += ["-map", f"0:{track.index}", "-c:s", form[0], "-f", form[1], str(path)]
    duration_s = hands.plan.duration_s
    done = ffmpeg.run(
        [*ffmpeg.source_input(hands.room.source(hands.claim.source_key)), *outputs],
        decode_bounds(duration_s, file_bytes=_TEXT_BYTES_MAX),
        duration_s=duration_s,
        beat=hands.part_of(0.0, 0.9),
    )
    hands.count(done)


def _fetched(hands: Hands, file: SubtitleFile) -> bytes:
    path = hands.room.part("subtitles-beside.txt")
    try:
        store().fetch(file.source_key, path)
    except KeyError as error:
        msg = "The file is no longer there. Add it again."
        raise Unreadable(msg) from error
    try:
        return _read(path)
    finally:
        path.unlink()


def _read(path: Path) -> bytes:
    """A file's content, and a byte more than is allowed if there is more."""
    if not path.exists():
        msg = "The track is damaged. Add it as an SRT, WebVTT, ASS or TTML file."
        raise Unreadable(msg)
    with path.open("rb") as file:
        return file.read(subtitles.FILE_BYTES_MAX + 1)


def _written(hands: Hands, name: str, content: bytes) -> dict[str, Any]:
    """Write a track's WebVTT; Unreadable if there is nothing of it to show."""
    length_ms = round(hands.plan.duration_s * 1000)
    cues = subtitles.tidied(subtitles.read(content), length_ms)
    if not cues:
        msg = "None of its lines falls into the film. Check that it belongs to this film."
        raise Unreadable(msg)
    with hands.room.draft(name) as draft:
        draft.write_text(subtitles.webvtt(cues), encoding="utf-8")
        draft.chmod(0o644)
    return {"file": name, "cues": len(cues)}
