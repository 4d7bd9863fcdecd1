"""The Westbound Never Stops: a night train, telegraph poles, and the last of a red sky."""

from itertools import pairwise

import numpy as np

from matinee.demo.films.paint.canvas import (
    Canvas,
    Colour,
    Plane,
    Size,
    add,
    axes,
    blank,
    blend,
    ease,
    gradient,
    hexa,
)
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face
from matinee.demo.films.paint.noise import Stars, clouds, dice, ridge
from matinee.demo.films.paint.shapes import (
    Point,
    disc,
    figure,
    glow,
    panel,
    puff,
    ridge_fill,
    stroke,
)
from matinee.demo.films.records import Credit, DemoFilm
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.tones import bass, burst, pluck, strings
from matinee.demo.films.sound.weather import bed, wind

FILM = DemoFilm(
    slug="the-westbound-never-stops",
    title="The Westbound Never Stops",
    tagline="Eleven lit windows and nobody at the stations.",
    description=(
        "Every evening at ten past six it crosses the Salt Basin, windows lit, timetable "
        "unknown. Some say it is late; some say it is very early. Ruben Castellane sets up his "
        "camera beside the line and does what the desert does: waits, and watches it go."
    ),
    year=2022,
    people=(
        Credit("Ruben Castellane", "director"),
        Credit("Juno Halvard", "composer"),
        Credit("Tomas Edevane", "writer"),
        Credit("Corin Ashdown", "cast", "The passenger in the fourth window"),
    ),
    genres=("Drama", "Mystery"),
    moods=("melancholy", "journey", "desert", "evening"),
    maturity_age=6,
    duration_s=28.0,
    audio=("Score", "Score with train sounds"),
)

_RAIL = 0.755
_PACE = 0.62


class Desert:
    """The picture at one size; the camera travels with the train."""

    def __init__(self, size: Size) -> None:
        """Cuts mesas and dunes, and paints the cloud bank once."""
        self._size, self._high = size, size.height
        self._x, self._y = axes(size)
        self._mesas = [self._mesa(n) for n in range(2)]
        self._dunes = [ridge(dice(FILM.slug, "dune", n), 4000, 0.0, 5 + 3 * n) for n in range(3)]
        self._scrub = dice(FILM.slug, "scrub").random((60, 3))
        self._stars = Stars(dice(FILM.slug, "stars"), size, 260, 0.4)
        wide = Size(size.width // 10 + 1, int(size.height * 0.5))
        bank = np.repeat(clouds(dice(FILM.slug, "bank"), wide, size.height / 8, 4), 10, axis=1)[
            :, : size.width
        ]
        kernel = np.ones(21, np.float32) / 21
        bank = np.apply_along_axis(np.convolve, 1, bank, kernel, "same").astype(np.float32)
        self._bank = (
            np.clip((bank - 0.5) * 3.0, 0, 1)
            * np.linspace(0.25, 1, wide.height, dtype=np.float32)[:, None]
        )

    def _mesa(self, number: int) -> Plane:
        """Table mountains: a rolling line, cut off flat, with steep sides."""
        rng = dice(FILM.slug, "mesa", number)
        rolling = ridge(rng, 4000, 0.0, 7 + 4 * number)
        rough = ridge(rng, 4000, 0.8, 90)
        table = np.clip((rolling - 0.05) * 6, 0, 1) + 0.35 * np.clip((rolling - 0.55) * 8, 0, 1)
        line: Plane = (table + 0.03 * rough).astype(np.float32)
        return line

    def _at(self, x: float, y: float) -> Point:
        return (self._size.width / 2 + x * self._high, y * self._high)

    def paint(self, t_s: float) -> Canvas:
        """The crossing at a time."""
        late = ease(2, 27, t_s)
        canvas = self._sky(t_s, late)
        far, near = self._mesas
        dunes = self._dunes
        way = t_s * _PACE
        self._land(canvas, far, (0.60, -0.10), (60, t_s * 0.012), self._shade(0.34, late))
        self._land(canvas, near, (0.62, -0.13), (150, t_s * 0.042), self._shade(0.50, late))
        self._land(canvas, dunes[0], (0.665, -0.018), (300, t_s * 0.10), self._shade(0.60, late))
        self._train(canvas, t_s, late)
        verge = (_RAIL + 0.018, -0.004)
        self._land(canvas, dunes[1], verge, (260, way * 0.55), self._shade(0.80, late))
        self._tufts(canvas, t_s, late)
        self._poles(canvas, t_s)
        self._land(canvas, dunes[2], (0.955, -0.03), (200, way * 1.9), self._shade(1.0, late))
        return canvas

    def _shade(self, near: float, late: float) -> tuple[float, float, float]:
        warm = blend(hexa("d9764a"), hexa("6e3a5e"), late)
        return blend(warm, blend(hexa("2c1420"), hexa("140b1c"), late), near)

    def _sky(self, t_s: float, late: float) -> Canvas:
        top = blend(hexa("2d6a86"), hexa("161a44"), late)
        middle = blend(hexa("e9a46c"), hexa("8a3f6a"), late)
        low = blend(hexa("ffd88a"), hexa("ff7a48"), late)
        canvas = blank(self._size)
        canvas[:] = gradient(((0.0, top), (0.40, middle), (0.64, low)), self._y)
        self._stars.shine(canvas, t_s, 0.9 * ease(0.55, 1.0, late))
        rows = self._bank.shape[0]
        lit = blend(hexa("fff0c0"), hexa("ff5f58"), ease(0.1, 0.7, late))
        for channel in range(3):
            plane = canvas[channel, :rows]
            plane += (np.float32(lit[channel]) - plane) * (self._bank * np.float32(0.50))
        sun = self._at(-0.10, 0.40 + 0.20 * late)
        glow(canvas, sun, 0.42 * self._high, hexa("ff9a50"), 0.35)
        disc(canvas, sun, 0.105 * self._high, blend((1.1, 0.95, 0.62), (1.1, 0.42, 0.26), late))
        return canvas

    def _land(
        self,
        canvas: Canvas,
        line: Plane,
        level: tuple[float, float],
        travel: tuple[float, float],
        shade: tuple[float, float, float],
    ) -> None:
        """A strip of land: base and height of its line, ticks a picture height, way travelled."""
        base, tall = level
        ticks, way = travel
        place = (self._x[0] + way) * ticks + 2000
        top = (base + tall * np.interp(place, np.arange(4000), line, period=4000)) * self._high
        dark = blend(shade, (0.02, 0.01, 0.03), 0.35)
        ridge_fill(
            canvas,
            top.astype(np.float32),
            gradient(((base - 0.1, shade), (base + 0.16, dark)), self._y),
        )

    def _train(self, canvas: Canvas, t_s: float, late: float) -> None:
        head = (
            0.62
            - 0.50 * (1 - ease(0, 9, t_s)) * 3.2
            + 0.10 * np.sin(t_s * 0.25)
            + 1.2 * ease(22, 30, t_s) ** 2
        )
        rattle = 0.0008 * np.sin(t_s * 23)
        ink = self._shade(0.93, late)
        self._smoke(canvas, head, t_s, late)
        for car in range(11):
            right = head - 0.235 - 0.215 * car
            left = right - 0.205
            if right < -1.0 or left > 1.0:
                continue
            top = _RAIL - 0.070 + rattle * (-1) ** car
            figure(
                canvas,
                [
                    (left, top + 0.008),
                    (left + 0.01, top),
                    (right - 0.01, top),
                    (right, top + 0.008),
                    (right, _RAIL - 0.012),
                    (left, _RAIL - 0.012),
                ],
                ink,
            )
            panel(canvas, (left - 0.012, _RAIL - 0.02, left, _RAIL - 0.014), ink)
            self._windows(canvas, left, top, late, car)
            for wheel in (0.03, 0.055, 0.15, 0.175):
                disc(canvas, self._at(left + wheel, _RAIL - 0.008), 0.011 * self._high, ink)
        self._engine(canvas, float(head), ink, t_s)

    def _windows(self, canvas: Canvas, left: float, top: float, late: float, car: int) -> None:
        power = 0.55 + 0.75 * late
        for pane in range(6):
            x = left + 0.016 + 0.030 * pane
            colour = (1.25 * power, 0.86 * power, 0.42 * power)
            panel(canvas, (x, top + 0.018, x + 0.02, top + 0.038), colour)
            if car == 3 and pane == 3:
                disc(canvas, self._at(x + 0.010, top + 0.029), 0.005 * self._high, hexa("241018"))
                figure(
                    canvas,
                    [
                        (x + 0.003, top + 0.038),
                        (x + 0.006, top + 0.033),
                        (x + 0.014, top + 0.033),
                        (x + 0.017, top + 0.038),
                    ],
                    hexa("241018"),
                )
        glow(
            canvas,
            self._at(left + 0.10, top + 0.03),
            0.07 * self._high,
            hexa("ff9c48"),
            0.12 + 0.22 * late,
        )

    def _engine(
        self, canvas: Canvas, head: float, ink: tuple[float, float, float], t_s: float
    ) -> None:
        back = head - 0.225
        shapes = (
            [(back, -0.012), (back, -0.095), (back + 0.062, -0.095), (back + 0.062, -0.012)],
            [
                (back - 0.006, -0.095),
                (back - 0.004, -0.102),
                (back + 0.068, -0.102),
                (back + 0.070, -0.095),
            ],
            [
                (back + 0.06, -0.020),
                (back + 0.06, -0.068),
                (head - 0.012, -0.068),
                (head - 0.006, -0.044),
                (head - 0.012, -0.020),
            ],
            [
                (head - 0.046, -0.066),
                (head - 0.052, -0.104),
                (head - 0.022, -0.104),
                (head - 0.028, -0.066),
            ],
            [
                (head - 0.105, -0.066),
                (head - 0.105, -0.080),
                (head - 0.085, -0.080),
                (head - 0.085, -0.066),
            ],
            [(head - 0.02, -0.024), (head + 0.028, -0.002), (head - 0.03, -0.002)],
        )
        for shape in shapes:
            figure(canvas, [(a, _RAIL + b) for (a, b) in shape], ink)
        panel(canvas, (back + 0.014, _RAIL - 0.082, back + 0.044, _RAIL - 0.058), (1.2, 0.7, 0.3))
        turn = t_s * 15
        for wheel in (0.03, 0.085, 0.135):
            disc(canvas, self._at(back + wheel, _RAIL - 0.018), 0.021 * self._high, ink)
        crank = [
            (back + w + 0.012 * np.cos(turn), _RAIL - 0.018 + 0.012 * np.sin(turn))
            for w in (0.03, 0.135)
        ]
        stroke(
            canvas,
            [self._at(float(a), float(b)) for a, b in crank],
            0.004 * self._high,
            blend(ink, (0.9, 0.6, 0.4), 0.35),
        )
        lamp = self._at(head - 0.006, _RAIL - 0.060)
        disc(canvas, lamp, 0.006 * self._high, (1.5, 1.3, 0.9))
        glow(canvas, lamp, 0.06 * self._high, hexa("ffd890"), 0.8)
        self._headlight(canvas, lamp)

    def _headlight(self, canvas: Canvas, lamp: Point) -> None:
        left, right = max(0, int(lamp[0])), min(self._size.width, int(lamp[0] + 0.6 * self._high))
        if right <= left:
            return
        rows = slice(int((_RAIL - 0.2) * self._high), int((_RAIL + 0.05) * self._high))
        ahead = (np.arange(left, right) + 0.5 - lamp[0]).astype(np.float32) / np.float32(self._high)
        off = np.abs(self._y[rows] - np.float32(lamp[1] / self._high)) / (
            np.float32(0.012) + ahead[None, :] * np.float32(0.13)
        )
        add(
            canvas[:, rows, left:right],
            hexa("ffd080"),
            np.exp(-off * off) * np.exp(-ahead * 6)[None, :] * np.float32(0.42),
        )

    def _smoke(self, canvas: Canvas, head: float, t_s: float, late: float) -> None:
        shade = blend(
            blend(hexa("fbe4c8"), hexa("c07a80"), late), hexa("4a2a40"), 0.15 + 0.4 * late
        )
        for number in range(46):
            age = (number + (t_s * 6) % 1.0) / 6
            seed = int(t_s * 6) - number
            spin, lift = dice(FILM.slug, "smoke", seed).random(2).tolist()
            x = head - 0.037 - age * 0.24
            y = _RAIL - 0.115 - 0.05 * age**0.7 - 0.02 * (lift - 0.5) * age
            if x > -1.1:
                puff(
                    canvas,
                    self._at(x, y),
                    (0.010 + 0.016 * age**0.8 * (0.7 + 0.6 * spin)) * self._high,
                    shade,
                    0.50 * float(np.exp(-age * 0.45)),
                )

    def _tufts(self, canvas: Canvas, t_s: float, late: float) -> None:
        ink = self._shade(0.96, late)
        for x, y, size in self._scrub.tolist():
            place = ((x * 4 - t_s * _PACE * (0.9 + 0.5 * y)) % 4) - 2
            if abs(place) > 1.0:
                continue
            foot = _RAIL + 0.06 + 0.13 * y
            for blade in range(5):
                lean = (blade - 2) * 0.006 * (0.6 + size)
                figure(
                    canvas,
                    [
                        (place + lean * 0.3 - 0.0015, foot),
                        (place + lean * 0.3 + 0.0015, foot),
                        (place + lean * 1.6, foot - (0.016 + 0.034 * size)),
                    ],
                    ink,
                )

    def _poles(self, canvas: Canvas, t_s: float) -> None:
        """Telegraph poles near the camera, the wires hanging between them."""
        step, ink = 0.92, hexa("0b0610")
        slide = (t_s * _PACE * 1.25) % step
        places = [n * step - slide - 1.4 for n in range(5)]
        for left, right in pairwise(places):
            self._wires(canvas, left, right, ink)
        for place in places:
            figure(
                canvas,
                [
                    (place - 0.007, 0.165),
                    (place + 0.007, 0.165),
                    (place + 0.01, 1.0),
                    (place - 0.01, 1.0),
                ],
                ink,
            )
            for arm in range(2):
                level, half = 0.20 + 0.055 * arm, 0.052 - 0.008 * arm
                panel(canvas, (place - half, level, place + half, level + 0.009), ink)
                for peg in (-0.8, 0.8):
                    disc(
                        canvas, self._at(place + half * peg, level - 0.005), 0.006 * self._high, ink
                    )

    def _wires(self, canvas: Canvas, left: float, right: float, ink: Colour) -> None:
        """Four wires between two poles, each a shallow parabola."""
        along = np.linspace(0, 1, 26)
        for arm in range(2):
            sag = 0.205 + 0.055 * arm + 0.055 * (1 - (2 * along - 1) ** 2)
            for side in (-0.040, 0.040):
                x = left + side * (1 - 0.15 * arm) + (right - left) * along
                points = zip(x.tolist(), sag.tolist(), strict=True)
                path = [self._at(a, b) for a, b in points]
                stroke(canvas, path, 0.0022 * self._high, ink, 0.9)


def score(duration_s: float) -> tuple[Stereo, ...]:
    """A plucked figure in six-eight that keeps the train's time; strings for the distance."""
    desk = Desk(duration_s, Room(3.0, 4500, 0.45))
    chords = (
        ("E2", "B3", "E4", "G4"),
        ("C3", "G3", "E4", "G4"),
        ("G2", "D4", "G4", "B4"),
        ("D3", "A3", "D4", "F#4"),
        ("A2", "E4", "A4", "C5"),
        ("E2", "B3", "E4", "G4"),
    )
    eighth = 0.24
    bar_s = eighth * 6
    for bar in range(int((duration_s - 2) / bar_s)):
        chord, at = chords[bar // 2 % 6], bar * bar_s
        desk.play(bass(chord[0], 1.0), at, 0.32, 0, 0.2)
        for step, voice in enumerate((1, 2, 3, 2, 3, 1)):
            desk.play(
                pluck(chord[voice], 1.8, 0.82),
                at + step * eighth,
                0.30 if step else 0.36,
                0.25 * (step % 3 - 1),
            )
        for step in range(6):
            desk.play(
                burst(step, 0.09, 60, 2500, 9000),
                at + step * eighth,
                0.10 if step in {0, 3} else 0.045,
                0.2,
                0.3,
            )
        if bar % 2 == 0 and bar > 2:
            for voice, note in enumerate(chord[1:]):
                desk.play(strings(note, bar_s * 2.2, 0.6, 0.9), at, 0.06, voice * 0.6 - 0.6)
    tune = (
        ("B4", 0),
        ("D5", 2),
        ("E5", 3),
        ("G5", 6),
        ("F#5", 8),
        ("E5", 9),
        ("D5", 12),
        ("B4", 15),
        ("A4", 18),
        ("C5", 20),
        ("B4", 21),
        ("G5", 24),
        ("A5", 26),
        ("B5", 27),
        ("E5", 30),
        ("D5", 33),
        ("E5", 36),
    )
    for note, step in tune:
        desk.play(pluck(note, 3.2, 0.9), bar_s * 4 + step * eighth * 1.5, 0.36, -0.15, 1.4)
    line = _line(duration_s, bar_s)
    music = desk.mix()
    return (master(music, 0.3, 2.4), master(music * np.float32(0.8) + line.mix(), 0.3, 2.4))


def _line(duration_s: float, bar_s: float) -> Desk:
    """What is heard beside the line: wind, rumble, rail joints, a whistle far away."""
    line = Desk(duration_s, Room(2.5, 2500, 0.3))
    line.spread(wind("west-l", duration_s), wind("west-r", duration_s), 0.05)
    line.spread(bed("west-l", duration_s, 50, 260), bed("west-r", duration_s, 50, 260), 0.16)
    for clack in range(int(duration_s / bar_s * 2)):
        for beat in (0.0, 0.12):
            line.play(
                burst(clack % 5, 0.16, 26, 250, 2600), clack * bar_s / 2 + beat, 0.30, -0.2, 0.5
            )
    for at_s in (3.2, 20.5):
        for note in ("E5", "G#5", "B5"):
            line.play(strings(note, 1.7, 0.6, 0.12), at_s, 0.07, 0.3, 1.6)
    return line


REEL = Reel(
    film=FILM,
    picture=Desert,
    score=score,
    cards=(
        Card(
            "THE WESTBOUND NEVER STOPS",
            1.4,
            5.6,
            0.085,
            0.050,
            Face(spacing=0.26, weight=0.010, stretch=0.8),
            hexa("fff2d8"),
        ),
    ),
    sheet=Sheet(
        ("THE WESTBOUND", "NEVER STOPS"),
        5.9,
        Face(spacing=0.05, weight=0.020, stretch=0.72),
        colour=hexa("ffe4b4"),
        accent=hexa("ffd0a0"),
        scrim=hexa("180a1c"),
        scrim_strength=0.55,
        place="top",
        largest=0.11,
        backdrop_s=15.0,
    ),
    stock=Stock(0.40, 0.0077),
    fade_in_s=1.0,
)
