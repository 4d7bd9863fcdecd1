"""When an alert fires and ends: what must hold whatever is measured, and by example."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.insights.rules import alerts
from matinee.insights.rules.alerts import SILENCE, UNBROKEN, Side, Threshold, Watch, after

START = datetime(2026, 2, 28, 23, 50, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
VALUES = st.lists(st.none() | st.floats(-100, 100), max_size=120)
STEPS = st.sampled_from([MINUTE, 2 * MINUTE, 10 * MINUTE])


@st.composite
def thresholds(draw: st.DrawFn) -> Threshold:
    side: Side = draw(st.sampled_from(["above", "below"]))
    limit, back = draw(st.floats(-50, 50)), draw(st.floats(0, 30))
    clear_at = limit - back if side == "above" else limit + back
    return Threshold(side, limit, clear_at, draw(st.integers(0, 20)) * MINUTE)


def watched(
    threshold: Threshold, values: Sequence[float | None], step: timedelta = MINUTE
) -> list[Watch]:
    """What is known after each of some looks that follow each other evenly."""
    known, watch = [], Watch()
    for number, value in enumerate(values):
        watch = after(watch, threshold, START + number * step, value)
        known.append(watch)
    return known


@given(thresholds(), VALUES)
def test_what_fires_was_crossed_at_every_look_for_as_long(
    threshold: Threshold, values: list[float | None]
) -> None:
    known = watched(threshold, values)
    for number, watch in enumerate(known):
        began = watch.state == "firing" and (number == 0 or known[number - 1].state != "firing")
        if began:
            looks = threshold.lasting // MINUTE + 1
            last = values[number + 1 - looks : number + 1]
            assert len(last) == looks
            assert all(value is not None and threshold.is_crossed(value) for value in last)
            assert watch.since == START + (number + 1 - looks) * MINUTE


@given(thresholds(), VALUES)
def test_what_ends_was_back_at_every_look_for_as_long_or_silent(
    threshold: Threshold, values: list[float | None]
) -> None:
    for number, watch in enumerate(watched(threshold, values)):
        if watch.ending == "recovered":
            looks = threshold.lasting // MINUTE + 1
            last = values[number + 1 - looks : number + 1]
            assert all(value is not None and threshold.is_back(value) for value in last)
        elif watch.ending == "silent":
            looks = max(SILENCE, threshold.lasting) // MINUTE + 1
            assert set(values[number + 1 - looks : number + 1]) == {None}


@given(thresholds(), VALUES)
def test_between_the_two_limits_nothing_changes(
    threshold: Threshold, values: list[float | None]
) -> None:
    """A value that trembles between them neither fires nor ends anything."""
    low, high = sorted((threshold.limit, threshold.clear_at))
    trembling = [min(high, max(low, value)) for value in values if value is not None]
    if threshold.limit == threshold.clear_at:
        return
    inside = [v for v in trembling if not threshold.is_back(v) and not threshold.is_crossed(v)]
    assert {watch.state for watch in watched(threshold, inside)} <= {"fine"}
    firing = Watch("firing", START - MINUTE, START - MINUTE)
    for number, value in enumerate(inside):
        firing = after(firing, threshold, START + number * MINUTE, value)
        assert firing.state == "firing"


@given(thresholds(), VALUES, STEPS)
def test_two_alerts_of_a_rule_lie_twice_the_time_apart(
    threshold: Threshold, values: list[float | None], step: timedelta
) -> None:
    """From one beginning to the next: it has to be back as long, and crossed as long."""
    known = watched(threshold, values, step)
    states = ["fine", *(watch.state for watch in known)]
    began = [
        START + number * step
        for number, (before, now) in enumerate(pairwise(states))
        if before != "firing" and now == "firing"
    ]
    for first, second in pairwise(began):
        assert second - first > 2 * threshold.lasting


@given(thresholds(), VALUES)
def test_the_worst_value_is_the_furthest_since_it_began(
    threshold: Threshold, values: list[float | None]
) -> None:
    for number, watch in enumerate(watched(threshold, values)):
        if watch.state == "fine":
            assert (watch.worst, watch.since) == (None, None)
            continue
        assert watch.since is not None
        first = (watch.since - START) // MINUTE
        seen = [value for value in values[first : number + 1] if value is not None]
        assert watch.worst == (max(seen) if threshold.side == "above" else min(seen))


@given(thresholds(), VALUES)
def test_a_look_that_comes_late_changes_nothing(
    threshold: Threshold, values: list[float | None]
) -> None:
    for watch in watched(threshold, values):
        assert watch.looked_at is not None
        for at in (watch.looked_at, watch.looked_at - MINUTE):
            assert after(watch, threshold, at, 1e9) is watch


TWO_MINUTES = Threshold("above", 10, 8, 2 * MINUTE)


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([11, 12, 13], ["pending", "pending", "firing"]),
        ([11, 10, 13, 14], ["pending", "fine", "pending", "pending"]),
        ([11, None, 13], ["pending", "fine", "pending"]),
        ([11, 12, 13, 9, 8, 8, 8], ["pending", "pending", *["firing"] * 4, "fine"]),
        ([11, 12, 13, 8, 9, 8, 8], ["pending", "pending", *["firing"] * 5]),
    ],
)
def test_by_example(values: list[float | None], states: list[str]) -> None:
    assert [watch.state for watch in watched(TWO_MINUTES, values)] == states


def test_who_did_not_look_cannot_say_that_it_lasted() -> None:
    crossed = after(Watch(), TWO_MINUTES, START, 11)
    later = START + UNBROKEN + timedelta(seconds=1)
    assert after(crossed, TWO_MINUTES, later, 11).since == later
    in_time = after(crossed, TWO_MINUTES, START + UNBROKEN, 11)
    assert (in_time.state, in_time.since) == ("firing", START)
    back = after(in_time, TWO_MINUTES, START + UNBROKEN + MINUTE, 5)
    assert back.back_since == START + UNBROKEN + MINUTE
    much_later = START + timedelta(hours=5)
    assert after(back, TWO_MINUTES, much_later, 5).back_since == much_later


@given(st.lists(st.floats(-25, 25), min_size=3, max_size=3))
def test_looks_that_come_early_or_late_count_all_the_same(off_s: list[float]) -> None:
    watch, seen = Watch(), []
    for number, late_s in enumerate(off_s):
        at = START + number * MINUTE + timedelta(seconds=late_s / 2)
        watch = after(watch, TWO_MINUTES, at, 11)
        seen.append(watch.state)
    assert seen == ["pending", "pending", "firing"]


def test_at_once_where_nothing_has_to_last() -> None:
    at_once = Threshold("below", 1, 2, timedelta())
    states = [watch.state for watch in watched(at_once, [3, 0.5, 1.5, 2])]
    assert states == ["fine", "firing", "firing", "fine"]


@given(st.sampled_from(["above", "below"]), st.integers(-(10**9), 10**9))
def test_what_is_proposed_as_the_end_is_on_the_good_side(side: Side, limit: int) -> None:
    assert alerts.clears_before(side, limit, alerts.clear_default(side, limit))
    if limit:
        assert not alerts.clears_before(side, alerts.clear_default(side, limit), limit)
