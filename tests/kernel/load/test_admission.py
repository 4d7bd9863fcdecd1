"""Who is let in under strain, and that a spike is ridden out as the rules say."""

import random
from collections import Counter, deque
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.kernel.load import admission, limit
from matinee.kernel.load.admission import Outcome, again_s, outcome
from matinee.kernel.load.strain import STANDING_S, Least, Strain
from matinee.kernel.load.worth import Worth

worths = st.sampled_from(list(Worth))
waits = st.floats(0, 60)
limits = st.floats(limit.LEAST, limit.MOST)
crowds = st.integers(0, 64)
RANK = {Outcome.OUT: 0, Outcome.SPARE: 1, Outcome.IN: 2}


@given(worths, worths, waits, crowds, limits)
def test_what_is_worth_more_is_never_turned_away_before_what_is_worth_less(
    one: Worth, other: Worth, waited_s: float, among: int, most: float
) -> None:
    less, more = sorted((one, other))
    if outcome(less, waited_s, among, most) is Outcome.IN:
        assert outcome(more, waited_s, among, most) is Outcome.IN


@given(worths, waits, waits, crowds, limits)
def test_who_waited_less_fares_no_worse(
    worth: Worth, one_s: float, other_s: float, among: int, most: float
) -> None:
    short_s, long_s = sorted((one_s, other_s))
    short, long = (outcome(worth, each, among, most) for each in (short_s, long_s))
    assert RANK[short] >= RANK[long]


@given(worths, waits, st.tuples(crowds, crowds), st.tuples(limits, limits))
def test_who_comes_to_fewer_fares_no_worse(
    worth: Worth, waited_s: float, among: tuple[int, int], most: tuple[float, float]
) -> None:
    better = outcome(worth, waited_s, min(among), max(most))
    worse = outcome(worth, waited_s, max(among), min(most))
    assert RANK[better] >= RANK[worse]


@given(worths, crowds.filter(lambda among: among == 0), limits)
def test_who_did_not_wait_and_is_alone_is_let_in(worth: Worth, among: int, most: float) -> None:
    assert outcome(worth, 0.0, among, most) is Outcome.IN


@given(st.sampled_from([Worth.PLAY, Worth.GOING_ON]), crowds, limits)
def test_plays_are_let_in_however_many_are_inside(worth: Worth, among: int, most: float) -> None:
    assert outcome(worth, 1.0, among, most) is Outcome.IN


@pytest.mark.parametrize("worth", [worth for worth in Worth if worth < Worth.PLAY])
def test_under_strain_some_threads_are_always_left_to_plays(worth: Worth) -> None:
    assert outcome(worth, 0.0, limit.THREADS - 1, limit.MOST) is not Outcome.IN


@given(worths, st.floats(0, 1, exclude_max=True), waits)
def test_those_turned_away_come_back_within_what_is_meant(
    worth: Worth, drawn: float, line_s: float
) -> None:
    earliest, latest = admission.AGAIN_S[worth]
    assert 1 <= earliest <= again_s(worth, drawn, line_s) <= admission.AGAIN_S_MAX
    if line_s <= admission.PATIENCE_S[worth]:
        assert again_s(worth, drawn, line_s) <= latest


@given(worths, st.floats(0, 1, exclude_max=True), waits, waits)
def test_the_longer_the_line_the_later_somebody_comes_again(
    worth: Worth, drawn: float, one_s: float, other_s: float
) -> None:
    shorter, longer = sorted((one_s, other_s))
    assert again_s(worth, drawn, shorter) <= again_s(worth, drawn, longer)


@pytest.mark.parametrize("worth", list(Worth))
def test_those_turned_away_do_not_all_come_back_together(worth: Worth) -> None:
    assert len({again_s(worth, drawn / 100, 0.0) for drawn in range(100)}) > 1


@given(
    limits,
    st.lists(st.tuples(st.integers(0, 500), st.floats(1e-4, 30), st.floats(1e-4, 30)), max_size=7),
    st.integers(0, 64),
)
def test_the_limit_stays_within_bounds(
    before: float, latencies: list[tuple[int, float, float]], at_once: int
) -> None:
    changes = limit.gradient(latencies)
    assert 0.5 <= changes <= 1.0
    assert limit.LEAST <= limit.next_limit(before, changes, at_once) <= limit.MOST


def test_the_limit_falls_while_an_engine_is_slow_and_comes_back_after_it() -> None:
    now = limit.MOST
    for _ in range(20):
        now = limit.next_limit(now, limit.gradient([(50, 2.0, 0.004)]), 8)
    assert now < 5
    for _ in range(20):
        now = limit.next_limit(now, limit.gradient([(50, 0.005, 0.004)]), 8)
    assert now == limit.MOST


def test_threads_that_share_a_processor_are_no_reason_to_lower_the_limit() -> None:
    assert limit.gradient([(100, 8 * 0.004, 0.004)]) == 1.0


def test_the_least_is_forgotten_after_ten_minutes_and_not_before() -> None:
    least = Least()
    assert least.note(0.0, 1.0) == 1.0
    assert least.note(500.0, 3.0) == 1.0
    assert least.note(1000.0, 4.0) == 3.0
    assert least.note(90_000.0, 5.0) == 5.0


def test_some_that_wait_long_now_and_then_are_no_strain() -> None:
    strain = Strain()
    for n in range(1000):
        strain.arrived(n * 0.05, 0.0 if n % 15 == 0 else 5.0)
        assert not strain.is_strained


def test_a_few_slow_ones_on_a_slow_machine_are_no_strain() -> None:
    strain = Strain()
    for n in range(100):
        strain.arrived(n * 0.7, 4.0)
        assert not strain.is_strained


def test_a_burst_after_a_standstill_is_no_strain() -> None:
    strain = Strain()
    for second in range(1, 20):
        for n in range(60):
            strain.arrived(second + n * 0.001, 0.9)
        for n in range(20):
            strain.arrived(second + 0.1 + n * 0.04, 0.01)
            assert not strain.is_strained


@pytest.mark.parametrize("at_once", [3, 8])
def test_few_that_wait_long_are_strain_where_they_hold_up_all_threads(at_once: int) -> None:
    strain = Strain()
    for n in range(40):
        strain.arrived(1.0 + n * 0.2, 3.0)
        strain.answered(Worth.PAGES, 1.5, at_once)
    assert strain.is_strained == (at_once == 8)


def test_what_takes_long_by_its_nature_lowers_no_limit() -> None:
    strain = Strain()
    for n in range(400):
        strain.arrived(1.0 + n * 0.01, 0.0)
        strain.answered(Worth.PAGES, 0.004, 8)
        strain.answered(Worth.ASIDE, 0.005 if n < 200 else 60.0, 8)
    assert strain.limit == limit.MOST


def test_an_engine_that_is_slow_leaves_the_threads_to_plays() -> None:
    strain = Strain()
    for n in range(2000):
        strain.arrived(1.0 + n * 0.01, 0.0)
        strain.answered(Worth.PAGES, 0.004 if n < 200 else 4.0, 8)
    assert outcome(Worth.PAGES, 0.0, 4, strain.limit) is not Outcome.IN
    assert outcome(Worth.PLAY, 0.0, 7, strain.limit) is Outcome.IN


def test_a_queue_that_stands_is_strain_and_its_end_is_its_end() -> None:
    strain = Strain()
    for n in range(200):
        strain.arrived(1.0 + n * 0.01, STANDING_S * 2)
    assert strain.is_strained
    for n in range(200):
        strain.arrived(3.0 + n * 0.01, 0.001)
    assert not strain.is_strained


# --- a spike in a process that does one thing after the other, in a time of its own

COST_S = {Outcome.IN: 0.001, Outcome.SPARE: 0.0002, Outcome.OUT: 0.0001}
MIX = {
    Worth.AHEAD: 0.3,
    Worth.ASIDE: 0.2,
    Worth.PAGES: 0.35,
    Worth.PLAY: 0.05,
    Worth.GOING_ON: 0.1,
}


@dataclass
class Seen:
    outcomes: Counter[tuple[Worth, Outcome]]
    longest_s: dict[Worth, float]
    strained_until_s: float = 0.0


def ridden(per_s: dict[float, float], lasts_s: float) -> Seen:
    """What becomes of a load that changes at moments; one request is answered at a time."""
    drawn = random.Random(7)  # noqa: S311 - a spike that is the same each time
    seen = Seen(Counter(), dict.fromkeys(Worth, 0.0))
    strain, free_s, at_s, line = Strain(), 0.0, 0.0, deque[float]()
    while at_s < lasts_s:
        rate = next(rate for since_s, rate in reversed(per_s.items()) if at_s >= since_s)
        at_s += drawn.expovariate(rate)
        line.append(at_s)
        while line and max(free_s, line[0]) <= at_s:
            arrived_s = line.popleft()
            begun_s = max(free_s, arrived_s)
            worth = drawn.choices(list(MIX), list(MIX.values()))[0]
            free_s = begun_s + _served(strain, seen, worth, (begun_s, begun_s - arrived_s))
    return seen


def _served(strain: Strain, seen: Seen, worth: Worth, when: tuple[float, float]) -> float:
    begun_s, waited_s = when
    strain.arrived(begun_s, waited_s)
    became = outcome(worth, waited_s, 1, strain.limit) if strain.is_strained else Outcome.IN
    seen.outcomes[worth, became] += 1
    if became is Outcome.IN:
        seen.longest_s[worth] = max(seen.longest_s[worth], waited_s)
        strain.answered(worth, COST_S[became], 1)
    if strain.is_strained:
        seen.strained_until_s = begun_s
    return COST_S[became]


def share(seen: Seen, worth: Worth, became: Outcome = Outcome.IN) -> float:
    whole = sum(count for (of, _), count in seen.outcomes.items() if of is worth)
    return seen.outcomes[worth, became] / whole


def test_a_spike_of_four_times_what_can_be_done_costs_no_play() -> None:
    seen = ridden({0.0: 200.0, 2.0: 4000.0, 7.0: 200.0}, 10.0)
    assert share(seen, Worth.PLAY) == share(seen, Worth.GOING_ON) == 1.0
    assert seen.longest_s[Worth.PLAY] < 2 * admission.SPARE_S
    assert share(seen, Worth.AHEAD) < 0.25
    assert share(seen, Worth.PAGES, Outcome.SPARE) > 0.5
    # Two seconds after the crowd has gone, nobody is turned away any more.
    assert seen.strained_until_s < 9.0


def test_a_little_too_much_costs_only_what_was_fetched_ahead() -> None:
    seen = ridden({0.0: 200.0, 2.0: 1150.0}, 8.0)
    assert share(seen, Worth.AHEAD) < 0.9
    assert all(share(seen, worth) > 0.97 for worth in MIX if worth > Worth.AHEAD)


def test_as_much_as_can_be_done_costs_nothing() -> None:
    seen = ridden({0.0: 850.0}, 6.0)
    assert all(share(seen, worth) == 1.0 for worth in MIX)
