"""Rungs: the renditions of a film, and those that its size and rate alone decide.

Rungs are counted in lines of a 16:9 frame that the picture fits into, so that wide
and upright films get the rungs of the ordinary film with as much detail.
"""

import math
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from matinee.contracts.encoding import DynamicRange, VideoCodec

# Lines of the frame; each step is about half to two thirds of the pixels of the one above.
STANDARD_LINES = (2160, 1440, 1080, 720, 540, 360, 240)
# A rung this close below the film's own size costs as much and shows the same.
_STEP_MIN = 1.2
_WIDE = Fraction(16, 9)
_SIDE_MIN = 16

GOP_S = 2
SEGMENT_S = 4

CRF = 22
CRF_QUICK = 24
_RATE_CAPPED = 60
_RATE_SLOW = Fraction(19, 2)
# Rates that screens and broadcasters know, for films whose pictures come at uneven times.
_STEADY_RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)
_EVEN_ENOUGH = 0.002

# Sizes that trials are made of. A step between two is too small to be seen, and costs a trial.
_TRIAL_LINES: dict[VideoCodec, tuple[int, ...]] = {
    "h264": (2160, 1440, 1080, 720, 540, 432, 360, 270, 216),
    "av1": (2160, 1440, 1080, 720, 540, 360, 270),
}
# Only films as small as this are tried at these sizes; taller ones have other ways down.
_SMALL_LINES = 576
_SIZES_OF_SMALL = (432, 216)
# Sizes below are tried together: what they share, the film's decoding, costs as much as they do.
_TOGETHER_LINES = 1440

# A quick rung may cost as many pixels as this; 24 s of 540p at 24 pictures a second are fewer.
_QUICK_PIXELS_MAX = 400_000_000
_QUICK_LINES_MAX = 540
_QUICK_LINES_MIN = 360
_QUICK_LOW_LINES_MIN = 120


class Rung(BaseModel):
    """One rendition. `name` is how steps, parts and manifests call it.

    `rate` is a fraction such as 24000/1001. `vmaf_aim` is None where nothing is aimed at.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    codec: VideoCodec
    lines: int
    width: int
    height: int
    rate: str
    crf: float
    bitrate_bps_max: int
    vmaf_aim: float | None = None
    dynamic_range: DynamicRange = "sdr"

    @property
    def gop_frames(self) -> int:
        """Pictures from one keyframe to the next."""
        return gop_frames(Fraction(self.rate))


def gop_frames(rate: Fraction) -> int:
    """Pictures from one keyframe to the next, the same in all rungs of a film."""
    return max(1, round(GOP_S * rate))


def lines_of(size: tuple[int, int]) -> int:
    """The height of the smallest 16:9 frame, lying or standing, that the picture fits into."""
    short, long = sorted(size)
    return max(short, round(long / _WIDE))


def ladder(size: tuple[int, int], rate: Fraction, lines_max: int) -> tuple[Rung, ...]:
    """The rungs for a picture as displayed, tallest first; never above the source, never none."""
    own = min(lines_of(size), lines_max)
    below = [lines for lines in STANDARD_LINES if lines * _STEP_MIN <= own]
    sizes = enumerate((own, *below), 1)
    return tuple(rung_of(f"h264-{n}", size, lines, rate, CRF) for n, lines in sizes)


def sizes_tried(codec: VideoCodec, size: tuple[int, int], lines_max: int) -> tuple[int, ...]:
    """The sizes to try for a picture as displayed, tallest first; never above the source."""
    own = min(lines_of(size), lines_max)
    below = (lines for lines in _TRIAL_LINES[codec] if lines * _STEP_MIN <= own)
    return (own, *(n for n in below if n not in _SIZES_OF_SMALL or own <= _SMALL_LINES))


def trial_lines(codec: VideoCodec, size: tuple[int, int], lines_max: int) -> tuple[int, ...]:
    """The steps that trials come in, by the tallest size of each; see `tried_together`."""
    sizes = sizes_tried(codec, size, lines_max)
    heads = [lines for lines in sizes if lines >= _TOGETHER_LINES]
    return (*heads, *[lines for lines in sizes if lines < _TOGETHER_LINES][:1])


def tried_together(codec: VideoCodec, size: tuple[int, int], head: int) -> tuple[int, ...]:
    """The sizes that one step tries: its head, and with a small one all that are smaller."""
    sizes = sizes_tried(codec, size, head)
    return sizes if head < _TOGETHER_LINES else sizes[:1]


def quick_rung(size: tuple[int, int], rate: Fraction, duration_s: float, lines_max: int) -> Rung:
    """The rung that makes a film playable early: as tall as can be afforded, at least 360 lines."""
    own = min(lines_of(size), lines_max, _QUICK_LINES_MAX)
    choices = [own, *(lines for lines in STANDARD_LINES if _QUICK_LINES_MIN <= lines < own)]
    rungs = [rung_of("quick-1", size, lines, rate, CRF_QUICK) for lines in choices]
    frames = max(1.0, duration_s * float(rate))
    fitting = [r for r in rungs if r.width * r.height * frames <= _QUICK_PIXELS_MAX]
    return (fitting or rungs[-1:])[0]


def quick_rungs(size: tuple[int, int], rate: Fraction, lines_max: int) -> tuple[Rung, ...]:
    """The rungs that make a film playable early, on any line: about 540 and about 270 lines.

    Both come out of one decode, so they cost little more than the taller one alone.
    """
    tall = min(lines_of(size), lines_max, _QUICK_LINES_MAX)
    low = tall // 2 if tall >= 2 * _QUICK_LOW_LINES_MIN else None
    sizes = enumerate([tall, *([] if low is None else [low])], 1)
    return tuple(rung_of(f"quick-{n}", size, lines, rate, CRF_QUICK) for n, lines in sizes)


def output_rate(tick: Fraction, mean: Fraction) -> Fraction:
    """The constant rate to encode at, at most 60.

    `tick` is the finest step between two pictures, `mean` pictures by time. Pictures that
    come at uneven times stay where they are if the step is a rate that can be shown.
    """
    rate = tick if is_even(tick, mean) or mean < tick <= _RATE_CAPPED else _steady(mean)
    while rate > _RATE_CAPPED:
        # Halving keeps every second picture; nothing is blended or judders.
        rate = rate / 2
    return rate if rate >= _RATE_SLOW else _steady(rate)


def is_even(tick: Fraction, mean: Fraction) -> bool:
    """Whether pictures come at even times."""
    return abs(tick - mean) <= _EVEN_ENOUGH * mean


def _steady(mean: Fraction) -> Fraction:
    return next((r for r in _STEADY_RATES if r >= mean * Fraction(99, 100)), _STEADY_RATES[-1])


def bitrate_bps_max(width: int, height: int, rate: Fraction) -> int:
    """The cap of a rung: 5.5 Mb/s at 1080p30; bits grow slower than pixels and pictures do."""
    pixels = float(width * height / (1920 * 1080))
    speed = max(1.0, float(rate) / 30)
    return max(100_000, int(5_500_000 * math.pow(pixels, 0.75) * math.sqrt(speed)))


def rung_of(name: str, size: tuple[int, int], lines: int, rate: Fraction, crf: float) -> Rung:
    """An H.264 rung in which a picture of `size` fits into a frame of `lines`."""
    width, height = fitted(size, lines)
    return Rung(
        name=name,
        codec="h264",
        lines=lines,
        width=width,
        height=height,
        rate=f"{rate.numerator}/{rate.denominator}",
        crf=crf,
        bitrate_bps_max=bitrate_bps_max(width, height, rate),
    )


def fitted(size: tuple[int, int], lines: int) -> tuple[int, int]:
    """Width and height of the picture in a frame of `lines`: even, never above `size`."""
    share = min(Fraction(1), Fraction(lines, lines_of(size)))
    width, height = (_even(side * share, side) for side in size)
    return width, height


def _even(wanted: Fraction, most: int) -> int:
    # Chroma has half the lines and columns, so both must be even; down where up is too much.
    nearest = 2 * round(wanted / 2)
    return max(_SIDE_MIN, nearest if nearest <= most else nearest - 2)
