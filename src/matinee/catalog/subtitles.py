"""Whether a file that a person sent can be subtitles at all, by its size and first look.

`encoding` reads it for real, and tells in its report what it could not read.
"""

import codecs

from matinee.kernel.problems import BadRequest, TooLarge, Unprocessable

SIZE_BYTES_MAX = 5 * 1024 * 1024
_ADVICE = "Save the subtitles as SRT, WebVTT, ASS or TTML and send them again."
_PICTURES = (b"PG", b"# VobSub", b"\x00\x00\x01\xba")
# What every subtitle format that is taken has somewhere.
_SIGNS = ("-->", "[events]", "<tt", ":tt ")


def check(content: bytes) -> None:
    """Raise the problem that says why a file is no subtitle file."""
    if not content.strip():
        code = "no_subtitles"
        raise BadRequest(code, "Send the subtitle file as the body of the request.")
    if len(content) > SIZE_BYTES_MAX:
        code = "subtitles_too_large"
        raise TooLarge(code, f"A subtitle file may have {SIZE_BYTES_MAX // 1024**2} MiB.")
    if content.startswith(_PICTURES):
        code = "subtitles_are_pictures"
        raise Unprocessable(code, f"This file holds pictures of text, not text. {_ADVICE}")
    text = _decoded(content).lower()
    if not any(sign in text for sign in _SIGNS):
        code = "not_subtitles"
        raise Unprocessable(code, f"This is not a subtitle file. {_ADVICE}")


def _decoded(content: bytes) -> str:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "latin-1", errors="replace")
