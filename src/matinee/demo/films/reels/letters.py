"""Loud Letters: a sentence that becomes what it says."""

from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image

from matinee.demo.films.paint.canvas import Canvas, Colour, Plane, Size, blank, ease, hexa
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face, centred, fitted, word
from matinee.demo.films.paint.noise import dice
from matinee.demo.films.paint.shapes import disc, figure, panel, polygon
from matinee.demo.films.records import Credit, DemoFilm
from matinee.demo.films.reel import Reel, Sheet
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.tones import bass, burst, hat, kick, mallet, snare, synth

FILM = DemoFilm(
    slug="loud-letters",
    title="Loud Letters",
    tagline="Read it before it reads you.",
    description=(
        "This is a letter. Now it is a wall. Now a wave, a crowd, a whisper, a shout. Juno "
        "Halvard and Tilde Morrow give the alphabet a drum kit and twenty-four seconds, and the "
        "alphabet takes the hint. Contains one very large exclamation mark."
    ),
    year=2026,
    people=(
        Credit("Tilde Morrow", "director"),
        Credit("Juno Halvard", "composer"),
        Credit("Tilde Morrow", "writer"),
    ),
    genres=("Animation", "Experimental", "Family"),
    moods=("playful", "energetic", "bold", "rhythm"),
    maturity_age=0,
    duration_s=24.0,
)

_INK, _CREAM, _RED, _YELLOW, _BLUE, _PINK = (
    hexa(code) for code in ("141414", "f6efe0", "e8322b", "ffc91f", "1f4bd8", "ff9fb8")
)
_HEAVY = Face(spacing=-0.01, weight=0.028)
_SCENE_S = 2.0
_WHISPER = 7


def _slam(age_s: float, length_s: float = 0.28) -> float:
    """From 1 to 0, quickly, with a little overshoot."""
    x = min(1.0, age_s / length_s)
    return float((1 - x) ** 3 * np.cos(x * 4.0))


def _scaled(mask: Plane, scale: float) -> Plane:
    if abs(scale - 1) < 1e-3:
        return mask
    size = (max(2, round(mask.shape[1] * scale)), max(2, round(mask.shape[0] * scale)))
    large = Image.fromarray(mask).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(large, np.float32)


class Letters:
    """The picture at one size: twelve scenes of four beats."""

    def __init__(self, size: Size) -> None:
        """Only remembers the size: letters are set when they are first asked for."""
        self._size, self._high = size, size.height
        self._scenes: tuple[Callable[[float], Canvas], ...] = (
            self._this, self._is_a, self._letter, self._now, self._wall, self._wave,
            self._crowd, self._whisper, self._shout, self._ring, self._stripes, self._title,
        )  # fmt: skip
        self._fit = cache(self._fitted)

    def _fitted(self, text: str, largest: float) -> Plane:
        return fitted(text, self._size.width * 0.9, _HEAVY, largest * self._high)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (self._size.width / 2 + x * self._high, y * self._high)

    def paint(self, t_s: float) -> Canvas:
        """The scene at a time."""
        number = min(len(self._scenes) - 1, int(t_s / _SCENE_S))
        return self._scenes[number](t_s - number * _SCENE_S)

    def _this(self, t: float) -> Canvas:
        canvas = blank(self._size, _YELLOW)
        disc(canvas, self._at(0, 0.5), self._high * (0.05 + 0.62 * (1 - _slam(t, 0.6))), _RED, 1.0)
        centred(
            canvas,
            _scaled(self._fit("THIS", 0.5), 1 + 1.6 * _slam(t) + 0.03 * t),
            self._at(0, 0.47),
            _INK,
        )
        return canvas

    def _is_a(self, t: float) -> Canvas:
        canvas = blank(self._size, _INK)
        for number, text in enumerate(("IS", "A")):
            slide = _slam(max(0.0, t - 0.5 * number), 0.4)
            shown = 1.0 if t >= 0.5 * number else 0.0
            x = (-0.24 + 0.52 * number) + (-1.5 if number == 0 else 1.5) * slide
            centred(
                canvas, self._fit(text, 0.5), self._at(x, 0.47), (_CREAM, _YELLOW)[number], shown
            )
        self._bar(canvas, 0.80, ease(0.9, 1.4, t), _RED)
        return canvas

    def _bar(self, canvas: Canvas, y: float, share: float, colour: Colour) -> None:
        if share <= 0:
            return
        left, right = self._at(-0.62, y), self._at(-0.62 + 1.24 * share, y + 0.035)
        polygon(canvas, [left, (right[0], left[1]), right, (left[0], right[1])], colour)

    def _letter(self, t: float) -> Canvas:
        canvas = blank(self._size, _RED)
        step = 0.20 * self._size.width / self._high / 1.78
        for number, letter in enumerate("LETTER"):
            age = t - 0.16 * number
            if age < 0:
                continue
            fall = 0.9 * (1 - min(1.0, age / 0.25)) ** 2
            bounce = (
                0.05 * abs(np.sin(max(0.0, age - 0.25) * 14)) * np.exp(-max(0.0, age - 0.25) * 6)
            )
            centred(
                canvas,
                self._fit(letter, 0.33),
                self._at((number - 2.5) * step, 0.50 - fall - float(bounce)),
                _CREAM,
            )
            low, middle = 0.655, (number - 2.5) * step
            width = 0.07 * (1 - fall)
            panel(canvas, (middle - width, low, middle + width, low + 0.012), _INK)
        return canvas

    def _now(self, t: float) -> Canvas:
        beat = min(3, int(t / 0.5))
        ground, ink = ((_CREAM, _INK), (_BLUE, _CREAM), (_YELLOW, _INK), (_INK, _PINK))[beat]
        canvas = blank(self._size, ground)
        text = ("NOW", "IT", "IS", "A")[beat]
        age = t - beat * 0.5
        for echo in range(3, 0, -1):
            shift = 0.05 * echo * (1 - _slam(age, 0.3))
            centred(canvas, self._fit(text, 0.55), self._at(shift, 0.47 + shift * 0.6), ink, 0.16)
        centred(
            canvas, _scaled(self._fit(text, 0.55), 1 + 0.4 * _slam(age)), self._at(0, 0.47), ink
        )
        return canvas

    def _wall(self, t: float) -> Canvas:
        canvas = blank(self._size, _PINK)
        line = word("WALL ", 0.2 * self._high, _HEAVY)
        step = line.shape[1] + int(0.05 * self._high)
        rows = 6
        for row in range(rows):
            if t < 0.12 * row:
                continue
            slide = ((t * 0.35 * (-1) ** row + 10) * self._high) % step
            for column in range(-1, self._size.width // step + 2):
                middle = (column * step + slide + step / 2, (row + 0.5) / rows * self._high)
                centred(canvas, line, middle, _INK if row % 2 else _RED)
        return canvas

    def _wave(self, t: float) -> Canvas:
        canvas = blank(self._size, _BLUE)
        text = "WAVEWAVEWAVEWAVE"
        for band in range(3):
            for number, letter in enumerate(text):
                x = (number - 7.5) * 0.125
                y = 0.24 + 0.26 * band + 0.09 * np.sin(number * 0.7 - t * 7 + band)
                grow = 0.75 + 0.45 * np.sin(number * 0.7 - t * 7 + band + 1.2)
                mask = _scaled(self._fit(letter, 0.16), max(0.2, float(grow)))
                centred(
                    canvas,
                    mask,
                    self._at(x, float(y)),
                    (_CREAM, _YELLOW, _PINK)[band],
                    ease(0, 0.3, t - 0.1 * band),
                )
        return canvas

    def _crowd(self, t: float) -> Canvas:
        canvas = blank(self._size, _CREAM)
        rng = dice(FILM.slug, "crowd")
        for number in range(int(190 * min(1.0, t / 1.6)) + 1):
            x, y, size, hue, phase = rng.random(5).tolist()
            letter = "CROWD"[number % 5]
            jump = 0.02 * abs(np.sin(t * 6.28 + phase * 6))
            colour = (_INK, _RED, _BLUE, _YELLOW, _INK)[int(hue * 5)]
            mask = self._fit(letter, round(0.06 + 0.09 * size, 2))
            centred(canvas, mask, self._at((x - 0.5) * 1.75, 0.05 + 0.9 * y - float(jump)), colour)
        return canvas

    def _whisper(self, t: float) -> Canvas:
        canvas = blank(self._size, _INK)
        mask = word("a whisper", 0.045 * self._high, Face(spacing=0.25, weight=-0.006))
        centred(
            canvas, mask, self._at(0, 0.5), _CREAM, ease(0.2, 1.0, t) * (1 - ease(1.6, 1.95, t))
        )
        return canvas

    def _shout(self, t: float) -> Canvas:
        flash = int(t * 8) % 2 == 0 and t < 0.9
        canvas = blank(self._size, _CREAM if flash else _YELLOW)
        shake = dice(FILM.slug, round(t * 24)).standard_normal(2) * 0.012 * np.exp(-t)
        mask = _scaled(self._fit("SHOUT!", 0.48), 1 + 2.2 * _slam(t, 0.35) + 0.06 * t)
        for echo in range(5, 0, -1):
            centred(
                canvas,
                mask,
                self._at(float(shake[0]) - 0.012 * echo, 0.47 + float(shake[1]) + 0.014 * echo),
                _RED,
            )
        centred(canvas, mask, self._at(float(shake[0]), 0.47 + float(shake[1])), _INK)
        return canvas

    def _ring(self, t: float) -> Canvas:
        canvas = blank(self._size, _RED)
        text = "ROUND AND ROUND AND "
        for ring, (radius, way) in enumerate(((0.38, 1), (0.24, -1), (0.11, 1))):
            letters = text[: int(20 * radius / 0.38)]
            for number, letter in enumerate(letters):
                turn = 2 * np.pi * number / len(letters) + way * t * 1.4
                grow = ease(0, 0.4, t - 0.12 * ring)
                x, y = radius * np.sin(turn) * grow, 0.5 - radius * np.cos(turn) * grow
                if letter != " ":
                    sheet = Image.fromarray(self._fit(letter, 0.085)).rotate(
                        -np.degrees(turn), Image.Resampling.BILINEAR, expand=True
                    )
                    centred(
                        canvas,
                        np.asarray(sheet, np.float32),
                        self._at(float(x), float(y)),
                        (_CREAM, _INK, _YELLOW)[ring],
                        grow,
                    )
        return canvas

    def _stripes(self, t: float) -> Canvas:
        canvas = blank(self._size, _CREAM)
        for number in range(-2, 9):
            x = -1.3 + number * 0.3 + (t * 0.25) % 0.3
            width = 0.15 * ease(0, 0.5, t - 0.04 * number)
            figure(
                canvas,
                [(x, 1.0), (x + width, 1.0), (x + width + 0.5, 0.0), (x + 0.5, 0.0)],
                (_BLUE, _RED)[number % 2],
            )
        for number, text in enumerate(("FULL", "STOP.")):
            if t > 0.5 * number:
                mask = _scaled(self._fit(text, 0.34), 1 + 0.9 * _slam(t - 0.5 * number))
                centred(canvas, mask, self._at(0, 0.30 + 0.34 * number), _INK)
        return canvas

    def _title(self, t: float) -> Canvas:
        canvas = blank(self._size, _YELLOW)
        disc(canvas, self._at(0.34, 0.36), 0.25 * self._high * (1 - _slam(t, 0.5)), _RED)
        for number, text in enumerate(("LOUD", "LETTERS")):
            slide = _slam(max(0.0, t - 0.12 * number), 0.4)
            centred(
                canvas,
                self._fit(text, 0.27),
                self._at(-1.2 * slide * (-1) ** number, 0.36 + 0.27 * number),
                _INK,
            )
        small = word(
            "Tilde Morrow  ·  music by Juno Halvard", 0.032 * self._high, Face(spacing=0.06)
        )
        centred(canvas, small, self._at(0, 0.86), _INK, ease(0.5, 0.9, t))
        return canvas


def score(duration_s: float) -> tuple[Stereo, ...]:
    """Funk at 120 beats a minute, with a stop where the whisper is."""
    desk = Desk(duration_s, Room(1.2, 7000, 0.22))
    for scene in range(12):
        at_s = scene * _SCENE_S
        if scene == _WHISPER:
            for step, note in enumerate(("B5", "E6")):
                desk.play(mallet(note), at_s + 0.5 + step * 0.5, 0.12, 0.2, 2.0)
        else:
            _drums(desk, at_s)
            _bass_line(desk, scene, at_s)
            _stabs(desk, scene, at_s)
    desk.play(burst(7, 1.4, 3.0, 400, 12000), 16.0, 0.9, 0, 1.0)
    for voice, note in enumerate(("E3", "B3", "G4", "D5", "F#5")):
        desk.play(synth(note, 1.6, 0.75, 2), 22.0, 0.12, voice * 0.3 - 0.6)
    return (master(desk.mix(), 0.01, 0.8),)


def _drums(desk: Desk, at_s: float) -> None:
    for beat in range(4):
        desk.play(kick(), at_s + beat * 0.5, 0.85 if beat % 2 == 0 else 0.4, 0, 0.1)
        desk.play(hat(beat), at_s + beat * 0.5 + 0.25, 0.15, 0.3, 0.2)
        desk.play(hat(beat + 9, 90), at_s + beat * 0.5 + 0.125, 0.06, -0.3, 0.2)
        if beat % 2:
            desk.play(snare(), at_s + beat * 0.5, 0.42, 0, 0.7)


def _bass_line(desk: Desk, scene: int, at_s: float) -> None:
    if scene == 0:
        return
    root = {4: "A", 5: "A", 10: "B"}.get(scene, "E")
    for step, note in enumerate(("E2", "", "E3", "G2", "", "A2", "B2", "D3")):
        if note:
            played = root + note[-1] if step % 3 == 0 and root != "E" else note
            desk.play(bass(played, 0.24), at_s + step * 0.25, 0.5, 0, 0.05)


def _stabs(desk: Desk, scene: int, at_s: float) -> None:
    if scene > 1:
        for stab, chord in ((0.75, ("E4", "G4", "B4", "D5")), (1.5, ("D4", "F#4", "A4", "E5"))):
            for voice, note in enumerate(chord):
                desk.play(synth(note, 0.3, 0.8, 8), at_s + stab, 0.09, voice * 0.4 - 0.6)
    if scene in {2, 6}:
        for step, note in enumerate(("E5", "G5", "A5", "B5", "D6", "E6")):
            desk.play(mallet(note), at_s + 0.16 * step + 0.1, 0.35, step * 0.3 - 0.7)


REEL = Reel(
    film=FILM,
    picture=Letters,
    score=score,
    sheet=Sheet(
        ("LOUD", "LETTERS"),
        17.2,
        Face(spacing=-0.01, weight=0.028),
        colour=_INK,
        accent=_INK,
        scrim=_YELLOW,
        scrim_strength=0.98,
        largest=0.13,
        backdrop_s=10.9,
    ),
    stock=Stock(0.06, 0.0044, 0.98),
    fade_in_s=0.05,
    fade_out_s=0.5,
)
