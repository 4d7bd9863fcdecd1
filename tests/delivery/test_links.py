"""What players measured of pathways, from nginx's log to what a plan weighs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.delivery import told_links
from matinee.delivery.rules import links
from matinee.delivery.rules.links import Link, Told

GOOD = '{"r":"paris","p":"paris-1","b":8000000}\n'


def told(bps_of: dict[str, float], times: int = 10) -> list[Told]:
    return [Told("paris", pathway, bps) for pathway, bps in bps_of.items() for _ in range(times)]


def slower(bps_of: dict[str, float], times: int = 10) -> dict[str, float]:
    return links.slower_ms(links.learnt({}, told(bps_of, times), None)["paris"])


def test_pathways_are_compared_with_the_best_of_their_region() -> None:
    found = slower({"near": 8e6, "half": 4e6, "crawling": 3e5})
    assert found == {"near": 0.0, "half": 80.0, "crawling": 240.0}


def test_a_region_of_slow_connections_makes_no_pathway_worse() -> None:
    assert slower({"one": 6e5, "other": 6e5}) == {"one": 0.0, "other": 0.0}
    assert slower({"one": 5e7, "other": 9e8}) == {"one": 0.0, "other": 0.0}, "both are enough"


def test_little_says_nothing_and_what_is_old_fades() -> None:
    assert slower({"near": 8e6, "far": 1e6}, times=2) == {}
    known = links.learnt({}, told({"near": 8e6, "far": 1e6}), None)
    later = links.learnt(known, [], 60.0)
    assert links.slower_ms(later["paris"]) == {"near": 0.0, "far": 240.0}
    assert links.slower_ms(links.learnt(later, [], 600.0)["paris"]) == {}


def test_a_few_that_lie_move_nobody() -> None:
    lies = [Told("paris", "near", 1e4)] * 4
    known = links.learnt({}, told({"near": 8e6, "far": 4e6}) + lies, None)
    assert links.slower_ms(known["paris"]) == {"near": 0.0, "far": 80.0}


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(1.0, 1e12)), min_size=1, max_size=40),
    st.floats(0.0, 1e4),
)
def test_costs_are_bounded_and_the_best_pays_nothing(
    found: list[tuple[str, float]], elapsed_s: float
) -> None:
    known = links.learnt({}, [Told("x", name, bps) for name, bps in found], None)
    known = links.learnt(known, [Told("x", name, bps) for name, bps in found], elapsed_s)
    costs = links.slower_ms(known["x"])
    assert all(0.0 <= cost <= 240.0 for cost in costs.values())
    assert not costs or min(costs.values()) == 0.0


def test_the_log_is_read_once_and_its_nonsense_left_out(tmp_path: Path) -> None:
    log = tmp_path / "links.log"
    assert told_links.taken(log) == []
    log.write_text(GOOD + '{"r":"pa' + "\n{}\n" + GOOD.replace("paris-1", "../x"))
    assert told_links.taken(log) == [Told("paris", "paris-1", 8e6)]
    assert told_links.taken(log) == []
    with log.open("a") as nginx:
        log.write_text("")
        nginx.write(GOOD * 40_000)
    assert len(told_links.taken(log)) == pytest.approx(1_000_000 / len(GOOD), abs=1)


def test_a_log_that_nobody_takes_stays_small(tmp_path: Path) -> None:
    log = tmp_path / "links.log"
    told_links.keep_small(log)
    log.write_text(GOOD)
    told_links.keep_small(log)
    assert log.read_text() == GOOD
    with log.open("a") as nginx:
        nginx.write(GOOD * (4_000_000 // len(GOOD) + 1))
        nginx.flush()
        told_links.keep_small(log)
        nginx.write(GOOD)
    assert log.read_text() == GOOD


def test_what_is_kept_comes_back_as_it_was() -> None:
    known = links.learnt({}, told({"near": 8e6}), None)["paris"]
    assert {name: Link(*list(link)) for name, link in known.items()} == known
