"""What a film's own ladder saves against the ladders that every film gets elsewhere."""

from collections.abc import Mapping, Sequence

from matinee.contracts.encoding import Trial, VideoCodec
from matinee.encoding.rules import choice, ladder
from matinee.encoding.rules.bjontegaard import Point, bd_rate
from matinee.encoding.rules.curves import Curve

# Lines and kbit/s of H.264 at up to 30 pictures a second: Apple's HLS Authoring
# Specification for Apple Devices, table 1.
APPLE = (
    *((234, 145), (360, 365), (432, 730), (432, 1100), (540, 2000)),
    *((720, 3000), (720, 4500), (1080, 6000), (1080, 7800)),
)
# Netflix before it encoded by title ("Per-Title Encode Optimization", 2015).
NETFLIX = (
    *((240, 235), (288, 375), (384, 560), (384, 750), (480, 1050)),
    *((480, 1750), (720, 2350), (720, 3000), (1080, 4300), (1080, 5800)),
)
_POINTS_MIN = 2


def fixed(table: Sequence[tuple[int, int]], lines_max: int) -> tuple[tuple[int, int], ...]:
    """Lines and bit/s of the rungs of a fixed ladder that a source of `lines_max` gets."""
    return tuple((lines, kbps * 1000) for lines, kbps in table if lines <= lines_max)


def saved(codec: VideoCodec, trials: Sequence[Trial], size: tuple[int, int]) -> float | None:
    """Share of bits that the ladder of a codec saves at equal VMAF against Apple's in H.264.

    From the trials alone: what the fixed rungs would give is read off the H.264 trials'
    curves. None where there is too little to compare.
    """
    own = choice.curves_of(codec, trials)
    anchor = choice.curves_of("h264", trials)
    if not own or not anchor:
        return None
    ours = [(spot.bitrate_bps, spot.vmaf) for spot in choice.spots(codec, own)]
    theirs = _points(anchor, fixed(APPLE, ladder.lines_of(size)))
    difference = bd_rate(theirs, ours)
    return None if difference is None else round(-difference, 4)


def _points(curves: Mapping[int, Curve], rungs: Sequence[tuple[int, int]]) -> list[Point]:
    found = []
    for lines, bps in rungs:
        nearest = min(curves, key=lambda known: abs(known - lines))
        curve = curves[nearest]
        crf = min(curve.crfs(), key=lambda c: abs(curve.bitrate_bps(c) - bps))
        found.append((curve.bitrate_bps(crf), curve.vmaf(crf)))
    return found
