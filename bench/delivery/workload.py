"""Viewers of a video service, made up: what they play, from when, at which rung, for how long.

Popularity is a power of the rank (Zipf) times a burst at the release that fades, times noise of
its own that lasts for days; plays follow the hour and the weekend; three in ten stop early. Every
number stands in `Wish`, and `tests/benchmarks` holds what comes out against closed forms.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAY_S = 86_400
SEGMENT_S = 6
RUNGS_BPS: Floats = np.array([0.35e6, 0.8e6, 1.6e6, 3.0e6, 4.8e6])
RUNG_SHARES: Floats = np.array([0.05, 0.10, 0.25, 0.35, 0.25])
SEGMENT_BYTES: Ints = (RUNGS_BPS * SEGMENT_S / 8).astype(np.int64)
_WEEK = 7
_FIRST_DAY_OF_WEEKEND = 5
# From when a surprise takes its share of the day's plays, in hours.
SURPRISE_FROM_H = 14


@dataclass(frozen=True)
class Wish:
    """What kind of workload; the defaults are the one that the aims are stated for.

    `noise` holds the correlation from day to day and the deviation of what is new each day, both of
    the popularity's logarithm. `surprise_share` of the plays after 14:00 go to one title of the
    less watched half, another one every day. The first `warm_days` are played and not counted.
    """

    seed: int = 1
    zipf: float = 1.0
    surprise_share: float = 0.0
    titles: int = 360
    titles_new_a_day: float = 2.5
    length_s_median: float = 1200.0
    length_sigma: float = 0.45
    release_burst: float = 8.0
    release_tau_days: float = 5.0
    noise: tuple[float, float] = (0.7, 0.25)
    weekend: float = 1.25
    plays_a_day: float = 2600.0
    stop_early: tuple[float, float] = (0.3, 0.12)
    finish: float = 0.5
    days: int = 24
    warm_days: int = 8


@dataclass(frozen=True)
class Catalogue:
    """Titles: `segments` in each rendition, released at (days; some before the beginning)."""

    segments: Ints
    released_day: Floats
    weight: Floats

    @property
    def bytes_all(self) -> int:
        """Of every rendition of every title."""
        return int(self.segments.sum() * SEGMENT_BYTES.sum())

    @property
    def first_object(self) -> Ints:
        """The number of each rendition's first segment, shape (titles, rungs); all differ."""
        counts = np.repeat(self.segments[:, None], len(RUNGS_BPS), axis=1)
        ends: Ints = np.cumsum(counts.ravel()).reshape(counts.shape)
        return ends - counts


@dataclass(frozen=True)
class Plays:
    """Every play in the order of its beginning; all arrays of one length."""

    at_s: Floats
    title: Ints
    rung: Ints
    segments: Ints

    def between(self, from_s: float, to_s: float) -> slice:
        """Those that began then."""
        first, last = np.searchsorted(self.at_s, (from_s, to_s))
        return slice(int(first), int(last))


@dataclass(frozen=True)
class Requests:
    """Every segment asked for, in the order of time."""

    at_s: Floats
    item: Ints
    size: Ints


def catalogue(wish: Wish) -> Catalogue:
    """The titles of the whole time: those of before were released at the same pace."""
    chance = np.random.default_rng((wish.seed, 1))
    n_new = round(wish.titles_new_a_day * wish.days)
    n_titles = wish.titles + n_new
    length_s = wish.length_s_median * np.exp(wish.length_sigma * chance.standard_normal(n_titles))
    segments = np.maximum(1, np.ceil(length_s / SEGMENT_S)).astype(np.int64)
    released = (np.arange(n_titles) - wish.titles + chance.random(n_titles)) / max(
        wish.titles_new_a_day, 1e-9
    )
    rank = chance.permutation(n_titles) + 1
    weight = np.power(rank.astype(np.float64), -wish.zipf)
    return Catalogue(segments, released, weight)


def popularity(wish: Wish, titles: Catalogue) -> Floats:
    """How much each title is wanted on each day before surprises, shape (days, titles)."""
    chance = np.random.default_rng((wish.seed, 2))
    keeps, new = wish.noise
    noise = np.empty((wish.days, len(titles.weight)))
    state = chance.standard_normal(noise.shape[1]) * new / np.sqrt(1 - keeps**2)
    for day in range(wish.days):
        noise[day] = state
        state = keeps * state + new * chance.standard_normal(noise.shape[1])
    age = np.arange(wish.days)[:, None] + 0.5 - titles.released_day
    burst = 1 + (wish.release_burst - 1) * np.exp(-np.maximum(age, 0) / wish.release_tau_days)
    wanted: Floats = titles.weight * burst * np.exp(noise)
    return wanted


def hours_shares() -> Floats:
    """Which part of a day's plays begins in each hour: most in the evening, some at noon."""
    hour = np.arange(24) + 0.5
    evening = np.exp(-(((hour - 20.5) / 3.0) ** 2))
    noon = 0.35 * np.exp(-(((hour - 13.0) / 4.0) ** 2))
    weights = 0.08 + evening + noon
    shares: Floats = weights / weights.sum()
    return shares


def plays(wish: Wish, titles: Catalogue) -> Plays:
    """Everybody's plays."""
    chance = np.random.default_rng((wish.seed, 3))
    wanted = popularity(wish, titles)
    days = [_day(wish, titles, day, (wanted[day], chance)) for day in range(wish.days)]
    at_s = np.concatenate([at_s for at_s, _ in days])
    title = np.concatenate([title for _, title in days])
    rung = chance.choice(len(RUNGS_BPS), len(at_s), p=RUNG_SHARES)
    seen = _seen(wish, len(at_s), chance)
    segments = np.maximum(1, np.ceil(seen * titles.segments[title])).astype(np.int64)
    return Plays(at_s, title, rung, segments)


def requests(titles: Catalogue, played: Plays) -> Requests:
    """What those plays ask for: a segment every six seconds, from the first on."""
    total = int(played.segments.sum())
    ends = np.cumsum(played.segments)
    number = np.arange(total) - np.repeat(ends - played.segments, played.segments)
    at_s = np.repeat(played.at_s, played.segments) + number * SEGMENT_S
    first = titles.first_object[played.title, played.rung]
    item = np.repeat(first, played.segments) + number
    size = np.repeat(SEGMENT_BYTES[played.rung], played.segments)
    order = np.argsort(at_s, kind="stable")
    return Requests(at_s[order], item[order], size[order])


def _day(
    wish: Wish, titles: Catalogue, day: int, drawn: tuple[Floats, np.random.Generator]
) -> tuple[Floats, Ints]:
    wanted, chance = drawn
    is_weekend = day % _WEEK >= _FIRST_DAY_OF_WEEKEND
    usual = wish.plays_a_day / (1 + (wish.weekend - 1) * 2 / _WEEK)
    n_plays = chance.poisson(usual * (wish.weekend if is_weekend else 1))
    hour = chance.choice(24, n_plays, p=hours_shares())
    at_s = np.sort((day * 24 + hour + chance.random(n_plays)) * 3600)
    # Nobody plays what is not out: such a wish falls on another title.
    title = np.searchsorted(np.cumsum(wanted), chance.random(n_plays) * wanted.sum())
    for _ in range(20):
        too_early = np.flatnonzero(titles.released_day[title] * DAY_S > at_s)
        redrawn = chance.random(len(too_early)) * wanted.sum()
        title[too_early] = np.searchsorted(np.cumsum(wanted), redrawn)
    tail = np.flatnonzero((titles.weight <= np.median(titles.weight)) & (titles.released_day < day))
    surprise = chance.choice(tail)
    is_late = at_s >= (day * 24 + SURPRISE_FROM_H) * 3600
    title[is_late & (chance.random(n_plays) < wish.surprise_share)] = surprise
    return at_s, title


def _seen(wish: Wish, n_plays: int, chance: np.random.Generator) -> Floats:
    """Which part of a title each play lasts."""
    early, before = wish.stop_early
    kind = chance.random(n_plays)
    where = chance.random(n_plays)
    rest = before + (1 - before) * where
    seen: Floats = np.select(
        [kind < early, kind < early + wish.finish], [where * before, 1.0], rest
    )
    return seen
