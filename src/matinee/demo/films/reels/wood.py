"""Postcards from Elsewhere, episode 3: a wood of cut paper, snow, and a fox that knows the way."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from matinee.demo.films.paint.canvas import (
    Canvas,
    Plane,
    Size,
    add,
    axes,
    blank,
    gradient,
    hexa,
    over,
)
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face
from matinee.demo.films.paint.noise import blurred, clouds, dice, ridge
from matinee.demo.films.paint.shapes import Point, disc, figure, glow, specks
from matinee.demo.films.records import DemoFilm
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.reels.atlas import SERIES, place
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.notation import tune
from matinee.demo.films.sound.tones import bell, keys, pluck, strings

FILM = DemoFilm(
    slug="postcards-3-the-paper-wood",
    title="The Paper Wood",
    tagline="Follow the only thing that is not white.",
    description=(
        "The last card has been cut, not printed: seven sheets of paper, one behind the other, "
        "and a moon made with the lid of a jar. A fox crosses from edge to edge as if she had "
        'an appointment. On the back, in pencil: "Home by morning. Leave the snow on."'
    ),
    year=SERIES.year,
    people=SERIES.people,
    genres=("Animation", "Family"),
    moods=("gentle", "winter", "night", "hand-made"),
    maturity_age=0,
    duration_s=26.0,
    kind="episode",
    series=place(3),
)

_SHEETS = ("8fb7c4", "6f9fb2", "4f839b", "356781", "224d68", "15364f", "0a2034")

_RED, _PALE, _DARK = "e8622c", "fff0dc", "3a1a14"


@dataclass(frozen=True)
class _Cut:
    """One sheet, wider than the picture: its mask, the light its shadow leaves, its paint."""

    mask: Plane
    kept: Plane
    paint: Canvas
    pace: float
    top: int


class Wood:
    """The picture at one size."""

    def __init__(self, size: Size) -> None:
        """Cuts the sheets once."""
        self._size, self._high = size, size.height
        self._x, self._y = axes(size)
        self._sheets = [self._cut(number) for number in range(len(_SHEETS))]
        grain = clouds(dice(FILM.slug, "paper"), size, size.height / 70, 4)
        self._grain = grain * np.float32(0.06) + np.float32(0.97)
        self._night = self._behind()
        self._flakes = dice(FILM.slug, "snow").random((5, 560)).astype(np.float32)

    def _at(self, x: float, y: float) -> Point:
        return (self._size.width / 2 + x * self._high, y * self._high)

    def _cut(self, number: int) -> _Cut:
        rng = dice(FILM.slug, "sheet", number)
        high = self._high
        wide = int(self._size.width + high * (0.25 + 0.22 * number))
        large = Image.new("L", (wide * 2, high * 2))
        pen = ImageDraw.Draw(large)
        unit = high * 2
        base = 0.60 + 0.062 * number
        line = ridge(rng, 400, 0.0, 3 + number)
        ground = [(x / 399 * wide * 2, (base - 0.02 * float(line[x])) * unit) for x in range(400)]
        pen.polygon([*ground, (wide * 2, unit), (0, unit)], fill=255)
        count = int((26, 22, 17, 12, 9, 6, 5)[number] * wide / (1.9 * high))
        for tree in range(count):
            x = (tree + 0.15 + 0.7 * rng.random()) / count * wide * 2
            foot = (base + 0.02) * unit
            tall = (0.16 + 0.075 * number) * (0.7 + 0.6 * rng.random()) * unit
            if number == len(_SHEETS) - 1:
                self._trunk(pen, (x, unit), rng)
            elif rng.random() < 0.72:
                self._fir(pen, (x, foot), tall, 4 + number // 2)
            else:
                self._birch(pen, (x, foot), tall * 1.1, rng)
        mask = np.asarray(large.reduce(2), np.float32) / np.float32(255)
        shade = blurred(mask, 0.011 * high)
        pace = 0.004 + 0.0038 * number**1.6
        thrown = np.roll(shade, (int(-0.006 * high), int(0.008 * high)), (0, 1))
        red, green, blue = hexa(_SHEETS[number])
        paint = gradient(
            ((0.1, (red * 1.12, green * 1.12, blue * 1.10)), (1.0, (red, green, blue))), self._y
        )
        top = int(np.argmax(thrown.max(axis=1) > 0.01))
        return _Cut(mask, 1 - thrown * np.float32(0.42), paint, pace, top)

    def _fir(self, pen: ImageDraw.ImageDraw, foot: Point, tall: float, tiers: int) -> None:
        x, y = foot
        pen.rectangle((x - tall * 0.02, y - tall * 0.2, x + tall * 0.02, y + 4), fill=255)
        for tier in range(tiers):
            low = y - tall * (0.10 + 0.78 * tier / tiers)
            top = low - tall * (0.42 - 0.16 * tier / tiers)
            half = tall * 0.24 * (1 - 0.75 * tier / tiers)
            pen.polygon(
                [
                    (x - half, low),
                    (x - half * 0.35, low - tall * 0.02),
                    (x, low + tall * 0.01),
                    (x + half * 0.35, low - tall * 0.02),
                    (x + half, low),
                    (x, max(top, y - tall)),
                ],
                fill=255,
            )

    def _birch(
        self, pen: ImageDraw.ImageDraw, foot: Point, tall: float, rng: np.random.Generator
    ) -> None:
        x, y = foot
        pen.polygon(
            [
                (x - tall * 0.016, y + 4),
                (x - tall * 0.005, y - tall),
                (x + tall * 0.005, y - tall),
                (x + tall * 0.016, y + 4),
            ],
            fill=255,
        )
        for branch in range(7):
            up = y - tall * (0.35 + 0.6 * branch / 7)
            side, long = (-1) ** branch, tall * (0.22 - 0.02 * branch) * (0.7 + 0.5 * rng.random())
            tip = (x + side * long * 0.75, up - long * 0.7)
            pen.polygon([(x, up), (x, up - tall * 0.012), tip], fill=255)
            knee = (x + side * long * 0.4, up - long * 0.38)
            pen.polygon(
                [
                    knee,
                    (knee[0], knee[1] - tall * 0.008),
                    (knee[0] + side * long * 0.35, knee[1] - long * 0.05),
                ],
                fill=255,
            )

    def _trunk(self, pen: ImageDraw.ImageDraw, foot: Point, rng: np.random.Generator) -> None:
        x, unit = foot
        half = unit * (0.020 + 0.022 * rng.random())
        pen.polygon(
            [
                (x - half * 1.5, unit),
                (x - half, unit * 0.5),
                (x - half * 0.8, 0),
                (x + half * 0.8, 0),
                (x + half, unit * 0.5),
                (x + half * 1.6, unit),
            ],
            fill=255,
        )
        for branch in range(3):
            up, side = unit * (0.10 + 0.22 * branch + 0.1 * rng.random()), (-1) ** branch
            pen.polygon(
                [(x, up + half), (x, up), (x + side * unit * 0.16, up - unit * 0.12)], fill=255
            )

    def _behind(self) -> Canvas:
        """What lies behind every sheet: the sky and the moon."""
        canvas = blank(self._size)
        canvas[:] = gradient(
            ((0.0, hexa("1c3c58")), (0.35, hexa("5f95ac")), (0.62, hexa("e9e2d0"))), self._y
        )
        moon = self._at(0.03, 0.345)
        glow(canvas, moon, 0.30 * self._high, hexa("fff2cf"), 0.40)
        disc(canvas, (moon[0] + 4, moon[1] + 6), 0.118 * self._high, hexa("2c4c64"), 0.35)
        disc(canvas, moon, 0.115 * self._high, hexa("fff6dc"))
        return canvas

    def paint(self, t_s: float) -> Canvas:
        """The wood at a time; the fox walks in front of all sheets but the last."""
        canvas: Canvas = self._night.copy()
        for number, sheet in enumerate(self._sheets):
            self._lay(canvas, sheet, t_s)
            if number == 5:
                self._fox(canvas, t_s)
            if number % 2 == 1:
                self._snow(canvas, t_s, number)
        canvas *= self._grain
        return canvas

    def _lay(self, canvas: Canvas, sheet: _Cut, t_s: float) -> None:
        slide = min(
            (t_s * sheet.pace + 0.02) * self._high, sheet.mask.shape[1] - self._size.width - 2.0
        )
        column = int(slide)
        part = np.float32(slide - column)
        kept = sheet.kept[sheet.top :, column : column + self._size.width]
        wide = sheet.mask[sheet.top :, column : column + self._size.width + 1]
        mask = wide[:, 1:] - wide[:, :-1]
        mask *= part
        mask += wide[:, :-1]
        low = canvas[:, sheet.top :]
        low *= kept
        over(low, sheet.paint[:, sheet.top :], mask)

    def _fox(self, canvas: Canvas, t_s: float) -> None:
        unit = 0.135
        x0, y0 = -0.72 + 0.056 * t_s, 0.855 + 0.003 * float(np.sin(t_s * 9))
        for points, code in _fox_parts(t_s):
            cut = [(x0 + a * unit, y0 + b * unit) for a, b in points]
            figure(canvas, [(x + 0.004, y + 0.006) for x, y in cut], hexa("04121e"), 0.30)
            figure(canvas, cut, hexa(code))
        for x, y, size in ((1.085, -0.285, 0.0032), (0.80, -0.40, 0.0028)):
            at = self._at(x0 + x * unit, y0 + y * unit)
            disc(canvas, at, size * self._high, hexa(_DARK))

    def _snow(self, canvas: Canvas, t_s: float, layer: int) -> None:
        x, y, size, phase, _ = self._flakes[:, layer * 90 : layer * 90 + 90]
        near = np.float32(0.4 + 0.22 * layer)
        t = np.float32(t_s)
        across = (
            (x + 0.03 * np.sin(t * 0.8 + phase * 6.3) - t * 0.012 * near) % 1.0 * self._size.width
        )
        down = (y + t * (0.035 + 0.04 * size) * near) % 1.0 * self._high
        if layer < 5:
            light = specks(
                self._size,
                across,
                down,
                (0.6 + 0.6 * size).astype(np.float32) * np.float32((self._high / 720) ** 1.2),
            )
            light[1:] += light[:-1] * np.float32(0.8)
            light[:, 1:] += light[:, :-1] * np.float32(0.8)
            add(canvas, (0.95, 0.97, 1.0), light)
            return
        for a, b, c in zip(across.tolist(), down.tolist(), size.tolist(), strict=True):
            disc(
                canvas,
                (a, b),
                (0.0018 + 0.0030 * c * float(near)) * self._high,
                (0.97, 0.98, 1.0),
                0.9,
            )


def _fox_parts(t_s: float) -> list[tuple[list[Point], str]]:
    """The fox as cut paper, back to front: outlines around her middle, and their colours."""
    wag = 0.08 * float(np.sin(t_s * 3))
    parts: list[tuple[list[Point], str]] = []
    for number, hip in enumerate((-0.42, -0.30, 0.30, 0.42)):
        swing = 0.20 * float(np.sin(t_s * 9 + (number % 2) * np.pi + (number // 2) * 0.8))
        top, foot = ((hip - 0.06, -0.1), (hip + 0.06, -0.1)), hip + swing
        leg = [*top, (foot + 0.035, 0.46), (foot - 0.035, 0.46)]
        parts.append((leg, _DARK if number % 2 else _RED))
    tail = [(-0.50, -0.18), (-0.80, -0.20 + wag), (-1.20, -0.42 + wag), (-1.08, -0.08 + wag)]
    tip = [(-1.20, -0.42 + wag), (-1.02, -0.30 + wag), (-1.00, -0.10 + wag), (-1.08, -0.08 + wag)]
    body = [(-0.55, -0.20), (0.0, -0.26), (0.50, -0.30), (0.58, 0.02), (0.1, 0.06), (-0.50, 0.06)]
    chest = [(0.36, -0.22), (0.52, -0.02), (0.58, 0.04), (0.40, 0.08), (0.28, -0.02)]
    head = [(0.40, -0.30), (0.52, -0.55), (0.80, -0.52), (1.10, -0.28), (0.80, -0.20)]
    cheek = [(0.62, -0.24), (1.10, -0.28), (0.80, -0.18), (0.60, -0.14)]
    parts += [
        ([*tail, (-0.75, 0.04 + wag), (-0.50, -0.02)], _RED),
        (tip, _PALE),
        (body, _RED),
        (chest, _PALE),
        ([*head, (0.56, -0.12)], _RED),
        (cheek, _PALE),
    ]
    ears = ((0.50, _DARK), (0.66, _RED))
    parts += [([(x, -0.50), (x + 0.04, -0.76), (x + 0.15, -0.51)], code) for x, code in ears]
    return parts


def score(duration_s: float) -> tuple[Stereo, ...]:
    """A waltz for a music box, with a harp below it and strings when the fox is half-way."""
    desk = Desk(duration_s, Room(2.8, 6500, 0.45))
    beat = 0.46
    chords = (
        ("G2", "D4", "B3"),
        ("E2", "B3", "G4"),
        ("C3", "E4", "G4"),
        ("D3", "A3", "F#4"),
        ("G2", "D4", "B4"),
        ("B2", "F#4", "D4"),
        ("C3", "G4", "E4"),
        ("D3", "F#4", "C5"),
    )
    for bar in range(17):
        root, *rest = chords[bar % 8]
        desk.play(pluck(root, 2.2, 0.6), bar * beat * 3 + 0.4, 0.42, -0.2)
        for step in (1, 2):
            for note in rest:
                desk.play(pluck(note, 1.4, 0.6), bar * beat * 3 + step * beat + 0.4, 0.15, 0.2)
        if bar >= 8:
            for voice, note in enumerate(chords[bar % 8]):
                desk.play(
                    strings(note, beat * 3.6, 0.5, 0.5),
                    bar * beat * 3 + 0.4,
                    0.065,
                    voice * 0.6 - 0.6,
                )
    melody = (
        "B5/3 D6 G5/2 E5/3 G5 F#5/2 D5/3 E5 F#5 A5 G5/5 "
        "B5/2 D6/2 E6/3 D6 B5/2 C6/3 A5/2 F#5 G5/4 D6/2 B5/4"
    )
    for note, at_beat, _ in tune(melody):
        at_s = 0.4 + (at_beat + 3) * beat
        desk.play(bell(note, 2.6, 0.55), at_s, 0.20, 0.15)
        desk.play(keys(note, 2.0, 0.5), at_s, 0.14, 0.15)
    return (master(desk.mix(), 0.1, 2.2),)


REEL = Reel(
    film=FILM,
    picture=Wood,
    score=score,
    cards=(
        Card(
            "POSTCARDS FROM ELSEWHERE", 1.0, 4.6, 0.085, 0.028, Face(spacing=0.45), hexa("f4f1e4")
        ),
        Card(
            "The Paper Wood",
            1.6,
            5.2,
            0.93,
            0.060,
            Face(spacing=0.06, weight=-0.006),
            hexa("ffffff"),
        ),
    ),
    sheet=Sheet(
        ("THE", "PAPER WOOD"),
        12.6,
        Face(spacing=0.10, weight=0.010),
        colour=hexa("fff6e4"),
        accent=hexa("ffd2b4"),
        scrim=hexa("061624"),
        scrim_strength=0.62,
        largest=0.075,
        place="top",
        backdrop_s=11.6,
    ),
    stock=Stock(0.30, 0.0055, 0.92),
    fade_in_s=0.8,
)
