"""A simulated delivery network: regions, sites with edges, a flash crowd, an edge that fails.

What lies where, ways and capacities are chosen so that well-known rules come out about where
published and earlier measurements have them: the nearest edge at some 10 ms and a sixth missed.

Viewers are a fluid. Those of a region and title class (a cell) ask for their pathways when they
begin and then once every TTL, in cohorts that ask one after the other, and keep to the answer
in between, also while the edge is dead: what their player would do by itself is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEP_S = 5.0
# What is counted at the edges is known so much later, give or take two parts in a hundred.
REPORT_S, REPORT_NOISE = 10.0, 0.02
SESSION_S = 1500.0
MISS_MS = 100.0
TOTAL_BPS = 1e12
# So much of what is asked for lies on every edge of a site, and so much on one edge at least;
# of the rest each class lies there by chance.
_ON_ALL, _ON_ONE, _ON_FEW = 0.7, 0.88, 0.5
# The part of the regions that a flash crowd comes from.
_FANS = 0.6


@dataclass(frozen=True)
class Course:
    """When what happens, in seconds. Before `begins_s` nothing is counted."""

    begins_s: float = 180.0
    flash_s: tuple[float, float] = (900.0, 1800.0)
    fails_s: tuple[float, float] = (2400.0, 3300.0)
    ends_s: float = 3600.0
    # What the flash crowd adds to all demand, and how long it takes to come and to go.
    flash_share: float = 0.22
    ramp_s: float = 150.0


@dataclass(frozen=True, eq=False)
class World:
    """R regions, C classes, P edges; `held` (C, P) is the part of a class that lies there."""

    rtt_ms: Array
    held: Array
    capacity: Array
    site: NDArray[np.intp]
    home: NDArray[np.intp]
    dead: int
    demands: Callable[[float], Array]
    course: Course = field(default_factory=Course)

    def lives(self, at_s: float) -> NDArray[np.bool_]:
        """Which edges serve at this time."""
        alive = np.ones(len(self.capacity), dtype=bool)
        alive[self.dead] = not self.course.fails_s[0] <= at_s < self.course.fails_s[1]
        return alive

    @property
    def cost_ms(self) -> Array:
        """(R, C, P): the way to an edge and what it does not hold."""
        return self.rtt_ms[:, None, :] + MISS_MS * (1.0 - self.held)[None, :, :]


class Seen(NamedTuple):
    """What a policy knows: demand (R, C) and load (P) as reported, and who is known to be dead."""

    at_s: float
    demand: Array
    load: Array
    alive: NDArray[np.bool_]


class Policy(Protocol):
    """Decides again and again where each cell goes."""

    @property
    def every_s(self) -> float:
        """Time between decisions."""
        ...

    @property
    def notices_s(self) -> float | None:
        """After how long an edge that fails or returns is known to; None: never."""
        ...

    def decide(self, seen: Seen) -> tuple[Array, float]:
        """Shares (R, C, P), and the time for which viewers keep to them, in seconds."""
        ...


@dataclass
class Outcome:
    """What became of the demand. `usage` (R, P) is who was served from where, over all time."""

    origin: float = 0.0
    flash_overload: float = 0.0
    steady_overload: float = 0.0
    blackholed: float = 0.0
    moved_s: float = float("inf")
    p95_ms: float = 0.0
    usage: Array = field(default_factory=lambda: np.zeros((1, 1)))


def made(seed: int, course: Course | None = None) -> World:
    """A network of 30 regions, 5 sites and 12 edges with little to spare."""
    random = np.random.default_rng(seed)
    course = course or Course()
    regions, classes, site = 30, 60, np.repeat(np.arange(5), [3, 3, 2, 2, 2])
    home = np.concatenate([np.arange(5), random.integers(0, 5, regions - 5)])
    weight = random.lognormal(0.0, 0.6, regions)
    popularity = 1.0 / np.arange(1, classes + 1)
    base = np.outer(weight, popularity / popularity.sum()) * random.lognormal(
        0.0, 0.25, (regions, classes)
    )
    base *= TOTAL_BPS / base.sum()
    spots = random.uniform(0, 100, (5, 2))
    places = spots[home] + random.normal(0, 6, (regions, 2))
    away = np.linalg.norm(places[:, None] - spots[None], axis=2)
    near = np.where(np.arange(5) == home[:, None], 0.0, 14.0)
    rtt_ms = (2.0 + 0.55 * away + near)[:, site] + random.uniform(0, 0.3, (regions, len(site)))
    site_demand = np.bincount(home, base.sum(axis=1), 5) * random.lognormal(0.0, 0.03, 5)
    capacity = site_demand[site] * random.lognormal(0.0, 0.12, len(site))
    capacity *= 1.15 * TOTAL_BPS / capacity.sum()
    demands = _demands(base, course, random)
    dead = int(random.integers(len(site)))
    held = _held(popularity, site, random)
    return World(rtt_ms, held, capacity, site, home, dead, demands, course)


def _held(popularity: Array, site: NDArray[np.intp], random: np.random.Generator) -> Array:
    """What is popular lies on every edge of a site, the rest on one of each, the last on few."""
    held = np.zeros((len(popularity), len(site)))
    rank = np.cumsum(popularity) / popularity.sum()
    for at in range(int(site.max()) + 1):
        edges = np.flatnonzero(site == at)
        owner = random.choice(edges, len(popularity))
        held[np.ix_(rank < _ON_ALL, edges)] = 1.0
        has = (rank < _ON_ONE) | (random.random(len(popularity)) < _ON_FEW)
        held[has, owner[has]] = 1.0
    return held * random.uniform(0.9, 1.0, held.shape)


def _demands(base: Array, course: Course, random: np.random.Generator) -> Callable[[float], Array]:
    """Demand by time: slow waves by region, noise that lasts by class and by cell, the crowd."""
    minutes = int(course.ends_s // 60) + 2
    by_class = _lasting(random, (minutes, 1, base.shape[1]), 0.06)
    by_cell = _lasting(random, (minutes, *base.shape), 0.12)
    phase = random.uniform(0, 2 * np.pi, base.shape[0])
    title = int(random.integers(4, 15))
    fans = np.flatnonzero(random.random(base.shape[0]) < _FANS)
    crowd = np.zeros_like(base)
    crowd[fans, title] = base.sum(axis=1)[fans]
    crowd *= course.flash_share * base.sum() / crowd.sum()

    def demand(at_s: float) -> Array:
        low, part = int(at_s // 60), (at_s % 60) / 60
        noise = (1 - part) * (by_class + by_cell)[low] + part * (by_class + by_cell)[low + 1]
        wave = 1.0 + 0.06 * np.sin(2 * np.pi * at_s / course.ends_s + phase)
        usual: Array = base * wave[:, None] * np.exp(noise)
        now: Array = usual * (base.sum() / usual.sum()) + crowd * _crowd_part(at_s, course)
        return now

    return demand


def _lasting(random: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Array:
    """Noise by the minute that lasts: an AR(1) process of nine tenths."""
    noise = random.normal(0.0, sigma, shape)
    for minute in range(1, shape[0]):
        noise[minute] = 0.9 * noise[minute - 1] + np.sqrt(1 - 0.81) * noise[minute]
    return noise


def _crowd_part(at_s: float, course: Course) -> float:
    begins_s, ends_s = course.flash_s
    return float(
        np.interp(
            at_s, [begins_s, begins_s + course.ramp_s, ends_s - course.ramp_s, ends_s], [0, 1, 1, 0]
        )
    )
