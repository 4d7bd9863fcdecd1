"""Which size of the picture is best at which bit rate: the convex hull over all sizes.

Netflix's per-title method (Aaron and others, "Per-Title Encode Optimization", 2015):
every size has a curve of quality over bits, and a ladder is cut from what the best of
them reach together.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from matinee.encoding.rules.curves import Curve


class Spot(NamedTuple):
    """An encode that could be made: size in lines, CRF, and what it would take and give."""

    lines: int
    crf: float
    bitrate_bps: float
    vmaf: float


def spots_of(curves: Mapping[int, Curve]) -> list[Spot]:
    """What could be made and is known well enough, by the curves by lines."""
    return [
        Spot(lines, crf, curve.bitrate_bps(crf), curve.vmaf(crf))
        for lines, curve in curves.items()
        for crf in curve.known_crfs()
    ]


def front(spots: list[Spot]) -> list[Spot]:
    """The spots that none beats in both bits and quality, fewest bits first.

    Where the hull goes straight from one size to the next, these lie just below it.
    """
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda s: (s.bitrate_bps, -s.vmaf)):
        if not kept or spot.vmaf > kept[-1].vmaf:
            kept.append(spot)
    return kept


def concave(spots: list[Spot]) -> list[Spot]:
    """The upper concave hull of VMAF over bits, rising all the way."""
    kept: list[Spot] = []
    for spot in front(spots):
        while len(kept) > 1 and _slope(kept[-2], kept[-1]) <= _slope(kept[-1], spot):
            kept.pop()
        kept.append(spot)
    return kept


def _slope(a: Spot, b: Spot) -> float:
    run = b.bitrate_bps - a.bitrate_bps
    return (b.vmaf - a.vmaf) / run if run > 0 else math.inf
