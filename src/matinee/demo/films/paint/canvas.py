"""Owns the canvas: its axes, its blending, its scaling by two."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
"""One channel or mask, shape (height, width)."""
Canvas = NDArray[np.float32]
"""A picture in the making, shape (3, height, width)."""
Frame = NDArray[np.uint8]
"""A finished picture, shape (height, width, 3), red, green, blue."""
Colour = tuple[float, float, float]


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    def half(self) -> "Size":
        """Half as wide and high, rounded up, for soft things that are scaled up afterwards."""
        return Size((self.width + 1) // 2, (self.height + 1) // 2)


def blank(size: Size, colour: Colour = (0.0, 0.0, 0.0)) -> Canvas:
    """A canvas of one colour."""
    canvas = np.empty((3, size.height, size.width), np.float32)
    canvas[:] = tint(colour)
    return canvas


def axes(size: Size) -> tuple[Plane, Plane]:
    """The x row (1, width) and y column (height, 1), both in picture heights.

    x is 0 in the middle, y is 0 at the top and 1 at the bottom, so a portrait poster is the middle
    of the landscape picture and every film composes around x = 0.
    """
    middle = np.float32(size.width / 2 - 0.5)
    x = (np.arange(size.width, dtype=np.float32) - middle) / np.float32(size.height)
    y = (np.arange(size.height, dtype=np.float32) + np.float32(0.5)) / np.float32(size.height)
    return x[None, :], y[:, None]


@lru_cache(maxsize=512)
def _tint(colour: Colour) -> Canvas:
    return np.array(colour, np.float32)[:, None, None]


def tint(colour: Colour) -> Canvas:
    """A colour as shape (3, 1, 1), ready to broadcast."""
    return _tint((float(colour[0]), float(colour[1]), float(colour[2])))


def hexa(code: str) -> Colour:
    """The colour of a web code such as "ff8800"."""
    return (int(code[0:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:6], 16) / 255)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """The colour that lies `share` of the way from one to the other."""
    return (
        one[0] + (other[0] - one[0]) * share,
        one[1] + (other[1] - one[1]) * share,
        one[2] + (other[2] - one[2]) * share,
    )


def ease(low: float, high: float, value: float) -> float:
    """Smoothstep of one number."""
    x = min(1.0, max(0.0, (value - low) / (high - low)))
    return x * x * (3 - 2 * x)


def over(canvas: Canvas, colour: Colour | Canvas, alpha: Plane | float) -> None:
    """Lays a colour over the canvas, in place, as opaque as `alpha`."""
    paint = tint(colour) if isinstance(colour, tuple) else colour
    cover = np.asarray(alpha, np.float32)
    for channel in range(3):  # one plane at a time stays in the processor's cache
        plane = canvas[channel]
        change = paint[channel] - plane
        change *= cover
        plane += change


def add(canvas: Canvas, colour: Colour, light: Plane) -> None:
    """Adds light of a colour, in place."""
    for channel in range(3):
        if colour[channel]:
            canvas[channel] += light * np.float32(colour[channel])


def gradient(stops: tuple[tuple[float, Colour], ...], at: Plane) -> Canvas:
    """The colours of a gradient at the positions `at`, shape (3, *at.shape)."""
    places = [place for place, _ in stops]
    return np.stack(
        [np.interp(at, places, [c[channel] for _, c in stops]) for channel in range(3)]
    ).astype(np.float32)


def _double(field: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    field = np.moveaxis(field, axis, -1)
    wide = np.empty((*field.shape[:-1], field.shape[-1] * 2), np.float32)
    near = field * np.float32(0.75)
    far = field * np.float32(0.25)
    wide[..., 0::2] = near
    wide[..., 1::2] = near
    wide[..., 2::2] += far[..., :-1]
    wide[..., 1:-1:2] += far[..., 1:]
    wide[..., 0] += far[..., 0]
    wide[..., -1] += far[..., -1]
    return np.moveaxis(wide, -1, axis)


def double(field: NDArray[np.float32], size: Size) -> NDArray[np.float32]:
    """Scales the last two axes up by two, bilinearly, cropped to `size`."""
    tall = np.empty((*field.shape[:-2], field.shape[-2] * 2, field.shape[-1]), np.float32)
    near, far = field * np.float32(0.75), field * np.float32(0.25)
    tall[..., 0::2, :] = near
    tall[..., 1::2, :] = near
    tall[..., 2::2, :] += far[..., :-1, :]
    tall[..., 1:-1:2, :] += far[..., 1:, :]
    tall[..., 0, :] += far[..., 0, :]
    tall[..., -1, :] += far[..., -1, :]
    return _double(tall, -1)[..., : size.height, : size.width]
