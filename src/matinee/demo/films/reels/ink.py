"""A Handful of Ink: three drops, three currents, one sheet of paper."""

import numpy as np

from matinee.demo.films.paint.canvas import (
    Canvas,
    Colour,
    Plane,
    Size,
    axes,
    blank,
    double,
    ease,
    hexa,
)
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face
from matinee.demo.films.paint.noise import clouds, dice
from matinee.demo.films.records import Credit, DemoFilm
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.tones import keys, mallet, strings

FILM = DemoFilm(
    slug="a-handful-of-ink",
    title="A Handful of Ink",
    tagline="Nothing is drawn. Everything flows.",
    description=(
        "Indigo, vermilion, then both at once: a few drops of pigment are let go on wet paper "
        "and follow currents that nobody can see. Yuki Tanabe-Moss made it without a brush, and "
        "calls it the only honest self-portrait she has finished."
    ),
    year=2022,
    people=(
        Credit("Yuki Tanabe-Moss", "director"),
        Credit("Priya Ramanand", "composer"),
    ),
    genres=("Experimental", "Animation"),
    moods=("abstract", "calm", "hypnotic", "hand-made"),
    maturity_age=0,
    duration_s=27.0,
)

_SHEET = 1024
_MOVEMENTS = (
    # from, until, first ink, second ink, scale of the currents
    (0.0, 9.0, "1b2a6b", "2f86a6", 0.55),
    (9.0, 18.0, "c22a1c", "e8a23a", 0.75),
    (18.0, 27.0, "121c48", "d2402a", 0.50),
)
_DROPS = (
    ((0.06, 0.50, 0.2, 0.62), (-0.42, 0.30, 2.4, 0.30), (0.55, 0.72, 3.6, 0.32)),
    (
        (-0.30, 0.42, 0.0, 0.44),
        (0.34, 0.60, 0.9, 0.46),
        (0.02, 0.18, 2.6, 0.30),
        (-0.62, 0.85, 3.2, 0.30),
    ),
    (
        (0.0, 0.48, 0.0, 0.56),
        (-0.55, 0.66, 1.4, 0.42),
        (0.58, 0.32, 2.0, 0.42),
        (0.15, 0.95, 3.0, 0.30),
    ),
)


class Ink:
    """The picture at one size: marbled noise, read through itself twice, at half size."""

    def __init__(self, size: Size) -> None:
        """Makes the paper and the currents once."""
        self._size, self._half = size, size.half()
        x, y = axes(size)
        rng = dice(FILM.slug, "paper")
        fibre = clouds(rng, size, size.height / 30, 4) - np.float32(0.5)
        away = x * x + (y - np.float32(0.5)) ** 2
        light = np.float32(1) + fibre * np.float32(0.06) - np.float32(0.10) * away
        self._paper = blank(size, hexa("f4ecdc"))
        self._paper *= light
        square = Size(_SHEET, _SHEET)
        self._noise = [clouds(dice(FILM.slug, "current", n), square, 170, 3) for n in range(3)]
        self._fine = clouds(dice(FILM.slug, "fine"), square, 60, 4)
        self._x, self._y = axes(self._half)

    def _read(self, sheet: Plane, x: Plane, y: Plane) -> Plane:
        """The noise at places in picture heights, wrapped around, the nearest grain."""
        column = (x * np.float32(_SHEET)).astype(np.int32) & (_SHEET - 1)
        row = (y * np.float32(_SHEET)).astype(np.int32) & (_SHEET - 1)
        found: Plane = sheet.ravel().take(row * _SHEET + column)
        return found

    def paint(self, t_s: float) -> Canvas:
        """The sheet at a time."""
        canvas: Canvas = self._paper.copy()
        for number, (start, end, *_) in enumerate(_MOVEMENTS):
            last = number == len(_MOVEMENTS) - 1
            strength = 1.0 if last else 1 - ease(end - 0.9, end + 0.3, t_s)
            if start <= t_s < end + 0.3 and strength > 0:
                self._wash(canvas, number, t_s - start, strength)
        return canvas

    def _wash(self, canvas: Canvas, number: int, t_s: float, strength: float) -> None:
        _, _, first, second, scale = _MOVEMENTS[number]
        t = np.float32(t_s)
        zoom = np.float32(1 - 0.010 * t_s)
        x, y = self._x * zoom, (self._y - np.float32(0.5)) * zoom + np.float32(0.5)
        u, v = x * np.float32(scale), y * np.float32(scale)
        one = self._read(
            self._noise[0], u + t * np.float32(0.010) + 0 * v, v + number * np.float32(0.3) + 0 * u
        )
        two = self._read(self._noise[1], u + 0 * v, v - t * np.float32(0.012) + 0 * u)
        warp = np.float32(0.16 + 0.012 * t_s)
        fold = self._read(
            self._noise[2],
            u + (one - np.float32(0.5)) * warp * 4,
            v + (two - np.float32(0.5)) * warp * 4,
        )
        spread = self._spread(
            number, t_s, x + (one - np.float32(0.5)) * 0.5, y + (two - np.float32(0.5)) * 0.5, fold
        )
        vein = self._read(
            self._fine, u * 1.3 + fold * np.float32(0.55), v * 1.3 + one * np.float32(0.55)
        )
        body = np.clip(spread * 5, 0, 1)
        rim = np.exp(-(((spread - np.float32(0.05)) * 16) ** 2)) * np.float32(0.55)
        thread = np.exp(-((np.abs(vein - np.float32(0.5)) * 13) ** 1.3))
        density = (
            body * (np.float32(0.28) + 1.5 * np.clip(fold - 0.30, 0, 1) ** 1.2 + 0.55 * thread)
            + rim * body
        )
        hue = np.clip((two - fold) * 3.2 + np.float32(0.5), 0, 1)
        self._soak(canvas, (hexa(first), hexa(second)), density * np.float32(strength), hue)

    def _spread(self, number: int, t_s: float, x: Plane, y: Plane, fold: Plane) -> Plane:
        """How far inside the spreading drops a place is, below 0 outside."""
        inside = np.full(fold.shape, -1, np.float32)
        for drop_x, drop_y, start_s, reach in _DROPS[number]:
            grown = reach * (1 - np.exp(-max(0.0, t_s - start_s) * 0.55)) - 0.02
            away = np.sqrt((x - np.float32(drop_x)) ** 2 + (y - np.float32(drop_y)) ** 2)
            np.maximum(
                inside,
                np.float32(grown) - away + (fold - np.float32(0.5)) * np.float32(0.35 * grown),
                out=inside,
            )
        return inside

    def _soak(
        self, canvas: Canvas, inks: tuple[Colour, Colour], density: Plane, hue: Plane
    ) -> None:
        """Takes out of the paper's light what the inks absorb, after Beer and Lambert."""
        both = double(np.stack((density * (1 - hue), density * hue)), self._size)
        for channel in range(3):
            first, second = (-np.log(max(0.02, ink[channel])) for ink in inks)
            canvas[channel] *= np.exp(both[0] * np.float32(-first) + both[1] * np.float32(-second))


def score(duration_s: float) -> tuple[Stereo, ...]:
    """A minimalist pattern for two marimbas that slips out of step with itself."""
    desk = Desk(duration_s, Room(2.2, 6000, 0.4))
    rows = (
        ("A3", "E4", "B4", "C5", "E4", "G4", "B4"),
        ("F3", "C4", "A4", "E5", "C4", "G4", "A4"),
        ("D3", "A3", "F4", "C5", "E5", "F4", "A4"),
    )
    step = 0.205
    for beat in range(int((duration_s - 1.6) / step)):
        row = rows[min(2, int(beat * step // 9.0))]
        note = row[beat % 7]
        loud = 0.30 + 0.12 * np.sin(beat * 0.13)
        desk.play(mallet(note), 0.3 + beat * step, float(loud), -0.45)
        if beat % 3 != 1:
            slip = row[(beat * 3 // 2 + beat // 28) % 7]
            desk.play(mallet(slip), 0.3 + (beat + 0.5) * step, 0.2, 0.5)
        if beat % 14 == 0:
            desk.play(keys(row[0][:-1] + "2", 4.0), 0.3 + beat * step, 0.5)
    for number, chord in enumerate((("A3", "E4"), ("F3", "C4"), ("D3", "A4"))):
        for voice, note in enumerate(chord):
            desk.play(strings(note, 9.4, 0.5, 3.0), number * 9.0, 0.08, voice - 0.5)
    for number, note in enumerate(("E5", "D5", "C5", "B4", "A4", "C5", "G5", "F5", "E5")):
        desk.play(keys(note, 3.0, 0.7), 9.3 + number * 1.85, 0.34, 0.1)
    return (master(desk.mix(), 0.2, 2.2),)


REEL = Reel(
    film=FILM,
    picture=Ink,
    score=score,
    cards=(
        Card(
            "a handful of ink",
            0.5,
            4.0,
            0.50,
            0.075,
            Face(spacing=0.02, weight=-0.012, slant=0.2),
            hexa("191a2e"),
            x=-0.52,
            shade=0.0,
        ),
        Card("II", 9.3, 11.6, 0.86, 0.035, Face(spacing=0.2), hexa("7a2114"), shade=0.0),
        Card("III", 18.3, 20.6, 0.86, 0.035, Face(spacing=0.2), hexa("1b2340"), shade=0.0),
    ),
    sheet=Sheet(
        ("a handful", "of ink"),
        21.6,
        Face(weight=-0.012, slant=0.2),
        colour=hexa("15182c"),
        accent=hexa("9c2a1a"),
        scrim=hexa("f1e8d6"),
        scrim_strength=0.97,
        largest=0.12,
        place="bottom",
    ),
    stock=Stock(0.12, 0.0044, 0.97),
    fade_in_s=0.6,
)
