"""Plans, lanes, rates and classes, for whatever there may be to plan."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.delivery.rules import attribution, classes, lanes, misses, rates
from matinee.delivery.rules.greedy import planned_greedily
from matinee.delivery.rules.lanes import LANES, LISTED
from matinee.delivery.rules.market import (
    Array,
    Market,
    commercial_bands,
    edge_bands,
    loads_bps,
    marginal_ms,
)
from matinee.delivery.rules.plan import Bounds, planned

bounded = settings(max_examples=25, deadline=None)
UNHURRIED = Bounds(time_s=60.0)
HOUR = datetime(2026, 11, 21, 18, tzinfo=UTC)


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Some regions, classes and edges, of which at least one serves; capacity may be short."""
    regions, kinds, ways = draw(st.integers(1, 4)), draw(st.integers(1, 5)), draw(st.integers(1, 6))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    demand_bps = random.exponential(1e9, (regions, kinds)) * (random.random((regions, kinds)) < 0.8)
    cost_ms = random.uniform(2, 80, (regions, 1, ways)) + 100.0 * (
        random.random((kinds, ways)) < 0.5
    )
    out = random.random(ways) < 0.2
    out[int(random.integers(ways))] = False
    cost_ms = np.where(out, np.inf, cost_ms)
    capacity = random.uniform(0.3, 1.5, ways) * max(demand_bps.sum(), 1e9) / ways * 1.3
    return Market(demand_bps, cost_ms, *edge_bands(capacity), capacity)


def simple(costs: list[float], capacities: list[float], demand: float) -> Market:
    """One cell and some edges."""
    capacity = np.array(capacities)
    return Market(np.array([[demand]]), np.array([[costs]]), *edge_bands(capacity), capacity)


def found(market: Market, before: Array | None = None, bounds: Bounds = UNHURRIED) -> Array:
    shares = planned(market, before, bounds)
    assert shares is not None
    return shares


def total_ms(market: Market, shares: Array) -> float:
    """What a plan costs, as a mean over the demand."""
    starts = np.cumsum(market.width_bps[:, :-1], axis=1)
    starts = np.column_stack([np.zeros(len(starts)), starts])
    filled = np.clip(loads_bps(market, shares)[:, None] - starts, 0.0, market.width_bps)
    direct = np.where(shares > 0, market.cost_ms, 0.0) * shares * market.demand_bps[:, :, None]
    whole = float(direct.sum()) + float((filled * market.price_ms).sum())
    return whole / max(float(market.demand_bps.sum()), 1.0)


@bounded
@given(market=markets())
def test_a_plan_serves_all_by_those_who_serve_and_nothing_is_cheaper(market: Market) -> None:
    plan, greedy = found(market), planned_greedily(market, None, 0.0)
    for shares in (plan, greedy):
        assert np.allclose(shares.sum(axis=2), 1.0)
        assert (shares >= 0).all()
        assert (shares[~np.isfinite(market.cost_ms)] == 0).all()
    cheapest = total_ms(market, plan)
    assert cheapest <= total_ms(market, greedy) + 1e-6
    nearest = np.eye(market.cost_ms.shape[2])[market.cost_ms.argmin(axis=2)]
    assert cheapest <= total_ms(market, nearest) + 1e-6


@bounded
@given(market=markets(), seed=st.integers(0, 2**32 - 1), share=st.floats(0.0, 0.3))
def test_no_more_moves_than_must_and_may(market: Market, seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    before = random.exponential(1.0, market.cost_ms.shape) * (
        random.random(market.cost_ms.shape) < 0.5
    )
    before[:, :, 0] += 1e-3
    before /= before.sum(axis=2, keepdims=True)
    moving = Bounds(stay_ms=0.0, move_share=share, time_s=60.0)
    plan = found(market, before, moving)
    kept = np.where(np.isfinite(market.cost_ms), before, 0.0)
    must = (market.demand_bps * (1 - kept.sum(axis=2))).sum()
    must += np.maximum(loads_bps(market, kept) - market.limit_bps, 0).sum()
    moved = (market.demand_bps[:, :, None] * np.maximum(plan - before, 0)).sum()
    total = market.demand_bps.sum()
    assert moved <= must + share * total + 1e-3 * max(total, 1.0)


def test_viewers_stay_where_another_edge_is_hardly_better() -> None:
    before = np.array([[[1.0, 0.0]]])
    near, nearer = simple([5.0, 4.5], [1e9, 1e9], 1e8), simple([5.0, 2.0], [1e9, 1e9], 1e8)
    free = Bounds(stay_ms=1.0, move_share=1.0, time_s=60.0)
    assert np.allclose(found(near, before, free), before)
    assert np.allclose(found(nearer, before, free), [[[0.0, 1.0]]])
    slowly = found(nearer, before, replace(free, move_share=0.1))
    assert np.allclose(slowly, [[[0.9, 0.1]]], atol=1e-3)


def test_what_is_too_much_is_spread_over_all_edges() -> None:
    market = simple([2.0, 3.0, 30.0], [1e9, 2e9, 1e9], 4.4e9)
    use = loads_bps(market, found(market)) / market.limit_bps
    assert use.max() <= 1.2 + 1e-6
    assert use.min() >= 1.0
    spare = simple([2.0, 3.0, 30.0], [1e9, 2e9, 1e9], 2.4e9)
    use = loads_bps(spare, found(spare)) / spare.limit_bps
    # Filling up an edge is worth less than a short way, and a long way is worth more.
    assert use[2] == pytest.approx(0.0, abs=1e-6)
    assert use.max() <= 0.94 + 1e-6


def test_a_crowd_is_spread_beyond_the_nearest_edges() -> None:
    costs = [float(way) for way in range(2, 82)]
    use = loads_bps(market := simple(costs, [1e8] * 80, 7e9), found(market)) / market.limit_bps
    assert use.max() <= 1 + 1e-6


def test_a_late_plan_is_none_and_so_is_one_that_nobody_may_serve() -> None:
    assert planned(simple([np.inf], [1e9], 1e8), None, UNHURRIED) is None
    random = np.random.default_rng(0)
    demand = random.exponential(1e9, (40, 40))
    capacity = np.full(20, demand.sum() / 19)
    cost_ms = random.uniform(1, 90, (40, 40, 20))
    market = Market(demand, cost_ms, *edge_bands(capacity), capacity)
    assert planned(market, None, Bounds(time_s=1e-6)) is None


def test_a_commitment_costs_nothing_more_and_what_goes_beyond_it_does() -> None:
    width_bps, price_ms = commercial_bands(2e9, 5e9, 70.0)
    capacity = np.array([1e9, 5e9])
    edge_width, edge_price = edge_bands(capacity)
    edge_width[1], edge_price[1] = width_bps, price_ms
    market = Market(np.array([[2.5e9]]), np.array([[[5.0, 6.0]]]), edge_width, edge_price, capacity)
    assert marginal_ms(market, np.array([0.0, 1e9]))[1] == 0.0
    assert marginal_ms(market, np.array([0.0, 3e9]))[1] == 70.0
    assert marginal_ms(market, np.array([0.0, 6e9]))[1] > 1000.0
    load = loads_bps(market, found(market))
    assert load[1] <= 2e9 * (1 + 1e-6)


@bounded
@given(market=markets(), data=st.data())
def test_lanes_come_to_the_shares_and_stay_where_they_may(
    market: Market, data: st.DataObject
) -> None:
    shares = found(market)
    first = lanes.orders(market, shares, None).first
    ways = shares.shape[2]
    counts = lanes.lane_shares(first, ways) * LANES
    assert (np.abs(counts - shares * LANES) <= 2 + 1e-6).all()
    assert (counts.sum(axis=2) == LANES).all()
    weights = data.draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(weights)
    before = random.integers(-1, ways, first.shape).astype(np.int16)
    after = lanes.orders(market, shares, before).first
    changed = (after != before).sum(axis=2)
    had = np.stack([(before == way).sum(axis=2) for way in range(ways)], axis=2)
    has = np.stack([(after == way).sum(axis=2) for way in range(ways)], axis=2)
    assert (has == lanes.lane_shares(first, ways) * LANES).all()
    # No fewer could have changed: what is too few on a pathway must come from somewhere.
    assert (changed == np.maximum(has - had, 0).sum(axis=2)).all()


@bounded
@given(market=markets())
def test_an_order_begins_with_its_lane_and_names_nobody_twice_and_nobody_who_is_out(
    market: Market,
) -> None:
    made = lanes.orders(market, found(market), None)
    serves = set(np.flatnonzero(market.serves).tolist())
    regions, kinds, _ = made.first.shape
    for region in range(regions):
        for kind in range(kinds):
            order = made.order(region, kind, 0)
            assert order[0] == made.first[region, kind, 0]
            assert len(set(order)) == len(order) == min(LISTED, len(serves))
            assert set(order) <= serves


def test_viewers_of_a_lost_edge_do_not_all_come_to_the_same_one() -> None:
    capacity = np.array([1e9, 0.5e9, 0.5e9])
    demand = np.full((1, 4), 0.2e9)
    cost_ms = np.tile([2.0, 3.0, 4.0], (1, 4, 1))
    market = Market(demand, cost_ms, *edge_bands(capacity), capacity)
    made = lanes.orders(market, np.tile([1.0, 0.0, 0.0], (1, 4, 1)), None)
    seconds = [made.order(0, kind, 0)[1] for kind in range(4)]
    assert sorted(seconds) == [1, 1, 2, 2]


def test_a_rate_follows_what_is_asked_for() -> None:
    cell = ("paris", "c1")
    known: dict[tuple[str, str], float] = {}
    for _ in range(20):
        known = rates.rates_bps(known, {cell: 1e6}, 10.0)
    assert known[cell] == pytest.approx(8e5, rel=0.01)
    assert rates.rates_bps(known, {}, 3600.0) == known
    assert rates.rates_bps(known, {cell: 1e9}, None) == known
    for _ in range(60):
        known = rates.rates_bps(known, {}, 10.0)
    assert known == {}


def test_counters_of_a_new_hour_begin_at_nothing() -> None:
    later = HOUR.replace(hour=19)
    seen = {(HOUR, "paris", "c1"): 100}
    now = {(HOUR, "paris", "c1"): 130, (later, "paris", "c1"): 20, (HOUR, "paris", "c2"): 5}
    assert rates.fresh_bytes(seen, now) == {("paris", "c1"): 50, ("paris", "c2"): 5}
    assert rates.fresh_bytes(now, seen) == {("paris", "c1"): 0}


@bounded
@given(
    asked=st.dictionaries(st.sampled_from("abcdef"), st.floats(1, 1e6)),
    rate=st.floats(1, 1e9),
    data=st.data(),
)
def test_demand_goes_with_its_packages(
    asked: dict[str, float], rate: float, data: st.DataObject
) -> None:
    kinds = st.sampled_from(["c1", "c2", "all"])
    before = {p: data.draw(kinds) for p in asked}
    after = {p: data.draw(kinds) for p in asked}
    known = {("r1", kind): rate for kind in ["c1", "c2", "all"]}
    moved = rates.moved_to(known, asked, before, after)
    assert sum(moved.values()) == pytest.approx(3 * rate)
    if asked and len(set(before.values())) == 1:
        for kind in set(after.values()):
            part = sum(asked[p] for p in asked if after[p] == kind) / sum(asked.values())
            kept = rate if kind not in before.values() else 0.0
            assert moved["r1", kind] == pytest.approx(rate * part + kept)


def test_viewers_who_were_sent_away_are_still_their_regions() -> None:
    homes = {"paris-1": "paris", "oslo-1": "oslo"}
    orders = {
        "paris": {"c1": [["paris-1"]] * 12 + [["oslo-1"]] * 8},
        "oslo": {"c1": [["oslo-1", "paris-1"]] * 20},
    }
    sent = attribution.sent_of(orders)
    assert sent["paris"]["c1"] == {"paris-1": 0.6, "oslo-1": 0.4}
    known = {("paris", "c1"): 100.0, ("oslo", "c1"): 100.0}
    served = {("paris-1", "c1"): 60.0, ("oslo-1", "c1"): 140.0}
    for _ in range(3):
        known = attribution.attributed(served, known, sent, homes)
    assert known["paris", "c1"] == pytest.approx(100.0, rel=0.03)
    assert sum(known.values()) == pytest.approx(200.0)
    # More from Paris, sent as before: what its own edge serves tells whose it is.
    served = {("paris-1", "c1"): 120.0, ("oslo-1", "c1"): 180.0}
    for _ in range(30):
        known = attribution.attributed(served, known, sent, homes)
    assert known["paris", "c1"] > 1.5 * known["oslo", "c1"]
    # Nobody was sent there: it is the edge's own region that asks.
    assert attribution.attributed({("oslo-1", "c9"): 7.0}, {}, sent, homes) == {("oslo", "c9"): 7.0}


@bounded
@given(
    held=st.dictionaries(
        st.text("abcdefghij", min_size=1, max_size=3),
        st.dictionaries(st.sampled_from(["e1", "e2", "e3"]), st.floats(0, 1)),
        max_size=60,
    )
)
def test_packages_on_the_same_edges_are_one_class(held: dict[str, dict[str, float]]) -> None:
    asked = {package: float(len(package)) for package in held}
    made = classes.classed(held, asked)
    assert made.keys() == held.keys()
    assert len(set(made.values()) - {"all"}) <= classes.CLASSES_MAX
    where: dict[str, frozenset[str]] = {}
    for package, name in made.items():
        on = frozenset(edge for edge, part in held[package].items() if part >= 0.85)
        half = frozenset(edge for edge, part in held[package].items() if 0.4 <= part < 0.85)
        if name != "all":
            assert where.setdefault(name, on | {f"half {e}" for e in half}) == on | {
                f"half {e}" for e in half
            }
    for parts in classes.covered(made, held, asked).values():
        assert all(0 <= part <= 1 + 1e-9 for part in parts.values())


@bounded
@given(market=markets(), seed=st.integers(0, 2**32 - 1))
def test_every_missed_byte_has_one_reason(market: Market, seed: int) -> None:
    random = np.random.default_rng(seed)
    regions, kinds, ways = market.cost_ms.shape
    held = (random.random((kinds, ways)) < 0.5).astype(float)
    shares = found(market)
    told = misses.missed_bps(market, shares, held, np.ones((regions, ways)))
    missed = np.einsum("rc,rcp,cp->", market.demand_bps, shares, 1 - held)
    assert sum(told.values()) == pytest.approx(missed, abs=1.0)  # type: ignore[arg-type]
