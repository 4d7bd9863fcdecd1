"""Owns the list of everything that the demo catalogue holds, in the order in which it appears."""

from matinee.demo.films.records import DemoFilm, DemoSeries
from matinee.demo.films.reel import Reel
from matinee.demo.films.reels import (
    atlas,
    aurora,
    coast,
    folded,
    ink,
    keeper,
    lantern,
    letters,
    neon,
    rings,
    valley,
    westbound,
    wood,
)

# The first is the quickest to render: it is what somebody can press play on within the minute.
_REELS: tuple[Reel, ...] = (
    valley.REEL,
    letters.REEL,
    neon.REEL,
    ink.REEL,
    aurora.REEL,
    folded.REEL,
    lantern.REEL,
    westbound.REEL,
    keeper.REEL,
    rings.REEL,
    coast.REEL,
    wood.REEL,
)
REELS: dict[str, Reel] = {reel.film.slug: reel for reel in _REELS}
FILMS: tuple[DemoFilm, ...] = tuple(reel.film for reel in _REELS)
SERIES: tuple[DemoSeries, ...] = (atlas.SERIES,)


def episodes(series: DemoSeries) -> tuple[Reel, ...]:
    """The reels of a series, in order."""
    found = [(reel.film.series, reel) for reel in _REELS]
    own = [
        (p.season, p.episode, reel) for p, reel in found if p is not None and p.slug == series.slug
    ]
    return tuple(reel for _, _, reel in sorted(own, key=lambda row: row[:2]))
