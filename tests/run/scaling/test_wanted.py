import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.run.scaling.rules import wanted
from matinee.run.scaling.rules.wanted import Bounds, Course, Pace

PACE = Pace()
EVERY_S = 5.0
needs = st.floats(min_value=0, max_value=100, allow_nan=False)
bounds = st.tuples(st.integers(0, 5), st.integers(0, 60)).map(lambda two: Bounds(two[0], sum(two)))


def run(course: Course, asked: list[float], held: Bounds, begun_s: float = 0.0) -> list[Course]:
    """The courses after one look every five seconds."""
    at_s = itertools.count(1)
    return list(
        itertools.accumulate(
            asked,
            lambda now, need: wanted.further(now, need, held, begun_s + next(at_s) * EVERY_S, PACE),
            initial=course,
        )
    )[1:]


@given(st.lists(needs, max_size=200), bounds, st.integers(0, 100))
def test_there_are_never_more_or_fewer_than_there_may_be(
    asked: list[float], held: Bounds, before: int
) -> None:
    for course in run(wanted.begun(before, 0.0), asked, held):
        assert held.least <= course.copies <= held.most
        # What is remembered is bounded by how many copies there can be.
        assert len(course.needed) <= held.most - held.least + 2


@given(needs, bounds, st.integers(0, 65))
def test_a_steady_need_is_met_exactly_and_then_nothing_changes(
    need: float, held: Bounds, before: int
) -> None:
    goal = held.hold(wanted.whole(need))
    looks = int((PACE.calm_s + 70 * PACE.down_pause_s) / EVERY_S)
    courses = run(wanted.begun(before, 0.0), [need] * looks, held)
    assert courses[-1].copies == goal
    numbers = [course.copies for course in courses]
    # All the way in one direction: copies are not started to be ended again.
    assert numbers == sorted(numbers, reverse=held.hold(before) > goal)


@given(st.lists(needs, min_size=1, max_size=200), bounds)
def test_what_was_needed_lately_is_kept(asked: list[float], held: Bounds) -> None:
    courses = run(Course(0), asked, held)
    window = int(PACE.calm_s / EVERY_S)
    for place in range(1, len(courses)):
        before, now = courses[place - 1].copies, courses[place].copies
        if now < before:
            lately = asked[max(0, place - window + 1) : place + 1]
            assert now >= held.hold(wanted.whole(max(lately)))


@given(st.lists(needs, min_size=1, max_size=100), bounds)
def test_no_more_are_started_than_were_ever_needed(asked: list[float], held: Bounds) -> None:
    for place, course in enumerate(run(Course(0), asked, held)):
        assert course.copies <= held.hold(wanted.whole(max(asked[: place + 1])))


@given(st.lists(needs, max_size=60), needs, needs, bounds)
def test_more_to_do_never_means_fewer_copies(
    before: list[float], one: float, other: float, held: Bounds
) -> None:
    course = [Course(1), *run(Course(1), before, held)][-1]
    now_s = (len(before) + 1) * EVERY_S
    less, more = (
        wanted.further(course, need, held, now_s, PACE).copies for need in sorted((one, other))
    )
    assert less <= more


@given(st.lists(needs, max_size=200), bounds)
def test_steps_are_bounded(asked: list[float], held: Bounds) -> None:
    courses = [Course(held.least), *run(Course(held.least), asked, held)]
    for before, now in itertools.pairwise(courses):
        most_up = max(PACE.up_least, before.copies * PACE.up_share)
        most_down = max(1, before.copies * PACE.down_share)
        assert -most_down <= now.copies - before.copies <= most_up
        if now.copies < before.copies:
            assert now.changed_at_s - before.changed_at_s >= PACE.down_pause_s


def test_a_crowd_of_twenty_times_as_many_has_its_copies_within_half_a_minute() -> None:
    courses = run(wanted.begun(2, 0.0), [1.5] * 12 + [30.0] * 6, Bounds(2, 40))
    assert [course.copies for course in courses] == [2] * 12 + [6, 6, 18, 18, 30, 30]


def test_a_moment_without_anybody_ends_nothing() -> None:
    courses = run(wanted.begun(8, 0.0), [8.0] * 12 + [0.0] * 11 + [8.0] * 12, Bounds(1, 40))
    assert {course.copies for course in courses} == {8}


def test_bounds_that_change_hold_at_once() -> None:
    many = wanted.further(wanted.begun(8, 0.0), 8.0, Bounds(1, 40), 5.0, PACE)
    assert wanted.further(many, 8.0, Bounds(1, 3), 10.0, PACE).copies == 3
    assert wanted.further(many, 0.0, Bounds(20, 40), 10.0, PACE).copies == 20


def test_a_copy_is_started_for_a_task_and_none_for_nothing() -> None:
    assert wanted.whole(0.0) == 0
    assert wanted.whole(0.01) == 1
    assert wanted.whole(1.05) == 1
    assert wanted.whole(1.2) == 2


@pytest.mark.parametrize(("least", "most"), [(-1, 3), (4, 3)])
def test_a_range_is_one(least: int, most: int) -> None:
    with pytest.raises(ValueError, match="no range"):
        Bounds(least, most)
