"""Where a picture is cut: around a point that a person names, or around what draws the eye."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
"""Brightness, or a measure like it: rows by columns."""
Pixels = npt.NDArray[np.float32]
"""Red, green and blue from 0 to 255: rows by columns by 3."""

_SKIN_WEIGHT = np.float32(1.5)
# In Cb and Cr, as Chai and Ngan measured it (IEEE Trans. CSVT 9(4), 1999).
_SKIN_CB, _SKIN_CR = (77, 127), (133, 173)
# Nearly black or white parts are seldom what a film is about.
_LIT_WITHIN = np.float32(40)
# With less of a spread of brightness there is nothing but rounding to be unlike the rest.
_FLAT = 1.0


class Size(NamedTuple):
    """Of a picture or a frame, in pixels."""

    width: int
    height: int


class Point(NamedTuple):
    """A place in a picture as fractions of its sides, from the left and from the top."""

    x: float
    y: float


class Kept(NamedTuple):
    """A part of a picture that had better be whole in a cut, as fractions of its sides.

    `worth` is what having it is worth next to all else that draws the eye, which is one.
    """

    left: float
    top: float
    right: float
    bottom: float
    worth: float


def centring(picture: Size, frame: Size, point: Point) -> Point:
    """Where the largest cut of a frame's shape lies in a picture, so that a point is in it.

    As fractions of the room that is left on each side, 0 for the left or the top. The point comes
    as near to the middle of the cut as the picture lets it.
    """
    scale = min(picture.width / frame.width, picture.height / frame.height)
    return Point(
        _shifted(picture.width, frame.width * scale, point.x),
        _shifted(picture.height, frame.height * scale, point.y),
    )


def has_room(picture: Size, frame: Size) -> bool:
    """Whether there is anything to choose: a picture of the frame's own shape is shown whole."""
    scale = min(picture.width / frame.width, picture.height / frame.height)
    spare_px = max(picture.width - frame.width * scale, picture.height - frame.height * scale)
    return spare_px >= 1


def eye_catcher(pixels: Pixels, frame: Size, kept: Sequence[Kept] = ()) -> Point:
    """The middle of the cut of a frame's shape that holds most of what draws the eye.

    `pixels` are those of a small copy with the picture's own proportions; of `kept` as much as can
    be is in the cut, and is better left out than cut through.
    """
    interest = _interest(pixels)
    height, width = interest.shape
    scale = min(width / frame.width, height / frame.height)
    return Point(
        _liveliest(
            interest.sum(axis=0),
            frame.width * scale,
            [Stretch(one.left * width, one.right * width, one.worth) for one in kept],
        ),
        _liveliest(
            interest.sum(axis=1),
            frame.height * scale,
            [Stretch(one.top * height, one.bottom * height, one.worth) for one in kept],
        ),
    )


class Stretch(NamedTuple):
    """A kept part along one side of a picture, in pixels of the small copy."""

    start: float
    end: float
    worth: float

    def held_by(self, starts: Plane, length: int) -> Plane:
        """What cuts of a length are worth for it, by where they begin: most where it is whole.

        Half of it is worth less than none. Nothing decides where it fits into no cut.
        """
        size = self.end - self.start
        if not 0 < size <= length:
            return np.zeros_like(starts)
        shared = np.minimum(starts + length, self.end) - np.maximum(starts, self.start)
        share = np.clip(shared / size, 0, 1)
        worth: Plane = (self.worth * (share - 2 * np.minimum(share, 1 - share))).astype(np.float32)
        return worth


def _shifted(side: int, cut: float, at: float) -> float:
    room = side - cut
    return 0.5 if room < 1 else min(1.0, max(0.0, (at * side - cut / 2) / room))


def _liveliest(sums: Plane, cut: float, kept: Sequence[Stretch]) -> float:
    """The middle of the stretch of this length that is worth most, as a fraction."""
    length = max(1, min(len(sums), round(cut)))
    held = np.convolve(sums, np.ones(length, dtype=np.float32), mode="valid")
    worth = held / np.float32(max(float(sums.sum()), 1e-9))
    starts = np.arange(len(worth), dtype=np.float32)
    for one in kept:
        worth = worth + one.held_by(starts, length)
    # Of equals the one nearest to the middle: a grey wall is cut there.
    best = np.flatnonzero(worth >= worth.max() - abs(worth.max()) * 1e-4)
    middle = (len(worth) - 1) / 2
    start = best[np.argmin(np.abs(best - middle))]
    return float((start + length / 2) / len(sums))


def _interest(pixels: Pixels) -> Plane:
    """How much each pixel draws the eye: what is unlike the rest, edges (so letters), and skin."""
    luma = pixels @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    lit = np.clip(np.minimum(luma, 255 - luma) / _LIT_WITHIN, 0, 1)
    edges = np.abs(np.gradient(luma, axis=0)) + np.abs(np.gradient(luma, axis=1))
    shown = _even(np.asarray(edges * lit, np.float32)) + _even(_spectral_residual(luma))
    return (shown + _SKIN_WEIGHT * _skin(pixels) * lit).astype(np.float32)


def _spectral_residual(luma: Plane) -> Plane:
    """What a picture has that pictures in general do not (Hou and Zhang, CVPR 2007)."""
    if float(luma.std()) < _FLAT:
        return np.zeros_like(luma)
    spectrum = np.fft.fft2(luma)
    amplitude = np.log1p(np.abs(spectrum)).astype(np.float32)
    residual = amplitude - _smooth(amplitude)
    unlike = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    return _smooth(_smooth(unlike.astype(np.float32)))


def _skin(pixels: Pixels) -> Plane:
    """Near one where a face or a hand could be, zero elsewhere (Cb and Cr as in BT.601)."""
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    cb = 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue
    cr = 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue
    within = (_SKIN_CB[0] <= cb) & (cb <= _SKIN_CB[1]) & (_SKIN_CR[0] <= cr) & (cr <= _SKIN_CR[1])
    return _smooth(_smooth(within.astype(np.float32)))


def _smooth(plane: Plane) -> Plane:
    """The mean of each three by three; edges are continued."""
    padded = np.pad(plane, 1, mode="edge")
    height, width = plane.shape
    total = sum(
        padded[down : down + height, across : across + width]
        for down in range(3)
        for across in range(3)
    )
    return np.asarray(total / np.float32(9), dtype=np.float32)


def _even(plane: Plane) -> Plane:
    """So that its mean is one; nothing where there is nothing."""
    mean = float(plane.mean())
    return (plane / np.float32(mean)).astype(np.float32) if mean > 0 else plane
