"""What viewers of a region will ask for next: how popular each title is, times how a play falls.

Learns from requests by portion, as edges count them, an hour or a few minutes at a time. All
arrays follow one order of titles and one of portions.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matinee.delivery.rules import forecast, shape
from matinee.delivery.rules.forecast import Popularity
from matinee.delivery.rules.shape import Portions, Shape

Floats = npt.NDArray[np.float64]

# A title counts as fresh for two days; what the fresh ones got tells what the next one will get.
FRESH_DAYS = 2.0
_FRESH_MEMORY_H = 240.0
_FRESH_AT_FIRST = 5.0
# A title that was not played lately and is old: less than an even share.
_OLD_SHARE = 0.3
_PLAYS_MEMORY_H = 24.0
# So many of the next plays come of what pages show anew, and history does not know of.
_SHOWN_PART = 0.1
# As much of the last day, fading, must be known before anything is brought on its word: two days.
_SETTLED_H = 20.0


@dataclass(frozen=True)
class Outlook:
    """What is known of one region's viewers.

    `fresh` is the share of all plays that a title gets in its first days, as a multiple of an even
    share; `plays_an_hour` is the mean of the last days, over day and night. `shown` is the part
    of viewers' attention that pages are about to give each title, None where nobody said.
    """

    popularity: Popularity
    shape: Shape
    fresh: float = _FRESH_AT_FIRST
    plays_an_hour: float = 0.0
    hours: float = 0.0
    shown: Floats | None = None

    @classmethod
    def nothing(cls, portions: Portions, n_titles: int) -> "Outlook":
        """Before the first request."""
        return cls(Popularity.nothing(n_titles), Shape.nothing(len(portions.title), n_titles))

    @property
    def is_settled(self) -> bool:
        """Whether it was long enough to bring files that nobody has asked for yet."""
        return self.hours >= _SETTLED_H


def learnt(
    known: Outlook, portions: Portions, requests: Floats, hours: float, age_days: Floats
) -> Outlook:
    """What is known after `hours` in which so many files of each portion were asked for.

    `age_days` counts from each title's release to the end of that time; below zero it is not out.
    """
    if not known.hours and not requests.any():
        return known  # nobody has begun yet
    usual = shape.kinds(known.shape, portions)
    plays = shape.plays_of(portions, requests, usual, len(age_days))
    expected = _expected(known, age_days)
    is_out = (age_days > 0) | (plays > 0)
    popularity = forecast.seen(known.popularity, np.where(is_out, plays, np.nan), hours, expected)
    fades = np.exp(-hours / _PLAYS_MEMORY_H)
    before = known.plays_an_hour * known.hours
    counted_h = known.hours * fades + hours
    return Outlook(
        popularity,
        shape.seen(known.shape, portions, requests, plays, hours),
        _fresh(known, popularity, hours, age_days),
        (before * fades + plays.sum()) / counted_h,
        counted_h,
    )


def requests_an_hour(known: Outlook, portions: Portions, age_days: Floats) -> Floats:
    """How often each file of every portion will be asked for, on the mean of the next day."""
    each = forecast.shares(known.popularity, _expected(known, age_days))
    if known.shown is not None:
        each = (1 - _SHOWN_PART) * each + _SHOWN_PART * known.shown
    usual = shape.kinds(known.shape, portions)
    asked = shape.passes_a_play(known.shape, portions, usual)
    return known.plays_an_hour * each[portions.title] * asked


def _expected(known: Outlook, age_days: Floats) -> Floats:
    """The share of all plays of titles of which nothing is known but their age."""
    even = 1 / max(len(age_days), 1)
    return even * np.where(age_days < FRESH_DAYS, known.fresh, _OLD_SHARE)


def _fresh(known: Outlook, after: Popularity, hours: float, age_days: Floats) -> float:
    is_fresh = (age_days > 0) & (age_days < FRESH_DAYS)
    if not is_fresh.any():
        return known.fresh
    got = forecast.shares(after, _expected(known, age_days))[is_fresh].mean() * len(age_days)
    kept = float(np.exp(-hours / _FRESH_MEMORY_H))
    return kept * known.fresh + (1 - kept) * float(got)
