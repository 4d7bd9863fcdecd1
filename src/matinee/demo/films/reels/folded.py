"""The Folded Sky: a sheet of paper becomes a crane, and the crane finds others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.demo.films.paint.canvas import (
    Canvas,
    Colour,
    Size,
    axes,
    blank,
    blend,
    ease,
    gradient,
    hexa,
    over,
)
from matinee.demo.films.paint.grade import Stock
from matinee.demo.films.paint.lettering import Face
from matinee.demo.films.paint.noise import blurred, clouds, dice
from matinee.demo.films.paint.shapes import Point, disc, panel, polygon, polygon_mask, puff
from matinee.demo.films.records import Credit, DemoFilm, SubtitleTrack, poem
from matinee.demo.films.reel import Card, Reel, Sheet
from matinee.demo.films.sound.desk import Desk, Room, Stereo, master
from matinee.demo.films.sound.notation import tune
from matinee.demo.films.sound.tones import pluck, strings

FILM = DemoFilm(
    slug="the-folded-sky",
    title="The Folded Sky",
    tagline="It takes one crease to leave the table.",
    description=(
        "A square of red paper is folded eleven times and discovers that it has somewhere to "
        "be. Yuki Tanabe-Moss builds a whole sky out of stationery, and fills it with cranes "
        "that have plainly never been told what they are made of. For anyone who has ever been "
        "flat."
    ),
    year=2023,
    people=(
        Credit("Yuki Tanabe-Moss", "director"),
        Credit("Priya Ramanand", "composer"),
        Credit("Mirela Dost", "writer"),
    ),
    genres=("Animation", "Family"),
    moods=("gentle", "hopeful", "hand-made", "playful"),
    maturity_age=0,
    duration_s=26.0,
    subtitles=(
        SubtitleTrack(
            "eng",
            "English",
            poem(
                1.0,
                4.8,
                "I was a page\nthat nobody had written on.",
                "One fold, and I had a side.\nTwo, and I had a wish.",
                "They told me paper\ncannot hold the wind.",
                "So I asked the wind\nto hold the paper.",
                "Look how many of us\nwere only waiting to be bent.",
            ),
        ),
        SubtitleTrack(
            "fre",
            "Français",
            poem(
                1.0,
                4.8,
                "J'étais une page\noù personne n'avait écrit.",
                "Un pli, et j'avais un côté.\nDeux, et j'avais un désir.",
                "On m'a dit que le papier\nne peut pas retenir le vent.",
                "Alors j'ai demandé au vent\nde retenir le papier.",
                "Regarde combien d'entre nous\nattendaient seulement d'être pliés.",
            ),
        ),
    ),
)

Points = NDArray[np.float64]
_LIGHT = np.array((-0.35, -0.80, 0.48))
_RED, _WHITE, _TEAL, _GOLD = (hexa(code) for code in ("e4502f", "fbf3e4", "2f7f86", "f0b44c"))

# A crane, facing right: x along it, y down, z towards us. Wing tips are moved by the flap.
_CRANE: dict[str, tuple[float, float, float]] = {
    "chest": (0.30, 0.02, 0.0),
    "rump": (-0.30, 0.02, 0.0),
    "back": (0.0, -0.08, 0.0),
    "belly": (0.0, 0.20, 0.0),
    "side_l": (0.0, 0.05, 0.14),
    "side_r": (0.0, 0.05, -0.14),
    "neck": (0.66, -0.40, 0.0),
    "throat": (0.40, 0.04, 0.05),
    "beak": (0.92, -0.30, 0.0),
    "tail": (-0.88, -0.44, 0.0),
    "tail_low": (-0.42, 0.05, 0.05),
}
_FACES = (
    ("rump", "tail", "tail_low"),
    ("chest", "neck", "throat"),
    ("chest", "back", "side_r"),
    ("neck", "beak", "throat_top"),
    ("rump", "back", "side_r"),
    ("wing_r_f", "tip_r", "wing_r_m"),
    ("wing_r_m", "tip_r", "wing_r_b"),
    ("chest", "side_l", "belly"),
    ("rump", "side_l", "belly"),
    ("chest", "back", "side_l"),
    ("rump", "back", "side_l"),
    ("wing_l_f", "tip_l", "wing_l_m"),
    ("wing_l_m", "tip_l", "wing_l_b"),
)
_SHEET = {  # where the same corners lie while the paper is still a square
    "chest": (0.5, 0.0, 0),
    "rump": (-0.5, 0.0, 0),
    "back": (0, -0.05, 0),
    "belly": (0, 0.05, 0),
    "side_l": (0, 0.1, 0.02),
    "side_r": (0, -0.1, -0.02),
    "neck": (0.75, -0.25, 0),
    "throat": (0.5, 0.1, 0),
    "beak": (0.98, 0.0, 0),
    "tail": (-0.98, 0.0, 0),
    "tail_low": (-0.5, 0.1, 0),
}


@dataclass(frozen=True)
class Bird:
    """One crane in the air: where, how large, heading (radians), wing beat (radians), colour."""

    x: float
    y: float
    size: float
    yaw: float
    flap: float
    colour: Colour
    folded: float = 1.0
    roll: float = 0.0


def _corners(bird: Bird) -> dict[str, Points]:
    """The corners in space, between the flat sheet and the crane."""
    lift = 0.75 * np.sin(bird.flap)
    reach = 0.95 * np.cos(0.8 * np.sin(bird.flap))
    made = dict(_CRANE)
    made["throat_top"] = (0.60, -0.30, 0.02)
    flat = dict(_SHEET)
    flat["throat_top"] = (0.7, 0.1, 0.0)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        made[f"wing_{side}_f"] = (0.24, -0.02, 0.06 * sign)
        made[f"wing_{side}_m"] = (0.0, -0.07, 0.08 * sign)
        made[f"wing_{side}_b"] = (-0.26, -0.02, 0.06 * sign)
        made[f"tip_{side}"] = (-0.10, -lift - 0.10, reach * sign)
        flat[f"wing_{side}_f"] = (0.98, 0.0, 0.0)
        flat[f"wing_{side}_m"] = (0.0, 0.0, 0.0)
        flat[f"wing_{side}_b"] = (-0.98, 0.0, 0.0)
        flat[f"tip_{side}"] = (0.0, 0.0, 0.98 * sign)
    share = bird.folded
    return {
        name: np.array(flat[name]) * (1 - share) + np.array(made[name]) * share for name in made
    }


def _turned(point: Points, bird: Bird, tilt: float) -> Points:
    """A corner after the bird's heading, roll and the camera's tilt."""
    x, y, z = point
    cos, sin = np.cos(bird.yaw), np.sin(bird.yaw)
    x, z = x * cos - z * sin, x * sin + z * cos
    cos, sin = np.cos(bird.roll), np.sin(bird.roll)
    x, y = x * cos - y * sin, x * sin + y * cos
    cos, sin = np.cos(tilt), np.sin(tilt)
    return np.array((x, y * cos + z * sin, -y * sin + z * cos))


class Sky:
    """The picture at one size: paper clouds, paper hills, paper birds."""

    def __init__(self, size: Size) -> None:
        """Cuts the clouds and hills once."""
        self._size, self._high = size, size.height
        _, self._y = axes(size)
        self._grain = clouds(dice(FILM.slug, "paper"), size, size.height / 60, 4) * np.float32(
            0.05
        ) + np.float32(0.975)
        self._clouds = [self._cloud(n) for n in range(5)]
        self._table = self._desk()

    def _at(self, x: float, y: float) -> Point:
        return (self._size.width / 2 + x * self._high, y * self._high)

    def _desk(self) -> Canvas:
        canvas = blank(self._size)
        canvas[:] = gradient(((0, hexa("2f6f78")), (1, hexa("174a55"))), self._y)
        for n in range(22):
            x = -1.4 + n * 0.13
            panel(canvas, (x, 0, x + 0.002, 1), (1, 1, 1), 0.05)
            panel(canvas, (-2, n * 0.13, 2, n * 0.13 + 0.002), (1, 1, 1), 0.05)
        return canvas * self._grain

    def _cloud(self, number: int) -> tuple[Canvas, Canvas]:
        """A cloud's mask and its shadow's, from a row of round bumps on a straight foot."""
        rng = dice(FILM.slug, "cloud", number)
        wide, tall = int(self._high * (0.62 + 0.1 * number)), int(self._high * 0.24)
        outline: list[Point] = []
        bumps = 5 + number % 2
        for bump in range(bumps):
            middle = (bump + 0.5) / bumps * 0.8 + 0.1
            radius = (
                (0.35 + 0.5 * np.sin(np.pi * (bump + 0.5) / bumps) + 0.12 * rng.random())
                * tall
                * 0.62
            )
            turns = np.linspace(np.pi, 0, 24)
            x, y = (
                middle * wide + radius * np.cos(turns) * 1.25,
                tall * 0.80 - radius * np.sin(turns),
            )
            outline.extend(zip(x.tolist(), y.tolist(), strict=True))
        mask = np.zeros((tall + 40, wide), np.float32)
        for bump in range(bumps):
            part = outline[bump * 24 : bump * 24 + 24]
            np.maximum(mask[:tall], polygon_mask(part, Size(wide, tall)), out=mask[:tall])
        shade = blurred(np.roll(mask, 10, 0), 9)
        return mask, shade

    def paint(self, t_s: float) -> Canvas:
        """On the table, out of the window, among the others."""
        if t_s < 7.5:
            return self._folding(t_s)
        canvas = self._air(t_s)
        for bird in sorted(self._flock(t_s), key=lambda one: one.size):
            self._bird(canvas, bird, 0.35)
        self._near_clouds(canvas, t_s)
        canvas *= self._grain
        return canvas

    def _folding(self, t_s: float) -> Canvas:
        canvas = self._table.copy()
        share = ease(1.2, 5.2, t_s)
        rise = ease(5.4, 8.2, t_s)
        turn = -0.78 * (1 - share) + 0.5 * share + 0.15 * np.sin(t_s * 0.8)
        flap = 0.5 * np.sin(t_s * 7) * ease(5.0, 6.0, t_s) + 0.55 * share
        tilt = 1.35 * (1 - share) + 0.45
        y = 0.52 - 0.9 * rise**2
        puff(
            canvas,
            self._at(0.02 + 0.1 * rise, 0.60 + 0.06 * rise),
            (0.24 + 0.1 * rise) * self._high,
            hexa("05262e"),
            0.5 * (1 - 0.8 * rise),
        )
        self._bird(canvas, Bird(0.05 * rise, y, 0.36, float(turn), float(flap), _RED, share), tilt)
        return canvas

    def _air(self, t_s: float) -> Canvas:
        late = ease(16, 25, t_s)
        dusk = blend(hexa("e6b4b0"), hexa("f0a070"), late)
        top = blend(hexa("7cc4c8"), dusk, late**0.7)
        low = blend(hexa("f7ead0"), hexa("fde0a8"), late)
        canvas = blank(self._size)
        canvas[:] = gradient(((0.0, top), (0.75, low), (1.0, low)), self._y)
        disc(
            canvas,
            self._at(0.0, 0.50 - 0.04 * late),
            (0.235 + 0.03 * late) * self._high,
            blend(hexa("f6c35a"), hexa("e8452c"), 0.25 + 0.25 * late),
        )
        for number, (mask, shade) in enumerate(self._clouds[:3]):
            x = ((number * 0.83 + 0.2 - t_s * 0.018 * (1 + 0.3 * number)) % 2.6) - 1.3
            self._lay_cloud(
                canvas,
                (mask, shade),
                (x, 0.30 + 0.16 * number),
                blend(_WHITE, top, 0.30 - 0.1 * number),
            )
        self._hills(canvas, t_s, late)
        return canvas

    def _lay_cloud(
        self, canvas: Canvas, shapes: tuple[Canvas, Canvas], where: Point, colour: Colour
    ) -> None:
        mask, shade = shapes
        left, top = (int(v) for v in self._at(*where))
        left -= mask.shape[1] // 2
        x0, x1 = max(0, left), min(self._size.width, left + mask.shape[1])
        y0, y1 = max(0, top), min(self._high, top + mask.shape[0])
        if x1 <= x0 or y1 <= y0:
            return
        cut = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        part = canvas[:, y0:y1, x0:x1]
        over(part, hexa("3a5560"), shade[cut] * np.float32(0.30))
        over(part, colour, mask[cut])

    def _hills(self, canvas: Canvas, t_s: float, late: float) -> None:
        x = (np.arange(0, self._size.width + 8, 8) - self._size.width / 2) / self._high
        for number, shade in enumerate(("5fa59f", "3d8a8a", "246a70")):
            drift = t_s * 0.02 * (1 + number)
            line = (
                0.80
                + 0.065 * number
                - 0.035 * np.sin((x + drift) * (2.6 + number) + number * 2)
                - 0.015 * np.sin((x + drift) * 7.1 + number)
            )
            colour = blend(hexa(shade), hexa("b4583c"), 0.55 * late)
            path = [self._at(float(a), float(b)) for a, b in zip(x, line, strict=True)]
            foot = [self._at(2, 1.1), self._at(-2, 1.1)]
            for lift, alpha in ((0.016, 0.10), (0.008, 0.14)):
                polygon(
                    canvas,
                    [(a, b - lift * self._high) for a, b in path] + foot,
                    hexa("1c3a40"),
                    alpha,
                )
            polygon(canvas, path + foot, colour)

    def _near_clouds(self, canvas: Canvas, t_s: float) -> None:
        for number, shapes in enumerate(self._clouds[3:]):
            x = ((number * 1.5 + 0.9 - t_s * 0.075) % 3.4) - 1.7
            self._lay_cloud(canvas, shapes, (x, 0.835 + 0.03 * number), _WHITE)

    def _flock(self, t_s: float) -> list[Bird]:
        """The red crane first; the others join one by one."""
        t = t_s - 7.5
        lead = Bird(
            -0.12 + 0.06 * np.sin(t * 0.5),
            0.42 + 0.03 * np.sin(t * 0.9),
            0.17,
            0.35,
            0.9 * np.sin(t * 4.2),
            _RED,
            roll=-0.06,
        )
        birds = [lead]
        rng = dice(FILM.slug, "flock")
        for number in range(22):
            across, down, size, phase, hue = rng.random(5).tolist()
            joined = 3.0 + 0.42 * number
            come = ease(joined, joined + 3.0, t)
            if come <= 0:
                continue
            x = (across - 0.5) * 1.5 - 1.4 * (1 - come) + 0.03 * np.sin(t * 0.6 + phase * 6)
            y = 0.14 + 0.60 * down + 0.03 * np.sin(t * 1.1 + phase * 6)
            colour = (_WHITE, _GOLD, _WHITE, _TEAL, _WHITE, hexa("f2a7a0"))[int(hue * 6)]
            birds.append(
                Bird(
                    x,
                    y,
                    0.045 + 0.06 * size,
                    0.3 + 0.3 * phase,
                    0.9 * np.sin(t * (4.5 + 2 * phase) + phase * 9),
                    colour,
                    roll=-0.05,
                )
            )
        return birds

    def _bird(self, canvas: Canvas, bird: Bird, tilt: float) -> None:
        """Paints the faces from back to front, each as bright as the light that it catches."""
        corners = {name: _turned(point, bird, tilt) for name, point in _corners(bird).items()}
        faces = sorted(_FACES, key=lambda face: float(np.mean([corners[name][2] for name in face])))
        for face in faces:
            one, two, three = (corners[name] for name in face)
            normal = np.cross(two - one, three - one)
            length = float(np.linalg.norm(normal))
            if length < 1e-4:
                continue
            facing = float(np.dot(normal / length, _LIGHT))
            bright = 0.62 + 0.42 * abs(facing) + (0.06 if facing > 0 else -0.06)
            colour = (
                min(1.0, bird.colour[0] * bright),
                min(1.0, bird.colour[1] * bright),
                min(1.0, bird.colour[2] * bright),
            )
            outline = [
                self._at(bird.x + point[0] * bird.size, bird.y + point[1] * bird.size)
                for point in (one, two, three)
            ]
            polygon(canvas, outline, colour)


def score(duration_s: float) -> tuple[Stereo, ...]:
    """Plucked strings on a pentatonic scale; the section joins when the flock does."""
    desk = Desk(duration_s, Room(2.4, 6000, 0.42))
    melody = (
        "D4 E4 G4 A4 D5/2 B4 A4 G4/2 E4 G4 D4/3 E4 G4 A4 B4 D5 E5/2 D5 B4 A4 B4 D5 G5 E5/2 D5/2 "
        "B4 D5 E5 G5 A5/2 G5 E5 D5 E5 G5 B5 A5/2 G5/2 E5 G5 A5 B5 D6/2 B5 D6"
    )
    step = 0.42
    for note, beat, _ in tune(melody):
        desk.play(pluck(note, 2.2), 0.6 + beat * step, 0.40, 0.12 * (-1) ** round(beat))
    for number in range(56):
        low = ("G2", "D3", "E3", "B2", "C3", "G2", "D3")[number // 8 % 7]
        if number % 4 == 0:
            desk.play(pluck(low, 2.5, 0.6), 0.6 + number * step, 0.5, -0.3)
        if number >= 18 and number % 2:
            desk.play(pluck(low[0] + "4", 1.2, 0.7), 0.6 + number * step, 0.18, 0.55)
    for bar, chord in enumerate(
        (("G3", "D4", "B4"), ("E3", "B3", "G4"), ("C4", "E4", "G4"), ("D4", "G4", "B4"))
    ):
        for voice, note in enumerate(chord):
            desk.play(
                strings(note, 4.6, 0.6, 1.2), 8.4 + bar * 4.2, 0.08 + 0.02 * bar, voice * 0.6 - 0.6
            )
    return (master(desk.mix(), 0.1, 2.0),)


REEL = Reel(
    film=FILM,
    picture=Sky,
    score=score,
    cards=(
        Card(
            "THE FOLDED SKY",
            8.6,
            12.8,
            0.13,
            0.075,
            Face(spacing=0.22, weight=0.006),
            hexa("fffaf0"),
        ),
    ),
    sheet=Sheet(
        ("THE", "FOLDED", "SKY"),
        18.2,
        Face(spacing=0.10, weight=0.012),
        colour=hexa("fff6e6"),
        accent=hexa("fff0d8"),
        scrim=hexa("1c5a62"),
        scrim_strength=0.72,
        place="top",
        largest=0.105,
        backdrop_s=20.0,
    ),
    stock=Stock(0.22, 0.0055, 0.95),
    fade_in_s=0.6,
)
