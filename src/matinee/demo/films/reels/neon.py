"""Wet Neon: a street after midnight, its lights twice, once in the air and once in the rain."""

import numpy as np

from matinee.demo.films.paint.canvas import Canvas, Plane, Size, add, axes, blank, ease, gradient, hexa, over
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face, centred, lay, word
from matinee.demo.films.paint.noise import blurred, dice
from matinee.demo.films.paint.shapes import disc, glow, polygon
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
        "Three in the morning, and every sign on Calloway Street is still trying to sell something "
        "to the rain. A taxi passes, then another. Ruben Castellane's pocket noir has no detective, "
        "no body and no motive: only the scene of the crime, looking wonderful."
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

_ROAD = 0.66
_SIGNS = (
    ("HOTEL", -0.50, 0.30, 0.055, "ff2f7e", True),
    ("BAR", 0.30, 0.40, 0.085, "29e6ff", False),
    ("NOODLES", 0.52, 0.24, 0.040, "ffb02e", True),
    ("OPEN", -0.245, 0.545, 0.034, "63ff9a", False),
    ("CINEMA", -0.70, 0.42, 0.06, "b76bff", False),
)


class Street:
    """The picture at one size: a still city, and what moves in front of it."""

    def __init__(self, size: Size) -> None:
        """Builds the houses, the signs and two sheets of rain once."""
        self._size, self._high = size, size.height
        self._road = int(_ROAD * size.height)
        self._x, self._y = axes(size)
        self._city = self._houses()
        self._signs = [self._sign(*sign) for sign in _SIGNS]
        self._rain = [self._sheet(layer) for layer in range(2)]
        rows = np.arange(size.height - self._road, dtype=np.float32)
        self._depth = (rows + 1) / max(1, len(rows))
        self._bokeh = dice(FILM.slug, "bokeh").random((60, 5))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (self._size.width / 2 + x * self._high, y * self._high)

    def _houses(self) -> Canvas:
        canvas = blank(self._size)
        sky = ((0.0, hexa("0a0620")), (0.4, hexa("2a0f45")), (_ROAD, hexa("6a2560")))
        canvas[:] = gradient(sky, self._y)
        rng = dice(FILM.slug, "houses")
        for layer, (shade, wide, low) in enumerate((("3a1a55", 0.10, 0.20), ("21103c", 0.15, 0.14), ("0d0820", 0.26, 0.05))):
            x = -1.3
            while x < 1.3:
                width = wide * (0.7 + 0.7 * rng.random())
                lift = np.clip(abs(x + width / 2) * (0.30 + 0.22 * layer), 0, 0.55)
                top = _ROAD - 0.16 - lift - low * rng.random()
                self._house(canvas, (x, top, width), hexa(shade), layer)
                x += width * (1.02 if layer < 2 else 1.0) + (0.5 if layer == 2 and abs(x) < 0.35 else 0)
        return canvas

    def _house(self, canvas: Canvas, where: tuple[float, float, float], shade: tuple[float, float, float], layer: int) -> None:
        x, top, width = where
        rng = dice(FILM.slug, layer, round(x * 1000))
        polygon(canvas, [self._at(x, top), self._at(x + width, top), self._at(x + width, _ROAD), self._at(x, _ROAD)], shade)
        pane, gap = (0.006, 0.011, 0.017)[layer], (0.016, 0.024, 0.040)[layer]
        lights = ("ffcf7a", "ff9d5c", "8fd8ff", "ffe7b0")
        for row in np.arange(top + gap, _ROAD - gap * 1.5, gap * 1.3):
            for column in np.arange(x + gap * 0.6, x + width - gap, gap):
                if rng.random() < 0.30 - 0.05 * layer:
                    glare = 0.25 + 0.55 * rng.random()
                    box = [self._at(column, row), self._at(column + pane, row), self._at(column + pane, row + pane * 1.5), self._at(column, row + pane * 1.5)]
                    polygon(canvas, box, hexa(lights[rng.integers(4)]), glare)

    def _sign(self, *sign: str | float | bool) -> tuple[Plane, Plane, tuple[float, float], str]:  # noqa: FBT001
        text, x, y, em, colour, upright = sign
        letters = [word(c, float(em) * self._high, Face(weight=0.0)) for c in str(text)] if upright else []
        if upright:
            tall = int(float(em) * self._high * 1.05)
            mask = np.zeros((tall * len(letters) + tall // 2, max(m.shape[1] for m in letters) + 4), np.float32)
            for n, letter in enumerate(letters):
                left = (mask.shape[1] - letter.shape[1]) // 2
                part = mask[n * tall : n * tall + letter.shape[0], left : left + letter.shape[1]]
                part += letter[: part.shape[0]]
        else:
            mask = word(str(text), float(em) * self._high, Face(spacing=0.12))
        pad_px = int(float(em) * self._high * 1.2)
        mask = np.pad(np.clip(mask, 0, 1), pad_px)
        halo = blurred(mask, pad_px / 2.6) * 1.2 + blurred(mask, pad_px / 9) * 0.8
        return (mask, halo.astype(np.float32), self._at(float(x), float(y)), str(colour))

    def _sheet(self, layer: int) -> Plane:
        """A sheet of slanted streaks that repeats downwards."""
        rng = dice(FILM.slug, "rain", layer)
        high, wide = self._high, self._size.width
        sheet = np.zeros((high, wide), np.float32)
        long = int(high * (0.05 + 0.06 * layer))
        for x, y, light in rng.random((int(420 - 200 * layer), 3)).tolist():
            rows = (int(y * high) + np.arange(long)) % high
            columns = (int(x * wide) - np.arange(long) * 0.16).astype(int) % wide
            sheet[rows, columns] += np.float32(0.10 + 0.28 * light * (0.6 + 0.6 * layer)) * np.linspace(0, 1, long, dtype=np.float32)
        return np.clip(sheet + 0.5 * np.roll(sheet, 1, 1), 0, 1)

    def paint(self, t_s: float) -> Canvas:
        """Two shots of the street with a close look at nothing but lights between them."""
        if 10.0 <= t_s < 16.5:
            canvas = self._close(t_s - 10.0)
        else:
            canvas = self._wide(t_s)
        self._fall(canvas, t_s)
        return canvas

    def _wide(self, t_s: float) -> Canvas:
        canvas = self._city.copy()
        for number, (mask, halo, middle, colour) in enumerate(self._signs):
            hum = 0.92 + 0.08 * np.sin(t_s * 31 + number * 2)
            broken = number == 3 and (t_s * 1.7) % 2.6 < 0.5 and np.sin(t_s * 60) < 0.2
            power = 0.12 if broken else float(hum) * ease(0.2 + 0.5 * number, 0.5 + 0.5 * number, t_s)
            self._light(canvas, (mask, halo), middle, hexa(colour), power)
        self._signal(canvas, t_s)
        self._cars(canvas, t_s)
        canvas[:, self._road :] = self._mirror(canvas, t_s)
        self._walker(canvas, t_s)
        return canvas

    def _light(self, canvas: Canvas, shape: tuple[Plane, Plane], middle: tuple[float, float], colour: tuple[float, float, float], power: float) -> None:
        mask, halo = shape
        left, top = int(middle[0] - mask.shape[1] / 2), int(middle[1] - mask.shape[0] / 2)
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(self._size.width, left + mask.shape[1]), min(self._high, top + mask.shape[0])
        if x1 <= x0 or y1 <= y0:
            return
        cut = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        add(canvas[:, y0:y1, x0:x1], colour, halo[cut] * np.float32(power * 0.75))
        over(canvas[:, y0:y1, x0:x1], (0.55 + colour[0] * 0.6, 0.55 + colour[1] * 0.6, 0.55 + colour[2] * 0.6), mask[cut] * np.float32(power))

    def _signal(self, canvas: Canvas, t_s: float) -> None:
        x, y = self._at(0.115, 0.43)
        unit = self._high
        polygon(canvas, [(x - 0.003 * unit, y), (x + 0.003 * unit, y), (x + 0.003 * unit, self._road), (x - 0.003 * unit, self._road)], hexa("06040e"))
        polygon(canvas, [(x - 0.014 * unit, y - 0.04 * unit), (x + 0.014 * unit, y - 0.04 * unit), (x + 0.014 * unit, y + 0.045 * unit), (x - 0.014 * unit, y + 0.045 * unit)], hexa("06040e"))
        turn = t_s % 12
        lit = 2 if turn < 6 else 1 if turn < 7.2 else 0
        for lamp, colour in enumerate(("ff3030", "ffb020", "30ff90")):
            at = (x, y + (-0.024 + 0.026 * lamp) * unit)
            disc(canvas, at, 0.0085 * unit, hexa(colour), 1.0 if lamp == lit else 0.12)
            glow(canvas, at, 0.06 * unit, hexa(colour), 0.6 if lamp == lit else 0.0)

    def _cars(self, canvas: Canvas, t_s: float) -> None:
        for number in range(5):
            phase = (t_s * (0.075 + 0.012 * number) + number * 0.37) % 1.0
            near = phase**2.2
            coming = number % 2 == 0
            near = near if coming else (1 - phase) ** 2.2
            x, y = (-0.02 - 0.35 * near) if coming else (0.03 + 0.42 * near), _ROAD - 0.012 + 0.0 * near
            colour = hexa("fff0d0") if coming else hexa("ff2438")
            width = 0.004 + 0.055 * near
            for side in (-1, 1):
                middle = self._at(x + side * width, y - 0.015 * near)
                glow(canvas, middle, (0.006 + 0.035 * near) * self._high, colour, 0.9 * ease(0, 0.05, phase))
                disc(canvas, middle, (0.0015 + 0.007 * near) * self._high, (1.4, 1.3, 1.2) if coming else (1.3, 0.3, 0.3))

    def _mirror(self, canvas: Canvas, t_s: float) -> Canvas:
        """The wet road: the street upside down, smeared downwards and broken by ripples."""
        depth, count = self._depth, len(self._depth)
        jitter = dice(FILM.slug, int(t_s * 12)).random(count).astype(np.float32)
        source = np.arange(count) * (1.15 + 0.5 * depth) + (jitter - 0.5) * 14 * self._high / 720
        rows = np.clip(self._road - 1 - source, 0, self._road - 1).astype(np.intp)
        mirrored = canvas[:, rows]
        kernel = max(4, int(self._high * 0.045))
        total = np.cumsum(np.pad(mirrored, ((0, 0), (kernel, 0), (0, 0)), mode="edge"), axis=1)
        smeared = (total[:, kernel:] - total[:, :-kernel]) / np.float32(kernel)
        sparkle = np.sin(self._x * 160 + 9 * np.sin(depth[:, None] * 50 + t_s * 2)) * np.sin(depth[:, None] * 120 - t_s * 3)
        wet: Canvas = smeared * (0.85 - 0.3 * depth[:, None]) * (1 + 0.25 * sparkle).astype(np.float32)
        return wet

    def _walker(self, canvas: Canvas, t_s: float) -> None:
        """Someone under an umbrella, crossing."""
        x = -0.42 + 0.020 * t_s
        bob = 0.002 * abs(np.sin(t_s * 4.2))
        foot, ink = 0.80, hexa("05030c")
        step = 0.018 * np.sin(t_s * 4.2)
        for leg in (-1, 1):
            polygon(canvas, [self._at(x - 0.006, foot - 0.10), self._at(x + 0.006, foot - 0.10), self._at(x + leg * step + 0.005, foot), self._at(x + leg * step - 0.005, foot)], ink)
        body = [(-0.016, -0.085), (-0.020, -0.14), (-0.012, -0.185), (0.012, -0.185), (0.018, -0.14), (0.020, -0.085)]
        polygon(canvas, [self._at(x + a, foot + b - bob) for a, b in body], ink)
        disc(canvas, self._at(x, foot - 0.205 - bob), 0.014 * self._high, ink)
        dome = [(0.085 * np.cos(a), -0.225 - 0.06 * np.sin(a)) for a in np.linspace(0, np.pi, 24)]
        polygon(canvas, [self._at(x + a, foot + b - bob) for a, b in dome], hexa("1a0a1e"))
        polygon(canvas, [self._at(x + a * 1.0, foot + b * 1.0 - 0.001 - bob) for a, b in dome[:10]], hexa("ff2f7e"), 0.28)
        polygon(canvas, [self._at(x + 0.012, foot - 0.27), self._at(x + 0.0145, foot - 0.27), self._at(x + 0.0145, foot - 0.14), self._at(x + 0.012, foot - 0.14)], ink)

    def _close(self, t_s: float) -> Canvas:
        canvas = blank(self._size)
        canvas[:] = gradient(((0, hexa("0a0418")), (1, hexa("2a0c30"))), self._y)
        colours = [hexa(c) for c in ("ff2f7e", "29e6ff", "ffb02e", "b76bff", "ff5a36", "63ff9a")]
        for number, (x, y, wide, pace, light) in enumerate(self._bokeh.tolist()):
            place = ((x + t_s * 0.02 * (0.4 + pace)) % 1.0 - 0.5) * 2.0
            radius = (0.025 + 0.085 * wide**1.5) * self._high
            pulse = 0.7 + 0.3 * np.sin(t_s * 1.3 + number)
            middle = self._at(place, 0.15 + 0.7 * y)
            colour = colours[number % 6]
            disc(canvas, middle, radius, (colour[0] * 1.1, colour[1] * 1.1, colour[2] * 1.1), 0.13 * float(pulse) + 0.22 * light)
            disc(canvas, middle, radius * 0.93, (colour[0] * 0.8, colour[1] * 0.8, colour[2] * 0.8), 0.10)
        return canvas

    def _fall(self, canvas: Canvas, t_s: float) -> None:
        for layer, sheet in enumerate(self._rain):
            down = int(t_s * self._high * (1.4 + 0.8 * layer)) % self._high
            across = int(-t_s * self._high * (1.4 + 0.8 * layer) * 0.16) % self._size.width
            moved = np.roll(sheet, (down, across), (0, 1))
            add(canvas, (0.62, 0.70, 0.95), moved * np.float32(0.5))


def score(duration_s: float) -> tuple[Stereo, ...]:
    """Slow synthwave at 92 beats a minute in F sharp minor."""
    beat = 60 / 92
    desk = Desk(duration_s, Room(2.8, 5500, 0.45))
    chords = (("F#2", "C#4", "E4", "A4"), ("D2", "A3", "F#4", "C#5"), ("A2", "E4", "A4", "B4"), ("E2", "B3", "E4", "G#4"))
    bars = int(duration_s / (beat * 4)) + 1
    for bar in range(bars):
        chord, at = chords[bar % 4], bar * beat * 4
        for voice, note in enumerate(chord[1:]):
            desk.play(pad(note, beat * 4.4, 0.7, 0.5), at, 0.13, voice * 0.6 - 0.6)
        for step in range(8):
            desk.play(bass(chord[0], beat * 0.5), at + step * beat / 2, 0.26 if bar else 0.12, 0, 0.1)
            if bar > 0:
                note = chord[1 + (step * 2 + bar) % 3][:-1] + "5"
                desk.play(synth(note, 0.4, 0.8, 9), at + step * beat / 2, 0.07, 0.5 * (-1) ** step, 1.4)
        for step in range(4):
            if bar > 1:
                desk.play(kick(), at + step * beat, 0.6, 0, 0.05)
                desk.play(hat(step), at + (step + 0.5) * beat, 0.09, 0.3, 0.3)
                if step % 2:
                    desk.play(snare(), at + step * beat, 0.20, 0, 0.9)
    lead = (("C#5", 4), ("E5", 5.5), ("F#5", 6), ("A5", 8), ("G#5", 9.5), ("E5", 10), ("C#5", 12), ("B4", 14), ("C#5", 16), ("E5", 17.5), ("B5", 18), ("A5", 20), ("G#5", 22), ("F#5", 24))
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
        Card("WET NEON", 11.0, 15.8, 0.48, 0.17, Face(spacing=0.14, weight=0.004), (1.0, 0.93, 0.97)),
        Card("directed by Ruben Castellane", 11.8, 15.6, 0.63, 0.03, Face(spacing=0.1), hexa("8fefff")),
    ),
    sheet=Sheet(
        ("WET", "NEON"), 5.2, Face(spacing=0.05, weight=0.012), colour=hexa("ff5c9a"), accent=hexa("9df1ff"),
        scrim=hexa("07030f"), scrim_strength=0.8, largest=0.19, backdrop_s=6.0,
    ),
    stock=Stock(0.45, 0.014),
    fade_in_s=0.6,
)  # fmt: skip
