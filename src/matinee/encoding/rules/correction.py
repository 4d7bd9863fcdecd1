"""Whether a rung became what was aimed at, and the CRF that comes nearer where it did not."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from matinee.encoding.rules.curves import Curve, odds_of

# What is promised is one; measuring some of the frames may be off by a little.
DEVIATION_MAX = 1.0
_TOLERANCE = 0.6
ROUNDS_MAX = 3
# A film's own curve is about as steep as its samples', unless a cap holds it.
_STEEPNESS = (0.5, 2.0)
# The share of the expected gain below which a cap, and not the CRF, holds the quality.
_HELD_BELOW = 0.25


class Tried(NamedTuple):
    """A whole encode of a rung: its CRF and the film's VMAF."""

    crf: float
    vmaf: float


def correct(curve: Curve, aim: float, tried: Sequence[Tried]) -> float | None:
    """The CRF to encode with next, after the encodes so far; None where that is no use.

    No use where the aim is met, no other CRF comes nearer, or there were rounds enough.
    """
    last = tried[-1]
    if abs(last.vmaf - aim) <= _TOLERANCE or len(tried) >= ROUNDS_MAX or is_held(curve, tried):
        return None
    wanted = curve.through(*last).crf_for(aim) if len(tried) == 1 else _secant(curve, aim, tried)
    return None if wanted in {one.crf for one in tried} else wanted


def is_held(curve: Curve, tried: Sequence[Tried]) -> bool:
    """Whether better was asked for and not given: the cap or the source itself is the limit."""
    for before, after in pairwise(tried):
        expected = curve.vmaf(after.crf) - curve.vmaf(before.crf)
        if expected > 0 and after.vmaf - before.vmaf < _HELD_BELOW * expected:
            return True
    return False


def honest_aim(curve: Curve, aim: float, tried: Sequence[Tried]) -> float:
    """The aim, or what was reached where more cannot be had."""
    last = tried[-1]
    at_the_end = last.crf in {curve.scale.lowest, curve.scale.highest}
    missed = abs(last.vmaf - aim) > DEVIATION_MAX
    return round(last.vmaf, 2) if missed and (at_the_end or is_held(curve, tried)) else aim


def _secant(curve: Curve, aim: float, tried: Sequence[Tried]) -> float:
    """Through the two encodes nearest to the aim, in odds, no steeper than is likely."""
    near, other = sorted(tried, key=lambda one: abs(one.vmaf - aim))[:2]
    run = near.crf - other.crf
    expected = odds_of(curve.vmaf(near.crf)) - odds_of(curve.vmaf(other.crf))
    rise = odds_of(near.vmaf) - odds_of(other.vmaf)
    steep = rise / expected if expected else 1.0
    slope = expected / run * min(max(steep, _STEEPNESS[0]), _STEEPNESS[1]) if run else 0.0
    if not slope:
        return near.crf
    wanted = near.crf + (odds_of(aim) - odds_of(near.vmaf)) / slope
    return min(curve.crfs(), key=lambda crf: abs(crf - wanted))
