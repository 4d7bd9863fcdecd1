"""A subtitle file of any kind: which format and encoding it is in, and its cues."""

import codecs
import re
from collections.abc import Callable

from matinee.encoding.rules.subtitles import ass, srt, ttml, vtt
from matinee.encoding.rules.subtitles.cues import CUES_MAX, Cue
from matinee.encoding.rules.subtitles.unreadable import Unreadable

FILE_BYTES_MAX = 5 * 1024 * 1024
_ADVICE = "Save the subtitles as SRT, WebVTT, ASS or TTML and add them again."
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a file of pictures of text, or no subtitle at all, begins with.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"PG", "pictures of text as on a Blu-ray disc (PGS)"),
    (b"# VobSub", "the index of pictures of text as on a DVD (VobSub)"),
    (b"\x00\x00\x01\xba", "pictures of text as on a DVD (VobSub)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"%PDF", "a PDF document"),
    (b"\x1aE\xdf\xa3", "a Matroska film"),
)
_ARROW = re.compile(r"\d:\d{1,2}[,.:]?\d*[ \t]*-->")
_CONTROLS_SHARE_MAX = 0.02

__all__ = ["FILE_BYTES_MAX", "Unreadable", "read"]


def read(content: bytes) -> list[Cue]:
    """The cues of a subtitle file, as they stand in it; Unreadable says what is wrong with it."""
    if len(content) > FILE_BYTES_MAX:
        mib = 1024**2
        msg = (
            f"The file has {len(content) / mib:.1f} MiB; subtitles have at most "
            f"{FILE_BYTES_MAX // mib}. {_ADVICE}"
        )
        raise Unreadable(msg)
    if not content.strip(b" \t\r\n\x00"):
        msg = f"The file is empty. {_ADVICE}"
        raise Unreadable(msg)
    for start, name in _OTHERS:
        if content.startswith(start):
            msg = f"This is {name}, not text. {_ADVICE}"
            raise Unreadable(msg)
    found = _cues(content)
    if not found:
        msg = f"No line of text with a time was found in the file. {_ADVICE}"
        raise Unreadable(msg)
    if len(found) > CUES_MAX:
        msg = f"The file has {len(found)} lines of text; at most {CUES_MAX} are taken."
        raise Unreadable(msg)
    return found


def _cues(content: bytes) -> list[Cue]:
    text = _decoded(content)
    head = text.lstrip()
    if head.startswith("<"):
        return ttml.cues(content)
    parse: Callable[[str], list[Cue]] | None = None
    if head.startswith("WEBVTT"):
        parse = vtt.cues
    elif head[:2000].lower().lstrip("; \n").startswith("[script info]") or "[Events]" in text:
        parse = ass.cues
    elif _ARROW.search(text):
        parse = srt.cues
    if parse is None:
        msg = f"This is no subtitle format that is known. {_ADVICE}"
        raise Unreadable(msg)
    return parse(text)


def _decoded(content: bytes) -> str:
    """The text, whatever its encoding; every line ends with a line feed."""
    text = _by_mark(content) or _by_guess(content)
    controls = sum(c < " " and c not in "\t\n\r\f\x1a" for c in text[:20_000])
    if controls > _CONTROLS_SHARE_MAX * min(len(text), 20_000):
        msg = f"This is not a text file. {_ADVICE}"
        raise Unreadable(msg)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _by_mark(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    return None


def _by_guess(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # What old programs write in Western Europe; its few gaps are Latin-1's control characters.
        return content.decode("cp1252", errors="replace")
