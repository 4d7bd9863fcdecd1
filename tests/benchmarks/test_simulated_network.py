"""The simulated delivery network, where what must come out is known in closed form."""

import numpy as np
import pytest

from bench.delivery.network import STEP_S, Array, Course, Seen, World, made
from bench.delivery.routed import Run, percentile

COURSE = Course(begins_s=0.0, flash_s=(600.0, 900.0), fails_s=(1200.0, 1500.0), ends_s=1800.0)


class Fixed:
    """Sends everybody the same way; as soon as it knows of a dead edge, to the others alike."""

    every_s = STEP_S

    def __init__(self, shares: list[float], notices_s: float | None, ttl_s: float = 30.0) -> None:
        self._shares, self.notices_s, self._ttl_s = np.array(shares), notices_s, ttl_s

    def decide(self, seen: Seen) -> tuple[Array, float]:
        shares = np.where(seen.alive, self._shares, 0.0)
        whole = np.broadcast_to(shares / shares.sum(), (*seen.demand.shape, len(shares)))
        return whole.copy(), self._ttl_s


def world(demand: float = 1.0, capacity: tuple[float, float] = (10.0, 10.0)) -> World:
    """Two regions, one title class, two edges: one near and full of films, one far and empty."""
    return World(
        rtt_ms=np.array([[5.0, 20.0], [5.0, 20.0]]),
        held=np.array([[0.9, 0.0]]),
        capacity=np.array(capacity),
        site=np.array([0, 1]),
        home=np.array([0, 0]),
        dead=0,
        demands=lambda _: np.full((2, 1), demand),
        course=COURSE,
    )


def test_bytes_from_the_origin_and_round_trips_are_those_of_the_shares() -> None:
    outcome = Run(world(), Fixed([0.75, 0.25], None)).outcome()
    whole, dead_s = COURSE.ends_s, COURSE.fails_s[1] - COURSE.fails_s[0]
    near, far = 0.75 * (whole - dead_s), 0.25 * whole
    assert outcome.origin == pytest.approx((near * 0.1 + far) / (near + far))
    assert outcome.p95_ms == 20.0
    assert Run(world(), Fixed([0.97, 0.03], None)).outcome().p95_ms == 5.0
    assert outcome.moved_s == float("inf")
    assert outcome.blackholed == pytest.approx(0.75 * dead_s / whole)


def test_overload_is_what_is_asked_beyond_the_capacity() -> None:
    outcome = Run(world(2.0, (1.5, 3.0)), Fixed([0.5, 0.5], None)).outcome()
    assert outcome.flash_overload == pytest.approx((2.0 - 1.5) / 4.0)
    assert outcome.steady_overload == pytest.approx((2.0 - 1.5) / 4.0)
    assert Run(world(2.0, (2.0, 2.0)), Fixed([0.5, 0.5], None)).outcome().steady_overload == 0.0


@pytest.mark.parametrize("ttl_s", [30.0, 60.0])
def test_an_edge_is_left_evenly_within_one_ttl(ttl_s: float) -> None:
    noticed_s = 20.0
    outcome = Run(world(), Fixed([0.8, 0.2], noticed_s, ttl_s)).outcome()
    assert noticed_s + ttl_s - 2 * STEP_S <= outcome.moved_s <= noticed_s + ttl_s + STEP_S
    lost = 0.8 * (noticed_s + ttl_s / 2) / COURSE.ends_s
    assert outcome.blackholed == pytest.approx(lost, rel=0.15)


def test_a_percentile_counts_weight() -> None:
    values, weights = np.array([[1.0, 3.0], [2.0, 4.0]]), np.array([[90.0, 1.0], [5.0, 4.0]])
    assert percentile(values, weights, 0.5) == 1.0
    assert percentile(values, weights, 0.95) == 2.0
    assert percentile(values, weights, 0.97) == 4.0


def test_a_network_is_the_same_for_a_seed_and_adds_what_is_said() -> None:
    one, same, other = made(4), made(4), made(5)
    assert np.array_equal(one.demands(1234.0), same.demands(1234.0))
    assert not np.array_equal(one.demands(1234.0), other.demands(1234.0))
    calm, crowd = one.demands(0.0).sum(), one.demands(1350.0).sum()
    assert crowd / calm == pytest.approx(1 + one.course.flash_share)
    assert one.capacity.sum() / calm == pytest.approx(1.15)
    assert one.demands(300.0).sum() == pytest.approx(calm)
    assert (~one.lives(2500.0)).sum() == 1
    assert one.lives(3400.0).all()
