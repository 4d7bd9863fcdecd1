"""Owns the last step of every picture: vignette, fades, grain, highlights, eight bits."""

from dataclasses import dataclass

import numpy as np

from matinee.demo.films.paint.canvas import Canvas, Frame, Size, axes
from matinee.demo.films.paint.noise import dice

_GRAIN_SPARE_PX = 64


@dataclass(frozen=True)
class Stock:
    """What the film is "shot on"."""

    vignette: float = 0.35
    grain: float = 0.0066
    knee: float = 0.8


class Grade:
    """Turns a canvas into a finished frame; everything that does not move is made once."""

    def __init__(self, size: Size, stock: Stock, seed: str) -> None:
        """Makes the vignette and a sheet of grain a little larger than the picture."""
        self._size, self._stock = size, stock
        x, y = axes(size)
        aspect = size.width / size.height
        away = (x / np.float32(aspect)) ** 2 + (y - np.float32(0.5)) ** 2
        self._light = (1 - np.float32(stock.vignette) * np.clip(away * 2.0, 0, 1) ** 1.2).astype(
            np.float32
        )
        rng = dice(seed, "grain")
        shape = (size.height + _GRAIN_SPARE_PX, size.width + _GRAIN_SPARE_PX)
        sheet = rng.standard_normal(shape, np.float32)
        soft = sheet + np.roll(sheet, 1, 0) + np.roll(sheet, 1, 1)
        self._grain = soft * np.float32(stock.grain * 255 / 1.73)
        self._seed = seed

    def finish(self, canvas: Canvas, t_s: float, fade: float = 1.0) -> Frame:
        """The finished frame; the canvas is used up.

        The result is a view with shape (height, width, 3) of planar memory, so that it can be
        piped plane by plane without a copy.
        """
        rng = dice(self._seed, round(t_s * 1000))
        down, across = rng.integers(0, _GRAIN_SPARE_PX, 2)
        grain = self._grain[down : down + self._size.height, across : across + self._size.width]
        canvas *= self._light
        self._roll_off(canvas)
        canvas *= np.float32(255 * fade)
        canvas += grain
        np.clip(canvas, 0, 255, out=canvas)
        return canvas.astype(np.uint8).transpose(1, 2, 0)

    def _roll_off(self, canvas: Canvas) -> None:
        """Bends what lies above the knee softly towards white: k + (1-k)·(1 - e^(-(v-k)/(1-k)))."""
        knee = np.float32(self._stock.knee)
        rest = np.float32(1) - knee
        bright = canvas > knee
        if not bright.any():
            return
        values = canvas[bright]
        canvas[bright] = knee + rest * (1 - np.exp((knee - values) / rest))
