"""How many bits one encode takes against another at equal quality, as one figure.

Bjøntegaard's difference (VCEG-M33, 2001) with the interpolation that replaced his
polynomial in the standards' own tests (JCTVC-L1100, JVET-T2010): the logarithm of
the bit rate as a piecewise cubic of the quality, monotone between any two points
(Fritsch and Carlson, "Monotone piecewise cubic interpolation", 1980), integrated
exactly over the quality that both reach.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise

Point = tuple[float, float]
"""Bit rate (bit/s) and quality (VMAF) of one encode."""

# Less common ground than this says nothing.
_COMMON_MIN = 0.5
_POINTS_MIN = 2


def bd_rate(anchor: Iterable[Point], test: Iterable[Point]) -> float | None:
    """Bits of `test` against `anchor` at equal quality: -0.2 means a fifth fewer.

    None where either has fewer than two points or they have no quality in common.
    """
    curves = [front(anchor), front(test)]
    if any(len(curve) < _POINTS_MIN for curve in curves):
        return None
    low = max(curve[0][1] for curve in curves)
    high = min(curve[-1][1] for curve in curves)
    if high - low < _COMMON_MIN:
        return None
    theirs, ours = (_Monotone(curve).integral(low, high) for curve in curves)
    return math.exp((ours - theirs) / (high - low)) - 1


def front(points: Iterable[Point]) -> list[Point]:
    """The points that none beats in both bit rate and quality, poorest first."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda p: (p[0], -p[1])):
        if not kept or point[1] > kept[-1][1]:
            kept.append(point)
    return kept


class _Monotone:
    """The logarithm of the bit rate as a monotone piecewise cubic of the quality."""

    def __init__(self, curve: list[Point]) -> None:
        self._x = [quality for _, quality in curve]
        self._y = [math.log(rate) for rate, _ in curve]
        self._steps = [b - a for a, b in pairwise(self._x)]
        slopes = [(b - a) / h for (a, b), h in zip(pairwise(self._y), self._steps, strict=True)]
        inner = [
            _weighed(slopes[n - 1], slopes[n], self._steps[n - 1], self._steps[n])
            for n in range(1, len(slopes))
        ]
        self._slopes = [slopes[0], *inner, slopes[-1]]

    def at(self, quality: float) -> float:
        n, t = self._place(quality)
        h00, h10 = (1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2
        h01, h11 = t * t * (3 - 2 * t), t * t * (t - 1)
        step = self._steps[n]
        return (
            h00 * self._y[n]
            + h10 * step * self._slopes[n]
            + h01 * self._y[n + 1]
            + h11 * step * self._slopes[n + 1]
        )

    def integral(self, low: float, high: float) -> float:
        # Simpson's rule is exact for cubics, piece by piece.
        inside = [x for x in self._x if low < x < high]
        return sum(
            (b - a) / 6 * (self.at(a) + 4 * self.at((a + b) / 2) + self.at(b))
            for a, b in pairwise([low, *inside, high])
        )

    def _place(self, quality: float) -> tuple[int, float]:
        n = min(max(bisect_right(self._x, quality) - 1, 0), len(self._steps) - 1)
        return n, (quality - self._x[n]) / self._steps[n]


def _weighed(left: float, right: float, h_left: float, h_right: float) -> float:
    """The slope at a point between two pieces: their weighted harmonic mean (Fritsch, Butland)."""
    if left * right <= 0:
        return 0.0
    w_left, w_right = 2 * h_right + h_left, h_right + 2 * h_left
    return (w_left + w_right) / (w_left / left + w_right / right)
