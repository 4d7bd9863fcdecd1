"""WebVTT (W3C WebVTT: The Web Video Text Tracks Format, section 6.1)."""

import re

from matinee.encoding.rules.subtitles import markup
from matinee.encoding.rules.subtitles.cues import Cue

_TIME = r"(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})"
_TIMES = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[ \t]*(.*)$")
_PERCENT = r"\d{1,3}(?:\.\d{1,3})?%"
# Settings that stand by themselves; regions are left out with their definitions.
_SETTING = re.compile(
    rf"^(?:vertical:(?:rl|lr)|line:(?:-?\d{{1,3}}|{_PERCENT})(?:,(?:start|center|end))?"
    rf"|position:{_PERCENT}(?:,(?:line-left|center|line-right))?|size:{_PERCENT}"
    r"|align:(?:start|center|end|left|right))$"
)


def cues(text: str) -> list[Cue]:
    """The cues of a WebVTT file; notes, styles and regions are left out."""
    blocks = re.split(r"\n[ \t]*\n", text)
    return [cue for block in blocks[1:] if (cue := _cue(block.strip("\n").split("\n"))) is not None]


def _cue(lines: list[str]) -> Cue | None:
    # A cue may have an identifier in front of its times.
    for number, line in enumerate(lines[:2]):
        times = _TIMES.match(line)
        if times is not None:
            wanted = [one for one in times[9].split() if _SETTING.match(one)]
            words = "\n".join(lines[number + 1 :])
            return Cue(
                start_ms=_ms(times.groups()[:4]),
                end_ms=_ms(times.groups()[4:8]),
                text=markup.rendered(markup.of_tags(words, entities=True)),
                settings=" ".join(wanted),
            )
    return None


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, ms = (int(part or 0) for part in parts)
    return (hours * 3600 + minutes * 60 + seconds) * 1000 + ms
