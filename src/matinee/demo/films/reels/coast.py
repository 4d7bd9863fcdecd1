"""Postcards from Elsewhere, episode 2: the coast of a Julia set, which has no end."""

import numpy as np

from matinee.demo.films.paint.canvas import Canvas, Plane, Size, axes, double, ease, gradient, hexa
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face
from matinee.demo.films.records import DemoFilm
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.reels.atlas import SERIES, place
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.tones import bell, keys, mallet, pad

FILM = DemoFilm(
    slug="postcards-2-the-endless-coast",
    title="The Endless Coast",
    tagline="Every bay has a bay.",
    description=(
        "The second card is of a shoreline, and so is every part of it. Come closer and there "
        "are harbours; closer still and the harbours have harbours. The traveller reports that "
        "she has been walking for a week and is, as far as she can measure, no further along."
    ),
    year=SERIES.year,
    people=SERIES.people,
    genres=("Science fiction", "Experimental"),
    moods=("hypnotic", "abstract", "wonder", "vast"),
    maturity_age=0,
    duration_s=25.0,
    kind="episode",
    series=place(2),
)

_ROUNDS = 46
_FAR = np.float32(40.0)
# time, real and imaginary part of c, picture height in the plane, middle, turn
_PATH = (
    (0.0, -0.7920, 0.1480, 1.70, 0.02, 0.00, 0.10),
    (8.0, -0.7640, 0.1180, 0.62, 0.10, 0.04, 0.55),
    (8.01, -0.4010, 0.6000, 1.75, 0.00, 0.00, 0.20),
    (16.5, -0.3820, 0.6180, 0.70, 0.16, 0.05, 0.95),
    (16.51, 0.2850, 0.0100, 0.85, -0.05, 0.22, 1.20),
    (25.0, 0.2950, 0.0180, 2.10, 0.00, 0.00, 0.60),
)
_INKS = (
    (0.00, "020814"),
    (0.10, "06203c"),
    (0.22, "0b4f6c"),
    (0.34, "1f9a94"),
    (0.46, "bfe3b4"),
    (0.56, "fff1c4"),
    (0.66, "f7b267"),
    (0.78, "d8573c"),
    (0.90, "6a1a3c"),
    (1.00, "140414"),
)


class Coast:
    """The picture at one size; the set is counted at half size, but fully for stills."""

    def __init__(self, size: Size) -> None:
        """Mixes the inks once."""
        self._size = size
        self._fine = size.height > 720
        self._grid = axes(size if self._fine else size.half())
        stops = tuple((at, hexa(code)) for at, code in _INKS)
        self._inks = gradient(stops, np.linspace(0, 1, 2048, dtype=np.float32))

    def paint(self, t_s: float) -> Canvas:
        """The coast at a time."""
        times = [point[0] for point in _PATH]
        row = max(0, min(len(_PATH) - 2, int(np.searchsorted(times, t_s, "right")) - 1))
        before, after = _PATH[row], _PATH[row + 1]
        share = ease(before[0], after[0], t_s) * 0.5 + 0.5 * (t_s - before[0]) / (
            after[0] - before[0]
        )
        real, imaginary, span, mid_x, mid_y, turn = (
            a + (b - a) * share for a, b in zip(before[1:], after[1:], strict=True)
        )
        x, y = self._grid
        cos, sin = np.float32(np.cos(turn) * span), np.float32(np.sin(turn) * span)
        y = y - np.float32(0.5)
        level = _level(
            x * cos - y * sin + np.float32(mid_x),
            x * sin + y * cos + np.float32(mid_y),
            (real, imaginary),
        )
        shade = self._colour(level, t_s)
        return shade if self._fine else double(shade, self._size)

    def _colour(self, level: Plane, t_s: float) -> Canvas:
        wave = np.sqrt(level) * np.float32(0.165) + np.float32(t_s * 0.010)
        ink = np.abs((wave * 2) % 2 - 1)
        canvas: Canvas = self._inks.take((ink * 2047).astype(np.int32), axis=1)
        # A light from the upper left on the slopes of the level, as on a relief map.
        slope = np.diff(level, axis=0, append=level[-1:]) + np.diff(
            level, axis=1, append=level[:, -1:]
        )
        relief = np.clip(slope * np.float32(0.55), -0.30, 0.30) / (1 + level * np.float32(0.02))
        canvas *= 1 + relief
        canvas *= np.clip(np.float32(1.35) - level * np.float32(0.022), 0.0, 1.0)
        return canvas


def _level(x: Plane, y: Plane, c: tuple[float, float]) -> Plane:
    """A smooth count of rounds of z² + c before z is gone: the sum of e^(-|z|) (after Barrallo)."""
    x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
    total = np.zeros_like(x)
    real, imaginary = np.float32(c[0]), np.float32(c[1])
    for _ in range(_ROUNDS):
        squared_x, squared_y = x * x, y * y
        total += np.exp(-np.sqrt(squared_x + squared_y))
        y *= x
        y *= 2
        y += imaginary
        np.subtract(squared_x, squared_y, out=x)
        x += real
        np.clip(x, -_FAR, _FAR, out=x)
        np.clip(y, -_FAR, _FAR, out=y)
    return total


def score(duration_s: float) -> tuple[Stereo, ...]:
    """A canon: one falling figure against itself at half and a quarter of its speed."""
    desk = Desk(duration_s, Room(3.4, 6000, 0.5))
    figure = ("E5", "D5", "B4", "A4", "G4", "E4", "F#4", "A4")
    for number in range(64):
        desk.play(keys(figure[number % 8], 2.0, 0.75), 0.5 + number * 0.36, 0.26, -0.4)
    for number in range(31):
        note = figure[number % 8]
        desk.play(mallet(note[:-1] + str(int(note[-1]) + 1)), 2.0 + number * 0.72, 0.16, 0.5)
    for number in range(14):
        note = figure[number % 8]
        desk.play(
            bell(note[:-1] + str(int(note[-1]) + 1), 4.0, 0.2), 4.0 + number * 1.44, 0.10, 0.1, 1.5
        )
    for bar, chord in enumerate(
        (
            ("E2", "B3", "G4"),
            ("C3", "G3", "E4"),
            ("A2", "E4", "C5"),
            ("B2", "F#4", "D5"),
            ("E2", "B3", "G#4"),
        )
    ):
        for voice, note in enumerate(chord):
            desk.play(pad(note, 6.6, 0.4, 1.6), bar * 5.0, 0.16, voice * 0.7 - 0.7)
    return (master(desk.mix(), 0.3, 2.4),)


REEL = Reel(
    film=FILM,
    picture=Coast,
    score=score,
    cards=(
        Card(
            "POSTCARDS FROM ELSEWHERE", 1.0, 4.6, 0.085, 0.028, Face(spacing=0.45), hexa("fff1c4")
        ),
        Card(
            "The Endless Coast",
            1.6,
            5.2,
            0.90,
            0.060,
            Face(spacing=0.06, weight=-0.010),
            hexa("fff8e4"),
        ),
    ),
    sheet=Sheet(
        ("THE", "ENDLESS", "COAST"),
        13.2,
        Face(spacing=0.26, weight=-0.008),
        colour=hexa("fff4d4"),
        accent=hexa("ffd9a0"),
        scrim=hexa("03101c"),
        scrim_strength=0.9,
        largest=0.085,
        backdrop_s=6.4,
    ),
    stock=Stock(0.35, 0.0055),
    fade_in_s=0.8,
)
