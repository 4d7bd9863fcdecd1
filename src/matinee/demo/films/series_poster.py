"""Owns the poster of a series: its episodes as postcards on a table, the title below them."""

import numpy as np
from PIL import Image

from matinee.demo.films.paint.canvas import Canvas, Frame, Size, hexa, over
from matinee.demo.films.paint.lettering import Face, centred, fitted
from matinee.demo.films.paint.noise import blurred, clouds, dice
from matinee.demo.films.posters import POSTER_SIZE
from matinee.demo.films.records import DemoSeries
from matinee.demo.films.reel import Reel, Screening

SERIES_BACKDROP_S = 21.5
"""When in its first episode a series' backdrop is taken: not on the episode's own shot."""
_CARD = Size(780, 440)
_BORDER_PX = 22
_INK, _RED, _TABLE = hexa("1d2530"), hexa("b8432f"), hexa("e9dfca")
_PLACES = ((470, 285, -5.0), (545, 610, 4.0), (465, 935, -2.5))


def series_poster_frame(series: DemoSeries, reels: tuple[Reel, ...]) -> Frame:
    """A series' poster, from stills of its first episodes."""
    grain = clouds(dice(series.slug, "table"), POSTER_SIZE, 26, 4) * np.float32(0.07)
    canvas: Canvas = np.array(_TABLE, np.float32)[:, None, None] * (np.float32(0.96) + grain)
    for reel, place in zip(reels, _PLACES, strict=False):
        _lay_card(canvas, reel, place)
    wide, middle = POSTER_SIZE.width * 0.83, POSTER_SIZE.width / 2
    first, rest = series.title.split(" ", 1)
    centred(canvas, fitted(first, wide, Face(weight=-0.010, slant=0.18), 140), (middle, 1225), _INK)
    centred(canvas, fitted(rest.upper(), wide * 0.72, Face(spacing=0.30), 46), (middle, 1318), _RED)
    centred(
        canvas, fitted(series.tagline, wide, Face(spacing=0.02), 32), (middle, 1388), _INK, 0.85
    )
    names = "   ·   ".join(person.name.upper() for person in series.people)
    centred(canvas, fitted(names, wide, Face(spacing=0.16), 17), (middle, 1448), _INK, 0.7)
    return (np.clip(canvas, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)


def _lay_card(canvas: Canvas, reel: Reel, place: tuple[int, int, float]) -> None:
    """Lays one postcard, turned, with its shadow; `place` is its middle and its angle."""
    x, y, angle = place
    at_s = reel.sheet.hero_s if reel.sheet.backdrop_s is None else reel.sheet.backdrop_s
    still = Image.fromarray(np.ascontiguousarray(Screening(reel, _CARD).still(at_s)))
    whole = Size(_CARD.width + 2 * _BORDER_PX, _CARD.height + 2 * _BORDER_PX)
    card = Image.new("RGB", whole, (252, 249, 241))
    card.paste(still, (_BORDER_PX, _BORDER_PX))
    turned = card.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    shape = Image.new("L", whole, 255).rotate(angle, Image.Resampling.BICUBIC, expand=True)
    cover = np.pad(np.asarray(shape, np.float32) / np.float32(255), 40)
    shadow = blurred(cover, 16)
    _patch(canvas, (0.10, 0.07, 0.04), shadow * np.float32(0.55), (x + 8, y + 16))
    colours = np.asarray(turned, np.float32).transpose(2, 0, 1) / np.float32(255)
    _patch(canvas, np.pad(colours, ((0, 0), (40, 40), (40, 40))), cover, (x, y))


def _patch(
    canvas: Canvas,
    paint: tuple[float, float, float] | Canvas,
    cover: Canvas,
    middle: tuple[int, int],
) -> None:
    """Lays a patch over the canvas with its middle at a point, cut off at the edges."""
    left, top = middle[0] - cover.shape[1] // 2, middle[1] - cover.shape[0] // 2
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(canvas.shape[2], left + cover.shape[1]), min(canvas.shape[1], top + cover.shape[0])
    cut = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    part = paint if isinstance(paint, tuple) else paint[(slice(None), *cut)]
    over(canvas[:, y0:y1, x0:x1], part, cover[cut])
