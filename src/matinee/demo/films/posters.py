"""Owns stills: posters with their type, backdrops without any."""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from matinee.demo.films.paint.canvas import Canvas, Colour, Frame, Plane, Size, over
from matinee.demo.films.paint.lettering import Face, centred, fitted, word
from matinee.demo.films.records import Credit
from matinee.demo.films.reel import Reel, Screening, Sheet

POSTER_SIZE = Size(1000, 1500)
BACKDROP_SIZE = Size(1920, 1080)
_MARGIN = 0.085
_TAGLINE = Face(spacing=0.02)
_BILLING = Face(spacing=0.16)


def poster_frame(reel: Reel, people: tuple[Credit, ...], tagline: str, sheet: Sheet) -> Frame:
    """The poster of a film, or of a series if its words are passed."""
    still = Screening(reel, POSTER_SIZE).still(sheet.hero_s)
    canvas = np.ascontiguousarray(still.transpose(2, 0, 1)).astype(np.float32) / np.float32(255)
    _scrim(canvas, sheet)
    lines = _title(sheet)
    height = sum(line.shape[0] * 0.70 for line in lines)
    top = (
        0.085 * POSTER_SIZE.height if sheet.place == "top" else 0.885 * POSTER_SIZE.height - height
    )
    _small(canvas, tagline, 0.918 * POSTER_SIZE.height, sheet)
    y = top
    for line in lines:
        centred(canvas, line, (POSTER_SIZE.width / 2, y + line.shape[0] * 0.40), sheet.colour)
        y += line.shape[0] * 0.70
    _billing(canvas, people, sheet)
    return _eight(canvas)


def backdrop_frame(reel: Reel, at_s: float | None = None) -> Frame:
    """The still behind a title's page, without type; `at_s` only where another moment is wanted."""
    sheet = reel.sheet
    if at_s is None:
        at_s = sheet.hero_s if sheet.backdrop_s is None else sheet.backdrop_s
    return Screening(reel, BACKDROP_SIZE).still(at_s)


def save(frame: Frame, to: Path) -> Path:
    """Writes a JPEG; `to` appears only once it is complete."""
    to = Path(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{to.stem}-", dir=to.parent) as folder:
        unfinished = Path(folder) / "still.jpg"
        picture = Image.fromarray(np.ascontiguousarray(frame))
        picture.save(unfinished, quality=90, progressive=True, subsampling=0)
        unfinished.replace(to)
    return to


def _title(sheet: Sheet) -> list[Plane]:
    """The title's lines at one common size, or each filling the width if the sheet says so."""
    wide = POSTER_SIZE.width * (1 - 2 * _MARGIN)
    largest = sheet.largest * POSTER_SIZE.height
    longest = max(sheet.title, key=lambda text: word(text, 100.0, sheet.face).shape[1])
    trial = word(longest, 100.0, sheet.face).shape[1]
    size = min(largest, 100.0 * wide / trial)
    return [word(text, float(size), sheet.face) for text in sheet.title]


def _scrim(canvas: Canvas, sheet: Sheet) -> None:
    """Darkens (or lightens) the end of the poster that holds the type."""
    y = np.linspace(0, 1, POSTER_SIZE.height, dtype=np.float32)[:, None]
    foot = np.clip((y - 0.58) / 0.30, 0, 1) ** 1.2
    head = np.clip((0.42 - y) / 0.42, 0, 1) ** 1.3
    main, other = (head, foot) if sheet.place == "top" else (foot, head)
    over(
        canvas,
        sheet.scrim,
        np.clip(main + other * np.float32(0.55), 0, 1) * np.float32(sheet.scrim_strength),
    )


def _small(canvas: Canvas, text: str, y: float, sheet: Sheet) -> None:
    line = fitted(text, POSTER_SIZE.width * (1 - 2 * _MARGIN), _TAGLINE, 34)
    centred(canvas, line, (POSTER_SIZE.width / 2, y), sheet.accent, 0.95)


def _billing(canvas: Canvas, people: tuple[Credit, ...], sheet: Sheet) -> None:
    parts = []
    for role, words in (("director", "A FILM BY"), ("writer", "WRITTEN BY"), ("composer", "MUSIC")):
        names = [person.name.upper() for person in people if person.role == role]
        if names:
            parts.append(f"{words} {' & '.join(names)}")
    faint: Colour = sheet.colour
    middle = POSTER_SIZE.width / 2
    line = fitted("   ·   ".join(parts), POSTER_SIZE.width * (1 - 2 * _MARGIN), _BILLING, 17)
    centred(canvas, line, (middle, POSTER_SIZE.height * 0.957), faint, 0.75)


def _eight(canvas: Canvas) -> Frame:
    return (np.clip(canvas, 0, 1) * 255 + np.float32(0.5)).astype(np.uint8).transpose(1, 2, 0)
