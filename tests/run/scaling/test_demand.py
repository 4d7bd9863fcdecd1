import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.run.scaling.rules import demand
from matinee.run.scaling.rules.demand import BEYOND_MAX, Rates, Report, Takes

TAKES = Takes(core_share=0.5, presses_per_s=100.0, begins_within_s=10.0, task_s=2.0, slots=2)
per_second = st.floats(min_value=0, max_value=1e4)
answering = st.builds(
    Rates,
    worked=st.floats(min_value=0, max_value=8),
    answered=per_second,
    presses=per_second,
)
working = st.builds(Rates, taken=per_second, in_hand=st.floats(min_value=0, max_value=2))


def test_two_reports_say_how_a_copy_goes() -> None:
    before = Report(up_s=10.0, worked_s=3.0, answered=100, turned_away=5, presses=10, in_hand=1)
    after = Report(20.0, 8.0, answered=600, turned_away=105, presses=60, in_hand=2, slots=2)
    assert demand.rates(before, after) == Rates(
        worked=0.5, answered=50.0, turned_away=10.0, presses=5.0, in_hand=1.5, slots=2
    )


@pytest.mark.parametrize(
    "after", [Report(up_s=10.0), Report(up_s=2.0), Report(up_s=12.0, answered=3)]
)
def test_nothing_is_told_of_the_same_report_or_of_another_copy(after: Report) -> None:
    assert demand.rates(Report(up_s=10.0, answered=4), after) is None


def test_as_many_copies_as_keep_their_processors_free_enough() -> None:
    assert demand.of_answers([Rates(worked=0.5, answered=10.0)] * 3, TAKES) == pytest.approx(3.0)


def test_presses_of_play_count_before_a_processor_feels_them() -> None:
    assert demand.of_answers([Rates(worked=0.1, answered=400, presses=400)], TAKES) == 4.0


def test_whoever_is_turned_away_counts_as_if_they_were_answered() -> None:
    # Of 100 requests 80 are turned away: five times as much is needed as is used.
    crowded = Rates(worked=1.0, answered=100.0, turned_away=80.0)
    assert demand.of_answers([crowded], TAKES) == pytest.approx(10.0)


def test_where_all_are_turned_away_the_crowd_is_bounded() -> None:
    nobody = Rates(worked=1.0, answered=100.0, turned_away=100.0)
    assert demand.of_answers([nobody], TAKES) == pytest.approx(2.0 * BEYOND_MAX)


@given(st.lists(answering, max_size=5), answering)
def test_another_busy_copy_never_means_less(copies: list[Rates], another: Rates) -> None:
    least = demand.of_answers(copies, TAKES)
    assert demand.of_answers([*copies, another], TAKES) >= least * (1 - 1e-9)


def test_what_waits_counts_by_how_long_it_takes() -> None:
    # Two in hand and one taken a second: each takes two seconds (Little's law).
    seen = [Rates(in_hand=2.0, taken=1.0, slots=2)]
    assert demand.of_tasks(seen, 0, TAKES) == 1.0
    assert demand.of_tasks(seen, 100, TAKES) == pytest.approx((2.0 + 100 * 2.0 / 10) / 2)


def test_tasks_that_wait_are_seen_where_nobody_works() -> None:
    assert demand.of_tasks([], 0, TAKES) == 0.0
    assert demand.of_tasks([], 1, TAKES) == pytest.approx(0.1)
    assert demand.of_tasks([Rates(slots=2)], 100, TAKES) == pytest.approx(10.0)


@given(st.lists(working, max_size=5), st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_that_waits_never_means_less(seen: list[Rates], one: int, other: int) -> None:
    less, more = (demand.of_tasks(seen, waiting, TAKES) for waiting in sorted((one, other)))
    assert 0 <= less <= more


def test_one_odd_look_starts_nothing() -> None:
    assert demand.steady([1.0, 30.0, 1.0]) == 1.0
    assert demand.steady([1.0, 30.0, 30.0]) == 30.0
    assert demand.steady([]) == 0.0
