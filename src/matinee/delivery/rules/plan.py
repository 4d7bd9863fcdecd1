"""The plan: which share of each cell's demand goes over which pathway, by linear programming.

Solved with HiGHS. It moves no more than it must and no more than it may at once: staying
is cheaper than moving, and what moves is bounded, but for what cannot stay.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from matinee.delivery.rules.market import Array, Market, loads_bps

Index = NDArray[np.intp]

# As many pathways are weighed for a cell, the cheapest ones and where it is served now.
CANDIDATES = 10
# What another pathway must be better by before anybody is moved to it.
STAY_MS = 1.0
# What may move in one round beside what must, as a share of all demand.
MOVE_SHARE = 0.05


@dataclass(frozen=True)
class Bounds:
    """How a plan may differ from the one before, and how long it may be thought about."""

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

    Cells without demand go where it is cheapest. `before` are the shares of the last plan.
    """
    regions, classes, pathways = market.cost_ms.shape
    cost_ms = market.cost_ms.reshape(-1, pathways)
    demand_bps = market.demand_bps.reshape(-1)
    if not np.isfinite(cost_ms).any(axis=1).all():
        return None
    scale_bps = float(demand_bps.sum())
    wanted = np.flatnonzero(demand_bps > 0)
    shares = np.zeros_like(cost_ms)
    shares[np.arange(len(cost_ms)), cost_ms.argmin(axis=1)] = 1.0
    if wanted.size:
        demand = demand_bps[wanted] / scale_bps
        held = None if before is None else before.reshape(-1, pathways)[wanted]
        ways = _ways(cost_ms[wanted], demand, held, bounds)
        must_move = _must_move(market, before) / scale_bps
        solution = _solved(market, ways, demand, (must_move, scale_bps, bounds))
        if solution is None:
            return None
        found = np.zeros((len(wanted), pathways))
        np.add.at(found, (ways.cell, ways.pathway), np.maximum(solution, 0.0))
        shares[wanted] = found / found.sum(axis=1, keepdims=True)
    return shares.reshape(regions, classes, pathways)


def _ways(cost_ms: Array, demand: Array, held: Array | None, bounds: Bounds) -> _Ways:
    pathways = cost_ms.shape[1]
    wide = min(CANDIDATES, pathways)
    near = np.argpartition(cost_ms, wide - 1, axis=1)[:, :wide]
    is_candidate = np.zeros(cost_ms.shape, dtype=bool)
    np.put_along_axis(is_candidate, near, values=True, axis=1)
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
    must_move, scale_bps, bounds = limits
    pathways, bands = market.width_bps.shape
    columns = np.arange(len(ways.cell))
    filled = len(columns) + np.arange(pathways * bands)
    # A pathway's bands take what is sent to it.
    rows = np.concatenate([ways.pathway, np.repeat(np.arange(pathways), bands)])
    signs = np.concatenate([np.ones(len(columns)), -np.ones(pathways * bands)])
    at_most, ceiling = [(rows, np.concatenate([columns, filled]), signs)], [np.zeros(pathways)]
    if np.isfinite(must_move):
        new = columns[ways.is_new]
        at_most.append((np.full(len(new), pathways), new, np.ones(len(new))))
        ceiling.append(np.array([must_move + bounds.move_share]))
    width = len(columns) + pathways * bands
    row, column, value = (np.concatenate(parts) for parts in zip(*at_most, strict=True))
    solution = linprog(
        np.concatenate([ways.cost_ms, market.price_ms.reshape(-1)]),
        A_ub=_matrix(value, row, column, (sum(map(len, ceiling)), width)),
        b_ub=np.concatenate(ceiling),
        A_eq=_matrix(np.ones(len(columns)), ways.cell, columns, (len(demand), width)),
        b_eq=demand,
        bounds=np.column_stack(
            [
                np.zeros(width),
                np.concatenate([ways.most, market.width_bps.reshape(-1) / scale_bps]),
            ]
        ),
        method="highs-ds",
        options={"time_limit": bounds.time_s},
    )
    return cast("Array", solution.x[: len(columns)]) if solution.status == 0 else None


def _matrix(values: Array, rows: Index, columns: Index, shape: tuple[int, int]) -> csr_array:
    return csr_array(coo_array((values, (rows, columns)), shape=shape))
