"""The words of a film's file name, apart from what its makers wrote around them.

Files are named by habit, not by a standard. What is told apart here is what the habits have in
common: a year, marks of quality and of an encoder, and the season and episode of a series.
"""

import re
import unicodedata
from typing import NamedTuple

FILM_ENDINGS = frozenset(
    [
        "3gp",
        "asf",
        "avi",
        "divx",
        "dv",
        "f4v",
        "flv",
        "m2ts",
        "m2v",
        "m4v",
        "mkv",
        "mov",
        "mp4",
        "mpeg",
        "mpg",
        "mts",
        "mxf",
        "ogm",
        "ogv",
        "qt",
        "ts",
        "vob",
        "webm",
        "wmv",
        "y4m",
    ]
)
SUBTITLE_ENDINGS = frozenset(["ass", "dfxp", "srt", "ssa", "ttml", "vtt"])
# A film of 1878 is the oldest that anybody has; see `TitleDraft.year`.
_YEAR_LEAST = 1870

# Words that nobody has in a name, and behind which no name goes on.
_MADE_WITH = re.compile(
    r"""(?ix) (?<![^\W_]) (?:
        \d{3,4}[pi] | 4k | 8k | uhd | hdr | hdr10\+? | hlg | 10[ -]?bit | 8[ -]?bit
      | blu-?ray | bd-?rip | br-?rip | bd-?remux | remux | dvd-?rip | dvd-?r | dvd[59]? | hd-?rip
      | hd-?tv | pdtv | ds-?rip | web-?dl | web-?rip | vhs-?rip | vod-?rip | cam-?rip
      | x ?26[45] | h[ .]?26[456] | hevc | avc | av1 | vp9 | xvid | divx | mpeg-?[24] | prores
      | aac(?:[ .]?[257][ .][01])? | e?ac-?3 | dts(?:-?hd)? | ddp?[ .]?[257][ .][01] | truehd
      | atmos
    ) (?![^\W_])"""
)
_IN_SQUARE = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d|21\d\d)(?!\d)")
_YEAR_IN_BRACKETS = re.compile(r"\(\s*(1[89]\d\d|20\d\d|21\d\d)\s*\)")
_IN_ROUND = re.compile(r"\(([^()]*)\)")
_SPACES = re.compile(r"\s+")
_EDGES = " \t-\u2013\u2014_.,;:+~"


class Dated(NamedTuple):
    """A name with its year; `certain` where the year can be nothing else."""

    name: str
    year: int | None
    certain: bool = True


def spaced(stem: str) -> str:
    """A file's name without its ending as people would write it: with spaces for its dots."""
    text = unicodedata.normalize("NFC", stem).replace("_", " ")
    if " " not in text.strip():
        text = text.replace(".", " ")
    return _SPACES.sub(" ", text).strip()


def trimmed(text: str) -> str:
    """A name without what stands in square brackets, and without dashes at its edges."""
    return _SPACES.sub(" ", _IN_SQUARE.sub(" ", text)).strip(_EDGES)


def before_marks(text: str) -> str:
    """What stands in front of the first word of quality or making; all, where that is nothing."""
    without = _IN_SQUARE.sub(" ", text)
    found = _MADE_WITH.search(without)
    if found is None:
        return trimmed(without)
    head = trimmed(without[: found.start()].rstrip("( "))
    return head or trimmed(without)


def dated(text: str, year_last: int) -> Dated:
    """The name and the year in it, if it has one; years after `year_last` belong to names."""
    without = _IN_SQUARE.sub(" ", text)
    bracketed = [found for found in _YEAR_IN_BRACKETS.finditer(without) if _fits(found, year_last)]
    if bracketed and (name := trimmed(without[: bracketed[-1].start()])):
        return Dated(_plain(name), int(bracketed[-1][1]))
    head = before_marks(without)
    is_marked = len(head) < len(trimmed(without))
    for found in reversed([one for one in _YEAR.finditer(head) if _fits(one, year_last)]):
        name, behind = trimmed(head[: found.start()]), trimmed(head[found.end() :])
        if name and not behind:
            return Dated(_plain(name), int(found[1]), certain=is_marked)
    return Dated(_plain(head), None)


def _plain(name: str) -> str:
    """The name without round brackets that hold nothing but marks."""
    return trimmed(_IN_ROUND.sub(lambda found: "" if _is_marks(found[1]) else found[0], name))


def _is_marks(text: str) -> bool:
    return not text.strip() or _MADE_WITH.match(text.strip()) is not None


def _fits(found: re.Match[str], year_last: int) -> bool:
    return _YEAR_LEAST <= int(found[1]) <= year_last
