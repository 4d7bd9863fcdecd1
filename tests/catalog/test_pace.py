"""How long an encode still takes, told by how fast it went."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.catalog.rules.pace import MOMENTS_MAX, Moment, left_s, with_moment

START_S = 1_800_000_000.0


def told(fractions_by_s: list[tuple[float, float]]) -> list[Moment]:
    moments: list[Moment] = []
    for at_s, fraction in fractions_by_s:
        moments = with_moment(moments, Moment(START_S + at_s, fraction))
    return moments


@given(st.floats(60, 7200), st.floats(0.1, 0.95), st.floats(1, 30))
def test_an_even_pace_is_foretold(whole_s: float, until: float, every_s: float) -> None:
    count = int(until * whole_s / every_s)
    seen = [(n * every_s, n * every_s / whole_s) for n in range(count + 1)]
    at_s = seen[-1][0]
    foretold = left_s(told(seen), START_S + at_s)
    if foretold is None:
        reckoned = [at for at, fraction in seen if fraction >= 0.02]
        assert not reckoned or at_s - reckoned[0] < 20
    else:
        assert foretold == pytest.approx(whole_s - at_s, rel=0.01, abs=0.01)


def test_what_stands_still_takes_longer_by_the_second() -> None:
    moments = told([(0, 0.1), (60, 0.4)])
    assert left_s(moments, START_S + 60) == pytest.approx(120)
    later = left_s(moments, START_S + 120)
    assert later == pytest.approx(240)


@pytest.mark.parametrize(
    "seen", [[], [(0, 0.5)], [(0, 0.5), (5, 0.6)], [(0, 0.0), (60, 0.01)], [(0, 0.5), (60, 0.5)]]
)
def test_nothing_is_said_on_little_ground(seen: list[tuple[float, float]]) -> None:
    last_s = seen[-1][0] if seen else 0
    assert left_s(told(seen), START_S + last_s) is None


def test_a_slower_pace_of_late_counts() -> None:
    quick = [(n * 20.0, n * 0.01) for n in range(3, 31)]
    slow = [(600 + n * 20.0, 0.3 + n * 0.001) for n in range(1, 61)]
    moments = told(quick + slow)
    foretold = left_s(moments, START_S + 1800)
    assert foretold == pytest.approx((1 - 0.36) / 0.001 * 20, rel=0.02)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1)), max_size=200))
def test_the_memory_is_bounded_and_in_order(seen: list[tuple[float, float]]) -> None:
    moments = told(sorted(seen))
    assert len(moments) <= MOMENTS_MAX
    assert moments == sorted(moments, key=lambda one: one.at_s)
