"""Owns what turns a record into a film: its picture, its score, its cards, its poster."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from matinee.demo.films.paint.canvas import Canvas, Colour, Frame, Size, ease
from matinee.demo.films.paint.grade import Grade, Stock
from matinee.demo.films.paint.lettering import Face, centred, halo, word
from matinee.demo.films.records import DemoFilm
from matinee.demo.films.sound.desk import Stereo

_WHITE: Colour = (0.97, 0.96, 0.94)


class Picture(Protocol):
    """A moving picture of one size."""

    def paint(self, t_s: float) -> Canvas:
        """The picture at a time, without type; the same time gives the same picture."""
        ...


@dataclass(frozen=True)
class Card:
    """A line of type in the film; `x`, `y` and `size` are in picture heights, x from the middle.

    `shade` is how dark a soft shadow lies behind the letters.
    """

    text: str
    start_s: float
    end_s: float
    y: float = 0.5
    size: float = 0.08
    face: Face = field(default_factory=Face)
    colour: Colour = _WHITE
    x: float = 0.0
    shade: float = 0.5


@dataclass(frozen=True)
class Sheet:
    """How a poster is set; places are shares of its height, `title` is its lines."""

    title: tuple[str, ...]
    hero_s: float
    face: Face = field(default_factory=Face)
    colour: Colour = _WHITE
    accent: Colour = _WHITE
    scrim: Colour = (0.0, 0.0, 0.0)
    scrim_strength: float = 0.6
    place: Literal["top", "bottom"] = "bottom"
    largest: float = 0.12
    backdrop_s: float | None = None


@dataclass(frozen=True)
class Reel:
    """Everything that one film is made from."""

    film: DemoFilm
    picture: Callable[[Size], Picture]
    score: Callable[[float], tuple[Stereo, ...]]
    sheet: Sheet
    cards: tuple[Card, ...] = ()
    stock: Stock = field(default_factory=Stock)
    fade_in_s: float = 0.8
    fade_out_s: float = 1.2


class Screening:
    """A reel threaded at one size: asks its picture, sets its cards, grades."""

    def __init__(self, reel: Reel, size: Size) -> None:
        """Prepares everything that does not move."""
        self._reel, self._size = reel, size
        self._picture = reel.picture(size)
        self._grade = Grade(size, reel.stock, reel.film.slug)

    def frame(self, t_s: float) -> Frame:
        """The finished frame at a time, shape (height, width, 3)."""
        canvas = self._picture.paint(t_s)
        for card in self._reel.cards:
            self._set(canvas, card, t_s)
        film = self._reel.film
        fade = ease(0, self._reel.fade_in_s, t_s + 0.04) * ease(
            0, self._reel.fade_out_s, film.duration_s - t_s - 1 / film.fps
        )
        return self._grade.finish(canvas, t_s, fade)

    def still(self, t_s: float) -> Frame:
        """The picture at a time without cards or fades, for posters and backdrops."""
        return self._grade.finish(self._picture.paint(t_s), t_s)

    def _set(self, canvas: Canvas, card: Card, t_s: float) -> None:
        if not card.start_s <= t_s < card.end_s:
            return
        long = min(0.9, (card.end_s - card.start_s) / 3)
        alpha = ease(0, long, t_s - card.start_s) * ease(0, long, card.end_s - t_s)
        high = self._size.height
        rise = (t_s - card.start_s) / (card.end_s - card.start_s) - 0.5
        middle = (
            self._size.width / 2 + card.x * high,
            (card.y - rise * 0.008) * high,
        )
        if card.shade:
            shadow = halo(card.text, card.size * high, card.face)
            centred(canvas, shadow, middle, (0.0, 0.0, 0.0), alpha * card.shade)
        centred(canvas, word(card.text, card.size * high, card.face), middle, card.colour, alpha)
