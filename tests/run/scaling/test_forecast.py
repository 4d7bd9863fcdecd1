from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matinee.run.scaling.rules import forecast
from matinee.run.scaling.rules.forecast import AHEAD, LIFT_FIRST, LIFT_MAX, WEEKS, History

WEEK = timedelta(weeks=1)
# A Friday, a quarter to eight in the evening.
EVENING = datetime(2026, 11, 20, 19, 45, tzinfo=UTC)
moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis wants it so
    max_value=datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
demands = st.floats(min_value=0, max_value=100)


def evenings(*peaks: float) -> History:
    """What the hour of `EVENING` needed in the weeks before, the last week first."""
    history = History()
    for weeks, peak in enumerate(peaks, 1):
        history = forecast.with_demand(history, EVENING - weeks * WEEK, peak)
    return history


def test_a_week_has_168_hours_and_begins_on_monday() -> None:
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    week, hour = forecast.place_of(monday)
    assert hour == 0
    assert forecast.place_of(monday - timedelta(seconds=1)) == (week - 1, 167)
    assert forecast.place_of(EVENING) == (week, 4 * 24 + 19)


def test_an_evening_needs_what_evenings_needed() -> None:
    assert forecast.usual(evenings(6, 2, 9, 4), EVENING) == 6
    assert forecast.usual(evenings(6, 2, 9, 4), EVENING + timedelta(hours=3)) == 0
    assert forecast.usual(History(), EVENING) == 0


def test_one_odd_week_does_not_count() -> None:
    assert forecast.usual(evenings(5, 5, 80, 5), EVENING) == 5
    assert forecast.usual(evenings(5, 5, 0, 5), EVENING) == 5


def test_the_week_that_goes_on_is_not_its_own_forecast() -> None:
    assert forecast.usual(forecast.with_demand(History(), EVENING, 7.0), EVENING) == 0


@given(st.lists(st.tuples(moments, demands), max_size=40), moments)
def test_what_is_remembered_is_bounded_and_counts_once(
    seen: list[tuple[datetime, float]], at: datetime
) -> None:
    history = History()
    for moment, demand in seen:
        history = forecast.with_demand(history, moment, demand)
    assert all(len(weeks) <= WEEKS for weeks in history.peaks.values())
    assert len(history.peaks) <= forecast.HOURS
    assert 0 <= forecast.usual(history, at) <= max((d for _, d in seen), default=0)


def test_copies_are_there_before_the_hour_needs_them() -> None:
    later = EVENING + AHEAD + timedelta(minutes=5)
    history = forecast.with_demand(History(), later - WEEK, 12.0)
    assert forecast.foreseen(history, [], EVENING, 1.0) == 0
    assert forecast.foreseen(history, [], later - AHEAD, 1.0) == 12.0


def test_a_premiere_lifts_what_is_usual_before_and_after_it() -> None:
    history, premiere = evenings(4, 4), EVENING
    lifted = LIFT_FIRST * 4
    assert forecast.foreseen(history, [premiere], premiere - AHEAD, 1.0) == lifted
    assert forecast.foreseen(history, [premiere], premiere, 8.0) == lifted
    assert forecast.foreseen(history, [premiere], premiere - 2 * AHEAD, 1.0) == 4
    over = premiere + forecast.PREMIERE_LASTS
    assert forecast.foreseen(history, [premiere], over, 1.0) == 0


def test_without_history_a_premiere_lifts_what_there_is_before_it_and_not_itself() -> None:
    before = EVENING - timedelta(minutes=1)
    assert forecast.foreseen(History(), [EVENING], before, 3.0) == LIFT_FIRST * 3.0
    # What came with the premiere is no reason to expect as much again.
    assert forecast.foreseen(History(), [EVENING], EVENING, 6.0) == 0


def test_premieres_that_brought_nobody_are_expected_to_bring_nobody() -> None:
    history = History()
    for came in (2.0, 2.1, 1.0):
        history = forecast.with_premiere(history, 2.0, came)
    assert forecast.lift(history) == 1.0


@given(st.lists(st.tuples(demands, demands), max_size=30))
def test_what_premieres_bring_is_bounded(seen: list[tuple[float, float]]) -> None:
    history = History()
    for usual, came in seen:
        history = forecast.with_premiere(history, usual, came)
    assert len(history.lifts) <= forecast.LIFTS
    assert 1.0 <= forecast.lift(history) <= LIFT_MAX


@given(st.lists(moments, max_size=5), moments, demands, demands)
def test_a_forecast_never_asks_for_less_when_more_is_needed(
    premieres: list[datetime], now: datetime, one: float, other: float
) -> None:
    less, more = sorted((one, other))
    history = forecast.with_demand(History(), now - WEEK, 3.0)
    assert forecast.foreseen(history, premieres, now, less) <= forecast.foreseen(
        history, premieres, now, more
    )
