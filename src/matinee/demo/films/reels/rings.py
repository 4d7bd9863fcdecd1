"""Postcards from Elsewhere, episode 1: a planet, its rings, and one small ship passing them."""

import numpy as np

from matinee.demo.films.paint.canvas import (
    Canvas,
    Plane,
    Size,
    add,
    axes,
    blank,
    ease,
    gradient,
    hexa,
    over,
)
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face
from matinee.demo.films.paint.noise import Stars, clouds, dice, ridge
from matinee.demo.films.paint.shapes import disc, glow, ridge_fill
from matinee.demo.films.records import DemoFilm
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.reels.atlas import SERIES, place
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.tones import bass, bell, pad, synth

FILM = DemoFilm(
    slug="postcards-1-the-ringed-one",
    title="The Ringed One",
    tagline="It keeps what it catches.",
    description=(
        "The first card shows a giant the colour of old brass and a ring no thicker than a "
        "rumour. Four moons go round it, slowly, like guests who cannot find their coats. On "
        'the back: "The weather is all weather here."'
    ),
    year=SERIES.year,
    people=SERIES.people,
    genres=("Science fiction", "Experimental"),
    moods=("wonder", "space", "calm", "vast"),
    maturity_age=0,
    duration_s=26.0,
    kind="episode",
    series=place(1),
)

_SUN = np.array((-0.62, -0.28, 0.73), np.float32)
_SUN = _SUN / np.float32(np.linalg.norm(_SUN))
_MOONS = (
    (2.75, 0.36, 0.4, 0.050, "d8cfc0"),
    (3.4, 0.26, 2.6, 0.075, "9fb0c8"),
    (1.78, 0.55, 4.4, 0.022, "f0e2c8"),
    (4.4, 0.18, 5.6, 0.060, "c89a78"),
)


class Giant:
    """The picture at one size."""

    def __init__(self, size: Size) -> None:
        """Paints the planet's bands, the ring's grooves and the sky once."""
        self._size, self._high = size, size.height
        self._x, self._y = axes(size)
        self._stars = Stars(dice(FILM.slug, "stars"), size, 900)
        self._haze = self._nebula()
        self._bands = self._paint_bands()
        self._ring = self._grooves()
        self._ground = ridge(dice(FILM.slug, "ground"), 4000, 0.9, 9)
        self._rocks = ridge(dice(FILM.slug, "rocks"), 4000, 0.6, 23)

    def _nebula(self) -> Canvas:
        mist = clouds(dice(FILM.slug, "mist"), self._size, self._high / 1.6, 5)
        other = clouds(dice(FILM.slug, "other"), self._size, self._high / 2.2, 5)
        canvas = blank(self._size, hexa("05060f"))
        add(canvas, hexa("2a1a4a"), np.clip(mist - 0.45, 0, 1) ** 1.5 * np.float32(1.6))
        add(canvas, hexa("0c3a52"), np.clip(other - 0.5, 0, 1) ** 1.5 * np.float32(1.8))
        return canvas

    def _paint_bands(self) -> Canvas:
        """The planet's surface, 2048 around by 1024 from pole to pole, shape (3, 1024, 2048)."""
        warp = clouds(dice(FILM.slug, "warp"), Size(2048, 1024), 300, 6) - np.float32(0.5)
        fine = clouds(dice(FILM.slug, "fine"), Size(2048, 1024), 60, 5) - np.float32(0.5)
        rows = np.linspace(0, 1, 1024, dtype=np.float32)[:, None]
        stripe = clouds(dice(FILM.slug, "stripe"), Size(8, 1024), 92, 5)[:, :1]
        level = np.interp(
            np.clip(rows + warp * 0.035 + fine * 0.012, 0, 1), rows[:, 0], stripe[:, 0]
        )
        stops = tuple(
            zip(
                (0, 0.25, 0.45, 0.6, 0.8, 1),
                (hexa(c) for c in ("5c3420", "a8683a", "d9a866", "f2d9a6", "c98a50", "fff0cf")),
                strict=True,
            )
        )
        return gradient(stops, (level + fine * 0.16).astype(np.float32))

    def _grooves(self) -> Plane:
        """Ring opacity by distance, 1024 steps from 1.2 to 2.4 planet radii."""
        rng = dice(FILM.slug, "ring")
        broad = np.interp(np.linspace(0, 1, 1024), np.linspace(0, 1, 40), rng.random(40))
        fine = np.interp(np.linspace(0, 1, 1024), np.linspace(0, 1, 300), rng.random(300))
        steps = np.linspace(1.2, 2.4, 1024)
        body = (
            (0.35 + 0.5 * broad + 0.3 * fine)
            * np.clip((steps - 1.24) * 9, 0, 1)
            * np.clip((2.34 - steps) * 16, 0, 1)
        )
        gap = (
            1
            - 0.95 * np.exp(-(((steps - 2.02) / 0.022) ** 2))
            - 0.6 * np.exp(-(((steps - 1.52) / 0.016) ** 2))
        )
        return np.clip(body * gap, 0, 1).astype(np.float32)

    def _groove(self, away: Plane) -> Plane:
        step = np.clip((away - np.float32(1.2)) * np.float32(1023 / 1.2), 0, 1023).astype(np.int32)
        found: Plane = self._ring.take(step)
        return found

    def paint(self, t_s: float) -> Canvas:
        """From afar, along the ring, and from the ground of a moon."""
        if t_s < 10:
            return self._scene(
                (0.04 - 0.004 * t_s, 0.50), 0.200 + 0.006 * t_s, 0.30 + 0.006 * t_s, t_s
            )
        if t_s < 17.5:
            u = t_s - 10
            return self._scene((0.42 - 0.03 * u, 0.62), 0.62 + 0.012 * u, 0.085 + 0.012 * u, t_s)
        u = t_s - 17.5
        canvas = self._scene((-0.10 + 0.004 * u, 0.56 - 0.030 * u), 0.30, 0.36, t_s)
        self._shore(canvas, u)
        return canvas

    def _scene(self, middle: tuple[float, float], radius: float, tilt: float, t_s: float) -> Canvas:
        canvas = self._haze.copy()
        self._stars.shine(canvas, t_s, 1.0)
        moons = [self._moon(number, middle, radius, tilt, t_s) for number in range(len(_MOONS))]
        for x, y, depth, size, colour in moons:
            if depth < 0:
                self._small(canvas, (x, y), size, colour)
        self._disc(canvas, middle, radius, tilt, -1)
        self._planet(canvas, middle, radius, (tilt, t_s))
        self._disc(canvas, middle, radius, tilt, 1)
        for x, y, depth, size, colour in moons:
            if depth >= 0:
                self._small(canvas, (x, y), size, colour)
        return canvas

    def _moon(
        self, number: int, middle: tuple[float, float], radius: float, tilt: float, t_s: float
    ) -> tuple[float, float, float, float, str]:
        reach, pace, phase, size, colour = _MOONS[number]
        turn = phase + pace * t_s * 0.35
        across, depth = reach * radius * np.cos(turn), reach * radius * np.sin(turn)
        return (
            middle[0] + float(across),
            middle[1] + float(depth) * tilt,
            float(depth),
            size * radius * 1.6,
            colour,
        )

    def _small(self, canvas: Canvas, middle: tuple[float, float], size: float, colour: str) -> None:
        at = (self._size.width / 2 + middle[0] * self._high, middle[1] * self._high)
        red, green, blue = hexa(colour)
        disc(canvas, at, size * self._high, (red * 0.10, green * 0.10, blue * 0.13))
        for step in range(7):
            share = step / 7
            shift = (
                at[0] - size * self._high * 0.42 * share,
                at[1] - size * self._high * 0.20 * share,
            )
            disc(
                canvas,
                shift,
                size * self._high * (1 - 0.5 * share) * 0.985,
                (red, green, blue),
                0.30,
            )

    def _box(self, middle: tuple[float, float], wide: float, tall: float) -> tuple[slice, slice]:
        left, right = (self._size.width / 2 + (middle[0] + s * wide) * self._high for s in (-1, 1))
        top, low = ((middle[1] + s * tall) * self._high for s in (-1, 1))
        columns = slice(max(0, int(left)), max(0, min(self._size.width, int(right) + 1)))
        return slice(max(0, int(top)), max(0, min(self._high, int(low) + 1))), columns

    def _planet(
        self, canvas: Canvas, middle: tuple[float, float], radius: float, view: tuple[float, float]
    ) -> None:
        tilt, t_s = view
        rows, columns = self._box(middle, radius * 1.12, radius * 1.12)
        x = (self._x[:, columns] - np.float32(middle[0])) / np.float32(radius)
        y = (self._y[rows] - np.float32(middle[1])) / np.float32(radius)
        if not x.size or not y.size:
            return
        away = x * x + y * y
        z = np.sqrt(np.maximum(0, 1 - away))
        cos, sin = np.float32(np.sqrt(1 - tilt * tilt)), np.float32(tilt)
        north, towards = y * cos - z * sin, y * sin + z * cos
        row = np.clip(
            (np.arcsin(np.clip(north, -1, 1)) / np.float32(np.pi) + np.float32(0.5)) * 1023, 0, 1023
        ).astype(np.int32)
        turn = np.arctan2(x, towards) / np.float32(2 * np.pi) + np.float32(t_s * 0.012)
        column = (turn * 2048).astype(np.int32) & 2047
        sun = np.clip(x * _SUN[0] + y * _SUN[1] + z * _SUN[2], 0, 1)
        step = north / np.float32(0.30)
        shadow = 1 - np.float32(0.65) * self._groove(
            np.sqrt((x - step * _SUN[0]) ** 2 + (towards - step * _SUN[2]) ** 2)
        ) * (north > 0)
        light = (sun**0.8 * shadow * np.float32(1.12) + np.float32(0.006)) * (
            np.float32(0.45) + np.float32(0.55) * z
        )
        edge = np.clip(
            (1 - np.sqrt(away)) * np.float32(radius * self._high) + np.float32(0.5), 0, 1
        )
        colour = self._bands.reshape(3, -1).take(row * 2048 + column, axis=1)
        part = canvas[:, rows, columns]
        part += (colour * light - part) * edge
        rim = np.exp(-(((np.sqrt(away) - 1) / np.float32(0.035)) ** 2)) * np.clip(
            x * _SUN[0] + y * _SUN[1] + np.float32(0.25), 0, 1
        )
        add(part, hexa("ffcf90"), rim * np.float32(0.42))

    def _disc(
        self, canvas: Canvas, middle: tuple[float, float], radius: float, tilt: float, side: int
    ) -> None:
        """The far half of the ring (-1) or the near half (1)."""
        rows, columns = self._box(middle, radius * 2.4, radius * 2.4 * tilt)
        half = int(np.clip(middle[1] * self._high, rows.start, rows.stop))
        rows = slice(rows.start, half) if side < 0 else slice(half, rows.stop)
        x = (self._x[:, columns] - np.float32(middle[0])) / np.float32(radius)
        z = (self._y[rows] - np.float32(middle[1])) / np.float32(radius * tilt)
        if not x.size or not z.size:
            return
        away = np.sqrt(x * x + z * z)
        cover = self._groove(away) * np.float32(0.92)
        along = x * _SUN[0] + z * _SUN[2]
        off = np.abs(x * _SUN[2] - z * _SUN[0])
        dark = np.clip((np.float32(1.0) - off) * 14, 0, 1) * np.clip(-along * 6, 0, 1)
        light = (1 - np.float32(0.94) * dark) * (
            np.float32(0.62) + np.float32(0.30) * np.clip(along / 2.4 + 0.5, 0, 1)
        )
        tone = (
            gradient(((0, hexa("b08a62")), (0.5, hexa("f2dcb4")), (1, hexa("fff6e2"))), cover)
            * light
        )
        over(canvas[:, rows, columns], tone, cover)

    def _shore(self, canvas: Canvas, u: float) -> None:
        """A moon's ground in front, with a lander's lamp on it."""
        ticks = np.arange(4000)
        for number, (line, base, tall, shade) in enumerate(
            ((self._ground, 0.80, 0.05, "23201f"), (self._rocks, 0.91, 0.045, "0d0c0e"))
        ):
            place_on = self._x[0] * (500 + 200 * number) + 2000 + u * (6 + 10 * number)
            top = (base - tall * np.interp(place_on, ticks, line, period=4000)) * self._high
            stops = (
                (base - 0.06, hexa("6a5846" if number == 0 else "1d1a1a")),
                (base + 0.06, hexa(shade)),
            )
            ridge_fill(canvas, top.astype(np.float32), gradient(stops, self._y))
        lamp = (self._size.width / 2 + 0.16 * self._high, 0.795 * self._high)
        pulse = ease(0.5, 1, float(np.sin(u * 3.2)))
        disc(canvas, lamp, 0.004 * self._high, (1.4, 0.5, 0.35), 0.3 + 0.7 * pulse)
        glow(canvas, lamp, 0.035 * self._high, hexa("ff6a40"), 0.15 + 0.5 * pulse)


def score(duration_s: float) -> tuple[Stereo, ...]:
    """Analogue pads, wide and slow, with a signal that repeats."""
    desk = Desk(duration_s, Room(5.5, 5000, 0.7))
    chords = (
        ("D2", "A3", "E4", "F#4"),
        ("Bb1", "F3", "D4", "A4"),
        ("G2", "D4", "A4", "B4"),
        ("D2", "A3", "F#4", "C#5"),
    )
    for bar, chord in enumerate(chords):
        desk.play(bass(chord[0], 6.4), bar * 6.2, 0.22, 0, 0.3)
        for voice, note in enumerate(chord[1:]):
            desk.play(pad(note, 7.8, 0.75, 1.8), bar * 6.2, 0.17, voice * 0.8 - 0.8)
    for number in range(16):
        note = ("A5", "E6", "D6", "F#5")[number % 4]
        desk.play(synth(note, 0.5, 0.5, 8), 1.0 + number * 1.55, 0.07, 0.8 * (-1) ** number, 2.0)
        if number % 4 == 3:
            desk.play(bell("D6", 4.0, 0.4), 1.4 + number * 1.55, 0.07, 0.0, 1.6)
    return (master(desk.mix(), 1.0, 2.6),)


REEL = Reel(
    film=FILM,
    picture=Giant,
    score=score,
    cards=(
        Card(
            "POSTCARDS FROM ELSEWHERE", 1.0, 4.6, 0.085, 0.028, Face(spacing=0.45), hexa("d8c8a8")
        ),
        Card(
            "The Ringed One",
            1.6,
            5.2,
            0.90,
            0.060,
            Face(spacing=0.06, weight=-0.010),
            hexa("fff0d4"),
        ),
    ),
    sheet=Sheet(
        ("THE", "RINGED", "ONE"),
        23.6,
        Face(spacing=0.30, weight=-0.010),
        colour=hexa("ffeccb"),
        accent=hexa("e8c890"),
        scrim=hexa("04050c"),
        scrim_strength=0.85,
        largest=0.075,
        backdrop_s=8.0,
    ),
    stock=Stock(0.35, 0.0066),
    fade_in_s=1.2,
)
