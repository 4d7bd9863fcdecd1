"""What a pathway is worth to a region's viewers now, and whether it may have any at all."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matinee.contracts.delivery import EdgeHealth, EdgeRole
from matinee.delivery.rules.links import Links, slower_ms
from matinee.delivery.rules.market import MISS_MS, Array, Market, commercial_bands, edge_bands

# Of an edge that nobody has said the capacity of: a port of ten gigabits, as most have.
CAPACITY_BPS = 10e9
# What a gigabyte at a price of one unit weighs: as much as this many milliseconds.
PRICE_MS_PER_UNIT = 2000.0

_NEAR_MS, _FAR_MS = 5.0, 60.0
# Light in fibre makes 200 km in a millisecond; cables take half as long a way again.
_MS_PER_KM = 2 / 200 * 1.5
_EARTH_KM = 6371.0
# Steps in which measured times count, so that noise moves nobody.
_STEP_MS = 10.0
_SLOWNESS_MS_MAX = 200.0
# The control plane's own way to an edge is none of a viewer's; it says a little all the same.
_PROBE_WEIGHT = 0.2
# What viewers must get from an edge, in the median, for it not to be slow: a modest rendition.
_THROUGHPUT_BPS_MIN = 1.5e6
# An edge that fails so many of its requests is out.
_FAILED_SHARE_MAX = 0.2
_FAILED_REQUESTS_MIN = 20
# Coming back, an edge gets a little more in each round; being slow, half as much. What it may
# not have yet makes it dearer, too, where its capacity bounds nothing.
_SHED_GROWTH, _SHED_FIRST, _SHED_CUT, _SHED_MS = 1.2, 0.05, 0.5, 100.0


@dataclass(frozen=True)
class Measured:
    """What an edge's agent said last; None where it said nothing of it.

    `failed` of `requests` were answered with an error of the edge's own lately.
    """

    is_serving: bool = True
    first_byte_ms: float | None = None
    throughput_bps: float | None = None
    requests: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Way:
    """A pathway as it is planned with.

    `place` is in degrees, north and east. `planned_part` is the part of its capacity that may
    be planned with: less while it comes back. The price is per 10^9 bytes, in millionths.
    """

    id: str
    region: str
    role: EdgeRole
    health: EdgeHealth
    latency_ms: float | None = None
    place: tuple[float, float] | None = None
    capacity_bps: float | None = None
    planned_part: float = 1.0
    price_micros_per_gb: int = 0
    commitment_bps: int = 0
    measured: Measured | None = None


def reason_out(way: Way) -> str | None:
    """Why nobody is sent there: down, unchecked, not_serving or failing; None if it serves."""
    if way.health != "up":
        return "down" if way.health == "down" else "unchecked"
    told = way.measured
    if told is not None and not told.is_serving:
        return "not_serving"
    if told is not None and told.requests >= _FAILED_REQUESTS_MIN:
        return "failing" if told.failed > _FAILED_SHARE_MAX * told.requests else None
    return None


def planned_part_after(way: Way) -> float:
    """The part of its capacity for the next plan: none while it is out, less while it is slow."""
    reason = reason_out(way)
    if reason is not None:
        return way.planned_part if reason == "unchecked" else 0.0
    bps = way.measured.throughput_bps if way.measured else None
    if bps is not None and bps < _THROUGHPUT_BPS_MIN:
        return max(_SHED_FIRST, way.planned_part * _SHED_CUT)
    return min(1.0, max(_SHED_FIRST, way.planned_part * _SHED_GROWTH))


def distance_ms(way: Way, region: str, place: tuple[float, float] | None) -> float:
    """The time there and back: by the great circle where both places are known."""
    if way.region == region:
        return _NEAR_MS
    if way.place is None or place is None:
        return _FAR_MS
    north, east = (math.radians(degrees) for degrees in way.place)
    other_north, other_east = (math.radians(degrees) for degrees in place)
    half = math.sin((north - other_north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin((east - other_east) / 2) ** 2
    return _NEAR_MS + 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half))) * _MS_PER_KM


def slowness_ms(way: Way) -> float:
    """What it takes longer than the distance, in steps."""
    told_ms = way.measured.first_byte_ms if way.measured else None
    if told_ms is None:
        told_ms = (way.latency_ms or 0.0) * _PROBE_WEIGHT
    steps = min(told_ms, _SLOWNESS_MS_MAX) // _STEP_MS
    return steps * _STEP_MS + (1.0 - way.planned_part) ** 2 * _SHED_MS


def made_market(
    ways: Sequence[Way],
    places: Mapping[str, tuple[float, float] | None],
    held: Array,
    demand_bps: Array,
    links: Mapping[str, Links],
) -> Market:
    """What there is to plan for the regions of `places`; `held` (C, P), `demand_bps` (R, C).

    `links` is what players measured, by region.
    """
    slower = {region: slower_ms(links.get(region, {})) for region in places}
    cost_ms = np.array(
        [
            [distance_ms(w, r, at) + slowness_ms(w) + slower[r].get(w.id, 0.0) for w in ways]
            for r, at in places.items()
        ]
    )
    is_out = np.array([reason_out(way) is not None for way in ways])
    cost_ms = np.where(is_out, np.inf, cost_ms)
    limit_bps = np.array([_capacity_bps(way) for way in ways])
    width_bps, price_ms = edge_bands(limit_bps)
    for number, way in enumerate(ways):
        if way.role == "commercial":
            width_bps[number], price_ms[number] = commercial_bands(
                way.commitment_bps, limit_bps[number], price_ms_of(way)
            )
    whole_ms = cost_ms[:, None, :] + MISS_MS * (1.0 - held)[None, :, :]
    return Market(demand_bps, whole_ms, width_bps, price_ms, limit_bps)


def price_ms_of(way: Way) -> float:
    """What a commercial network's price weighs, in milliseconds."""
    return way.price_micros_per_gb / 1e6 * PRICE_MS_PER_UNIT


def region_places(
    ways: Iterable[Way], regions: Iterable[str]
) -> dict[str, tuple[float, float] | None]:
    """Where regions are: where the first of their edges with a place stands."""
    known = {
        way.region: way.place
        for way in sorted(ways, key=lambda way: way.id, reverse=True)
        if way.place is not None
    }
    return {region: known.get(region) for region in sorted(regions)}


def _capacity_bps(way: Way) -> float:
    whole_bps = CAPACITY_BPS if way.capacity_bps is None else float(way.capacity_bps)
    return max(1.0, whole_bps * max(way.planned_part, _SHED_FIRST))
