"""Windows: stretches of a film counted in frames of its rungs, which every step sees alike.

All rungs stand on one grid: frame n is what the film shows at n / rate seconds. A
window that is decoded by itself holds the very frames that the whole film has
there, so chunks can be made apart and joined, and measured against the source.
"""

from dataclasses import dataclass
from fractions import Fraction

from matinee.encoding.rules import ladder

# A chunk of about 10 s: long enough for rate control, short enough to be done again.
GOPS_A_CHUNK = 5
# What is left at the end is a chunk of its own from this many GOPs on.
_GOPS_LEFT_MIN = 2
_MICRO = 1_000_000


@dataclass(frozen=True)
class Window:
    """`frames` frames from `first_frame` on, at `rate` (a fraction as text)."""

    first_frame: int
    frames: int
    rate: str

    @property
    def start_s(self) -> float:
        """Where it begins in the film."""
        return float(self.first_frame / Fraction(self.rate))

    @property
    def duration_s(self) -> float:
        """How long it is."""
        return float(self.frames / Fraction(self.rate))


def gop_frames(rate: str) -> int:
    """Frames from one keyframe to the next."""
    return ladder.gop_frames(Fraction(rate))


def chunks(frames: int, rate: str) -> tuple[Window, ...]:
    """The film in windows of whole GOPs; the last one takes what is left, and a short rest."""
    gop = gop_frames(rate)
    chunk = GOPS_A_CHUNK * gop
    count, left = divmod(frames, chunk)
    if left >= _GOPS_LEFT_MIN * gop:
        count += 1
    starts = [n * chunk for n in range(max(1, count))]
    ends = [*starts[1:], frames]
    return tuple(Window(start, end - start, rate) for start, end in zip(starts, ends, strict=True))


def whole(frames: int, rate: str) -> Window:
    """All of the film as one window."""
    return Window(0, frames, rate)


def seek(window: Window, zero_s: float | None = None) -> tuple[list[str], str]:
    """Give the arguments before `-i`, and the filter that puts pictures on the window's frames.

    The filter comes before any that costs by the picture; `-frames:v` ends the window. Where
    `zero_s` is given, the film begins at that timestamp of its file; otherwise where ffmpeg
    says that the file begins.

    Decoding begins a second early, at the keyframe before that: a keyframe's timestamp may
    lie behind its place in the file, and a picture may stand for longer than any lead.
    """
    rate = Fraction(window.rate)
    lead = min(window.first_frame, max(1, gop_frames(window.rate) // ladder.GOP_S))
    # ffmpeg counts in microseconds; both roundings are taken from the same grid.
    from_us = round((window.first_frame - lead) / rate * _MICRO)
    lead_us = round(window.first_frame / rate * _MICRO) - from_us
    fps = f"fps={window.rate}:start_time={_seconds(lead_us)}"
    if zero_s is not None:
        at = _seconds(from_us + round(zero_s * _MICRO))
        return ["-noaccurate_seek", "-seek_timestamp", "1", "-ss", at], fps
    return (["-noaccurate_seek", "-ss", _seconds(from_us)] if from_us else []), fps


def _seconds(us: int) -> str:
    return f"{us // _MICRO}.{us % _MICRO:06d}"
