"""Wet Neon: a street after midnight, its lights twice, once in the air and once in the rain."""

from dataclasses import dataclass

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
from matinee.demo.films.paint.lettering import Face, centred, word
from matinee.demo.films.paint.noise import blurred, dice
from matinee.demo.films.paint.shapes import Point, disc, glow, polygon
from matinee.demo.films.records import Credit, DemoFilm
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.tones import bass, hat, kick, pad, snare, synth
from matinee.demo.films.sound.weather import rain, thunder

FILM = DemoFilm(
    slug="wet-neon",
    title="Wet Neon",
    tagline="The city never closes. It only drips.",
    description=(
        "Three in the morning, and every sign on Calloway Street is still trying to sell "
        "something to the rain. A taxi passes, then another. Ruben Castellane's pocket noir has "
        "no detective, no body and no motive: only the scene of the crime, looking wonderful."
    ),
    year=2025,
    people=(
        Credit("Ruben Castellane", "director"),
        Credit("Juno Halvard", "composer"),
        Credit("Ruben Castellane", "writer"),
        Credit("Tilde Morrow", "cast", "The umbrella"),
    ),
    genres=("Mystery", "Drama"),
    moods=("moody", "night", "city", "rain"),
    maturity_age=12,
    duration_s=26.0,
    audio=("Score", "Score with rain"),
)

_VANISH_Y, _LENS, _EYE = 0.60, 0.56, 0.34
_SIGNS = (
    # words, side, depth, height above the street, letter size, colour, upright
    ("HOTEL", -1, 1.9, 1.72, 0.30, "ff2f7e", True),
    ("BAR", 1, 2.0, 0.90, 0.30, "29e6ff", False),
    ("NOODLES", 1, 2.7, 2.45, 0.30, "ffb02e", True),
    ("OPEN", -1, 1.75, 0.66, 0.14, "63ff9a", False),
    ("CINEMA", -1, 3.0, 1.02, 0.30, "b76bff", False),
    ("24H", 1, 4.6, 1.75, 0.46, "ff5a36", False),
    ("JAZZ", -1, 4.6, 3.3, 0.6, "29e6ff", True),
    ("TEA", 1, 1.35, 1.5, 0.24, "ff6fae", True),
)
_SHADES = ("ffb56b", "ff7ab0", "7fe9ff", "ffd9a0", "c39bff")


class Street:
    """The picture at one size: a still street in perspective, and what moves in it.

    Street places are (across, above, away): the kerbs are 1 to either side, the eye is 0.34 high.
    """

    def __init__(self, size: Size) -> None:
        """Builds the houses, their reflection, the signs and two sheets of rain once."""
        self._size, self._high = size, size.height
        self._x, self._y = axes(size)
        self._horizon = int(_VANISH_Y * size.height)
        self._city = blank(size)
        sky = (
            (0.0, hexa("07041a")),
            (0.35, hexa("230c40")),
            (_VANISH_Y, hexa("a0346e")),
            (1.0, hexa("2a0f2e")),
        )
        self._city[:] = gradient(sky, self._y)
        wet = self._city.copy()
        for upside in (1, -1):
            self._houses(self._city if upside > 0 else wet, upside)
        fog = np.exp(-((self._x / 0.16) ** 2)) * np.exp(-(((self._y - _VANISH_Y) / 0.16) ** 2))
        add(self._city, hexa("ff5a90"), fog * np.float32(0.55))
        self._wet = self._smear(wet)
        self._signs = [self._sign(*sign) for sign in _SIGNS]
        self._rain = [self._sheet(layer) for layer in range(2)]
        self._bokeh = dice(FILM.slug, "bokeh").random((64, 5))

    def _at(self, across: float, above: float, away: float) -> Point:
        scale = _LENS / away
        return (
            self._size.width / 2 + across * scale * self._high,
            (_VANISH_Y - (above - _EYE) * scale) * self._high,
        )

    def _wall(self, side: int, box: tuple[float, float, float, float]) -> list[Point]:
        """A rectangle on the wall: from and to away, from and to above."""
        near, far, low, top = box
        return [
            self._at(side, low, near),
            self._at(side, top, near),
            self._at(side, top, far),
            self._at(side, low, far),
        ]

    def _houses(self, canvas: Canvas, upside: int) -> None:
        """Walls from far to near, or their reflection in the street if `upside` is -1."""
        rng = dice(FILM.slug, "houses")
        edges = [0.55, 1.0, 1.5, 2.2, 3.0, 4.0, 5.4, 7.5, 11.0]
        for number in range(len(edges) - 2, -1, -1):
            near, far = edges[number], edges[number + 1]
            for side in (-1, 1):
                high = 1.5 + 2.4 * rng.random() + 0.16 * near
                haze = ease(1.5, 11, far)
                shade = blend(hexa("120a26"), hexa("7c2a66"), haze)
                polygon(canvas, self._wall(side, (near, far, 0, upside * high)), shade)
                self._windows(canvas, side, (near, far, high), upside)

    def _windows(
        self, canvas: Canvas, side: int, block: tuple[float, float, float], upside: int
    ) -> None:
        near, far, high = block
        rng = dice(FILM.slug, side, round(near * 10))
        front = hexa(_SHADES[rng.integers(5)])
        step = 0.26 + 0.12 * rng.random()
        dim = 0.30 + 0.62 * ease(0.6, 2.6, near)
        polygon(
            canvas,
            self._wall(side, (near * 1.04, far * 0.97, upside * 0.06, upside * 0.42)),
            front,
            dim,
        )
        for shelf in (0.12, 0.20, 0.28):
            low = blend(front, hexa("12081e"), 0.55)
            polygon(
                canvas,
                self._wall(side, (near * 1.04, far * 0.97, upside * 0.06, upside * shelf)),
                low,
                0.22,
            )
        for pillar in np.arange(near * 1.04, far, step):
            polygon(
                canvas,
                self._wall(side, (pillar, pillar + 0.03, upside * 0.06, upside * 0.42)),
                hexa("12081e"),
            )
        polygon(
            canvas,
            self._wall(side, (near * 1.02, far * 0.98, upside * 0.42, upside * 0.50)),
            blend(front, hexa("12081e"), 0.6),
        )
        for row in np.arange(0.66, high - 0.2, 0.30):
            for column in np.arange(near + 0.08, far - 0.1, step * 0.7):
                lit = rng.random()
                colour = hexa(_SHADES[rng.integers(5)])
                pane = self._wall(
                    side, (column, column + step * 0.38, upside * row, upside * (row + 0.17))
                )
                polygon(
                    canvas,
                    pane,
                    colour if lit < 0.42 else hexa("050210"),
                    0.35 + 0.9 * lit if lit < 0.42 else 0.4,
                )

    def _smear(self, canvas: Canvas) -> Canvas:
        """The reflection drawn out downwards, as rough wet asphalt does."""
        kernel = max(4, int(self._high * 0.05))
        for _ in range(2):
            total = np.cumsum(np.pad(canvas, ((0, 0), (kernel, 0), (0, 0)), mode="edge"), axis=1)
            canvas = (total[:, kernel:] - total[:, :-kernel]) / np.float32(kernel)
        return canvas * np.float32(0.8)

    def _sign(self, *sign: str | float | bool) -> "_Sign":
        text, side, away, above, em, colour, upright = sign
        size_px = float(em) * _LENS / float(away) * self._high
        lines = (
            [word(c, size_px, Face(weight=0.006)) for c in str(text)]
            if upright
            else [word(str(text), size_px, Face(0.1, 0.006))]
        )
        tall = int(size_px * 0.98)
        mask = np.zeros(
            (tall * (len(lines) - 1) + lines[0].shape[0], max(m.shape[1] for m in lines) + 4),
            np.float32,
        )
        for n, line in enumerate(lines):
            left = (mask.shape[1] - line.shape[1]) // 2
            mask[n * tall : n * tall + line.shape[0], left : left + line.shape[1]] += line
        mask = np.pad(np.clip(mask, 0, 1), int(size_px * 1.3))
        halo = blurred(mask, size_px / 2.2) * np.float32(1.5) + blurred(mask, size_px / 9)
        down = blurred(np.repeat(mask[::-1], 2, axis=0)[::1], size_px / 3) * np.float32(1.3)
        reach = float(side) * (0.98 - 0.5 * mask.shape[1] / self._high * float(away) / _LENS * 0.5)
        places = (
            self._at(reach, float(above), float(away)),
            self._at(reach, -float(above), float(away)),
        )
        return _Sign(mask, halo, down, places, hexa(str(colour)))

    def _sheet(self, layer: int) -> Plane:
        """A sheet of slanted streaks that repeats downwards."""
        rng = dice(FILM.slug, "rain", layer)
        high, wide = self._high, self._size.width
        sheet = np.zeros((high, wide), np.float32)
        long = int(high * (0.05 + 0.06 * layer))
        fade = np.linspace(0, 1, long, dtype=np.float32)
        for x, y, light in rng.random((int(420 - 200 * layer), 3)).tolist():
            rows = (int(y * high) + np.arange(long)) % high
            columns = (int(x * wide) - np.arange(long) * 0.16).astype(int) % wide
            sheet[rows, columns] += np.float32(0.10 + 0.28 * light * (0.6 + 0.6 * layer)) * fade
        return np.clip(sheet + 0.5 * np.roll(sheet, 1, 1), 0, 1)

    def paint(self, t_s: float) -> Canvas:
        """Two shots of the street with a close look at nothing but lights between them."""
        canvas = self._close(t_s - 10.0) if 10.0 <= t_s < 16.5 else self._wide(t_s)
        self._fall(canvas, t_s)
        return canvas

    def _wide(self, t_s: float) -> Canvas:
        canvas = self._city.copy()
        self._ground(canvas, t_s)
        for number, sign in enumerate(self._signs):
            hum = 0.92 + 0.08 * np.sin(t_s * 31 + number * 2)
            broken = number == 3 and (t_s * 1.7) % 2.6 < 0.5 and np.sin(t_s * 60) < 0.2
            power = (
                0.12 if broken else float(hum) * ease(0.2 + 0.35 * number, 0.5 + 0.35 * number, t_s)
            )
            self._light(canvas, sign, power)
        self._signal(canvas, t_s)
        for number in sorted(range(6), key=lambda n: -self._car_away(n, t_s)):
            self._car(canvas, number, t_s)
        self._walker(canvas, t_s)
        return canvas

    def _ground(self, canvas: Canvas, t_s: float) -> None:
        """Shows the reflection between the kerbs and on them, broken up by ripples."""
        rows = np.arange(self._horizon, self._high)
        depth = ((rows - self._horizon + 1) / (self._high - self._horizon)).astype(np.float32)
        wave = (
            np.sin(26 / (depth + 0.08) - t_s * 3.0) * 5 * depth
            + np.sin(61 / (depth + 0.1) + t_s * 4.2) * 3 * depth
        )
        source = np.clip(rows + wave * self._high / 720, self._horizon, self._high - 1).astype(
            np.intp
        )
        street = self._wet[:, source]
        speckle = np.sin(self._x * 210 + 6 * np.sin(depth[:, None] * 60)) * np.sin(
            90 / (depth[:, None] + 0.2) - t_s * 5
        )
        street *= 1 + np.float32(0.07) * speckle * np.minimum(depth[:, None] * 4, 1)
        edge = (
            np.float32(_EYE)
            * np.abs(self._x)
            / np.maximum(self._y[self._horizon :] - np.float32(_VANISH_Y), 1e-4)
        )
        inside = np.clip((1 - edge / _EYE * _EYE) * 40, 0, 1)
        canvas[:, self._horizon :] += (street - canvas[:, self._horizon :]) * inside

    def _light(self, canvas: Canvas, sign: "_Sign", power: float) -> None:
        red, green, blue = sign.colour
        _shine(canvas, sign.down, sign.places[1], sign.colour, power * 0.5)
        _shine(canvas, sign.halo, sign.places[0], sign.colour, power * 0.8)
        tube = (0.6 + red * 0.7, 0.6 + green * 0.7, 0.6 + blue * 0.7)
        centred(canvas, sign.mask, sign.places[0], tube, power)

    def _signal(self, canvas: Canvas, t_s: float) -> None:
        x, y = self._at(0.50, 1.28, 2.6)
        unit = self._high
        ink = hexa("07040f")
        polygon(
            canvas,
            [
                self._at(0.98, 1.46, 2.6),
                self._at(0.98, 1.49, 2.6),
                self._at(0.46, 1.45, 2.6),
                self._at(0.46, 1.42, 2.6),
            ],
            ink,
        )
        box = [(-0.018, -0.045), (0.018, -0.045), (0.018, 0.048), (-0.018, 0.048)]
        polygon(canvas, [(x + a * unit, y + b * unit) for a, b in box], ink)
        turn = t_s % 12
        lit = 2 if turn < 6 else 1 if turn < 7.2 else 0
        for lamp, colour in enumerate(("ff3030", "ffb020", "30ff90")):
            at = (x, y + (-0.028 + 0.030 * lamp) * unit)
            disc(canvas, at, 0.0105 * unit, hexa(colour), 1.0 if lamp == lit else 0.12)
            if lamp == lit:
                glow(canvas, at, 0.07 * unit, hexa(colour), 0.6)
                _streak(
                    canvas,
                    self._at(0.50, -1.28, 2.6),
                    (0.035 * unit, 0.09 * unit),
                    hexa(colour),
                    0.35,
                )

    def _car_away(self, number: int, t_s: float) -> float:
        phase = (t_s * (0.085 + 0.01 * (number % 3)) + number * 0.37) % 1.0
        share = (1 - phase) if number % 2 == 0 else phase
        return float(1.0 + 9.0 * share**1.5)

    def _car(self, canvas: Canvas, number: int, t_s: float) -> None:
        away = self._car_away(number, t_s)
        coming = number % 2 == 0
        across = -0.30 if coming else 0.32
        colour = hexa("fff0d0") if coming else hexa("ff2438")
        unit, shown = _LENS / away * self._high, ease(10.0, 9.0, away) * ease(1.0, 1.25, away)
        if shown <= 0.02:
            return
        roof = [
            (-0.17, 0.02),
            (-0.17, 0.14),
            (-0.11, 0.24),
            (0.11, 0.24),
            (0.17, 0.14),
            (0.17, 0.02),
        ]
        polygon(canvas, [self._at(across + a, b, away) for a, b in roof], hexa("08040f"), shown)
        for side in (-0.13, 0.13):
            glow(canvas, self._at(across + side, 0.11, away), 0.13 * unit, colour, 0.75 * shown)
            disc(
                canvas,
                self._at(across + side, 0.11, away),
                0.026 * unit,
                (1.5, 1.4, 1.2) if coming else (1.5, 0.25, 0.3),
                shown,
            )
            _streak(
                canvas,
                self._at(across + side, -0.16, away),
                (0.05 * unit, 0.16 * unit),
                colour,
                0.5 * shown,
            )

    def _walker(self, canvas: Canvas, t_s: float) -> None:
        """Someone under an umbrella, crossing."""
        x, away = -0.42 + 0.030 * t_s, 1.0
        bob, step = 0.005 * abs(np.sin(t_s * 4.2)), 0.05 * np.sin(t_s * 4.2)
        ink = hexa("060310")

        def limb(
            points: list[tuple[float, float]], shade: tuple[float, float, float], alpha: float = 1.0
        ) -> None:
            polygon(canvas, [self._at(x + a, b, away) for a, b in points], shade, alpha)
            polygon(
                canvas, [self._at(x + a, -b * 0.9, away) for a, b in points], shade, alpha * 0.35
            )

        for leg in (-1, 1):
            limb(
                [
                    (-0.014, 0.20),
                    (0.014, 0.20),
                    (leg * step + 0.013, 0.0),
                    (leg * step - 0.011, 0.0),
                ],
                ink,
            )
        limb(
            [
                (-0.045, 0.13),
                (-0.034, 0.27),
                (-0.022, 0.29),
                (0.022, 0.29),
                (0.034, 0.27),
                (0.045, 0.13),
            ],
            ink,
        )
        disc(canvas, self._at(x, 0.325 + bob, away), 0.026 * _LENS * self._high, ink)
        dome = [
            (0.17 * np.cos(a), 0.36 + 0.11 * np.sin(a) + bob) for a in np.linspace(0, np.pi, 30)
        ]
        limb(dome, hexa("c01048"))
        for a, b in ((0, 10), (10, 20), (20, 30)):
            limb([*dome[a : b + 1], (0.0, 0.47 + bob)], hexa("ff5c8f"), 0.10 + 0.22 * (a == 0))
        limb([(0.020, 0.47), (0.026, 0.47), (0.026, 0.24), (0.020, 0.24)], ink)

    def _close(self, t_s: float) -> Canvas:
        canvas = blank(self._size)
        canvas[:] = gradient(((0, hexa("12062a")), (1, hexa("4a1240"))), self._y)
        colours = [hexa(c) for c in ("ff2f7e", "29e6ff", "ffb02e", "b76bff", "ff5a36", "63ff9a")]
        for number, (x, y, wide, pace, light) in enumerate(self._bokeh.tolist()):
            place = ((x + t_s * 0.02 * (0.4 + pace)) % 1.0 - 0.5) * 2.0
            radius = (0.03 + 0.10 * wide**1.5) * self._high
            pulse = 0.7 + 0.3 * float(np.sin(t_s * 1.3 + number))
            middle = (self._size.width / 2 + place * self._high, (0.08 + 0.84 * y) * self._high)
            red, green, blue = colours[number % 6]
            disc(
                canvas,
                middle,
                radius,
                (red * 1.2, green * 1.2, blue * 1.2),
                0.22 * pulse + 0.3 * light,
            )
            disc(canvas, middle, radius * 0.93, (red * 0.85, green * 0.85, blue * 0.85), 0.30)
        return canvas

    def _fall(self, canvas: Canvas, t_s: float) -> None:
        for layer, sheet in enumerate(self._rain):
            down = int(t_s * self._high * (1.4 + 0.8 * layer)) % self._high
            across = int(-t_s * self._high * (1.4 + 0.8 * layer) * 0.16) % self._size.width
            add(
                canvas,
                (0.62, 0.70, 0.95),
                np.roll(sheet, (down, across), (0, 1)) * np.float32(0.45),
            )


@dataclass(frozen=True)
class _Sign:
    mask: Plane
    halo: Plane
    down: Plane
    places: tuple[Point, Point]
    colour: Colour


def _shine(canvas: Canvas, light: Plane, middle: Point, colour: Colour, power: float) -> None:
    """Adds a mask as light with its middle at a point."""
    left, top = int(middle[0] - light.shape[1] / 2), int(middle[1] - light.shape[0] / 2)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(canvas.shape[2], left + light.shape[1]), min(canvas.shape[1], top + light.shape[0])
    if x1 > x0 and y1 > y0:
        add(
            canvas[:, y0:y1, x0:x1],
            colour,
            light[y0 - top : y1 - top, x0 - left : x1 - left] * np.float32(power),
        )


def _streak(canvas: Canvas, middle: Point, reach: Point, colour: Colour, power: float) -> None:
    """Adds an upright smear of light, as a lamp leaves on a wet street."""
    wide, high = int(reach[0] * 2.4), int(reach[1] * 2.4)
    x = np.arange(-wide, wide + 1, dtype=np.float32) / np.float32(max(1e-3, reach[0]))
    y = np.arange(-high, high + 1, dtype=np.float32) / np.float32(max(1e-3, reach[1]))
    _shine(canvas, np.exp(-y * y)[:, None] * np.exp(-x * x)[None, :], middle, colour, power)


def score(duration_s: float) -> tuple[Stereo, ...]:
    """Slow synthwave at 92 beats a minute in F sharp minor."""
    beat = 60 / 92
    desk = Desk(duration_s, Room(2.8, 5500, 0.45))
    chords = (
        ("F#2", "C#4", "E4", "A4"),
        ("D2", "A3", "F#4", "C#5"),
        ("A2", "E4", "A4", "B4"),
        ("E2", "B3", "E4", "G#4"),
    )
    bars = int(duration_s / (beat * 4)) + 1
    for bar in range(bars):
        chord, at = chords[bar % 4], bar * beat * 4
        for voice, note in enumerate(chord[1:]):
            desk.play(pad(note, beat * 4.4, 0.7, 0.5), at, 0.13, voice * 0.6 - 0.6)
        for step in range(8):
            desk.play(
                bass(chord[0], beat * 0.5), at + step * beat / 2, 0.26 if bar else 0.12, 0, 0.1
            )
            if bar > 0:
                note = chord[1 + (step * 2 + bar) % 3][:-1] + "5"
                desk.play(
                    synth(note, 0.4, 0.8, 9), at + step * beat / 2, 0.07, 0.5 * (-1) ** step, 1.4
                )
        for step in range(4):
            if bar > 1:
                desk.play(kick(), at + step * beat, 0.6, 0, 0.05)
                desk.play(hat(step), at + (step + 0.5) * beat, 0.09, 0.3, 0.3)
                if step % 2:
                    desk.play(snare(), at + step * beat, 0.20, 0, 0.9)
    lead = (
        ("C#5", 4),
        ("E5", 5.5),
        ("F#5", 6),
        ("A5", 8),
        ("G#5", 9.5),
        ("E5", 10),
        ("C#5", 12),
        ("B4", 14),
        ("C#5", 16),
        ("E5", 17.5),
        ("B5", 18),
        ("A5", 20),
        ("G#5", 22),
        ("F#5", 24),
    )
    for note, at_beat in lead:
        desk.play(synth(note, beat * 2.2, 0.7, 1.5), (at_beat + 4) * beat, 0.12, 0.1, 1.6)
    music = desk.mix()
    street = Desk(duration_s)
    street.spread(rain("neon-l", duration_s), rain("neon-r", duration_s), 0.11)
    street.play(thunder("neon"), 9.6, 0.35, -0.4, 0.4)
    return (master(music, 0.4, 2.0), master(music * np.float32(0.75) + street.mix(), 0.4, 2.0))


_NEON = Face(spacing=0.10)
REEL = Reel(
    film=FILM,
    picture=Street,
    score=score,
    cards=(
        Card(
            "WET NEON", 11.0, 15.8, 0.48, 0.17, Face(spacing=0.14, weight=0.004), (1.0, 0.93, 0.97)
        ),
        Card(
            "directed by Ruben Castellane",
            11.8,
            15.6,
            0.63,
            0.03,
            Face(spacing=0.1),
            hexa("8fefff"),
        ),
    ),
    sheet=Sheet(
        ("WET NEON",),
        5.2,
        Face(spacing=0.06, weight=0.012),
        colour=hexa("ff5c9a"),
        accent=hexa("9df1ff"),
        scrim=hexa("07030f"),
        scrim_strength=0.8,
        largest=0.19,
        backdrop_s=6.0,
    ),
    stock=Stock(0.45, 0.0077),
    fade_in_s=0.6,
)
