"""What the plan would be if edges were gone, or titles were asked for more or less often.

Worked out by the same rules as the plan itself; what lies where stays as it is.
"""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from matinee.contracts.delivery import ANY_CLASS
from matinee.contracts.delivery_overview import EdgeLoad, PlanFigures, WhatIf
from matinee.delivery.rules.decision import decided
from matinee.delivery.rules.lanes import lane_shares
from matinee.delivery.rules.market import Array, Market, loads_bps
from matinee.delivery.rules.pathways import Way, made_market, reason_out, region_places
from matinee.delivery.rules.plan import Bounds
from matinee.delivery.rules.situation import Facts, Situation, before_of, situation

# Where nothing is asked for, each cell counts as much, so that there is something to plan.
_IMAGINED_BPS = 1e6
# In the end, everything may have moved.
_SETTLED = Bounds(move_share=1.0)
_TTL_S = 30


class Change(NamedTuple):
    """Edges that are gone, and how many times as often packages are asked for as now."""

    gone: AbstractSet[str]
    factors: Mapping[str, float]


def what_if(facts: Facts, change: Change) -> WhatIf:
    """The plan after a change, beside the one of now."""
    measured = situation(facts)
    now = _with_demand(measured)
    then = _changed(facts, now, change)
    before = before_of(facts, now)
    if before is not None and (before >= 0).all():
        shares = lane_shares(before, len(now.ways))
    else:
        shares = decided(now, before, _TTL_S, _SETTLED).shares
    decision = decided(then, before, _TTL_S, _SETTLED)
    loads = zip(
        now.ways,
        loads_bps(now.market, shares),
        loads_bps(then.market, decision.shares),
        strict=True,
    )
    return WhatIf(
        method=decision.method,
        is_measured=bool(measured.market.demand_bps.any()),
        loads=[
            EdgeLoad(pathway=way.id, limit_bps=way.capacity_bps, now_bps=was, then_bps=will)
            for way, was, will in loads
        ],
        now=_figures(now, shares, shares),
        then=_figures(then, decision.shares, shares),
    )


def _with_demand(now: Situation) -> Situation:
    market = now.market
    if market.demand_bps.any():
        return now
    imagined = np.full_like(market.demand_bps, _IMAGINED_BPS)
    return _with_market(now, replace(market, demand_bps=imagined), now.ways)


def _changed(facts: Facts, now: Situation, change: Change) -> Situation:
    ways = [replace(w, health="down") if w.id in change.gone else w for w in now.ways]
    demand_bps = now.market.demand_bps + _more_bps(facts, now, change.factors)
    places = region_places(ways, now.regions)
    market = made_market(ways, places, now.held, demand_bps, facts.links)
    return _with_market(now, market, ways)


def _with_market(now: Situation, market: Market, ways: list[Way]) -> Situation:
    return Situation(market, now.regions, now.classes, ways, now.held, now.by_package, now.seen)


def _more_bps(facts: Facts, now: Situation, factors: Mapping[str, float]) -> Array:
    """What is asked for more, (R, C): a package's part of its class's demand, so many times."""
    asked: Counter[str] = Counter()
    for (_, _, package), amount in facts.asked.items():
        asked[package] += amount
    of_class: Counter[str] = Counter()
    for package, amount in asked.items():
        of_class[now.by_package.get(package, ANY_CLASS)] += amount
    members = Counter(now.by_package.values())
    more_bps = np.zeros_like(now.market.demand_bps)
    for package, factor in factors.items():
        title_class = now.by_package.get(package, ANY_CLASS)
        c = now.classes.index(title_class)
        whole = of_class[title_class]
        # Where nothing is known of a class, its titles count alike.
        part = asked[package] / whole if whole > 0 else 1 / max(1, members[title_class])
        more_bps[:, c] += (factor - 1.0) * part * now.market.demand_bps[:, c]
    return more_bps


def _figures(here: Situation, shares: Array, before: Array) -> PlanFigures:
    market = here.market
    total_bps = max(float(market.demand_bps.sum()), 1.0)
    missed = np.einsum("rc,rcp->", market.demand_bps, shares * (1.0 - here.held)[None, :, :])
    limit_bps = np.where([reason_out(way) is None for way in here.ways], market.limit_bps, 0.0)
    over_bps = np.maximum(loads_bps(market, shares) - limit_bps, 0.0)
    # Who is sent nowhere is too much for all of them.
    unserved_bps = market.demand_bps * (1.0 - shares.sum(axis=2))
    moved = np.maximum(shares - before, 0.0).sum(axis=2)
    return PlanFigures(
        demand_bps=float(market.demand_bps.sum()),
        missed_share=float(missed) / total_bps,
        overload_share=float(over_bps.sum() + unserved_bps.sum()) / total_bps,
        moved_share=float((market.demand_bps * moved).sum()) / total_bps,
    )
