"""How fast it is decided: who is steered where, and the plan behind it.

All in processor time of one core. A session is steered as `playback` does it, from the orders of
a plan for 12 edges; the large plan is for a thousand edges.
"""

import resource
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from bench.delivery.network import Array, made
from bench.figures import Figure
from matinee.contracts.delivery import Edge
from matinee.delivery.rules import lanes
from matinee.delivery.rules.greedy import planned_greedily
from matinee.delivery.rules.market import MISS_MS, Market, edge_bands
from matinee.delivery.rules.plan import STAY_MS, Bounds, planned
from matinee.kernel import clock, ids
from matinee.playback.rules import pathways

SESSIONS = 50_000
# A thousand edges in 125 sites of eight, for 125 regions; as many title classes as there are.
SITES, EDGES_EACH, CLASSES = 125, 8, 25
_REPEATS = 5
_UNHURRIED = Bounds(time_s=300.0)

T = TypeVar("T")


def measure() -> list[Figure]:
    """One core's processor time each."""
    world = made(1)
    small = Market(world.demands(600.0), world.cost_ms, *edge_bands(world.capacity), world.capacity)
    shares, plan_s = _timed(lambda: _plan(small))
    orders, lanes_s = _timed(lambda: lanes.orders(small, shares, None))
    _, greedy_s = _timed(lambda: planned_greedily(small, None, STAY_MS))
    return [
        Figure("steering: sessions a second, 12 edges", _sessions_per_s(orders), "/s", ">= 20000"),
        Figure("routing plan, 12 edges, linear programme", plan_s, "s", "<= 5"),
        Figure("routing plan, 12 edges, greedy", greedy_s, "s", "<= 1"),
        Figure("routing plan, 12 edges, lanes and orders", lanes_s, "s"),
        *_large(),
    ]


def _large() -> list[Figure]:
    market = large()
    shares, plan_s = _timed(lambda: _plan(market), 1)
    _, lanes_s = _timed(lambda: lanes.orders(market, shares, None), 1)
    _, greedy_s = _timed(lambda: planned_greedily(market, None, STAY_MS), 1)
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return [
        Figure(
            "routing plan, 1,000 edges, linear programme and lanes", plan_s + lanes_s, "s", "<= 60"
        ),
        Figure("routing plan, 1,000 edges, greedy and lanes", greedy_s + lanes_s, "s", "<= 60"),
        Figure("routing plan, 1,000 edges, memory of it all", peak_gib, "GiB", "<= 4"),
    ]


def large() -> Market:
    """Regions with a site of their own each, films spread inside it, little capacity to spare."""
    random = np.random.default_rng(7)
    edges = SITES * EDGES_EACH
    site = np.repeat(np.arange(SITES), EDGES_EACH)
    spots = random.uniform(0, 100, (SITES, 2))
    rtt_ms = 3.0 + np.linalg.norm(spots[:, None] - spots[None], axis=2)[:, site]
    held = np.zeros((CLASSES, edges))
    for number in range(SITES):
        held[np.arange(CLASSES), number * EDGES_EACH + random.integers(0, EDGES_EACH, CLASSES)] = (
            1.0
        )
    popularity = 1.0 / np.arange(1, CLASSES + 1)
    demand_bps = 1e10 * np.outer(random.lognormal(0.0, 0.6, SITES), popularity)
    capacity = demand_bps.sum() / edges * 1.15 * random.lognormal(0.0, 0.15, edges)
    cost_ms = rtt_ms[:, None, :] + MISS_MS * (1.0 - held)[None]
    return Market(demand_bps, cost_ms, *edge_bands(capacity), capacity)


def _sessions_per_s(orders: lanes.Orders) -> float:
    names = [f"edge-{number}" for number in range(orders.after.shape[2])]
    edges = [_edge(name) for name in names]
    told = [[names[p] for p in orders.order(0, 0, lane)] for lane in range(lanes.LANES)]
    plan = pathways.Plan("home", "c1", told, told)
    profiles = [pathways.viewer_number(ids.uuid7(), ids.uuid7()) for _ in range(SESSIONS)]

    def steered() -> None:
        for profile in profiles:
            pathways.route(edges, plan, profile, "https://films.example.org")

    return SESSIONS / _timed(steered, 1)[1]


def _edge(name: str) -> Edge:
    return Edge(
        id=name,
        base_url=f"https://{name}.example.org",
        region="home",
        health="up",
        latency_ms=5.0,
        checked_at=None,
    )


def _plan(market: Market) -> Array:
    shares = planned(market, None, _UNHURRIED)
    if shares is None:
        raise SystemExit("no plan was found in five minutes")
    return shares


def _timed(work: Callable[[], T], repeats: int = _REPEATS) -> tuple[T, float]:
    """What the work makes, and the processor time that it takes, as a mean, in seconds."""
    began_s = clock.worked_s()
    for _ in range(repeats):
        made_of_it = work()
    return made_of_it, (clock.worked_s() - began_s) / repeats
