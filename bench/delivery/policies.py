"""Ways to route a simulated network's viewers: ours, the best possible one, and what others do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.delivery.network import Array, Seen, World
from matinee.delivery.rules import lanes
from matinee.delivery.rules.decision import decided
from matinee.delivery.rules.greedy import planned_greedily
from matinee.delivery.rules.market import OVERLOAD_BANDS, Market, edge_bands
from matinee.delivery.rules.pathways import Way, planned_part_after
from matinee.delivery.rules.plan import Bounds, planned
from matinee.delivery.rules.rates import SMOOTHING_S
from matinee.delivery.rules.situation import Situation

# Checks every ten seconds of which two must fail, and what a report may be late.
NOTICES_S = 20.0
TTL_S = 30.0
# Databases of addresses are wrong about so many.
_WRONG = 0.15
_UNHURRIED = Bounds(time_s=120.0)


def best_market(world: World, demand: Array, alive: NDArray[np.bool_]) -> Market:
    """Edges up to all of their capacity, and dear beyond it: nothing is kept back."""
    bounds = np.array([(1.0, 0.0), *OVERLOAD_BANDS])
    width = np.diff(np.concatenate([[0.0], bounds[:, 0]]))[None] * world.capacity[:, None]
    price_ms = np.broadcast_to(bounds[:, 1], width.shape)
    cost_ms = np.where(alive, world.cost_ms, np.inf)
    return Market(demand, cost_ms, width, price_ms, world.capacity)


class Best:
    """Knows everything at once, and viewers obey at once: the linear programme's optimum."""

    every_s, notices_s = 5.0, 0.0

    def __init__(self, world: World) -> None:
        self._world = world

    def decide(self, seen: Seen) -> tuple[Array, float]:
        """See `Policy`."""
        market = best_market(self._world, self._world.demands(seen.at_s), seen.alive)
        shares = planned(market, None, _UNHURRIED)
        if shares is None:
            raise SystemExit("the optimum was not found in two minutes")
        return shares, 0.0


class Ours:
    """What `delivery` does every ten seconds: rates, the plan, lanes, orders by name, the TTL."""

    every_s, notices_s = 10.0, NOTICES_S

    def __init__(self, world: World) -> None:
        self._world = world
        self._names = {f"edge-{p}": p for p in range(len(world.capacity))}
        self._classes = [f"c{number:03}" for number in range(len(world.held))]
        self._regions = [f"r{number:03}" for number in range(len(world.rtt_ms))]
        self._parts = np.ones(len(world.capacity))
        self._demand: Array | None = None
        self._before: lanes.Lanes | None = None

    def decide(self, seen: Seen) -> tuple[Array, float]:
        """See `Policy`."""
        follows = 1.0 - np.exp(-self.every_s / SMOOTHING_S)
        before = seen.demand if self._demand is None else self._demand
        self._demand = before + follows * (seen.demand - before)
        now = self._situation(seen)
        decision = decided(now, self._before, int(TTL_S), _UNHURRIED)
        self._parts = np.array([planned_part_after(way) for way in now.ways])
        told = [
            [[self._names[lane[0]] for lane in decision.orders[r][c]] for c in self._classes]
            for r in self._regions
        ]
        self._before = np.array(told, dtype=np.int16)
        return lanes.lane_shares(self._before, len(now.ways)), float(decision.ttl_s)

    def _situation(self, seen: Seen) -> Situation:
        world = self._world
        ways = [
            Way(name, "", "edge", "up" if seen.alive[p] else "down", planned_part=self._parts[p])
            for name, p in self._names.items()
        ]
        capacity = world.capacity * np.maximum(self._parts, 0.05)
        cost_ms = np.where(seen.alive, world.cost_ms + 100.0 * (1.0 - self._parts) ** 2, np.inf)
        demand = seen.demand if self._demand is None else self._demand
        market = Market(demand, cost_ms, *edge_bands(capacity), capacity)
        return Situation(market, self._regions, self._classes, ways, world.held, {}, {})


class PlainPlan:
    """The linear programme alone: what was reported last, one slack for overload, no memory."""

    every_s, notices_s = 30.0, NOTICES_S

    def __init__(self, world: World) -> None:
        self._world = world

    def decide(self, seen: Seen) -> tuple[Array, float]:
        """See `Policy`."""
        market = best_market(self._world, seen.demand, seen.alive)
        width = np.column_stack([market.width_bps[:, 0], np.full(len(seen.alive), 1e18)])
        price_ms = np.tile([0.0, 1000.0], (len(seen.alive), 1))
        plain = Market(market.demand_bps, market.cost_ms, width, price_ms, market.limit_bps)
        shares = planned(plain, None, _UNHURRIED)
        if shares is None:
            raise SystemExit("the plain plan was not found in two minutes")
        return shares, TTL_S


class GreedyByContent:
    """Each cell to the cheapest edge that has room, by content and nearness."""

    every_s, notices_s = 30.0, NOTICES_S

    def __init__(self, world: World) -> None:
        self._world = world

    def decide(self, seen: Seen) -> tuple[Array, float]:
        """See `Policy`."""
        market = best_market(self._world, seen.demand, seen.alive)
        return planned_greedily(market, None, 0.0), TTL_S


class Nearest:
    """The nearest edge that is known to serve, as a name server with a long memory tells it."""

    every_s, notices_s = 30.0, 870.0

    def __init__(self, world: World) -> None:
        self._world = world

    def decide(self, seen: Seen) -> tuple[Array, float]:
        """See `Policy`."""
        best = np.where(seen.alive, self._world.rtt_ms, np.inf).argmin(axis=1)
        return _all_classes(np.eye(len(seen.alive))[best], self._world), TTL_S


class GeoDns:
    """The site of where the address seems to be, its edges in turn; nobody looks after them."""

    every_s, notices_s = 600.0, None

    def __init__(self, world: World) -> None:
        random = np.random.default_rng(len(world.home))
        wrong = random.random(len(world.home)) < _WRONG
        guess = np.where(wrong, random.integers(0, world.site.max() + 1, len(wrong)), world.home)
        at = (world.site[None, :] == guess[:, None]).astype(float)
        self._shares = _all_classes(at / at.sum(axis=1, keepdims=True), world)

    def decide(self, seen: Seen) -> tuple[Array, float]:
        """See `Policy`."""
        del seen
        return self._shares, TTL_S


@dataclass
class PowerOfTwo:
    """Of two edges drawn for every twentieth of a cell the one that is less loaded."""

    world: World
    every_s: float = 30.0
    notices_s: float | None = NOTICES_S

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(1)

    def decide(self, seen: Seen) -> tuple[Array, float]:
        """See `Policy`."""
        regions, classes = seen.demand.shape
        alive = np.flatnonzero(seen.alive)
        pairs = alive[self._random.integers(len(alive), size=(regions, classes, lanes.LANES, 2))]
        use = np.zeros(len(seen.alive))
        first = np.zeros(pairs.shape[:3], dtype=np.int16)
        for r, c, lane in np.ndindex(*first.shape):
            one, other = pairs[r, c, lane]
            taken = one if use[one] <= use[other] else other
            use[taken] += seen.demand[r, c] / lanes.LANES / self.world.capacity[taken]
            first[r, c, lane] = taken
        return lanes.lane_shares(first, len(use)), TTL_S


@dataclass
class BoundedHashing:
    """Consistent hashing of title classes with bounded loads (Mirrokni et al., SODA 2018)."""

    world: World
    every_s: float = 30.0
    notices_s: float | None = NOTICES_S
    slack: float = 0.25

    def __post_init__(self) -> None:
        random = np.random.default_rng(2)
        # The order of edges on the ring behind each class.
        self._ring = np.array(
            [random.permutation(len(self.world.capacity)) for _ in self.world.held]
        )

    def decide(self, seen: Seen) -> tuple[Array, float]:
        """See `Policy`."""
        room = np.where(seen.alive, self.world.capacity, 0.0)
        room *= (1.0 + self.slack) * seen.demand.sum() / room.sum()
        shares = np.zeros((*seen.demand.shape, len(room)))
        for c, ring in enumerate(self._ring):
            alive = ring[seen.alive[ring]]
            for r in range(len(seen.demand)):
                fits = alive[room[alive] >= seen.demand[r, c]]
                taken = fits[0] if fits.size else alive[room[alive].argmax()]
                room[taken] -= seen.demand[r, c]
                shares[r, c, taken] = 1.0
        return shares, TTL_S


def _all_classes(shares: Array, world: World) -> Array:
    """The same for every class: (R, P) to (R, C, P)."""
    return np.repeat(shares[:, None, :], len(world.held), axis=1)
