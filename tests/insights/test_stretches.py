"""Stretches of time are cut where steps begin, whole and without gaps, in every time zone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.figures import Step
from matinee.insights.rules.stretches import (
    WrongStretchError,
    cut,
    earlier,
    step_for,
    zone_named,
)

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
LENGTHS = st.timedeltas(timedelta(seconds=1), timedelta(days=900))


@given(MOMENTS, LENGTHS, st.sampled_from(ZONES), st.sampled_from(["before", "year", "none"]))
def test_pieces_follow_each_other_from_the_beginning_to_the_end(
    since: datetime, length: timedelta, name: str, compare: str
) -> None:
    zone, until = zone_named(name), since + length
    pieces = cut(since, until, step_for(since, until), zone)
    assert (pieces.since, pieces.until) == (since, until)
    assert all(before < after for before, after in pairwise(pieces.edges))
    assert len(pieces.edges) <= 203
    before = earlier(pieces, compare, zone)  # type: ignore[arg-type]
    if before is None:
        assert compare == "none"
    else:
        assert len(before.edges) == len(pieces.edges)
        assert before.until <= pieces.until - (length if compare == "before" else timedelta(364))
        assert list(before.edges) == sorted(before.edges)


@pytest.mark.parametrize(
    ("step", "edges"),
    [
        ("day", ["2027-03-28T22:00", "2027-03-29T22:00"]),
        ("week", ["2027-03-28T22:00"]),
        ("month", ["2027-03-31T22:00"]),
    ],
)
def test_days_are_those_of_the_zone_when_clocks_change(step: Step, edges: list[str]) -> None:
    zone = zone_named("Europe/Berlin")
    since = datetime(2027, 3, 28, 12, tzinfo=UTC)
    until = datetime(2027, 3, 30, 12, tzinfo=UTC)
    if step == "month":
        until = datetime(2027, 4, 2, tzinfo=UTC)
    pieces = cut(since, until, step, zone)
    assert [edge.strftime("%Y-%m-%dT%H:%M") for edge in pieces.edges[1:-1]] == edges


def test_a_leap_day_is_compared_with_the_day_before_it() -> None:
    zone = zone_named("UTC")
    day = datetime(2028, 2, 29, tzinfo=UTC)
    before = earlier(cut(day, day + timedelta(days=1), "day", zone), "year", zone)
    assert before is not None
    assert before.edges == (datetime(2027, 2, 28, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("length", "step", "said"),
    [
        (timedelta(0), "day", "later end"),
        (timedelta(days=-1), "day", "later end"),
        (timedelta(days=4000), "month", "ten years"),
        (timedelta(days=30), "minute", "longer step"),
    ],
)
def test_what_cannot_be_told_is_said(length: timedelta, step: Step, said: str) -> None:
    since = datetime(2027, 1, 31, tzinfo=UTC)
    with pytest.raises(WrongStretchError, match=said):
        cut(since, since + length, step, zone_named("UTC"))


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "a\x00b"])
def test_there_is_no_such_zone(name: str) -> None:
    with pytest.raises(WrongStretchError, match="Europe/Berlin"):
        zone_named(name)
