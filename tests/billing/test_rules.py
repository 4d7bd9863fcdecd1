"""The rules of periods, trials and entitlements hold for any input."""

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.billing import rules
from matinee.billing.rules import Course, Interval, Terms
from matinee.kernel.money import Money

INTERVALS: st.SearchStrategy[Interval] = st.sampled_from(["month", "year"])
MOMENTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - bounds are naive
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
TERMS = st.builds(
    Terms,
    price=st.builds(Money, st.sampled_from([0, 999]), st.just("EUR")),
    interval=INTERVALS,
    trial_days=st.sampled_from([0, 7, 30]),
    streams_at_once=st.integers(1, 5),
    height_max=st.sampled_from([720, 2160]),
)
FREE = Terms(Money(0, "EUR"), "month", 0, 3, 2160)
PRICED = Terms(Money(999, "EUR"), "month", 30, 3, 2160)


def day(text: str) -> datetime:
    """Noon of a date."""
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")


@pytest.mark.parametrize(
    ("anchor", "interval", "expected"),
    [
        ("2023-01-31", "month", ["2023-02-28", "2023-03-31", "2023-04-30"]),
        ("2024-01-30", "month", ["2024-02-29", "2024-03-30", "2024-04-30"]),
        ("2022-12-28", "month", ["2023-01-28", "2023-02-28", "2023-03-28", "2023-04-28"]),
        ("2024-01-31", "year", ["2025-01-31", "2026-01-31"]),
        ("2024-02-29", "year", ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2023-12-31", "month", ["2024-01-31", "2024-02-29", "2024-03-31"]),
    ],
)
def test_dates_of_renewal(anchor: str, interval: Interval, expected: list[str]) -> None:
    ends = [rules.boundary(day(anchor), interval, n + 1) for n in range(len(expected))]
    assert ends == [day(text) for text in expected]


@given(MOMENTS, INTERVALS, st.integers(0, 600))
def test_a_boundary_is_on_the_anchors_day_or_the_months_last(
    anchor: datetime, interval: Interval, number: int
) -> None:
    moment = rules.boundary(anchor, interval, number)
    last = calendar.monthrange(moment.year, moment.month)[1]
    assert moment.day == min(anchor.day, last)
    assert moment.timetz() == anchor.timetz()
    months = (moment.year - anchor.year) * 12 + moment.month - anchor.month
    assert months == number * (12 if interval == "year" else 1)


@given(MOMENTS, INTERVALS, st.integers(0, 50 * 366 * 86400))
def test_a_period_ends_at_the_first_boundary_after(
    anchor: datetime, interval: Interval, later_s: int
) -> None:
    at = anchor + timedelta(seconds=later_s)
    end = rules.period_end(anchor, interval, at)
    boundaries = [rules.boundary(anchor, interval, number) for number in range(620)]
    assert end == min(boundary for boundary in boundaries if boundary > at)


@given(MOMENTS, INTERVALS, st.integers(0, 400 * 86400))
def test_rolling_late_comes_to_the_same_as_rolling_at_every_end(
    anchor: datetime, interval: Interval, later_s: int
) -> None:
    terms = Terms(Money(0, "EUR"), interval, 0, 1, 1080)
    begun = rules.start(terms, anchor)
    assert begun is not None
    now = anchor + timedelta(seconds=later_s)
    step = begun
    while step.current_period_end <= now:
        step = rules.rolled(step, terms, step.current_period_end)
    assert rules.rolled(begun, terms, now) == step
    assert rules.rolled(step, terms, now) == step


@given(TERMS, MOMENTS)
def test_nothing_with_a_price_goes_on_without_a_trial(terms: Terms, now: datetime) -> None:
    begun = rules.start(terms, now)
    if begun is None:
        assert not terms.is_free
        assert terms.trial_days == 0
    elif terms.is_free:
        assert rules.status(begun) == "active"
        assert rules.entitled_until(begun, terms) is None
    else:
        assert rules.status(begun) == "trialing"
        end = now + timedelta(days=terms.trial_days)
        assert begun.current_period_end == rules.entitled_until(begun, terms) == end
        assert rules.status(rules.rolled(begun, terms, end)) == "ended"


@given(TERMS, MOMENTS, st.integers(-100, 100))
def test_there_is_no_second_trial(terms: Terms, now: datetime, left_s: int) -> None:
    until = now + timedelta(seconds=left_s)
    begun = rules.start(terms, now, until)
    if terms.is_free:
        assert begun is not None
    elif begun is None:
        assert left_s <= 0 or terms.trial_days == 0
    else:
        assert begun.current_period_end == until > now


@given(TERMS, MOMENTS, st.integers(0, 800 * 86400), st.integers(0, 800 * 86400))
def test_a_cancelled_subscription_lasts_to_its_periods_end_and_no_longer(
    terms: Terms, now: datetime, cancelled_s: int, later_s: int
) -> None:
    begun = rules.start(terms, now)
    if begun is None:
        return
    cancelled_at = now + timedelta(seconds=cancelled_s)
    course = rules.rolled(begun, terms, cancelled_at)
    if course.ended_at is None:
        course = Course(
            course.started_at, course.anchor_at, course.current_period_end, cancelled_at
        )
        assert rules.status(course) == "cancelled"
    end = course.current_period_end
    at = cancelled_at + timedelta(seconds=later_s)
    after = rules.rolled(course, terms, at)
    assert rules.entitled_until(after, terms) == end
    assert (rules.status(after) == "ended") == (at >= end)


def test_the_first_period_of_a_plan_that_costs_nothing() -> None:
    begun = rules.start(FREE, day("2024-01-31"))
    assert begun is not None
    assert begun.current_period_end.date() == date(2024, 2, 29)
    assert not begun.has_trial


def test_a_trial_ends_after_its_days_across_a_leap_day() -> None:
    begun = rules.start(PRICED, day("2012-02-01"))
    assert begun is not None
    assert begun.current_period_end.date() == date(2012, 3, 2)


@pytest.mark.parametrize(
    ("currency", "minor", "text"),
    [("USD", 1000, "10.00"), ("JPY", 500, "500"), ("KWD", 5124, "5.124"), ("UGX", 1000, "1000")],
)
def test_prices_are_minor_units_of_their_currency(currency: str, minor: int, text: str) -> None:
    assert str(Money(minor, currency)) == f"{text} {currency}"
