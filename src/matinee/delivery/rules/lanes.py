"""From shares to orders: which pathways each lane of a cell tries, best first.

A *lane* is a twentieth of a cell's viewers; all of a lane have one order. So shares become
static files, and who is in which lane needs nobody's memory.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matinee.delivery.rules.market import MISS_MS, Array, Market, loads_bps

# Fixed: a player keeps to the address of its lane's file for as long as it plays.
LANES = 20
# As many pathways stand in an order, where there are so many: three at least, and two more for
# a bad day.
LISTED = 5
# What an edge must have left for those who would come to it; else it is as bad as a miss.
_FULL_MS = MISS_MS

Lanes = NDArray[np.int16]


class Orders(NamedTuple):
    """For each cell and lane a pathway (R, C, LANES), and what follows each (R, C, P, LISTED).

    In `after`, -1 stands behind the last one.
    """

    first: Lanes
    after: Lanes

    def order(self, region: int, title_class: int, lane: int) -> list[int]:
        """The pathways of a lane, best first."""
        found = self.after[region, title_class, self.first[region, title_class, lane]]
        return [int(pathway) for pathway in found if pathway >= 0]


def orders(market: Market, shares: Array, before: Lanes | None) -> Orders:
    """Orders by these shares; lanes stay where they were as far as the shares let them.

    `before` has the last plan's first pathways, -1 for one that is no more.
    """
    first = _firsts(market, shares, before)
    return Orders(first, _following(market, first))


def lane_shares(first: Lanes, pathways: int) -> Array:
    """The shares (R, C, P) that lanes come to."""
    counts: Array = (first[:, :, :, None] == np.arange(pathways)).sum(axis=2) / LANES
    return counts


def _firsts(market: Market, shares: Array, before: Lanes | None) -> Lanes:
    pathways = shares.shape[2]
    best = shares.argmax(axis=2).astype(np.int16)
    first = np.repeat(best[:, :, None], LANES, axis=2)
    # What rounding gave each pathway too much so far, in bit/s: evened out from cell to cell.
    excess_bps = np.zeros(pathways)
    split = np.argwhere(shares.max(axis=2) < 1 - 1e-9)
    weight = market.demand_bps[split[:, 0], split[:, 1]]
    for r, c in split[np.argsort(-weight, kind="stable")]:
        demand_bps = float(market.demand_bps[r, c])
        counts = _counts(shares[r, c], excess_bps / max(demand_bps, 1e-9))
        excess_bps += (counts / LANES - shares[r, c]) * demand_bps
        first[r, c] = np.repeat(np.arange(pathways), counts)
    if before is None:
        return first
    changed = np.argwhere((first != before).any(axis=2))
    for r, c in changed:
        first[r, c] = _kept(before[r, c], np.bincount(first[r, c], minlength=pathways))
    return first


def _counts(share: Array, excess: Array) -> NDArray[np.intp]:
    """Whole lanes by largest remainder, those last that had too much before."""
    exact = share * LANES
    counts = np.floor(exact + 1e-9).astype(np.intp)
    wish = np.where(share > 0, exact - counts - np.clip(excess * LANES, -1, 1), -np.inf)
    left = LANES - int(counts.sum())
    counts[np.argsort(-wish, kind="stable")[:left]] += 1
    return counts


def _kept(before: Lanes, counts: NDArray[np.intp]) -> Lanes:
    """Lanes with these counts of pathways, of which as few as possible differ from before."""
    left = counts.copy()
    lanes = np.full(LANES, -1, dtype=np.int16)
    for lane, pathway in enumerate(before):
        if pathway >= 0 and left[pathway] > 0:
            lanes[lane] = pathway
            left[pathway] -= 1
    lanes[lanes < 0] = np.repeat(np.arange(len(left)), left)
    return lanes


def _following(market: Market, first: Lanes) -> Lanes:
    """What stands behind each first pathway: a second that has room for them, then by cost."""
    regions, classes, pathways = market.cost_ms.shape
    wide = min(LISTED, pathways)
    by_cost = np.argsort(market.cost_ms, axis=2, kind="stable").astype(np.int16)
    by_cost = np.where(
        np.isfinite(np.take_along_axis(market.cost_ms, by_cost, axis=2)), by_cost, -1
    )
    shares = lane_shares(first, pathways)
    spare_bps = np.maximum(market.limit_bps - loads_bps(market, shares), 0.0)
    after = np.full((regions, classes, pathways, wide), -1, dtype=np.int16)
    for pathway in range(pathways):
        cells = np.argwhere(shares[:, :, pathway] > 0)
        moving_bps = market.demand_bps * shares[:, :, pathway]
        order = np.argsort(-moving_bps[cells[:, 0], cells[:, 1]], kind="stable")
        room_bps = spare_bps.copy()
        for r, c in cells[order]:
            second = _second(market.cost_ms[r, c], pathway, room_bps, moving_bps[r, c])
            rest = [int(p) for p in by_cost[r, c] if p >= 0 and p not in (pathway, second)]
            listed = [pathway, *([second] if second >= 0 else []), *rest][:wide]
            after[r, c, pathway, : len(listed)] = listed
    return after


def _second(cost_ms: Array, first: int, room_bps: Array, moving_bps: float) -> int:
    """Where viewers go when `first` fails them, or -1; takes from the room that is left there.

    Whoever loses an edge comes all at once, so that the nearest one must not get them all.
    """
    costs = cost_ms + np.where(room_bps < moving_bps, _FULL_MS, 0.0)
    costs[first] = np.inf
    second = int(np.argmin(costs))
    if not np.isfinite(costs[second]):
        return -1
    room_bps[second] -= moving_bps
    return second
