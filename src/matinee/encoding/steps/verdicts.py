"""What the tools' complaints mean for the person who uploaded the film."""

import re
from collections.abc import Iterator
from signal import Signals

from matinee.encoding import settings
from matinee.encoding.programs import ProgramError
from matinee.encoding.rules.unfit import Unfit

DAMAGED = (
    "The file is damaged: it cannot be decoded beyond {at}. "
    "Export or copy it again and upload the new file."
)
GAPS = (
    "The file is damaged: parts of it cannot be read, so the film has gaps. "
    "Copy or export it again and upload the new file."
)
_OURS = ("Cannot allocate memory", "No space left on device", "Resource temporarily unavailable")
# A decoder that falls over the file, where one that is killed is not the file's fault.
_CRASHES = frozenset(
    map(
        int, (-Signals.SIGSEGV, -Signals.SIGABRT, -Signals.SIGBUS, -Signals.SIGFPE, -Signals.SIGILL)
    )
)
_NOT_DECODED = ("Decoding error", "Error submitting packet to decoder")
# A decoder says so where pictures refer to ones that were cut off; players show it well.
_LACKS_REFERENCE = (
    "mmco: unref short failure",
    "co located POCs unavailable",
    "reference picture missing",
    "Missing reference picture",
    "number of reference frames",
    "Could not find ref with POC",
    "non monotonically increasing dts",
)
# A container that had to be searched for where it goes on: what lay between is lost. MP4 has an
# index instead, and complains of edits that play well.
_LOST = re.compile(
    r"^\[(?:in#\d+/)?(?:matroska|avi|flv|asf|mxf|ogg|gxf|ivf)[^\]]*\] \[(?:error|fatal)\]"
)
_TOO_MANY_PIXELS = re.compile(r"Picture size (\d+)x(\d+) exceeds")


def lacks_only_references(lines: list[str]) -> bool:
    """Whether decoding stopped because a picture refers to one that is not in the file."""
    first = next(_errors(lines), "")
    return any(mark in first for mark in _LACKS_REFERENCE)


def has_other_errors(lines: list[str]) -> bool:
    """Whether anything but missing references is wrong."""
    return any(not any(mark in line for mark in _LACKS_REFERENCE) for line in _errors(lines))


def undecoded(lines: list[str]) -> int:
    """How many packets could not be decoded; Unfit where they hold pictures that are too large."""
    _refuse_bomb(" ".join(lines))
    return sum(any(mark in line for mark in _NOT_DECODED) for line in lines)


def has_lost_parts(lines: list[str]) -> bool:
    """Whether parts of the container could not be read, though the rest could be decoded."""
    return any(_LOST.match(line) for line in lines)


def _errors(lines: list[str]) -> Iterator[str]:
    return (line for line in lines if "[error]" in line or "[fatal]" in line)


def _refuse_bomb(said: str) -> None:
    match = _TOO_MANY_PIXELS.search(said)
    if match:
        msg = (
            f"The picture is {match[1]} x {match[2]} pixels; at most "
            f"{settings.get().area_pixels_max} in all are taken. Export it smaller."
        )
        raise Unfit(msg)


def _is_ours(error: ProgramError, said: str) -> bool:
    killed = error.code < 0 and error.code not in _CRASHES
    return killed or any(mark in said for mark in _OURS)


def unreadable(error: ProgramError) -> Exception:
    """What it means that ffprobe could not read a file: a verdict, or the error if it is ours."""
    said = " ".join(error.lines)
    if _is_ours(error, said):
        return error
    _refuse_bomb(said)
    if "moov atom not found" in said:
        return Unfit(
            "The file is cut short: the index at its end is missing. Copy or export it again "
            "and upload the whole file."
        )
    return Unfit(
        "This is not a film that can be read. Upload an MP4, MOV, MKV, WebM, TS or AVI file, "
        "and check that it plays on your computer."
    )


def damaged(error: ProgramError) -> Exception:
    """What it means that ffmpeg could not decode a file: a verdict, or the error if it is ours."""
    said = " ".join(error.lines)
    if _is_ours(error, said):
        return error
    _refuse_bomb(said)
    if "partial file" in said or "corrupt input packet" in said:
        return Unfit(
            "The file is cut short or damaged: a part of the film is missing. "
            "Copy or export it again and upload the whole file."
        )
    if "Decoder not found" in said or "no decoder" in said.lower():
        return Unfit(
            "The film is in a format that cannot be decoded. "
            "Export it as H.264, HEVC, VP9, AV1 or ProRes."
        )
    return Unfit(DAMAGED.format(at=f"{error.at_s:.1f} s"))
