"""The Lantern Swimmers: jellyfish, and the dark that they carry their light through."""

import numpy as np

from matinee.demo.films.paint.canvas import (
    Canvas,
    Colour,
    Plane,
    Size,
    add,
    axes,
    double,
    gradient,
    hexa,
)
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face
from matinee.demo.films.paint.noise import clouds, dice
from matinee.demo.films.paint.shapes import specks
from matinee.demo.films.records import Credit, DemoFilm, SubtitleTrack, poem
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.tones import bell, pad, strings

FILM = DemoFilm(
    slug="the-lantern-swimmers",
    title="The Lantern Swimmers",
    tagline="No heart. No brain. No hurry.",
    description=(
        "Two hundred metres down, the day is a rumour, and the residents have brought their own "
        "lights. Amara Okonjo-Lind follows a drifting family of jellyfish through water as "
        "black as a theatre. They have been doing this since before there were eyes to watch."
    ),
    year=2025,
    people=(
        Credit("Amara Okonjo-Lind", "director"),
        Credit("Oskar Vael", "composer"),
        Credit("Tomas Edevane", "writer"),
    ),
    genres=("Nature", "Documentary"),
    moods=("hypnotic", "wonder", "ocean", "calm"),
    maturity_age=0,
    duration_s=28.0,
    subtitles=(
        SubtitleTrack(
            "eng",
            "English",
            poem(
                6.0,
                5.0,
                "They open, they close.\nThat is the whole of the plan.",
                "What little light there is\nthey have made themselves.",
                "Older than bone, older than leaves,\nand still not in a hurry.",
                "Down here, to shine\nis a way of being alone together.",
            ),
        ),
        SubtitleTrack(
            "spa",
            "Español",
            poem(
                6.0,
                5.0,
                "Se abren, se cierran.\nEse es todo el plan.",
                "La poca luz que hay\nla han hecho ellas mismas.",
                "Más viejas que el hueso y que las hojas,\ny todavía sin prisa.",
                "Aquí abajo, brillar\nes una forma de estar solas y juntas.",
            ),
        ),
    ),
)

# x, y at the start, drift, size, beat, colours of the bell and of its rim
_SWIMMERS = (
    (0.02, 0.44, 0.155, 0.52, "ff5fa8", "ffb38a"),
    (-0.52, 0.70, 0.080, 0.70, "5fb8ff", "a8f0ff"),
    (0.48, 0.82, 0.095, 0.62, "b47bff", "ffa0e8"),
    (0.66, 0.30, 0.045, 0.90, "4fd8e8", "c8fff4"),
    (-0.27, 0.16, 0.042, 0.85, "ff8a70", "ffe0a8"),
    (-0.72, 0.36, 0.045, 1.00, "7f8cff", "c0d8ff"),
    (-0.20, 0.98, 0.060, 0.75, "ff7fd0", "ffd0f0"),
    (0.92, 0.62, 0.070, 0.66, "5fb8ff", "a8f0ff"),
    (-0.98, 0.62, 0.055, 0.80, "ff8a70", "ffe0a8"),
    (0.24, 1.12, 0.050, 0.95, "4fd8e8", "c8fff4"),
    (0.30, 0.10, 0.040, 0.88, "b47bff", "ffa0e8"),
)


class Deep:
    """The picture at one size; water and bells at half size, threads and specks sharp."""

    def __init__(self, size: Size) -> None:
        """Draws the water and scatters the plankton once."""
        self._size, self._half = size, size.half()
        self._x, self._y = axes(self._half)
        self._haze = clouds(
            dice(FILM.slug), Size(self._half.width, self._half.height), self._half.height / 2.5, 4
        )
        self._plankton = dice(FILM.slug, "plankton").random((4, 620)).astype(np.float32)
        shafts = dice(FILM.slug, "shafts")
        self._shafts = shafts.random((7, 3)).astype(np.float32)

    def paint(self, t_s: float) -> Canvas:
        """The water at a time, everything rising a little as we sink."""
        soft = self._water(t_s)
        places = [self._place(number, t_s) for number in range(len(_SWIMMERS))]
        for number, place in enumerate(places):
            self._bell(soft, number, place)
        canvas = np.ascontiguousarray(double(soft, self._size))
        self._threads(canvas, places, t_s)
        self._drift(canvas, t_s)
        return canvas

    def _place(self, number: int, t_s: float) -> tuple[float, float, float, float]:
        """x, y, beat and size of a swimmer, through the camera."""
        x, y, size, pace, _, _ = _SWIMMERS[number]
        turn = t_s * pace * 2.4 + number * 1.9
        beat = np.sin(turn) ** 2 * 0.75 + 0.25 * np.sin(turn + 0.6)
        rise = t_s * (0.006 + 0.05 * size) + 0.10 * size * np.sin(2 * turn - 0.8)
        zoom, mid_x, mid_y = _camera(t_s)
        x, y = x + 0.03 * float(np.sin(t_s * 0.3 + number)), y + 0.12 - float(rise)
        return ((x - mid_x) * zoom, (y - mid_y) * zoom + 0.5, float(beat), size * zoom)

    def _water(self, t_s: float) -> Canvas:
        stops = (
            (0.0, hexa("0f5a86")),
            (0.3, hexa("083a66")),
            (0.7, hexa("041a3c")),
            (1.0, hexa("010818")),
        )
        sink = np.float32(0.012 * t_s)
        canvas = np.repeat(gradient(stops, self._y + sink), self._half.width, axis=2)
        beams = np.zeros((1, self._half.width), np.float32)
        lean = self._x - (self._y - np.float32(0.0)) * np.float32(0.35)
        total = np.zeros((self._half.height, self._half.width), np.float32)
        for place, wide, phase in self._shafts.tolist():
            middle = (place - 0.5) * 2.2 + 0.05 * np.sin(t_s * 0.2 + phase * 6)
            power = 0.5 + 0.5 * np.sin(t_s * 0.5 + phase * 12)
            total += np.exp(
                -(((lean - np.float32(middle)) / np.float32(0.03 + 0.07 * wide)) ** 2)
            ) * np.float32(power)
        fade = np.exp(-self._y * 2.6) * np.float32(1 - 0.018 * t_s)
        add(canvas, hexa("3fa6d0"), total * fade * np.float32(0.26) + beams)
        canvas *= np.float32(0.82) + np.float32(0.36) * np.roll(self._haze, int(t_s * 4), 1)
        return canvas

    def _bell(self, canvas: Canvas, number: int, place: tuple[float, float, float, float]) -> None:
        main, rim = _SWIMMERS[number][4:]
        middle, beat, size = place[:2], place[2], place[3]
        wide, tall = size * (1.05 - 0.22 * beat), size * (0.82 + 0.22 * beat)
        high = self._half.height
        x0, x1 = _span(
            (middle[0] - size * 4) * high + self._half.width / 2,
            (middle[0] + size * 4) * high + self._half.width / 2,
            self._half.width,
        )
        y0, y1 = _span((middle[1] - size * 4) * high, (middle[1] + size * 4) * high, high)
        if x1 <= x0 or y1 <= y0:
            return
        u = (self._x[:, x0:x1] - np.float32(middle[0])) / np.float32(wide)
        v = (self._y[y0:y1] - np.float32(middle[1])) / np.float32(tall)
        part = canvas[:, y0:y1, x0:x1]
        aura = np.exp(-(u * u + (v * 0.8) ** 2) * 0.55) * np.float32(0.22 + 0.10 * beat)
        add(part, hexa(main), aura)
        skirt = np.float32(0.10) * np.cos(u * 15) * (1 - u * u) + np.float32(0.30) * (1 - u * u)
        radius = np.sqrt(u * u + np.where(v < 0, v * v, (v * 2.6) ** 2))
        inside = np.clip((1 - radius) * 14, 0, 1) * np.clip((skirt - v) * 12, 0, 1)
        shell = np.exp(-(((radius - 0.93) / 0.085) ** 2)) * np.clip((skirt - v) * 12, 0, 1)
        angle = np.arctan2(u, 0.75 - v)
        ribs = (0.5 + 0.5 * np.cos(angle * 26)) ** 3 * np.clip(radius * 1.2, 0, 1)
        add(part, hexa(main), inside * (0.20 + 0.34 * radius + 0.22 * ribs))
        add(
            part,
            hexa(rim),
            shell * np.float32(0.75)
            + inside * np.exp(-((u * u * 9) + ((v + 0.25) * 2.2) ** 2)) * np.float32(0.75),
        )
        heart = sum(
            np.exp(-(((u - k) / 0.12) ** 2) - (((v + 0.30) / 0.16) ** 2))
            for k in (-0.34, -0.12, 0.12, 0.34)
        )
        add(part, hexa(rim), inside * np.asarray(heart, np.float32) * np.float32(0.5))

    def _threads(
        self, canvas: Canvas, places: list[tuple[float, float, float, float]], t_s: float
    ) -> None:
        for number, place in enumerate(places):
            _, _, _, pace, main, rim = _SWIMMERS[number]
            if place[3] > 0.035:
                self._hang(canvas, number, place, (26, 3.6, 1.0, 0.30), (hexa(main), t_s * pace))
                self._hang(canvas, number, place, (7, 2.3, 0.5, 0.75), (hexa(rim), t_s * pace))

    def _hang(
        self,
        canvas: Canvas,
        number: int,
        place: tuple[float, float, float, float],
        kind: tuple[int, float, float, float],
        paint: tuple[Colour, float],
    ) -> None:
        """Draws one set of threads inside the rectangle that they can reach."""
        x, y, beat, size = place
        count, long, narrow, bright = kind
        high, mid = self._size.height, self._size.width / 2
        x0, x1 = _span(
            (x - size * 1.7) * high + mid, (x + size * 1.7) * high + mid, self._size.width
        )
        y0, y1 = _span((y - size * 0.2) * high, (y + size * 4) * high, high)
        if x1 - x0 < 4 or y1 - y0 < 4:
            return
        px, py, weight = _tentacles(number, (count, long), beat, paint[1])
        light = specks(
            Size(x1 - x0, y1 - y0),
            (px * np.float32(size * narrow) + np.float32(x)) * np.float32(high)
            + np.float32(mid - x0),
            (py * np.float32(size) + np.float32(y)) * np.float32(high) - np.float32(y0),
            weight * np.float32(bright * (size / 0.10) * high / 720),
        )
        light[:, 1:] += light[:, :-1] * np.float32(0.6)
        add(canvas[:, y0:y1, x0:x1], paint[0], light)

    def _drift(self, canvas: Canvas, t_s: float) -> None:
        x, y, near, phase = self._plankton
        t = np.float32(t_s)
        place_x = ((x + 0.01 * np.sin(t * 0.4 + phase * 6.3)) % 1) * self._size.width
        place_y = ((y - t * (0.006 + 0.02 * near)) % 1) * self._size.height
        glint = (0.15 + 0.85 * near**4) * (0.6 + 0.4 * np.sin(t * (1 + phase) + phase * 40))
        light = specks(self._size, place_x, place_y, glint.astype(np.float32))
        light[1:] += light[:-1] * np.float32(0.7)
        light[:, 1:] += light[:, :-1] * np.float32(0.7)
        add(canvas, (0.75, 0.95, 1.0), light * np.float32(0.55))


def _camera(t_s: float) -> tuple[float, float, float]:
    """Zoom and middle: a wide shot, a close one, and one from far away."""
    if t_s < 10:
        return (0.95 + 0.02 * t_s, 0.0, 0.5)
    if t_s < 19:
        return (1.9 + 0.03 * (t_s - 10), 0.05, 0.50 - 0.012 * (t_s - 10))
    return (0.78 - 0.008 * (t_s - 19), 0.0, 0.44)


def _span(low: float, high: float, limit: int) -> tuple[int, int]:
    return max(0, min(limit, int(low))), max(0, min(limit, int(high)))


def _tentacles(
    number: int, kind: tuple[int, float], beat: float, turn: float
) -> tuple[Plane, Plane, Plane]:
    """Points along every thread, in bell sizes, shape (threads, points)."""
    count, long = kind
    rng = dice(FILM.slug, "threads", number, count)
    root = np.linspace(-0.86, 0.86, count, dtype=np.float32)[:, None]
    reach = long * (0.55 + 0.45 * rng.random((count, 1))).astype(np.float32)
    phase = (rng.random((count, 1)) * 2.5).astype(np.float32)
    along = np.linspace(0, 1, 420, dtype=np.float32)[None, :]
    sway = (
        np.sin(along * 5.5 - turn * 2.2 + phase) * 0.16 * along
        + np.sin(along * 12 - turn * 3.1 + phase * 2) * 0.05 * along
    )
    x = root * (1.05 - 0.22 * beat) * (1 - 0.25 * along) + sway
    y = 0.16 * (1 - root * root) + along * reach * (1 - 0.10 * beat)
    weight = (1 - along) ** 1.3 * reach * np.float32(0.55)
    return x.astype(np.float32), y.astype(np.float32), weight.astype(np.float32)


def score(duration_s: float) -> tuple[Stereo, ...]:
    """Slow chords under water, with bells that answer each other."""
    desk = Desk(duration_s, Room(5.5, 3000, 0.85))
    chords = (
        ("Db2", "Ab3", "C4", "F4"),
        ("Bb2", "F3", "Ab3", "Db4"),
        ("Gb2", "Db4", "F4", "Bb4"),
        ("Ab2", "Eb4", "Gb4", "Bb4"),
        ("Db2", "Ab3", "F4", "C5"),
    )
    for bar, chord in enumerate(chords):
        for voice, note in enumerate(chord):
            desk.play(pad(note, 7.4, 0.35, 2.4), bar * 5.4, 0.17, (voice - 1.5) * 0.55)
        desk.play(strings(chord[-1], 6.4, 0.4, 2.6), bar * 5.4 + 0.6, 0.06, 0.3)
    notes = (
        "F5",
        "C6",
        "Ab5",
        "Db6",
        "Eb5",
        "Bb5",
        "F6",
        "Ab5",
        "Db5",
        "Gb5",
        "C6",
        "Eb6",
        "F5",
        "Ab6",
    )
    for number, note in enumerate(notes):
        desk.play(bell(note, 4.5, 0.15), 2.0 + number * 1.72, 0.13, 0.75 * (-1) ** number, 1.4)
        desk.play(bell(note, 4.5, 0.1), 2.55 + number * 1.72, 0.05, -0.75 * (-1) ** number, 1.6)
    return (master(desk.mix(), 1.2, 3.0),)


REEL = Reel(
    film=FILM,
    picture=Deep,
    score=score,
    cards=(
        Card("THE LANTERN SWIMMERS", 1.4, 5.4, 0.075, 0.040, Face(spacing=0.55), hexa("d8f4ff")),
    ),
    sheet=Sheet(
        ("THE", "LANTERN", "SWIMMERS"),
        9.8,
        Face(spacing=0.10, weight=-0.008),
        colour=hexa("ffe9f2"),
        accent=hexa("8fe6ff"),
        scrim=hexa("010612"),
        scrim_strength=0.85,
        largest=0.10,
        backdrop_s=21.0,
    ),
    stock=Stock(0.45, 0.0055),
    fade_in_s=1.8,
)
