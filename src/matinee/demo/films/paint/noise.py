"""Owns seeded randomness in space: soft noise, ridge lines, star fields."""

import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from matinee.demo.films.paint.canvas import Plane, Size


def dice(*names: str | int) -> np.random.Generator:
    """A generator that is the same wherever and whenever it is asked for by the same names."""
    return np.random.default_rng(zlib.crc32("/".join(map(str, names)).encode()))


def clouds(rng: np.random.Generator, size: Size, cell_px: float, octaves: int = 4) -> Plane:
    """Fractal noise from 0 to 1 that wraps around; `cell_px` is its coarsest grain."""
    total = np.zeros((size.height, size.width), np.float32)
    gain = 1.0
    for _ in range(octaves):
        across = max(2, round(size.width / cell_px))
        down = max(2, round(size.height / cell_px))
        grid = np.pad(rng.random((down, across), np.float32), 2, mode="wrap")
        step_x, step_y = size.width / across, size.height / down
        box = (2.0, 2.0, 2.0 + size.width / step_x, 2.0 + size.height / step_y)
        layer = Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC, box=box)
        total += np.asarray(layer, np.float32) * np.float32(gain)
        gain *= 0.5
        cell_px = max(1.5, cell_px / 2)
    low, high = float(total.min()), float(total.max())
    return (total - np.float32(low)) / np.float32(high - low)


def ridge(rng: np.random.Generator, count: int, rough: float = 1.0, coarsest: int = 3) -> Plane:
    """A mountain line of `count` heights, -1 to 1, that wraps around; `rough` 0 is rolling."""
    place = np.linspace(0, 2 * np.pi, count, endpoint=False, dtype=np.float32)
    line = np.zeros(count, np.float32)
    wave, gain = coarsest, 1.0
    while wave < count / 6:
        phase = rng.random() * 2 * np.pi
        smooth_part = np.sin(place * wave + phase)
        folded = 1 - 2 * np.abs(np.sin(place * wave / 2 + phase)) if wave % 2 == 0 else smooth_part
        line += np.float32(gain) * (smooth_part + (folded - smooth_part) * rough).astype(np.float32)
        gain *= 0.50 + 0.04 * rough
        wave = round(wave * 1.9)
    peak: Plane = line / np.float32(np.abs(line).max())
    return peak


def blurred(plane: Plane, radius_px: float) -> Plane:
    """A plane of 0 to 1, blurred with a Gaussian; costs milliseconds, so mostly done beforehand."""
    eight = Image.fromarray((np.clip(plane, 0, 1) * 255).astype(np.uint8))
    soft = eight.filter(ImageFilter.GaussianBlur(radius_px))
    return np.asarray(soft, np.float32) / np.float32(255)


class Stars:
    """A field of anti-aliased stars that twinkle, kept as sparse pixels."""

    def __init__(
        self, rng: np.random.Generator, size: Size, count: int, reach: float = 1.0
    ) -> None:
        """`reach` is how far down the picture stars go, as a share of its height."""
        scale = max(1.0, size.height / 720)
        place_x = rng.random(count) * size.width
        place_y = rng.random(count) * size.height * reach
        bright = rng.random(count) ** 5 * 0.9 + 0.1
        radius = (0.55 + 0.9 * bright) * scale
        span = int(np.ceil(3 * scale))
        offset = np.arange(-span, span + 1)
        xs = np.floor(place_x)[:, None, None] + offset[None, None, :]
        ys = np.floor(place_y)[:, None, None] + offset[None, :, None]
        away = (xs + 0.5 - place_x[:, None, None]) ** 2 + (ys + 0.5 - place_y[:, None, None]) ** 2
        light = bright[:, None, None] * np.exp(-away / (radius[:, None, None] ** 2))
        inside = (xs >= 0) & (xs < size.width) & (ys >= 0) & (ys < size.height) & (light > 1e-3)
        owner = np.broadcast_to(np.arange(count)[:, None, None], light.shape)
        place = ys * size.width + xs
        self._place: NDArray[np.intp] = place[inside].astype(np.intp)
        self._light = light[inside].astype(np.float32)
        self._owner = owner[inside]
        self._phase = rng.random(count).astype(np.float32) * 6.28
        self._speed = (0.8 + 2.5 * rng.random(count)).astype(np.float32)
        self._warmth = (rng.random(count).astype(np.float32) - 0.5) * 0.4
        self._shape = (size.height, size.width)

    def shine(self, canvas: NDArray[np.float32], t_s: float, strength: float) -> None:
        """Adds the stars to a contiguous canvas of the same size, in place."""
        if strength <= 0:
            return
        twinkle = 0.75 + 0.25 * np.sin(self._phase + self._speed * np.float32(t_s))
        light = self._light * (twinkle * np.float32(strength))[self._owner]
        warmth = self._warmth[self._owner]
        for channel, pull in enumerate((1.0, 0.0, -1.0)):
            flat = canvas[channel].reshape(-1)
            np.add.at(flat, self._place, light * (1 + np.float32(pull) * warmth))
