"""What a size of the picture gives for what it takes: quality and bits as functions of the CRF.

Over the CRF, the odds of quality (the logit of VMAF / 100) and the logarithm of the bits
are nearly straight: parabolas that three trials pin down, and two with the bend that
films have in common.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matinee.contracts.encoding import VideoCodec

# VMAF ends at 100 where pictures do not yet, so what is nearly perfect says nothing of slopes.
_VMAF_SPAN = (1.0, 98.5)
_POINTS_FOR_A_BEND = 3
# What is lost by shrinking is lost at any CRF, so small pictures gain less at low ones.
_BEND_BY_OCTAVE = -0.0014
# At half the size, slopes are so much of the usual one plus so much of the film's own.
_SMALL_USUAL, _SMALL_OWN = 0.21, 0.53
# Further from its trials, a curve is a guess. Towards better quality a small picture's ends soon:
# what was lost by shrinking does not come back, and a larger size serves there.
_REACH_BETTER, _REACH_BETTER_OF_SMALL = 8.0, 2.5
# How much steeper or flatter a film's curve may be than an ordinary film's.
_STEEPNESS = (0.4, 2.0)


class Scale(NamedTuple):
    """The CRFs that an encoder is asked for, and the bends that its curves have in common."""

    lowest: float
    highest: float
    step: float
    # Slope and half the bend of the odds and of the logarithm of bits, by CRF, of an ordinary film.
    odds: tuple[float, float]
    bits: tuple[float, float]
    # How far beyond its trials, towards worse quality, a curve is relied on: a smaller size serves
    # there, and what is starved of bits falls apart sooner than any parabola.
    reach: float


SCALES: dict[VideoCodec, Scale] = {
    "h264": Scale(16.0, 42.0, 0.1, (-0.14, 0.0), (-0.12, 0.0002), 1.0),
    # Quarters are the finest step that SVT-AV1 knows.
    "av1": Scale(18.0, 62.0, 0.25, (-0.055, -0.0005), (-0.055, 0.0), 8.0),
}


class Shot(NamedTuple):
    """One measured encode: CRF, bit rate in bit/s, VMAF."""

    crf: float
    bitrate_bps: float
    vmaf: float


@dataclass(frozen=True)
class Curve:
    """A size's quality and bits over its codec's CRFs.

    `odds` and `bits` are the coefficients (constant, slope, half the bend), around the
    CRF `middle`, of the logit of VMAF / 100 and of the logarithm of bit/s.
    """

    scale: Scale
    middle: float
    odds: tuple[float, float, float]
    bits: tuple[float, float, float]
    # The lowest and the highest CRF at which it may be relied on.
    known: tuple[float, float]

    def vmaf(self, crf: float) -> float:
        """The quality at a CRF."""
        return vmaf_of(self.odds_at(crf))

    def odds_at(self, crf: float) -> float:
        """The logit of VMAF / 100 at a CRF."""
        return self._beyond(self.odds, self.scale.odds[0], crf)

    def bitrate_bps(self, crf: float) -> float:
        """The bit rate at a CRF, in bit/s."""
        return math.exp(self._beyond(self.bits, self.scale.bits[0], crf))

    def _beyond(self, parabola: tuple[float, float, float], usual: float, crf: float) -> float:
        """The parabola where it is known, and straight on from there: it never turns round."""
        near = min(max(crf, self.known[0]), self.known[1])
        slope = _slope_at(parabola, near - self.middle, usual)
        return _at(parabola, near - self.middle) + slope * (crf - near)

    def crfs(self) -> list[float]:
        """All CRFs that the encoder tells apart, best quality first."""
        count = round((self.scale.highest - self.scale.lowest) / self.scale.step)
        return [round(self.scale.lowest + n * self.scale.step, 3) for n in range(count + 1)]

    def known_crfs(self) -> list[float]:
        """Those near enough to the trials to be relied on."""
        return [crf for crf in self.crfs() if self.known[0] <= crf <= self.known[1]]


def fit(
    codec: VideoCodec, shots: Sequence[Shot], shrunk: float = 1.0, own: Curve | None = None
) -> Curve:
    """The curve through the trials of a size that is `shrunk` times smaller than the film's own.

    One trial is enough where the curve at the film's `own` size is known: smaller ones are
    flatter by what they are shrunk, and take fewer bits in the same proportion.
    """
    scale = SCALES[codec]
    middle = sum(shot.crf for shot in shots) / len(shots)
    octaves = math.log2(max(1.0, shrunk))
    odds_slope, odds_bend = scale.odds
    bits_slope, bits_bend = scale.bits
    if own is not None:
        odds_slope = _flattened(
            _slope_at(own.odds, middle - own.middle, odds_slope), octaves, scale
        )
        bits_slope = _slope_at(own.bits, middle - own.middle, bits_slope)
        odds_bend, bits_bend = own.odds[2], own.bits[2]
    better = _REACH_BETTER if own is None else _REACH_BETTER_OF_SMALL
    at = [shot.crf - middle for shot in shots]
    odds = [odds_of(shot.vmaf) for shot in shots]
    bits = [math.log(max(1.0, shot.bitrate_bps)) for shot in shots]
    return Curve(
        scale,
        middle,
        _parabola(at, odds, (odds_slope, odds_bend + _BEND_BY_OCTAVE * octaves)),
        _parabola(at, bits, (bits_slope, bits_bend)),
        (min(shot.crf for shot in shots) - better, max(shot.crf for shot in shots) + scale.reach),
    )


def _flattened(slope: float, octaves: float, scale: Scale) -> float:
    """The slope at a smaller size: nearer to what all films have in common there."""
    small = _SMALL_USUAL * scale.odds[0] + _SMALL_OWN * slope
    return slope + min(1.0, octaves) * (small - slope)


def _slope_at(parabola: tuple[float, float, float], x: float, usual: float) -> float:
    steep = (parabola[1] + 2 * parabola[2] * x) / usual
    return usual * min(max(steep, _STEEPNESS[0]), _STEEPNESS[1])


def odds_of(vmaf: float) -> float:
    """The logit of VMAF / 100."""
    kept = min(max(vmaf, _VMAF_SPAN[0]), _VMAF_SPAN[1])
    return math.log(kept / (100.0 - kept))


def vmaf_of(odds: float) -> float:
    """VMAF whose logit, of a hundredth of it, is `odds`."""
    return 100.0 / (1.0 + math.exp(-odds))


def _at(parabola: tuple[float, float, float], x: float) -> float:
    constant, slope, half_bend = parabola
    return constant + slope * x + half_bend * x * x


def _parabola(
    at: Sequence[float], values: Sequence[float], usual: tuple[float, float]
) -> tuple[float, float, float]:
    """Least squares, with the common bend (and slope) where there are too few points for one."""
    slope, bend = usual
    if len(set(at)) >= _POINTS_FOR_A_BEND:
        return _least_squares(at, values)
    flat = [value - bend * x * x for x, value in zip(at, values, strict=True)]
    if len(at) > 1 and at[0] != at[-1]:
        slope = (flat[-1] - flat[0]) / (at[-1] - at[0])
    middle = sum(flat) / len(flat) - slope * sum(at) / len(at)
    return middle, slope, bend


def _least_squares(at: Sequence[float], values: Sequence[float]) -> tuple[float, float, float]:
    constant, slope, half_bend = _solved(at, values)
    # A film whose curve would turn round within reach is taken as straight there.
    turning = -slope / (2 * half_bend) if half_bend else math.inf
    reach = 2 * max(abs(x) for x in at)
    if abs(turning) < reach:
        n = len(at)
        mean_x, mean_y = sum(at) / n, sum(values) / n
        spread = sum((x - mean_x) ** 2 for x in at)
        slope = sum((x - mean_x) * y for x, y in zip(at, values, strict=True)) / spread
        return mean_y - slope * mean_x, slope, 0.0
    return constant, slope, half_bend


def _solved(at: Sequence[float], values: Sequence[float]) -> tuple[float, float, float]:
    """The normal equations of a parabola by Cramer's rule."""
    s = [sum(x**k for x in at) for k in range(5)]
    t = [sum(y * x**k for x, y in zip(at, values, strict=True)) for k in range(3)]
    rows = [[s[0], s[1], s[2], t[0]], [s[1], s[2], s[3], t[1]], [s[2], s[3], s[4], t[2]]]
    for n in range(3):
        pivot = max(range(n, 3), key=lambda r: abs(rows[r][n]))
        rows[n], rows[pivot] = rows[pivot], rows[n]
        for r in range(3):
            if r != n:
                share = rows[r][n] / rows[n][n]
                rows[r] = [a - share * b for a, b in zip(rows[r], rows[n], strict=True)]
    a, b, c = (rows[n][3] / rows[n][n] for n in range(3))
    return a, b, c
