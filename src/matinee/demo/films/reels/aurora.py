"""Still Water, Green Fire: an aurora over a lake, and the same aurora in the lake."""

import numpy as np

from matinee.demo.films.paint.canvas import (
    Canvas,
    Plane,
    Size,
    add,
    axes,
    double,
    ease,
    gradient,
    hexa,
    over,
    tint,
)
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face
from matinee.demo.films.paint.noise import Stars, dice, ridge
from matinee.demo.films.paint.shapes import glow, polygon
from matinee.demo.films.records import Credit, DemoFilm, SubtitleTrack, poem
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.tones import bell, pad, strings
from matinee.demo.films.sound.weather import drops, surf, wind

FILM = DemoFilm(
    slug="still-water-green-fire",
    title="Still Water, Green Fire",
    tagline="The sky rehearses. The lake remembers.",
    description=(
        "Nobody is awake at the cabin on the north shore, but somebody has left a lamp on. "
        "Above it the solar wind finds its evening's work, and below it a lake copies every "
        "line. A nocturne for two skies by Amara Okonjo-Lind, best seen in a dark room."
    ),
    year=2023,
    people=(
        Credit("Amara Okonjo-Lind", "director"),
        Credit("Priya Ramanand", "composer"),
        Credit("Mirela Dost", "writer"),
    ),
    genres=("Nature", "Experimental"),
    moods=("calm", "wonder", "night", "winter"),
    maturity_age=0,
    duration_s=28.0,
    audio=("Score", "Score with nature sounds"),
    subtitles=(
        SubtitleTrack(
            "eng",
            "English",
            poem(
                5.5,
                4.6,
                "Far off, the sun let go\nof a handful of wind.",
                "Three days it crossed the dark\nto be seen by this lake.",
                "The water says it again,\nmore quietly.",
                "Leave the lamp on.\nSomething is coming home.",
            ),
        ),
        SubtitleTrack(
            "fre",
            "Français",
            poem(
                5.5,
                4.6,
                "Au loin, le soleil a lâché\nune poignée de vent.",
                "Trois jours à traverser le noir\npour être vu de ce lac.",
                "L'eau le redit,\nplus doucement.",
                "Laisse la lampe allumée.\nQuelque chose rentre à la maison.",
            ),
        ),
    ),
)

_SHORE = 0.63


class Aurora:
    """The picture at one size; the sky is made at half size, being soft."""

    def __init__(self, size: Size) -> None:
        """Draws the far hills, the pines and the stars once."""
        self._size, self._half = size, size.half()
        self._x, self._y = axes(self._half)
        self._shore = int(_SHORE * size.height)
        high = size.height
        x = axes(size)[0][0]
        hills = ridge(dice(FILM.slug, "hills"), 4000, 0.6, 7)
        far = _SHORE - 0.045 - 0.035 * np.interp((x + 2) * 1000, np.arange(4000), hills)
        bank = (
            _SHORE
            + 0.004
            - 0.010 * np.interp((x + 1.9) * 900, np.arange(4000), hills)
            - 0.05 * np.abs(x) ** 3
        )
        self._far = _cover(far * high, high)[: self._shore]
        needles = dice(FILM.slug, "pines").random(900)
        pine = np.interp((x + 2) * 225, np.arange(900), needles)
        tall = 0.055 * np.clip(np.abs(x + 0.02) - 0.16, 0, 0.5) ** 0.6 + 0.006
        self._near = _cover((bank - pine**1.7 * tall * 2.4) * high, high)[: self._shore]
        self._stars = Stars(dice(FILM.slug, "stars"), size, 700, _SHORE)
        rows = np.arange(high - self._shore, dtype=np.float32)
        self._depth: Plane = (rows + 1) / np.float32(high - self._shore)

    def paint(self, t_s: float) -> Canvas:
        """The lake at a time; the camera leans in very slowly."""
        sky = double(self._sky(t_s), self._size)
        canvas = np.ascontiguousarray(sky)
        self._stars.shine(canvas, t_s, 0.9)
        above = canvas[:, : self._shore]
        over(above, hexa("0a1826"), self._far)
        over(above, hexa("02060a"), self._near)
        self._cabin(canvas, t_s)
        canvas[:, self._shore :] = self._lake(canvas, t_s)
        return canvas

    def _sky(self, t_s: float) -> Canvas:
        stops = ((0.0, hexa("03081c")), (0.35, hexa("061a30")), (_SHORE, hexa("12394a")))
        canvas = np.repeat(gradient(stops, self._y), self._half.width, axis=2)
        power = 0.25 + 0.75 * ease(2, 10, t_s) * (0.82 + 0.18 * np.sin(t_s * 0.8))
        for number in range(3):
            self._curtain(canvas, number, t_s, float(power))
        return canvas

    def _curtain(self, canvas: Canvas, number: int, t_s: float, power: float) -> None:
        x, t = self._x, np.float32(t_s)
        sway = 0.07 * np.sin(x * 2.1 + t * 0.21 + number * 2) + 0.045 * np.sin(
            x * 5.3 - t * 0.33 + number
        )
        fold = 0.018 * np.sin(x * 13 + t * 0.7 + number * 4) + 0.008 * np.sin(x * 31 - t * 0.9)
        base = np.float32(0.50 - 0.10 * number) + sway + fold
        rays = (
            0.55
            + 0.25 * np.sin(x * 47 + t * 0.9 + 3 * sway * 9)
            + 0.2 * np.sin(x * 89 - t * 1.4 + number)
        )
        rays = np.clip(rays, 0.05, 1) * (0.5 + 0.5 * np.sin(x * 1.7 + t * 0.35 + number * 1.9))
        rows = slice(0, int(self._half.height * _SHORE))
        up = base - self._y[rows]
        body = np.exp(-np.maximum(up, 0) * (7.5 - number)) * np.clip(up * 28 + 1, 0, 1)
        light = body * (rays * np.float32(power * (1.0, 0.75, 0.5)[number])).astype(np.float32)
        hue = np.clip(up * 3.2, 0, 1)
        part = canvas[:, rows]
        add(part, hexa("2dff9a"), light * (1 - hue) * np.float32(0.95))
        add(part, hexa("30b6d8"), light * hue * (1 - hue) * np.float32(1.5))
        add(part, hexa("a03cf0"), light * hue * np.float32(1.25))

    def _cabin(self, canvas: Canvas, t_s: float) -> None:
        high, mid = self._size.height, self._size.width / 2
        dark = hexa("04070b")

        def at(x: float, y: float) -> tuple[float, float]:
            return (mid + x * high, (_SHORE + y) * high)

        polygon(
            canvas,
            [at(-0.065, 0.002), at(-0.065, -0.034), at(0.012, -0.034), at(0.012, 0.002)],
            dark,
        )
        polygon(
            canvas,
            [at(-0.076, -0.031), at(-0.055, -0.062), at(0.002, -0.062), at(0.023, -0.031)],
            dark,
        )
        polygon(
            canvas, [at(-0.010, -0.060), at(-0.010, -0.078), at(0.0, -0.078), at(0.0, -0.058)], dark
        )
        flicker = 1 + 0.06 * np.sin(t_s * 7.3) * np.sin(t_s * 2.9)
        for x in (-0.048, -0.018):
            box = [at(x, -0.026), at(x + 0.016, -0.026), at(x + 0.016, -0.011), at(x, -0.011)]
            polygon(canvas, box, (1.25 * flicker, 0.78 * flicker, 0.34))
        glow(canvas, at(-0.025, -0.018), 0.05 * high, hexa("ff9440"), 0.34 * float(flicker))

    def _lake(self, canvas: Canvas, t_s: float) -> Canvas:
        """The upper picture, upside down, drawn out by the waves that run towards us."""
        depth, high = self._depth, self._size.height
        count = len(depth)
        ripple = (
            np.sin(90 / (depth + 0.12) - t_s * 2.2) * 2.6
            + np.sin(220 / (depth + 0.2) + t_s * 3.1) * 1.3
        )
        squeeze = 0.98 * np.arange(count) + ripple * (0.25 + depth * 2.0) * high / 720
        source = np.clip(self._shore - 1 - squeeze, 0, self._shore - 1).astype(np.intp)
        mirrored = canvas[:, source]
        sway = np.sin(60 / (depth + 0.10) - t_s * 1.9) * (0.4 + 3.6 * depth) * high / 720
        moved = np.empty_like(mirrored)
        for row, shift in enumerate(np.round(sway).astype(int).tolist()):
            moved[:, row] = np.roll(mirrored[:, row], shift, axis=1)
        moved[:, 1:] = (moved[:, 1:] + moved[:, :-1]) * np.float32(0.5)
        gloss = self._glitter(depth, t_s)
        mixed: Canvas = moved * (0.72 - 0.22 * depth[:, None]) + tint(hexa("04121c")) * gloss
        return mixed

    def _glitter(self, depth: Plane, t_s: float) -> Plane:
        wave = 0.6 + 0.4 * np.sin(140 / (depth + 0.15) - t_s * 2.6)
        shimmer: Plane = (wave * 1.2).astype(np.float32)[:, None]
        return shimmer


def _cover(top_px: Plane, high: int) -> Plane:
    """How much of each pixel lies below a line of heights."""
    rows = np.arange(high, dtype=np.float32)[:, None]
    cover: Plane = np.clip(rows + np.float32(1) - top_px[None, :], 0, 1).astype(np.float32)
    return cover


def score(duration_s: float) -> tuple[Stereo, ...]:
    """Glass over wide pads: suspended chords that never quite resolve."""
    desk = Desk(duration_s, Room(5.0, 6500, 0.75))
    chords = (
        ("E2", "B3", "F#4", "G#4"),
        ("C#3", "G#3", "D#4", "E4"),
        ("A2", "E3", "B3", "C#4"),
        ("B2", "F#3", "C#4", "E4"),
    )
    for bar in range(4):
        for voice, note in enumerate(chords[bar]):
            desk.play(pad(note, 8.2, 0.5, 2.0), bar * 6.6, 0.16, (voice - 1.5) * 0.5)
            if bar:
                desk.play(strings(note, 7.5, 0.45, 2.5), bar * 6.6, 0.035, (1.5 - voice) * 0.5)
    glass = (
        "B5",
        "G#5",
        "F#6",
        "E6",
        "D#6",
        "B5",
        "C#6",
        "G#6",
        "E6",
        "F#5",
        "B6",
        "G#5",
        "C#7",
        "B6",
    )
    for number, note in enumerate(glass):
        desk.play(
            bell(note, 5.0, 0.25),
            1.5 + number * 1.7 + 0.2 * (number % 3),
            0.10,
            0.7 * (-1) ** number,
        )
    music = desk.mix()
    lake = Desk(duration_s)
    lake.spread(wind("aurora-l", duration_s), wind("aurora-r", duration_s), 0.05)
    lake.spread(surf("aurora-l", duration_s, 4.2), surf("aurora-r", duration_s, 4.7), 0.055)
    lake.spread(
        drops("aurora-l", duration_s, 1.2, 500), drops("aurora-r", duration_s, 1.2, 500), 0.05
    )
    return (
        master(music, 1.0, 3.0),
        master(music * np.float32(0.8) + lake.mix() * np.float32(1.6), 1.0, 3.0),
    )


REEL = Reel(
    film=FILM,
    picture=Aurora,
    score=score,
    cards=(
        Card("still water", 1.4, 5.2, 0.30, 0.070, Face(spacing=0.20, weight=-0.010), x=-0.24),
        Card(
            "green fire",
            2.4,
            5.2,
            0.40,
            0.070,
            Face(spacing=0.20, weight=-0.010),
            hexa("8dffc8"),
            x=0.24,
        ),
    ),
    sheet=Sheet(
        ("still water", "green fire"),
        17.2,
        Face(spacing=0.06, weight=-0.010),
        colour=hexa("e8fff4"),
        accent=hexa("9dffd0"),
        scrim=hexa("010a10"),
        scrim_strength=0.75,
        largest=0.095,
    ),
    stock=Stock(0.35, 0.0060),
    fade_in_s=1.6,
)
