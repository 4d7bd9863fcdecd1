"""Owns type: masks of letter-spaced words in several weights, and their laying over a canvas.

Pillow carries one face, Aileron Regular. Weight is made by thickening or thinning its outline at
four times the size, so that a title can be a hairline or a slab without any font file.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from matinee.demo.films.paint.canvas import Canvas, Colour, Plane, over
from matinee.demo.films.paint.noise import blurred

_LARGE = 4


@dataclass(frozen=True)
class Face:
    """How letters look; `spacing` and `weight` are shares of the letter size."""

    spacing: float = 0.0
    weight: float = 0.0
    slant: float = 0.0
    stretch: float = 1.0


@lru_cache(maxsize=256)
def word(text: str, size_px: float, face: Face) -> Plane:
    """The mask of one line of text, cropped to its ink sideways, a line high."""
    em = max(8.0, size_px) * _LARGE
    font = ImageFont.load_default(em)
    if not isinstance(font, ImageFont.FreeTypeFont):
        message = "Pillow was built without FreeType; install the official Pillow wheel"
        raise TypeError(message)
    pad = int(em * 0.35)
    gap = em * face.spacing
    length = sum(font.getlength(letter) + gap for letter in text)
    sheet = Image.new("L", (int(length + 2 * pad), int(em * 1.5)))
    pen = ImageDraw.Draw(sheet)
    heavy = max(0, round(em * face.weight))
    x = float(pad)
    for number, letter in enumerate(text):
        pen.text((x, em * 0.2), letter, fill=255, font=font, stroke_width=heavy)
        x += _advance(font, letter, text[number + 1 : number + 2]) + gap
    return _shaped(sheet, face, em)


def _advance(font: ImageFont.FreeTypeFont, letter: str, following: str) -> float:
    """How far to move on, with the pair's kerning."""
    if not following:
        return font.getlength(letter)
    return font.getlength(letter + following) - font.getlength(following)


def _shaped(sheet: Image.Image, face: Face, em: float) -> Plane:
    if face.weight < 0:
        thin = int(em * -face.weight) * 2 + 1
        if thin > 1:
            sheet = sheet.filter(ImageFilter.MinFilter(thin))
    if face.slant:
        matrix = (1, face.slant, -face.slant * sheet.height * 0.6, 0, 1, 0)
        sheet = sheet.transform(
            sheet.size, Image.Transform.AFFINE, matrix, resample=Image.Resampling.BILINEAR
        )
    if face.stretch != 1:
        sheet = sheet.resize((max(1, int(sheet.width * face.stretch)), sheet.height))
    box = sheet.getbbox()
    if box is not None:
        sheet = sheet.crop((box[0] - 2, 0, box[2] + 2, sheet.height))
    small = sheet.resize(
        (max(1, sheet.width // _LARGE), max(1, sheet.height // _LARGE)), Image.Resampling.BOX
    )
    return np.asarray(small, np.float32) / np.float32(255)


@lru_cache(maxsize=64)
def halo(text: str, size_px: float, face: Face) -> Plane:
    """The soft shadow of a line of text, as large as its mask and a margin of one letter size."""
    margin = int(size_px)
    return blurred(np.pad(word(text, size_px, face), margin), size_px * 0.28)


def fitted(text: str, width_px: float, face: Face, largest_px: float) -> Plane:
    """The mask of a line as large as fits a width, never larger than `largest_px`."""
    trial = word(text, 100.0, face)
    return word(text, float(min(largest_px, 100.0 * width_px / max(1, trial.shape[1]))), face)


def lay(
    canvas: Canvas, mask: Plane, place: tuple[float, float], colour: Colour, alpha: float = 1.0
) -> None:
    """Lays a mask over the canvas with its upper left corner at `place`, in fractions of pixels."""
    left, top = int(np.floor(place[0])), int(np.floor(place[1]))
    across, down = np.float32(place[0] - left), np.float32(place[1] - top)
    if across or down:
        mask = _nudged(mask, across, down)
    height, width = mask.shape
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(canvas.shape[2], left + width), min(canvas.shape[1], top + height)
    if x1 <= x0 or y1 <= y0 or alpha <= 0:
        return
    part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
    over(canvas[:, y0:y1, x0:x1], colour, part * np.float32(alpha))


def _nudged(mask: Plane, across: np.float32, down: np.float32) -> Plane:
    padded = np.pad(mask, 1)
    level = padded[1:] + (padded[:-1] - padded[1:]) * down
    moved: Plane = level[:, 1:] + (level[:, :-1] - level[:, 1:]) * across
    return moved


def centred(
    canvas: Canvas, mask: Plane, middle: tuple[float, float], colour: Colour, alpha: float = 1.0
) -> None:
    """Lays a mask with its middle at a point."""
    place = (middle[0] - mask.shape[1] / 2, middle[1] - mask.shape[0] / 2)
    lay(canvas, mask, place, colour, alpha)
