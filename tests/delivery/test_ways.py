"""What a pathway is worth, and when nobody is sent there."""

from dataclasses import replace

import pytest

from matinee.delivery.rules import pathways
from matinee.delivery.rules.pathways import Measured, Way

WAY = Way("paris-1", "paris", "edge", "up", place=(48.9, 2.4))


def test_who_is_out_and_why() -> None:
    assert pathways.reason_out(WAY) is None
    cases = {
        "down": replace(WAY, health="down"),
        "unchecked": replace(WAY, health="unknown"),
        "not_serving": replace(WAY, measured=Measured(is_serving=False)),
        "failing": replace(WAY, measured=Measured(requests=100, failed=30)),
    }
    assert {name: pathways.reason_out(way) for name, way in cases.items()} == {
        name: name for name in cases
    }
    assert pathways.reason_out(replace(WAY, measured=Measured(requests=5, failed=5))) is None


def test_a_slow_edge_gets_less_and_less_and_then_little_by_little_more() -> None:
    way = replace(WAY, measured=Measured(throughput_bps=3e5))
    for _ in range(8):
        way = replace(way, planned_part=pathways.planned_part_after(way))
    assert way.planned_part == 0.05
    way = replace(way, measured=Measured(throughput_bps=2e7))
    parts = []
    for _ in range(20):
        way = replace(way, planned_part=pathways.planned_part_after(way))
        parts.append(way.planned_part)
    assert parts == sorted(parts)
    assert parts[0] < 0.1
    assert parts[-1] == 1.0
    assert pathways.planned_part_after(replace(way, health="down")) == 0.0


def test_distance_is_that_of_cables_along_the_great_circle() -> None:
    oslo, new_york = (59.9, 10.8), (40.7, -74.0)
    # 5,916 km by the great circle; light in fibre there and back, half as long a way again.
    assert pathways.distance_ms(WAY, "paris", None) == 5.0
    assert pathways.distance_ms(replace(WAY, place=new_york), "oslo", oslo) == pytest.approx(
        5 + 5916 / 200 * 2 * 1.5, rel=0.01
    )
    assert pathways.distance_ms(replace(WAY, place=None), "oslo", oslo) == 60.0
