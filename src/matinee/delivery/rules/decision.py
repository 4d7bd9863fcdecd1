"""What is decided in one round: the plan, the orders that come of it, and why."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from matinee.delivery.rules.greedy import planned_greedily
from matinee.delivery.rules.lanes import LANES, Lanes, lane_shares, orders
from matinee.delivery.rules.market import Array, loads_bps
from matinee.delivery.rules.misses import Misses, missed_bps
from matinee.delivery.rules.pathways import price_ms_of, reason_out, slowness_ms
from matinee.delivery.rules.plan import STAY_MS, Bounds, planned
from matinee.delivery.rules.situation import Situation, named

Method = Literal["lp", "greedy", "order"]

# While viewers move, or an edge is nearly full, players ask this soon again.
SHORT_TTL_S = 10
_MOVING_SHARE, _FULL = 0.02, 0.97
# A pathway this much farther than the nearest one is not near any more.
_NEAR_MS = 10.0


class Decision(NamedTuple):
    """How it was decided, shares (R, C, P), orders by region and class, and the players' TTL."""

    method: Method
    shares: Array
    orders: Mapping[str, Mapping[str, list[list[str]]]]
    ttl_s: int


def decided(now: Situation, before: Lanes | None, usual_ttl_s: int, bounds: Bounds) -> Decision:
    """The plan for all regions; greedy where the best one is late, by name where nothing serves."""
    market = now.market
    if not market.serves.any():
        lists = [[way.id for way in now.ways]] * LANES
        told = {region: dict.fromkeys(now.classes, lists) for region in now.regions}
        return Decision("order", np.zeros_like(market.cost_ms), told, usual_ttl_s)
    was = None if before is None else lane_shares(before, len(now.ways))
    shares, method = planned(market, was, bounds), "lp"
    if shares is None:
        shares, method = planned_greedily(market, was, STAY_MS), "greedy"
    laned = orders(market, shares, before)
    shares = lane_shares(laned.first, len(now.ways))
    ttl_s = min(usual_ttl_s, SHORT_TTL_S) if _is_urgent(now, was, shares) else usual_ttl_s
    return Decision("lp" if method == "lp" else "greedy", shares, named(laned, now), ttl_s)


def reasons(now: Situation, decision: Decision) -> dict[str, dict[str, Any]]:
    """By region, what staff is shown: who goes where, what that costs, and what is missed why."""
    market = now.market
    use = loads_bps(market, decision.shares) / market.limit_bps
    return {region: _reasons_of(now, decision, r, use) for r, region in enumerate(now.regions)}


def _reasons_of(now: Situation, decision: Decision, r: int, use: Array) -> dict[str, Any]:
    names = [way.id for way in now.ways]
    classes = {
        name: {"share": _named(decision.shares[r, c], names), "held": _named(now.held[c], names)}
        for c, name in enumerate(now.classes)
    }
    direct_ms = now.market.cost_ms[r].min(axis=0, initial=np.inf)
    weight = now.market.demand_bps[r] + 1e-9
    share = (weight[:, None] * decision.shares[r]).sum(axis=0) / weight.sum()
    pathways = {
        way.id: {
            "share": round(float(share[p]), 4),
            "use": round(float(use[p]), 4),
            "out": reason_out(way),
            "cost_ms": round(float(direct_ms[p]), 1) if np.isfinite(direct_ms[p]) else None,
            "slowness_ms": round(slowness_ms(way), 1),
            "price_ms": round(price_ms_of(way), 1),
            "planned_part": round(way.planned_part, 3),
        }
        for p, way in enumerate(now.ways)
    }
    missed = _missed(now, decision, r, direct_ms)
    return {"pathways": pathways, "classes": classes, "missed_bps": missed}


def _missed(now: Situation, decision: Decision, r: int, direct_ms: Array) -> Misses:
    near = np.zeros((len(now.regions), len(now.ways)))
    near[r] = direct_ms <= direct_ms.min(initial=np.inf) + _NEAR_MS
    of_region = np.zeros_like(decision.shares)
    of_region[r] = decision.shares[r]
    return missed_bps(now.market, of_region, now.held, near)


def _named(values: Array, names: list[str]) -> dict[str, float]:
    return {name: round(float(v), 4) for name, v in zip(names, values, strict=True) if v > 0}


def _is_urgent(now: Situation, was: Array | None, shares: Array) -> bool:
    market = now.market
    total_bps = float(market.demand_bps.sum())
    if was is None or total_bps <= 0:
        return False
    moved = np.maximum(shares - was, 0.0).sum(axis=2)
    moving = float((market.demand_bps * moved).sum()) > _MOVING_SHARE * total_bps
    return moving or bool((loads_bps(market, shares) > _FULL * market.limit_bps).any())
