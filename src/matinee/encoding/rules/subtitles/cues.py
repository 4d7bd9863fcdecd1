"""What is shown and when, whatever format it came in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

CUES_MAX = 50_000
# A cue that nobody could see is a mistake.
_SHOWN_MS_MIN = 1


@dataclass(frozen=True, order=True)
class Cue:
    """`text` is in WebVTT's markup, `settings` are WebVTT's cue settings."""

    start_ms: int
    end_ms: int
    text: str
    settings: str = ""


def tidied(cues: Iterable[Cue], length_ms: int) -> list[Cue]:
    """The cues in order, none twice, empty, or beyond the film's end."""
    clipped = (replace(cue, end_ms=min(cue.end_ms, length_ms)) for cue in cues)
    shown = (
        cue
        for cue in clipped
        if cue.start_ms >= 0 and cue.end_ms - cue.start_ms >= _SHOWN_MS_MIN and cue.text.strip()
    )
    return sorted(set(shown))


def webvtt(cues: Iterable[Cue]) -> str:
    """A WebVTT file (W3C WebVTT, section 4)."""
    blocks = ["WEBVTT\n"]
    for cue in cues:
        times = f"{_time(cue.start_ms)} --> {_time(cue.end_ms)}"
        blocks.append(f"{' '.join(filter(None, (times, cue.settings)))}\n{cue.text}\n")
    return "\n".join(blocks)


def _time(whole_ms: int) -> str:
    minutes, ms = divmod(whole_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{ms // 1000:02d}.{ms % 1000:03d}"
