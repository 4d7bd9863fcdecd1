"""Before the Valley Wakes: ridges in parallax, from the last stars to the first sun."""

from itertools import pairwise

import numpy as np

from matinee.demo.films.paint.canvas import (
    Canvas,
    Colour,
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
from matinee.demo.films.paint.shapes import disc, glow, polygon, ridge_fill
from matinee.demo.films.records import Credit, DemoFilm, SubtitleTrack, poem
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.notation import tune
from matinee.demo.films.sound.tones import bell, keys, pad, strings

FILM = DemoFilm(
    slug="before-the-valley-wakes",
    title="Before the Valley Wakes",
    tagline="The best hour belongs to nobody.",
    description=(
        "Six ridges, one last star, and the slow business of a morning arriving. Ines "
        "Halloran's miniature climbs out of the blue hour without a word, and lets the light do "
        "the acting. It is over in twenty seconds; it has taken about four billion years to "
        "rehearse."
    ),
    year=2024,
    people=(
        Credit("Ines Halloran", "director"),
        Credit("Oskar Vael", "composer"),
        Credit("Mirela Dost", "writer"),
    ),
    genres=("Nature", "Documentary"),
    moods=("calm", "hopeful", "morning", "mountains"),
    maturity_age=0,
    duration_s=20.0,
    subtitles=(
        SubtitleTrack(
            "eng",
            "English",
            poem(
                4.6,
                3.6,
                "The dark is only\nthe mountains keeping still.",
                "One by one they let go\nof the night.",
                "Look: nobody asked it to,\nand it is day.",
            ),
        ),
        SubtitleTrack(
            "ger",
            "Deutsch",
            poem(
                4.6,
                3.6,
                "Das Dunkel, das sind nur\ndie Berge, die stillhalten.",
                "Einer nach dem anderen\nlassen sie die Nacht los.",
                "Sieh: Niemand hat darum gebeten,\nund es ist Tag.",
            ),
        ),
    ),
)

_SKY = (
    (0.0, ("070b1f", "0f1a3c", "1c2f58", "2c4470")),
    (0.35, ("141a45", "33306f", "78507f", "c9786f")),
    (0.65, ("2d4a86", "7a79a8", "e39a83", "ffc98a")),
    (1.0, ("4f8fca", "9cc3dc", "ffdcae", "fff0c8")),
)
_LAYERS = 6


def _sky(share: float) -> tuple[Colour, ...]:
    """Zenith to horizon at a share of the morning."""
    for (before, low), (after, high) in pairwise(_SKY):
        if share <= after:
            part = (share - before) / (after - before)
            return tuple(blend(hexa(a), hexa(b), part) for a, b in zip(low, high, strict=True))
    return tuple(hexa(code) for code in _SKY[-1][1])


class Valley:
    """The picture at one size."""

    def __init__(self, size: Size) -> None:
        """Draws the ridges, the stars and the cloud sheet once."""
        self._size = size
        self._x, self._y = axes(size)
        rng = dice(FILM.slug)
        self._lines = [ridge(rng, 6000, 0.75 - 0.10 * n, 11 - n) for n in range(_LAYERS)]
        needles = dice(FILM.slug, "pines")
        self._pines = np.interp(
            np.arange(6000), np.arange(0, 6000, 4), needles.random(1500)
        ).astype(np.float32)
        self._stars = Stars(dice(FILM.slug, "stars"), size, 420, 0.62)
        sky = Size(size.width * 2, int(size.height * 0.62))
        streaks = clouds(rng, Size(sky.width // 8, sky.height), sky.height / 9, 5)
        wide = np.repeat(streaks, 8, axis=1)
        kernel = np.ones(16, np.float32) / 16
        smooth = np.apply_along_axis(np.convolve, 1, wide, kernel, "same").astype(np.float32)
        self._clouds = (
            np.clip((smooth - 0.48) * 2.6, 0, 1)
            * np.sin(np.linspace(0.15, np.pi, sky.height))[:, None] ** 0.7
        )
        self._clouds = self._clouds.astype(np.float32)

    def paint(self, t_s: float) -> Canvas:
        """The valley at a time."""
        share = ease(1.0, 19.0, t_s)
        colours = _sky(share)
        canvas = blank(self._size)
        stops = tuple(zip((0.0, 0.28, 0.50, 0.66), colours, strict=True))
        canvas[:] = gradient(stops, self._y - np.float32(0.05 * (1 - share)))
        self._stars.shine(canvas, t_s, 1.15 * (1 - ease(0.15, 0.6, share)))
        self._sun(canvas, share)
        self._cloud(canvas, t_s, share)
        for number in range(_LAYERS):
            self._ridge(canvas, number, t_s, share)
            if number == 2:
                self._birds(canvas, t_s)
        return canvas

    def _sun(self, canvas: Canvas, share: float) -> None:
        high = self._size.height
        rise = 0.68 - 0.30 * ease(0.30, 1.0, share)
        x, y = np.float32(0.12), np.float32(rise)
        for spread, strength, colour in ((0.55, 0.34, "ff8a4a"), (0.2, 0.26, "ffb060")):
            across = np.exp(-(((self._x - x) / spread) ** 2))
            down = np.exp(-(((self._y - y) / (spread * 0.7)) ** 2)) * np.float32(
                strength * ease(0.12, 0.75, share)
            )
            rows = slice(0, int(high * 0.75))
            add(canvas[:, rows], hexa(colour), (across * down)[rows])
        middle = (self._size.width / 2 + 0.12 * high, rise * high)
        glow(canvas, middle, 0.075 * high, hexa("ffd890"), 0.45 * ease(0.3, 0.8, share))
        disc(canvas, middle, 0.036 * high, (2.0, 1.9, 1.6), ease(0.25, 0.6, share))

    def _cloud(self, canvas: Canvas, t_s: float, share: float) -> None:
        rows = self._clouds.shape[0]
        slide = (t_s * 0.007 + 0.2) * self._size.height
        column = int(slide)
        part = np.float32(slide - column)
        wide = self._clouds[:, column : column + self._size.width + 1]
        sheet = wide[:, :-1] + (wide[:, 1:] - wide[:, :-1]) * part
        lit = blend(hexa("24304f"), hexa("ffc9a0"), ease(0.2, 0.8, share))
        for channel in range(3):
            plane = canvas[channel, :rows]
            plane += (np.float32(lit[channel]) - plane) * (sheet * np.float32(0.55))

    def _ridge(self, canvas: Canvas, number: int, t_s: float, share: float) -> None:
        high, near = self._size.height, number / (_LAYERS - 1)
        reach = 0.9 * (0.6 + 0.8 * near)
        travel = t_s * 0.004 * (0.4 + 2.6 * near**1.5) * high + number * 977 * high / 720
        step = 720 / high / reach
        place = (np.arange(self._size.width) - self._size.width / 2 + travel) * step + 3000
        ticks = np.arange(6000)
        line = np.interp(place, ticks, self._lines[number], period=6000).astype(np.float32)
        base = 0.545 + 0.088 * number + (0.5 - share) * 0.05 * near
        top = (base - line * (0.085 - 0.006 * number)) * high
        if number >= 4:
            trees = np.interp(
                place * (2.0 if number == 4 else 1.2), ticks, self._pines, period=6000
            )
            top = top - (trees**1.5 * (0.018 if number == 4 else 0.045) * high)
        ridge_fill(canvas, top.astype(np.float32), self._paint(number, share, base))

    def _paint(self, number: int, share: float, base: float) -> Canvas:
        near = number / (_LAYERS - 1)
        haze = blend(_sky(share)[2], _sky(share)[3], 0.6)
        dark = blend(hexa("050816"), hexa("1d2440"), share)
        body = blend(haze, dark, 0.34 + 0.66 * near**0.8)
        mist = blend(haze, body, 0.25 + 0.6 * near)
        stops = ((base - 0.07, body), (base + 0.13, mist))
        return gradient(stops, self._y)

    def _birds(self, canvas: Canvas, t_s: float) -> None:
        high, start = self._size.height, 12.5
        if t_s < start - 3:
            return
        for number in range(7):
            wing = np.sin(t_s * 9 + number * 1.3)
            x = (-0.62 + (t_s - start) * 0.095 + 0.05 * number + 0.02 * np.sin(number * 4.0)) * high
            y = (0.36 + 0.022 * abs(number - 3) - (t_s - start) * 0.008) * high
            x, span = x + self._size.width / 2, high * (0.010 + 0.002 * (number % 3))
            lift = -wing * span * 0.7
            for side in (-1, 1):
                tip = (x + side * span, y + lift)
                bend = (x + side * span * 0.45, y + lift * 0.55 - span * 0.18)
                polygon(
                    canvas,
                    [(x, y), bend, tip, (bend[0], bend[1] + span * 0.22), (x, y + span * 0.2)],
                    hexa("2a2440"),
                )


def score(duration_s: float) -> tuple[Stereo, ...]:
    """Felt piano over slow strings, one chord a bar, opening from D minor into D major."""
    desk = Desk(duration_s, Room(3.2, 5000, 0.5))
    chords = (
        ("D3", "A3", "F4"),
        ("Bb2", "F3", "D4"),
        ("G2", "D3", "Bb3"),
        ("A2", "E3", "C#4"),
        ("D3", "A3", "F#4"),
    )
    for bar, chord in enumerate(chords):
        for voice, note in enumerate(chord):
            desk.play(pad(note, 5.2), bar * 3.8, 0.16, (voice - 1) * 0.5)
            if bar >= 2:
                desk.play(
                    strings(note, 5.0, 0.62, 1.6), bar * 3.8, 0.05 + 0.02 * bar, (1 - voice) * 0.6
                )
    melody = "D5/2 A4 F4 E4 F4 A4/2 D5 C5 Bb4 A4 Bb4/2 A4 E5 C#5 E5 A5/2 F#5/2 A5 D6"
    for number, (note, beat, _) in enumerate(tune(melody)):
        desk.play(keys(note, 3.0, 0.8), 0.6 + beat * 0.76, 0.42, 0.15 * (-1) ** number)
    for number, note in enumerate(("D6", "A6", "F#6", "D7")):
        desk.play(bell(note, 3.0, 0.3), 15.4 + number * 0.38, 0.05, 0.3 * number - 0.4)
    desk.play(keys("D2", 4.0), 15.2, 0.6)
    return (master(desk.mix(), 0.4, 2.4),)


_TITLE = Face(spacing=0.34, weight=-0.006)

REEL = Reel(
    film=FILM,
    picture=Valley,
    score=score,
    cards=(
        Card("BEFORE THE VALLEY WAKES", 1.0, 5.0, 0.30, 0.046, _TITLE),
        Card("a film by Ines Halloran", 1.6, 4.8, 0.375, 0.026, Face(spacing=0.08)),
    ),
    sheet=Sheet(
        ("BEFORE", "THE VALLEY", "WAKES"),
        12.0,
        Face(spacing=0.12, weight=-0.004),
        scrim=hexa("0c1024"),
        scrim_strength=0.55,
        place="top",
        largest=0.10,
        accent=hexa("ffe0b8"),
        backdrop_s=12.4,
    ),
    stock=Stock(0.30, 0.0055),
    fade_in_s=1.2,
)
