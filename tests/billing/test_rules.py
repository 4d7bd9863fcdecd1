"""The rules of periods, trials and entitlements hold for any input."""

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.billing.rules import course as rules
from matinee.billing.rules.calendar import Cycle, Interval, Stretch, aligned, first_anchor, zone_of
from matinee.billing.rules.course import Payer
from matinee.billing.rules.pricing import Anchor, Terms
from matinee.kernel.money import Money, half_up, parsed

INTERVALS: st.SearchStrategy[Interval] = st.sampled_from(["day", "week", "month", "year"])
ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe", "+03:00"]
)
MOMENTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - bounds are naive
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
CYCLES = st.builds(Cycle, MOMENTS, INTERVALS, st.integers(1, 4), ZONES)
TERMS = st.builds(
    Terms,
    price=st.builds(Money, st.sampled_from([0, 999]), st.just("EUR")),
    interval=INTERVALS,
    trial_days=st.sampled_from([0, 7, 30]),
    streams_at_once=st.integers(1, 5),
    height_max=st.sampled_from([720, 2160]),
    alignment=st.sampled_from(["anniversary", "calendar"]),
)
FREE = Terms(Money(0, "EUR"), "month", 0, 3, 2160)
PRICED = Terms(Money(999, "EUR"), "month", 30, 3, 2160)
LATE = timedelta(hours=48)


def day(text: str) -> datetime:
    """Noon of a date."""
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")


@pytest.mark.parametrize(
    ("anchor", "interval", "expected"),
    [
        ("2022-12-28", "month", ["2023-01-28", "2023-02-28", "2023-03-28", "2023-04-28"]),
        ("2024-02-29", "year", ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2023-12-31", "month", ["2024-01-31", "2024-02-29", "2024-03-31"]),
    ],
)
def test_dates_of_renewal(anchor: str, interval: Interval, expected: list[str]) -> None:
    cycle = Cycle(day(anchor), interval)
    assert [cycle.boundary(n + 1) for n in range(len(expected))] == [day(text) for text in expected]


@given(MOMENTS, st.sampled_from(["month", "year"]), ZONES, st.integers(-300, 300))
def test_a_boundary_is_on_the_anchors_local_day_or_the_months_last(
    anchor: datetime, interval: Interval, zone: str, number: int
) -> None:
    local = anchor.astimezone(zone_of(zone))
    moment = Cycle(anchor, interval, 1, zone).boundary(number).astimezone(zone_of(zone))
    last = calendar.monthrange(moment.year, moment.month)[1]
    # An hour that summer time leaves out may lie just before or after midnight.
    if moment.time() == local.time():
        assert moment.day == min(local.day, last)
    months = (moment.year - local.year) * 12 + moment.month - local.month
    assert months == number * (12 if interval == "year" else 1)


@given(CYCLES, st.integers(-400, 400))
def test_boundaries_follow_each_other(cycle: Cycle, number: int) -> None:
    assert cycle.boundary(0) == cycle.anchor_at
    assert cycle.boundary(number) < cycle.boundary(number + 1)


@given(CYCLES, st.integers(-20 * 366 * 86400, 50 * 366 * 86400))
def test_every_moment_lies_in_one_period(cycle: Cycle, later_s: int) -> None:
    at = cycle.anchor_at + timedelta(seconds=later_s)
    period = cycle.period(at)
    assert period.start <= at < period.end
    assert cycle.period(period.start) == period
    assert cycle.period(period.end).start == period.end


@given(MOMENTS, INTERVALS, ZONES)
def test_what_is_aligned_begins_with_a_local_day(
    at: datetime, interval: Interval, zone: str
) -> None:
    first = first_anchor(at, interval, "calendar", zone)
    assert first <= at < Cycle(first, interval, 1, zone).boundary(1)
    assert first_anchor(at, interval, "anniversary", zone) == at


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 31))
def test_billing_days_lie_on_either_side(at: date, bill_cycle_day: int) -> None:
    before, after = (
        aligned(at, bill_cycle_day, "previous"),
        aligned(at, bill_cycle_day, "next"),
    )
    assert before <= at <= after
    assert (after - before).days <= 31
    assert (before == after) == (at in {before, after})


@pytest.mark.parametrize("name", ["Europe/Nowhere", "", "../etc", "+25:00", "3"])
def test_a_time_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="use a name like"):
        zone_of(name)


@given(MOMENTS, INTERVALS, ZONES, st.integers(0, 400 * 86400))
def test_rolling_late_comes_to_the_same_as_rolling_at_every_end(
    anchor: datetime, interval: Interval, zone: str, later_s: int
) -> None:
    terms = replace(FREE, interval=interval)
    begun = rules.start(terms, Anchor(anchor, zone)).course
    now = anchor + timedelta(seconds=later_s)
    course = begun
    while (step := rules.advance(course, terms, course.period.end, Payer(zone))) is not None:
        if step.course.period.start > now:
            break
        course = step.course
    late = rules.advance(begun, terms, now, Payer(zone))
    assert (begun if late is None else late.course) == course
    assert rules.advance(course, terms, now, Payer(zone)) is None


@given(TERMS, MOMENTS, ZONES)
def test_nothing_with_a_price_begins_unpaid_without_a_trial(
    terms: Terms, now: datetime, zone: str
) -> None:
    step = rules.start(terms, Anchor(now, zone))
    course = step.course
    assert (step.charge is not None) == (not terms.is_free and terms.trial_days == 0)
    assert (course.activated_at is None) == (step.charge is not None)
    assert course.is_trialing == (not terms.is_free and terms.trial_days > 0)
    end = rules.entitled_until(course, terms, Payer(zone), LATE)
    assert (end is None) == terms.is_free
    if course.is_trialing:
        assert end == course.trial_ends_at
        over = rules.advance(course, terms, course.period.end, Payer(zone))
        assert over is not None
        assert rules.status(over.course, now) == "ended"
        goes_on = rules.advance(course, terms, course.period.end, Payer(zone, True))
        assert goes_on is not None
        assert goes_on.charge is not None
        assert goes_on.charge.part.start == end


@given(TERMS, MOMENTS, st.integers(-400 * 86400, 400 * 86400))
def test_there_is_no_second_trial(terms: Terms, now: datetime, left_s: int) -> None:
    until = now + timedelta(seconds=left_s)
    step = rules.start(terms, Anchor(now), until)
    if step.course.is_trialing:
        assert step.course.trial_ends_at == until > now
    else:
        assert terms.is_free or left_s <= 0 or terms.trial_days == 0


@given(TERMS, MOMENTS, st.integers(0, 800 * 86400))
def test_a_cancelled_subscription_lasts_to_its_periods_end_and_no_longer(
    terms: Terms, now: datetime, later_s: int
) -> None:
    step = rules.start(terms, Anchor(now))
    course = step.course
    if step.charge is not None:
        course = rules.settled(course, terms, now, "UTC")
    course = course._replace(cancelled_at=now)
    end = course.period.end
    at = now + timedelta(seconds=later_s)
    after = rules.advance(course, terms, at, Payer())
    assert (after is not None) == (at >= end)
    last = course if after is None else after.course
    assert rules.status(last, at) == ("ended" if at >= end else "cancelled")
    assert rules.entitled_until(last, terms, Payer(), LATE) == end


@given(MOMENTS, ZONES, st.integers(0, 20 * 86400))
def test_time_on_hold_is_not_paid_for(now: datetime, zone: str, held_s: int) -> None:
    course = rules.start(replace(PRICED, trial_days=0), Anchor(now, zone)).course
    paid = rules.settled(course, PRICED, now, zone)
    assert (paid.period, paid.paid_until) == (course.period, course.period.end)
    held_at = paid.period.end + timedelta(days=14)
    renewed = rules.advance(paid, PRICED, paid.period.end, Payer(zone))
    assert renewed is not None
    assert renewed.course.is_unpaid
    assert rules.advance(renewed.course, PRICED, held_at, Payer(zone)) is None
    held = renewed.course._replace(held_at=held_at)
    assert rules.entitled_until(held, PRICED, Payer(zone), LATE) == held_at
    at = held_at + timedelta(seconds=held_s)
    on = rules.settled(held, PRICED, at, zone)
    assert on.period.start == on.anchor_at == at
    assert rules.status(on, at) == "active"


def test_whole_periods_that_were_missed_are_not_charged() -> None:
    begun = rules.start(replace(PRICED, trial_days=0), Anchor(day("2024-01-10"))).course
    course = rules.settled(begun, PRICED, day("2024-01-10"), "UTC")
    step = rules.advance(course, PRICED, day("2024-05-20"), Payer())
    assert step is not None
    assert step.charge is not None
    assert step.charge.part == (day("2024-05-10"), day("2024-06-10"))
    assert step.charge.share == 1


@given(st.fractions(-(10**12), 10**12))
def test_halves_go_away_from_zero(exact: Fraction) -> None:
    nearest = half_up(exact)
    assert abs(exact - nearest) <= Fraction(1, 2)
    assert half_up(-exact) == -nearest
    if abs(exact - nearest) == Fraction(1, 2):
        assert abs(nearest) > abs(exact)


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.001", "EUR"), ("1.5", "JPY"), ("ten", "EUR"), ("inf", "EUR")]
)
def test_an_amount_that_cannot_be_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=amount):
        parsed(amount, currency)


@given(MOMENTS, st.sampled_from(["month", "year"]), ZONES, st.integers(-7200, 7200))
def test_clocks_that_are_moved_make_no_part_of_a_period(
    now: datetime, interval: Interval, zone: str, moved_s: int
) -> None:
    terms = replace(PRICED, trial_days=0, interval=interval)
    course = rules.settled(rules.start(terms, Anchor(now, zone)).course, terms, now, zone)
    told = course.period.end + timedelta(seconds=moved_s)
    course = course._replace(period=Stretch(now, told), paid_until=told)
    step = rules.advance(course, terms, told, Payer(zone, can_be_charged=True))
    assert step is not None
    assert step.charge is not None
    assert step.charge.share == 1
    assert step.charge.part.start == told
    assert step.course.period.end == Cycle(now, interval, 1, zone).boundary(2)
