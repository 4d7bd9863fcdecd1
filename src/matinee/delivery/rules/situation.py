"""What is known when a plan is made, as a market; and a plan as orders by name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np

from matinee.contracts.delivery import ANY_CLASS, HOME_REGION
from matinee.delivery.rules import classes as title_classes
from matinee.delivery.rules.attribution import attributed, sent_of
from matinee.delivery.rules.lanes import LANES, Lanes, Orders
from matinee.delivery.rules.links import Links
from matinee.delivery.rules.market import Array, Market
from matinee.delivery.rules.pathways import Way, made_market, reason_out, region_places
from matinee.delivery.rules.rates import fresh_bytes, moved_to, rates_bps

# So many regions can be planned within a round.
REGIONS_MAX = 200
LISTED_MIN = 3

Counted = Mapping[tuple[datetime, str, str], int]


@dataclass(frozen=True)
class Facts:
    """What the records say.

    `coverage` is by package and edge; `asked` are bytes by hour, edge and package of this
    hour and the last one; `classes` by package and `seen` (by hour, edge and class), `rates`
    and `orders` are the last plan's, made `elapsed_s` ago. `links` is what players measured.
    """

    ways: Sequence[Way]
    coverage: Mapping[str, title_classes.Coverage]
    asked: Counted
    classes: Mapping[str, str]
    seen: Counted
    rates: Mapping[tuple[str, str], float]
    orders: Mapping[str, Mapping[str, list[list[str]]]]
    elapsed_s: float | None
    links: Mapping[str, Links] = field(default_factory=dict)


class Situation(NamedTuple):
    """A market with the names of its rows, and what will be known of it at the next plan."""

    market: Market
    regions: list[str]
    classes: list[str]
    ways: list[Way]
    held: Array
    by_package: dict[str, str]
    seen: dict[tuple[datetime, str, str], int]


def situation(facts: Facts) -> Situation:
    """What there is to plan now; classes are made anew, and demand goes with its packages."""
    by_package, demand, seen = _demand(facts)
    ways = [way for way in facts.ways if way.role != "shield"]
    found = {HOME_REGION} | {way.region for way in ways}
    regions = sorted(found)[:REGIONS_MAX]
    classes = sorted({ANY_CLASS, *by_package.values()})
    weights = _by_package(facts.asked)
    covered = title_classes.covered(by_package, facts.coverage, weights)
    held = np.array([[covered.get(c, {}).get(w.id, 0.0) for w in ways] for c in classes])
    demand_bps = np.array([[demand.get((r, c), 0.0) for c in classes] for r in regions])
    places = region_places(ways, regions)
    market = made_market(
        ways,
        {r: places[r] for r in regions},
        held.reshape(len(classes), len(ways)),
        demand_bps,
        facts.links,
    )
    return Situation(market, regions, classes, ways, held, by_package, seen)


def before_of(facts: Facts, now: Situation) -> Lanes | None:
    """First pathways of the last plan's lanes, -1 where there was none; None at the first plan."""
    if not facts.orders:
        return None
    numbers = {way.id: number for number, way in enumerate(now.ways)}
    lanes = np.full((len(now.regions), len(now.classes), LANES), -1, dtype=np.int16)
    for r, region in enumerate(now.regions):
        for c, title_class in enumerate(now.classes):
            orders = facts.orders.get(region, {}).get(title_class, [])
            for lane, order in enumerate(orders[:LANES]):
                lanes[r, c, lane] = numbers.get(order[0], -1) if order else -1
    return lanes


def named(orders: Orders, now: Situation) -> dict[str, dict[str, list[list[str]]]]:
    """Orders by region and title class; those that are out come last where there are too few."""
    names = [way.id for way in now.ways]
    spare = sorted(way.id for way in now.ways if reason_out(way) is not None)
    told: dict[str, dict[str, list[list[str]]]] = {}
    for r, region in enumerate(now.regions):
        told[region] = {}
        for c, title_class in enumerate(now.classes):
            firsts = orders.first[r, c]
            lists = {
                int(p): _listed([names[q] for q in orders.order(r, c, lane)], spare)
                for lane, p in enumerate(firsts)
            }
            told[region][title_class] = [lists[int(p)] for p in firsts]
    return told


def _listed(found: list[str], spare: list[str]) -> list[str]:
    return found + spare[: max(0, LISTED_MIN - len(found))]


def _demand(
    facts: Facts,
) -> tuple[dict[str, str], dict[tuple[str, str], float], dict[tuple[datetime, str, str], int]]:
    """Classes by package, rates by region and class, and counters as this plan has seen them."""
    was = {package: facts.classes.get(package, ANY_CLASS) for _, _, package in facts.asked}
    counted = _by_class(facts.asked, was)
    homes = {way.id: way.region for way in facts.ways}
    served = fresh_bytes(facts.seen, counted)
    fresh = attributed(served, facts.rates, sent_of(facts.orders), homes)
    rates = rates_bps(facts.rates, fresh, facts.elapsed_s)
    asked = _by_package(facts.asked)
    by_package = title_classes.classed(facts.coverage, asked)
    now = {package: by_package.get(package, ANY_CLASS) for package in was}
    return by_package, moved_to(rates, asked, was, now), _by_class(facts.asked, now)


def _by_class(asked: Counted, classes: Mapping[str, str]) -> dict[tuple[datetime, str, str], int]:
    counted: defaultdict[tuple[datetime, str, str], int] = defaultdict(int)
    for (hour, edge, package), amount in asked.items():
        counted[hour, edge, classes[package]] += amount
    return dict(counted)


def _by_package(asked: Counted) -> dict[str, float]:
    weights: defaultdict[str, float] = defaultdict(float)
    for (_, _, package), amount in asked.items():
        weights[package] += amount
    return dict(weights)
