"""The plan: which share of each cell's demand goes over which pathway, by linear programming.

Solved with HiGHS. It moves no more than it must and no more than it may at once: staying
is cheaper than moving, and what moves is bounded, but for what cannot stay.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from matinee.delivery.rules.market import Array, Market, loads_bps, marginal_ms

if TYPE_CHECKING:
    from scipy.sparse import coo_array

Index = NDArray[np.intp]

# As many pathways are weighed for a cell, the cheapest ones and where it is served now; where
# that leaves one of them overloaded, several times as many.
CANDIDATES, _WIDER, _ROUNDS = 10, 6, 3
# What another pathway must be better by before anybody is moved to it.
STAY_MS = 1.0
# What may move in one round beside what must, as a share of all demand.
MOVE_SHARE = 0.05


@dataclass(frozen=True)
class Bounds:
    """How a plan may differ from the one before, and how long each of three tries may take."""

    stay_ms: float = STAY_MS
    move_share: float = MOVE_SHARE
    time_s: float = 5.0


@dataclass(frozen=True, eq=False)
class _Ways:
    """The variables of the programme, one entry each: cell, pathway, cost, most that it takes.

    `is_new` tells demand that is moved from demand that stays where it is.
    """

    cell: Index
    pathway: Index
    cost_ms: Array
    most: Array
    is_new: NDArray[np.bool_]


def planned(market: Market, before: Array | None, bounds: Bounds) -> Array | None:
    """Shares (R, C, P) that cost least; None where the time was over, or no pathway serves.

    Cells without demand go where it is cheapest with what others take. `before` are the
    shares of the last plan.
    """
    regions, classes, pathways = market.cost_ms.shape
    cost_ms = market.cost_ms.reshape(-1, pathways)
    demand_bps = market.demand_bps.reshape(-1)
    if not np.isfinite(cost_ms).any(axis=1).all():
        return None
    scale_bps = float(demand_bps.sum())
    wanted = np.flatnonzero(demand_bps > 0)
    shares = np.zeros_like(cost_ms)
    price_ms = np.zeros(pathways)
    if wanted.size and market.serves.sum() > 1:
        demand = demand_bps[wanted] / scale_bps
        held = None if before is None else before.reshape(-1, pathways)[wanted]
        must_move = _must_move(market, before) / scale_bps
        found = _widened(market, (cost_ms[wanted], demand, held), (must_move, scale_bps, bounds))
        if found is None:
            return None
        whole = found.sum(axis=1, keepdims=True)
        # What is too little for the solver's accuracy goes with those who want nothing.
        shares[wanted] = np.divide(found, whole, out=np.zeros_like(found), where=whole > 0)
        price_ms = marginal_ms(market, found.sum(axis=0) * scale_bps)
    rest = np.flatnonzero(shares.sum(axis=1) == 0)
    shares[rest, (cost_ms[rest] + price_ms).argmin(axis=1)] = 1.0
    return shares.reshape(regions, classes, pathways)


def _widened(
    market: Market, cells: tuple[Array, Array, Array | None], limits: tuple[float, float, Bounds]
) -> Array | None:
    """What each pathway gets of each cell; looks farther away for cells on what is overloaded."""
    cost_ms, demand, held = cells
    _, scale_bps, bounds = limits
    wide, found = np.full(len(demand), CANDIDATES), None
    for _ in range(_ROUNDS):
        ways = _ways((cost_ms, demand, held), wide, bounds)
        solution = _solved(market, ways, demand, limits)
        if solution is None:
            return found
        found = np.zeros(cost_ms.shape)
        np.add.at(found, (ways.cell, ways.pathway), np.maximum(solution, 0.0))
        over = found.sum(axis=0) * scale_bps > market.limit_bps * (1 + 1e-6)
        short = (found[:, over] > 0).any(axis=1) & (wide < cost_ms.shape[1])
        if not short.any():
            break
        wide[short] *= _WIDER
    return found


def _ways(cells: tuple[Array, Array, Array | None], wide: Index, bounds: Bounds) -> _Ways:
    cost_ms, demand, held = cells
    is_candidate = np.zeros(cost_ms.shape, dtype=bool)
    for width in np.unique(wide):
        at = np.flatnonzero(wide == width)
        most = min(int(width), cost_ms.shape[1])
        near = np.argpartition(cost_ms[at], most - 1, axis=1)[:, :most]
        is_candidate[at[:, None], near] = True
    if held is not None:
        is_candidate |= held > 0
    is_candidate &= np.isfinite(cost_ms)
    cell, pathway = np.nonzero(is_candidate)
    cost, most = cost_ms[cell, pathway], np.full(len(cell), np.inf)
    if held is None:
        return _Ways(cell, pathway, cost, most, np.zeros(len(cell), dtype=bool))
    stay_cell, stay_pathway = np.nonzero(is_candidate & (held > 0))
    stays = held[stay_cell, stay_pathway] * demand[stay_cell]
    return _Ways(
        np.concatenate([cell, stay_cell]),
        np.concatenate([pathway, stay_pathway]),
        np.concatenate([cost + bounds.stay_ms, cost_ms[stay_cell, stay_pathway]]),
        np.concatenate([most, stays]),
        np.arange(len(cell) + len(stay_cell)) < len(cell),
    )


def _must_move(market: Market, before: Array | None) -> float:
    """Demand in bit/s that cannot stay: its pathway serves no more, or is loaded beyond its limit.

    Infinite where there was no plan.
    """
    if before is None:
        return float("inf")
    kept = np.where(np.isfinite(market.cost_ms), before, 0.0)
    lost = market.demand_bps * (1.0 - kept.sum(axis=2))
    over_bps = np.maximum(loads_bps(market, kept) - market.limit_bps, 0.0)
    # A little more, as rounding may take some away.
    return float(lost.sum() + over_bps.sum()) * 1.0001 + 1e-9 * float(market.demand_bps.sum())


def _solved(
    market: Market, ways: _Ways, demand: Array, limits: tuple[float, float, Bounds]
) -> Array | None:
    # SciPy takes memory that a service with one edge has no need to spend.
    from scipy.optimize import linprog  # noqa: PLC0415

    must_move, scale_bps, bounds = limits
    width = len(ways.cell) + market.width_bps.size
    most = np.concatenate([ways.most, market.width_bps.reshape(-1) / scale_bps])
    rows, at_most = _ceilings(market, ways, must_move + bounds.move_share)
    solution = linprog(
        np.concatenate([ways.cost_ms, market.price_ms.reshape(-1)]),
        A_ub=_matrix(*rows, (len(at_most), width)),
        b_ub=at_most,
        A_eq=_matrix(
            np.ones(len(ways.cell)), ways.cell, np.arange(len(ways.cell)), (len(demand), width)
        ),
        b_eq=demand,
        bounds=np.column_stack([np.zeros(width), most]),
        method="highs-ds",
        options={"time_limit": bounds.time_s},
    )
    return cast("Array", solution.x[: len(ways.cell)]) if solution.status == 0 else None


def _ceilings(
    market: Market, ways: _Ways, may_move: float
) -> tuple[tuple[Array, Index, Index], Array]:
    """Values, rows and columns of what is at most so much, and how much that is.

    A pathway's bands take what is sent to it; and no more is moved than may.
    """
    pathways, bands = market.width_bps.shape
    columns = np.arange(len(ways.cell))
    new = columns[ways.is_new] if np.isfinite(may_move) else columns[:0]
    values = [np.ones(len(columns)), -np.ones(pathways * bands), np.ones(len(new))]
    rows = [ways.pathway, np.repeat(np.arange(pathways), bands), np.full(len(new), pathways)]
    filled = len(columns) + np.arange(pathways * bands)
    at_most = np.append(np.zeros(pathways), may_move if new.size else 0.0)
    parts = np.concatenate(values), np.concatenate(rows), np.concatenate([columns, filled, new])
    return parts, at_most


def _matrix(
    values: Array, rows: Index, columns: Index, shape: tuple[int, int]
) -> "coo_array[np.float64]":
    from scipy.sparse import coo_array  # noqa: PLC0415 - as above

    return coo_array((values, (rows, columns)), shape=shape)
