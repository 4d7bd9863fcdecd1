"""SubRip (SRT): what programs write, not what a standard says, as there is none."""

import re
from itertools import pairwise

from matinee.encoding.rules.subtitles import markup, placing
from matinee.encoding.rules.subtitles.cues import Cue

_TIME = r"(\d{1,3}):(\d{1,2}):(\d{1,2})(?:[,.:](\d{1,3}))?"
_TIMES = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*$", re.MULTILINE)
_NUMBER = re.compile(r"\n[ \t]*\d+[ \t]*\Z")
# ASS's codes, as many programs write them into SRT too.
_PLACE = re.compile(r"\{\\an([1-9])\}")
_CODES = re.compile(r"\{\\[^{}]*\}")


def cues(text: str) -> list[Cue]:
    """The cues of an SRT file: from each line of times to the next."""
    found = list(_TIMES.finditer(text))
    # The number of the next cue stands in front of its times.
    blocks = [
        _NUMBER.sub("", text[before.end() : after.start()].rstrip())
        for before, after in pairwise(found)
    ]
    blocks += [text[last.end() :] for last in found[-1:]]
    return [_cue(match, block) for match, block in zip(found, blocks, strict=True)]


def _cue(times: re.Match[str], words: str) -> Cue:
    place = _PLACE.search(words)
    plain = _CODES.sub("", words)
    return Cue(
        start_ms=_ms(times.groups()[:4]),
        end_ms=_ms(times.groups()[4:]),
        text=markup.rendered(markup.of_tags(plain, entities=False)),
        settings=placing.of_numpad(int(place[1])) if place else "",
    )


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + int(
        fraction.ljust(3, "0")
    )
