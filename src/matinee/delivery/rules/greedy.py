"""The plan when there is no time for the best one: cell by cell, those first that lose most.

Aware of content and of capacity like the linear programme, but it never goes back.
"""

import numpy as np

from matinee.delivery.rules.market import Array, Market

# Bands of a pathway beyond which a cell is not split any further.
_PARTS_MAX = 64


def planned_greedily(market: Market, before: Array | None, stay_ms: float) -> Array:
    """Shares (R, C, P); cells that no pathway may serve have none.

    Each cell takes the pathway that is cheapest with what others have taken before it, up
    to the end of that pathway's band, and then looks again.
    """
    shares = np.zeros_like(market.cost_ms)
    cost_ms = market.cost_ms if before is None else market.cost_ms - stay_ms * (before > 0)
    room_bps = market.width_bps.copy()
    for region, title_class in _order(market, cost_ms):
        costs = cost_ms[region, title_class]
        wanted_bps = float(market.demand_bps[region, title_class])
        for pathway, part in _taken(costs, room_bps, market.price_ms, wanted_bps):
            shares[region, title_class, pathway] += part
    return shares


def _order(market: Market, cost_ms: Array) -> list[tuple[int, int]]:
    """Cells by what all of their demand loses on the second best pathway, most first."""
    best = np.sort(np.where(np.isfinite(cost_ms), cost_ms, np.nan), axis=2)
    second = best[:, :, min(1, best.shape[2] - 1)]
    regret = np.nan_to_num(second - best[:, :, 0]) * market.demand_bps
    served = np.atleast_2d(np.isfinite(cost_ms).any(axis=2))
    order = np.argsort(-regret, axis=None, kind="stable")
    cells = np.column_stack(np.unravel_index(order, regret.shape))
    return [(int(r), int(c)) for r, c in cells if served[r, c]]


def _taken(
    costs: Array, room_bps: Array, price_ms: Array, wanted_bps: float
) -> list[tuple[int, float]]:
    """Pathways and parts for one cell; takes from the room of the bands."""
    left_bps, taken = wanted_bps, []
    for _ in range(_PARTS_MAX):
        band = (room_bps > 0).argmax(axis=1)
        pathway = int(np.argmin(costs + price_ms[np.arange(len(band)), band]))
        bits = min(left_bps, float(room_bps[pathway, band[pathway]]))
        room_bps[pathway, band[pathway]] -= bits
        left_bps -= bits
        taken.append((pathway, bits / wanted_bps if wanted_bps > 0 else 1.0))
        if left_bps <= 0:
            return taken
    taken.append((int(np.argmin(costs)), left_bps / wanted_bps))
    return taken
