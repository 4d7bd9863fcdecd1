"""Keeper of the Ninth Wave: a lighthouse, a storm, and which of them is older."""

import numpy as np

from matinee.demo.films.paint.canvas import (
    Canvas,
    Plane,
    Size,
    add,
    axes,
    blend,
    double,
    ease,
    gradient,
    hexa,
)
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face
from matinee.demo.films.paint.noise import clouds, dice, ridge
from matinee.demo.films.paint.shapes import (
    Point,
    figure,
    glow,
    panel,
    polygon,
    ridge_fill,
    specks,
    stroke,
)
from matinee.demo.films.records import Credit, DemoFilm, SubtitleTrack, poem
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.tones import burst, kick, strings
from matinee.demo.films.sound.weather import rain, surf, thunder, wind

FILM = DemoFilm(
    slug="keeper-of-the-ninth-wave",
    title="Keeper of the Ninth Wave",
    tagline="Eight for the sailors. One for the rock.",
    description=(
        "Old Brannagh has counted waves for forty years and trusts only every ninth. Tonight "
        "the count goes wrong. Tomasz Wilder's storm piece is drawn in slate and lamp-yellow, "
        "and scored for low strings and whatever was banging against the shed."
    ),
    year=2024,
    people=(
        Credit("Tomasz Wilder", "director"),
        Credit("Oskar Vael", "composer"),
        Credit("Tomas Edevane", "writer"),
        Credit("Corin Ashdown", "cast", "Brannagh, behind the window"),
    ),
    genres=("Drama", "Mystery"),
    moods=("tense", "storm", "ocean", "night"),
    maturity_age=12,
    duration_s=28.0,
    audio=("Score", "Score with storm"),
    subtitles=(
        SubtitleTrack(
            "eng",
            "English",
            poem(
                5.0,
                4.4,
                "One, two. The small ones\nonly want to be counted.",
                "Five, six. Those come\nfor the paint.",
                "Eight. Hold on\nto something that is older than you.",
                "And the ninth\nhas never said what it wants.",
                "Turn, light. Turn.\nSomebody out there is looking.",
            ),
        ),
        SubtitleTrack(
            "ger",
            "Deutsch",
            poem(
                5.0,
                4.4,
                "Eins, zwei. Die kleinen\nwollen nur gezählt werden.",
                "Fünf, sechs. Die kommen\nwegen der Farbe.",
                "Acht. Halt dich fest\nan etwas, das älter ist als du.",
                "Und die neunte\nhat nie gesagt, was sie will.",
                "Dreh dich, Licht. Dreh dich.\nJemand da draußen schaut her.",
            ),
        ),
    ),
)

_LAMP = (0.16, 0.285)
_FLASHES_S = (9.2, 9.45, 17.6, 23.1, 23.3)
_SWELLS = ("24404e", "1c3340", "152833", "0e1d27", "081219")


class Storm:
    """The picture at one size; sky and beam at half size."""

    def __init__(self, size: Size) -> None:
        """Makes the clouds, the wave lines and the rain once."""
        self._size, self._half = size, size.half()
        self._x, self._y = axes(self._half)
        self._row = axes(size)[1]
        sheet = Size(self._half.width * 2, self._half.height)
        self._low = clouds(dice(FILM.slug, "low"), sheet, sheet.height / 1.6, 5)
        self._high = clouds(dice(FILM.slug, "high"), sheet, sheet.height / 3.2, 4)
        self._waves = [
            ridge(dice(FILM.slug, "wave", n), 3000, 0.1, 9 + 2 * n) for n in range(len(_SWELLS))
        ]
        self._chop = ridge(dice(FILM.slug, "chop"), 3000, 0.9, 60)
        self._ahead = self._x - np.float32(_LAMP[0])
        self._below = self._y - np.float32(_LAMP[1])
        self._angle = np.arctan2(self._below, self._ahead).astype(np.float32)
        self._away = np.sqrt(self._ahead**2 + self._below**2)
        drops = dice(FILM.slug, "rain").random((360, 3))
        self._rain = self._streaks(drops.tolist())

    def _at(self, x: float, y: float) -> Point:
        return (self._size.width / 2 + x * self._size.height, y * self._size.height)

    def _streaks(self, drops: list[list[float]]) -> Plane:
        high, wide = self._size.height, self._size.width
        sheet = np.zeros((high, wide), np.float32)
        for x, y, light in drops:
            long = int(high * (0.04 + 0.07 * light))
            rows = (int(y * high) + np.arange(long)) % high
            columns = (int(x * wide) - np.arange(long) * 0.55).astype(int) % wide
            sheet[rows, columns] += np.float32(0.12 + 0.3 * light**2) * np.linspace(
                0, 1, long, dtype=np.float32
            )
        return np.clip(sheet + 0.6 * np.roll(sheet, 1, 1), 0, 1)

    def paint(self, t_s: float) -> Canvas:
        """The storm at a time."""
        flash = self._flash(t_s)
        canvas = np.ascontiguousarray(double(self._sky(t_s, flash), self._size))
        self._bolt(canvas, t_s)
        self._swell(canvas, 0, t_s, flash)
        self._swell(canvas, 1, t_s, flash)
        self._tower(canvas, t_s, flash)
        for number in range(2, len(_SWELLS)):
            self._swell(canvas, number, t_s, flash)
        self._spray(canvas, t_s)
        high, wide = self._size.height, self._size.width
        moved = np.roll(
            self._rain, (int(t_s * high * 1.9) % high, int(-t_s * high * 1.05) % wide), (0, 1)
        )
        add(canvas, (0.65, 0.78, 0.85), moved * np.float32(0.40 + 0.4 * flash))
        return canvas

    def _flash(self, t_s: float) -> float:
        return float(sum(np.exp(-(t_s - at) * 7) for at in _FLASHES_S if t_s >= at))

    def _sky(self, t_s: float, flash: float) -> Canvas:
        stops = ((0.0, hexa("0c1820")), (0.35, hexa("1c333c")), (0.62, hexa("3f5d60")))
        canvas = np.repeat(gradient(stops, self._y), self._half.width, axis=2)
        wide, high = self._half
        slow, fast = int(t_s * high * 0.045), int(t_s * high * 0.09)
        heavy = np.take(self._low, np.arange(slow, slow + wide), axis=1, mode="wrap")
        torn = np.take(self._high, np.arange(fast, fast + wide), axis=1, mode="wrap")
        mass: Plane = np.clip(heavy * 0.75 + torn * 0.45 - 0.25, 0, 1).astype(np.float32)
        canvas *= np.float32(0.35) + mass * np.float32(1.15)
        if flash > 0.01:
            place = np.exp(
                -(((self._x + np.float32(0.42)) / 0.5) ** 2) - ((self._y - 0.2) / 0.35) ** 2
            )
            add(
                canvas,
                (0.75, 0.85, 1.0),
                (mass**1.5 * (place + 0.18) * min(1.3, flash) * 1.1).astype(np.float32),
            )
        self._beam(canvas, t_s, mass)
        return canvas

    def _beam(self, canvas: Canvas, t_s: float, mass: Plane) -> None:
        """Two opposite beams that turn around the upright axis, seen from the side."""
        turn = t_s * 0.95 + 2.3
        for half in (0.0, np.pi):
            across, towards = np.cos(turn + half), np.sin(turn + half)
            aim = 0.03 if across >= 0 else np.pi - 0.03
            off = np.abs(
                (self._angle - np.float32(aim) + np.float32(np.pi)) % np.float32(2 * np.pi)
                - np.float32(np.pi)
            )
            wide = np.float32(0.045 + 0.10 * abs(towards) ** 3)
            cone = np.exp(-((off / wide) ** 2)) * np.exp(
                -self._away * np.float32(0.8 / (0.15 + abs(across)))
            )
            power = 0.85 * abs(across) ** 0.7 + 0.25 * max(0.0, towards)
            add(
                canvas,
                hexa("ffd98a"),
                cone * (np.float32(0.55) + mass * np.float32(0.7)) * np.float32(power),
            )
        facing = max(0.0, np.sin(turn)) ** 10 + max(0.0, np.sin(turn + np.pi)) ** 10
        add(
            canvas,
            hexa("ffe2a0"),
            np.exp(-self._away * np.float32(9)) * np.float32(0.5 + 0.9 * facing),
        )

    def _swell(self, canvas: Canvas, number: int, t_s: float, flash: float) -> None:
        high, near = self._size.height, number / (len(_SWELLS) - 1)
        ticks = np.arange(3000)
        x = (np.arange(self._size.width) - self._size.width / 2) / high
        place = (
            x * (330 - 170 * near) + t_s * (26 + 44 * near) * (-1) ** number + 1500 + 400 * number
        )
        ninth = 1 + 0.9 * np.exp(-(((t_s - 18.5) / 2.2) ** 2))
        roll = np.interp(place, ticks, self._waves[number], period=3000)
        roll += 0.10 * np.interp(place * 3 + t_s * 30, ticks, self._chop, period=3000)
        heave = 0.012 * np.sin(t_s * 1.1 + number * 1.4)
        top = (0.60 + 0.085 * number + heave - roll * (0.022 + 0.062 * near) * ninth) * high
        base = blend(hexa(_SWELLS[number]), hexa("b8d4dc"), min(0.5, 0.22 * flash))
        crest = blend(base, hexa("9fc4c4"), 0.34 - 0.12 * near)
        stops = (
            (0.58 + 0.085 * number - 0.05 * ninth, crest),
            (0.62 + 0.085 * number, base),
            (0.85 + 0.085 * number, hexa("04090d")),
        )
        ridge_fill(canvas, top.astype(np.float32), gradient(stops, self._row))
        self._foam(canvas, top, np.maximum(0, roll - 0.25), near)

    def _foam(self, canvas: Canvas, top: Plane, steep: Plane, near: float) -> None:
        """A torn line of white along the crests."""
        high = self._size.height
        rows = np.arange(max(0, int(top.min()) - 2), min(high, int(top.max()) + int(0.03 * high)))
        if not rows.size:
            return
        below = rows[:, None] + 0.5 - top[None, :]
        thick = (0.002 + 0.014 * near) * high * steep[None, :] + 0.6
        foam = (
            np.clip(below + 0.5, 0, 1)
            * np.exp(-below.clip(0) / thick)
            * np.clip(steep * 1.6, 0, 1)[None, :]
        )
        add(canvas[:, rows[0] : rows[-1] + 1], hexa("a9c8c8"), (foam * 0.55).astype(np.float32))

    def _tower(self, canvas: Canvas, t_s: float, flash: float) -> None:
        self._rock(canvas)
        x, bands = _LAMP[0], 5
        for band in range(bands):
            low, high = 0.62 - 0.295 * band / bands, 0.62 - 0.295 * (band + 1) / bands
            a, b = 0.043 - 0.014 * band / bands, 0.043 - 0.014 * (band + 1) / bands
            shade = hexa("b9ad97") if band % 2 == 0 else hexa("8e2b22")
            shade = blend(blend(shade, hexa("101c24"), 0.45), (1, 1, 1), min(0.5, 0.25 * flash))
            figure(canvas, [(x - a, low), (x - b, high), (x + b, high), (x + a, low)], shade)
            figure(
                canvas,
                [(x - a, low), (x - b, high), (x - b * 0.15, high), (x - a * 0.15, low)],
                hexa("0a141a"),
                0.5,
            )
        for dy in (0.40, 0.50):
            panel(canvas, (x + 0.002, dy, x + 0.014, dy + 0.022), hexa("ffc860"))
        self._lantern(canvas, t_s)

    def _rock(self, canvas: Canvas) -> None:
        x = _LAMP[0]
        rock = [
            (-0.44, 1.0),
            (-0.30, 0.80),
            (-0.22, 0.70),
            (-0.13, 0.665),
            (-0.09, 0.63),
            (-0.03, 0.615),
            (0.05, 0.612),
            (0.10, 0.64),
            (0.17, 0.66),
            (0.22, 0.71),
            (0.34, 0.80),
            (0.46, 1.0),
        ]
        figure(canvas, [(x + a, b) for (a, b) in rock], hexa("0b151b"))
        polygon(
            canvas,
            [self._at(x + a, b + 0.02) for a, b in rock[4:9]]
            + [self._at(x + 0.04, 1.0), self._at(x - 0.12, 1.0)],
            hexa("14232a"),
        )

    def _lantern(self, canvas: Canvas, t_s: float) -> None:
        """The room with the lamp, its gallery, its roof."""
        x, top = _LAMP
        ink = hexa("0a1116")
        panel(canvas, (x - 0.042, 0.328, x + 0.042, 0.318), ink)
        panel(canvas, (x - 0.021, 0.32, x + 0.021, 0.258), (1.3, 1.12, 0.72))
        for post in (-0.021, -0.007, 0.007, 0.0195):
            panel(canvas, (x + post, 0.32, x + post + 0.0018, 0.258), ink)
        figure(
            canvas,
            [
                (x - 0.028, 0.26),
                (x - 0.018, 0.236),
                (x, 0.222),
                (x + 0.018, 0.236),
                (x + 0.028, 0.26),
            ],
            ink,
        )
        pulse = max(0.0, np.sin(t_s * 0.95 + 2.3)) ** 8 + max(0.0, -np.sin(t_s * 0.95 + 2.3)) ** 8
        glow(
            canvas,
            self._at(x, top),
            (0.05 + 0.10 * pulse) * self._size.height,
            hexa("ffd890"),
            0.55 + 0.6 * pulse,
        )

    def _spray(self, canvas: Canvas, t_s: float) -> None:
        """Water thrown up where waves meet the rock."""
        high = self._size.height
        for number, start in enumerate((3.4, 8.0, 13.2, 18.6, 19.0, 24.4)):
            age = np.float32(t_s - start)
            if not 0 <= age < 2.6:
                continue
            big = 1.5 if 18 < start < 20 else 1.0
            rng = dice(FILM.slug, "spray", number)
            side, lift, size, late = rng.random((4, 2600)).astype(np.float32)
            flown = np.maximum(age - late * np.float32(0.5), 0)
            x = _LAMP[0] - 0.13 + (side - 0.45) * (0.06 + 0.26 * flown * big)
            y = (
                0.67
                - (0.10 + 0.42 * lift * (1 - np.abs(side - 0.5))) * flown * np.float32(big) * 1.25
                + 0.26 * flown * flown
            )
            weight = (
                np.where(flown > 0, size**3, 0)
                * np.float32(1 - ease(1.0, 2.6, float(age)))
                * np.float32((high / 720) ** 2)
            )
            light = specks(
                self._half,
                x * (high / 2) + self._half.width / 2,
                y * (high / 2),
                weight.astype(np.float32),
            )
            for axis in (0, 1):
                light = light + (np.roll(light, 1, axis) + np.roll(light, -1, axis)) * np.float32(
                    0.6
                )
            add(canvas, hexa("bcd6d6"), double(light, self._size) * np.float32(0.22))

    def _bolt(self, canvas: Canvas, t_s: float) -> None:
        """The lightning itself, for a tenth of a second after each flash."""
        for number, start in enumerate(_FLASHES_S):
            if not 0 <= t_s - start < 0.16:
                continue
            steps = dice(FILM.slug, "bolt", number // 2).standard_normal(27)
            path = [
                self._at(-0.40 + 0.014 * float(steps[: n + 1].sum()), 0.62 * n / 26)
                for n in range(27)
            ]
            fork = [
                path[9],
                *[
                    (x + 0.022 * self._size.height * (k + 1), y)
                    for k, (x, y) in enumerate(path[10:19])
                ],
            ]
            stroke(canvas, path, 0.0035 * self._size.height, (1.3, 1.4, 1.6))
            stroke(canvas, fork, 0.002 * self._size.height, (1.1, 1.2, 1.4), 0.8)


def score(duration_s: float) -> tuple[Stereo, ...]:
    """Low strings in C minor, a drum like a shed door, and a rising line before the ninth wave."""
    desk = Desk(duration_s, Room(3.6, 2600, 0.55))
    chords = (
        ("C2", "G2", "Eb3"),
        ("Ab2", "C3", "Eb3"),
        ("F2", "C3", "Ab3"),
        ("G2", "D3", "B3"),
        ("C2", "G3", "Eb4"),
        ("C2", "G2", "C3"),
    )
    for bar, chord in enumerate(chords):
        for voice, note in enumerate(chord):
            desk.play(strings(note, 5.6, 0.85, 0.9), bar * 4.6, 0.20, voice * 0.5 - 0.5)
        for hit, gain in ((0, 0.9), (0.55, 0.35), (2.3, 0.6), (3.6, 0.3)):
            desk.play(kick(42.0), bar * 4.6 + hit, gain * (0.6 + 0.09 * bar), 0, 0.8)
    for step in range(96):
        note = ("C3", "D3", "Eb3", "C3", "G3", "F3", "Eb3", "D3")[step % 8]
        desk.play(
            strings(note, 0.34, 0.9, 0.03),
            4.6 + step * 0.2,
            0.10 + 0.0016 * step,
            -0.5 + 0.01 * step,
        )
    for number, note in enumerate(("G4", "Ab4", "B4", "C5", "D5", "Eb5")):
        desk.play(strings(note, 1.6, 0.8, 0.3), 13.4 + number * 0.85, 0.09 + 0.02 * number, 0.2)
    desk.play(burst(5, 2.5, 1.8, 200, 5000), 18.5, 0.7, -0.2, 1.2)
    music = desk.mix()
    storm = Desk(duration_s, Room(4.0, 2000, 0.4))
    storm.spread(wind("keeper-l", duration_s), wind("keeper-r", duration_s), 0.16)
    storm.spread(surf("keeper-l", duration_s, 4.6), surf("keeper-r", duration_s, 4.6), 0.22)
    storm.spread(rain("keeper-l", duration_s), rain("keeper-r", duration_s), 0.04)
    for number, at_s in enumerate((9.5, 18.2, 23.5)):
        storm.play(thunder(f"keeper-{number}", 4.0), at_s, 0.5, 0.3 * (-1) ** number, 0.6)
    return (
        master(music, 0.6, 2.4),
        master(music * np.float32(0.8) + storm.mix() * np.float32(1.2), 0.6, 2.4),
    )


REEL = Reel(
    film=FILM,
    picture=Storm,
    score=score,
    cards=(
        Card("KEEPER OF THE", 1.2, 5.0, 0.16, 0.036, Face(spacing=0.42), hexa("dfe8e6"), x=-0.42),
        Card(
            "NINTH WAVE",
            1.6,
            5.0,
            0.24,
            0.085,
            Face(spacing=0.14, weight=0.006),
            hexa("ffe2a4"),
            x=-0.42,
        ),
    ),
    sheet=Sheet(
        ("KEEPER", "OF THE", "NINTH WAVE"),
        9.33,
        Face(spacing=0.08, weight=0.008),
        colour=hexa("ffe2a4"),
        accent=hexa("cfe2e2"),
        scrim=hexa("04090d"),
        scrim_strength=0.9,
        largest=0.088,
        backdrop_s=9.3,
    ),
    stock=Stock(0.45, 0.0088),
    fade_in_s=1.2,
)
