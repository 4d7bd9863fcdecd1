"""What would be if an edge were gone or a title were asked for more often."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.contracts.delivery_overview import WhatIf
from matinee.delivery.rules.lanes import LANES
from matinee.delivery.rules.pathways import Way
from matinee.delivery.rules.situation import Facts, situation
from matinee.delivery.rules.what_if import Change, what_if

HOUR = datetime(2026, 1, 1, 20, tzinfo=UTC)
NOTHING = Change(frozenset(), {})
MBPS = 1e6


def way(name: str, capacity_bps: float = 100 * MBPS) -> Way:
    return Way(id=name, region="home", role="edge", health="up", capacity_bps=capacity_bps)


def world() -> Facts:
    """Two edges and two titles: `hit` lies on both, `rare` on the second one alone."""
    return Facts(
        ways=[way("one"), way("two")],
        coverage={"hit": {"one": 1.0, "two": 1.0}, "rare": {"two": 1.0}},
        asked={(HOUR, "home", "hit"): 9_000_000, (HOUR, "home", "rare"): 1_000_000},
        classes={},
        seen={},
        rates={("home", "all"): 50 * MBPS},
        orders={},
        elapsed_s=None,
    )


def loads(answer: WhatIf) -> dict[str, tuple[float, float]]:
    return {row.pathway: (row.now_bps, row.then_bps) for row in answer.loads}


def test_nothing_changes_where_nothing_happens() -> None:
    answer = what_if(world(), NOTHING)
    assert answer.is_measured
    assert answer.now == answer.then
    assert all(now == then for now, then in loads(answer).values())
    assert answer.now.demand_bps == pytest.approx(50 * MBPS)
    assert answer.now.missed_share == pytest.approx(0, abs=0.01)


def test_what_an_edge_served_goes_to_the_others_and_is_missed_where_they_lack_it() -> None:
    answer = what_if(world(), Change(frozenset(["two"]), {}))
    assert loads(answer)["two"][1] == 0
    assert loads(answer)["one"][1] == pytest.approx(50 * MBPS)
    # A tenth of what is asked for lies on no edge then.
    assert answer.then.missed_share == pytest.approx(0.1, abs=0.01)
    assert answer.then.moved_share >= 0.1 - 1e-9
    assert answer.then.overload_share == pytest.approx(0, abs=1e-9)


def test_with_no_edge_left_all_is_too_much() -> None:
    answer = what_if(world(), Change(frozenset(["one", "two"]), {}))
    assert all(then == 0 for _, then in loads(answer).values())
    assert answer.then.overload_share == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(factor=st.floats(0, 50))
def test_a_title_asked_for_more_often_weighs_as_much_more(factor: float) -> None:
    answer = what_if(world(), Change(frozenset(), {"rare": factor}))
    expected_bps = 50 * MBPS * (0.9 + 0.1 * factor)
    assert answer.then.demand_bps == pytest.approx(expected_bps)
    assert sum(then for _, then in loads(answer).values()) == pytest.approx(expected_bps)
    assert answer.now.demand_bps == pytest.approx(50 * MBPS)


def test_more_than_all_edges_can_send_is_said() -> None:
    small = replace(world(), ways=[way("one", 20 * MBPS), way("two", 20 * MBPS)])
    answer = what_if(small, Change(frozenset(), {"hit": 2.0}))
    wanted_bps = 50 * MBPS * (0.9 * 2 + 0.1)
    assert answer.then.overload_share == pytest.approx(1 - 40 * MBPS / wanted_bps, abs=0.02)


def test_the_plan_in_force_is_what_is_compared_with() -> None:
    lanes = [["two", "one"]] * LANES
    facts = replace(world(), orders={"home": dict.fromkeys(situation(world()).classes, lanes)})
    assert loads(what_if(facts, NOTHING))["two"][0] == pytest.approx(50 * MBPS)


def test_where_nobody_asks_for_anything_all_titles_count_alike() -> None:
    quiet = replace(world(), asked={}, rates={})
    answer = what_if(quiet, Change(frozenset(["two"]), {"rare": 3.0}))
    assert not answer.is_measured
    assert answer.then.demand_bps > answer.now.demand_bps > 0
    assert loads(answer)["two"][1] == 0
