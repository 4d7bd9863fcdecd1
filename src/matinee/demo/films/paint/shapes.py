"""Owns shapes with smooth edges: ridges, polygons, discs, glows, strokes, specks."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from matinee.demo.films.paint.canvas import Canvas, Colour, Plane, Size, over, tint

Point = tuple[float, float]
_SUPERSAMPLE = 4


def ridge_fill(canvas: Canvas, top_px: Plane, paint: Canvas) -> None:
    """Fills what lies below a line of heights; `paint` is (3, height, 1) or (3, 1, 1)."""
    height = canvas.shape[1]
    slope = np.abs(np.gradient(top_px))
    soft = np.sqrt(1 + slope * slope).astype(np.float32)
    first = max(0, math.floor(float(top_px.min()) - float(soft.max())))
    full = min(height, math.ceil(float(top_px.max()) + float(soft.max())))
    if first >= height:
        return
    tall = paint.shape[1] > 1
    if full > first:
        rows = np.arange(first, full, dtype=np.float32)[:, None]
        alpha = np.clip((rows + 0.5 - top_px[None, :]) / soft[None, :] + 0.5, 0, 1)
        over(canvas[:, first:full], paint[:, first:full] if tall else paint, alpha)
    if full < height:
        canvas[:, max(full, 0) :] = paint[:, max(full, 0) :] if tall else paint


def _box(
    points: NDArray[np.float64], pad: float, canvas: Canvas
) -> tuple[int, int, int, int] | None:
    left = max(0, math.floor(float(points[:, 0].min()) - pad))
    top = max(0, math.floor(float(points[:, 1].min()) - pad))
    right = min(canvas.shape[2], math.ceil(float(points[:, 0].max()) + pad))
    bottom = min(canvas.shape[1], math.ceil(float(points[:, 1].max()) + pad))
    return (left, top, right, bottom) if right > left and bottom > top else None


def polygon_mask(points: Sequence[Point], size: Size) -> Plane:
    """How much of each pixel a polygon covers, 0 to 1, shape (height, width)."""
    large = Image.new("L", (size.width * _SUPERSAMPLE, size.height * _SUPERSAMPLE))
    scaled = [(x * _SUPERSAMPLE - 0.5, y * _SUPERSAMPLE - 0.5) for x, y in points]
    ImageDraw.Draw(large).polygon(scaled, fill=255)
    return np.asarray(large.reduce(_SUPERSAMPLE), np.float32) / np.float32(255)


def polygon(canvas: Canvas, points: Sequence[Point], colour: Colour, alpha: float = 1.0) -> None:
    """Fills a polygon, in pixels, touching only the rectangle that holds it."""
    outline = np.array(points, np.float64)
    box = _box(outline, 1, canvas)
    if box is None:
        return
    left, top, right, bottom = box
    moved = [(x - left, y - top) for x, y in outline]
    mask = polygon_mask(moved, Size(right - left, bottom - top))
    over(canvas[:, top:bottom, left:right], colour, mask * np.float32(alpha))


def disc(
    canvas: Canvas, middle: Point, radius_px: float, colour: Colour, alpha: float = 1.0
) -> None:
    """A disc with an edge one pixel soft."""
    box = _box(np.array([middle]), radius_px + 2, canvas)
    if box is None:
        return
    away = np.sqrt(_away(middle, box))
    cover = np.clip(np.float32(radius_px) - away + 0.5, 0, 1)
    left, top, right, bottom = box
    over(canvas[:, top:bottom, left:right], colour, cover * np.float32(alpha))


def _away(middle: Point, box: tuple[int, int, int, int]) -> Plane:
    """Squared distances from a point to the pixels of a box."""
    left, top, right, bottom = box
    x = np.arange(left, right, dtype=np.float32) + np.float32(0.5 - middle[0])
    y = np.arange(top, bottom, dtype=np.float32) + np.float32(0.5 - middle[1])
    squared: Plane = x[None, :] ** 2 + y[:, None] ** 2
    return squared


def glow(canvas: Canvas, middle: Point, radius_px: float, colour: Colour, strength: float) -> None:
    """Adds a Gaussian bloom; `radius_px` is where it has fallen to a third."""
    box = _box(np.array([middle]), radius_px * 2.6, canvas)
    if box is None or strength <= 0:
        return
    left, top, right, bottom = box
    x = np.arange(left, right, dtype=np.float32) + np.float32(0.5 - middle[0])
    y = np.arange(top, bottom, dtype=np.float32) + np.float32(0.5 - middle[1])
    spread = np.float32(1 / radius_px**2)
    light = (
        np.exp(-x * x * spread)[None, :] * (np.exp(-y * y * spread) * np.float32(strength))[:, None]
    )
    canvas[:, top:bottom, left:right] += tint(colour) * light


def puff(canvas: Canvas, middle: Point, radius_px: float, colour: Colour, alpha: float) -> None:
    """Lays a soft ball of a colour over the canvas: smoke, mist, a shadow."""
    box = _box(np.array([middle]), radius_px * 2.2, canvas)
    if box is None or alpha <= 0:
        return
    left, top, right, bottom = box
    cover = np.exp(_away(middle, box) * np.float32(-1 / radius_px**2)) * np.float32(alpha)
    over(canvas[:, top:bottom, left:right], colour, cover)


def stroke(
    canvas: Canvas, points: Sequence[Point], width_px: float, ink: Colour, alpha: float = 1.0
) -> None:
    """Draws a line through points with round joints, its edge smooth."""
    line = np.array(points, np.float64)
    box = _box(line, width_px + 1, canvas)
    if box is None:
        return
    left, top, right, bottom = box
    mask = stroke_mask(
        [(x - left, y - top) for x, y in line], width_px, Size(right - left, bottom - top)
    )
    over(canvas[:, top:bottom, left:right], ink, mask * np.float32(alpha))


def stroke_mask(points: Sequence[Point], width_px: float, size: Size) -> Plane:
    """How much of each pixel a line through points covers."""
    large = Image.new("L", (size.width * _SUPERSAMPLE, size.height * _SUPERSAMPLE))
    scaled = [(x * _SUPERSAMPLE, y * _SUPERSAMPLE) for x, y in points]
    thick = max(1, round(width_px * _SUPERSAMPLE))
    ImageDraw.Draw(large).line(scaled, fill=255, width=thick, joint="curve")
    thin = min(1.0, width_px * _SUPERSAMPLE)
    return np.asarray(large.reduce(_SUPERSAMPLE), np.float32) * np.float32(thin / 255)


def specks(size: Size, x_px: Plane, y_px: Plane, weight: Plane) -> Plane:
    """Sums weighted points into a plane, each spread over the four pixels around it."""
    x, y = x_px.ravel() - np.float32(0.5), y_px.ravel() - np.float32(0.5)
    inside = (x >= 0) & (x < size.width - 1) & (y >= 0) & (y < size.height - 1)
    x, y, weight = x[inside], y[inside], weight.ravel()[inside]
    column, row = x.astype(np.intp), y.astype(np.intp)
    right, low = x - column, y - row
    place = row * size.width + column
    total = np.zeros(size.width * size.height, np.float64)
    for shift, share in (
        (0, (1 - right) * (1 - low)),
        (1, right * (1 - low)),
        (size.width, (1 - right) * low),
        (size.width + 1, right * low),
    ):
        total += np.bincount(place + shift, weights=weight * share, minlength=total.size)
    return total.reshape(size.height, size.width).astype(np.float32)


def figure(canvas: Canvas, corners: Sequence[Point], colour: Colour, alpha: float = 1.0) -> None:
    """Fills a polygon whose corners are in picture heights, x from the middle."""
    high, wide = canvas.shape[1:]
    polygon(canvas, [(wide / 2 + x * high, y * high) for x, y in corners], colour, alpha)


def panel(
    canvas: Canvas, box: tuple[float, float, float, float], colour: Colour, alpha: float = 1.0
) -> None:
    """Fills an upright rectangle: left, top, right and bottom in picture heights."""
    left, top, right, bottom = box
    figure(canvas, [(left, top), (right, top), (right, bottom), (left, bottom)], colour, alpha)
