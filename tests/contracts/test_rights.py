"""Windows of rights: what is open, until when, and when it opens again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.catalog import (
    RightsWindow,
    Vantage,
    is_available,
    open_until,
    opens_at,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE = Vantage("IS", "family", "tv")
_TICK = timedelta(microseconds=1)
moments = st.none() | st.integers(-4, 4).map(lambda hours: NOW + hours * HOUR)


@st.composite
def windows(draw: st.DrawFn) -> RightsWindow:
    starts_at, ends_at = draw(moments), draw(moments)
    if starts_at and ends_at and starts_at >= ends_at:
        ends_at = None
    return RightsWindow(
        territories=draw(st.sampled_from([[], ["IS"], ["NO"]])),
        plans=draw(st.sampled_from([[], ["family", "basic"], ["basic"]])),
        platforms=draw(st.sampled_from([[], ["tv"], ["app"]])),
        starts_at=starts_at,
        ends_at=ends_at,
    )


rights = st.lists(windows(), max_size=5)


@given(rights)
def test_what_is_open_closes_then_and_not_before(own: list[RightsWindow]) -> None:
    until = open_until(own, HERE, NOW)
    if not is_available(own, HERE, NOW):
        assert until == NOW
        return
    if until is None:
        assert is_available(own, HERE, NOW + 1000 * HOUR)
        return
    assert until > NOW
    assert not is_available(own, HERE, until)
    bounds = {at for one in own for at in (one.starts_at, one.ends_at) if at and NOW < at < until}
    assert all(is_available(own, HERE, at) for at in (*bounds, until - _TICK))


@given(rights)
def test_it_opens_next_then_and_not_before(own: list[RightsWindow]) -> None:
    at = opens_at(own, HERE, NOW)
    if at is not None:
        assert at > NOW
        assert is_available(own, HERE, at)
    elif own and not is_available(own, HERE, NOW):
        later = (NOW + hours * HOUR for hours in range(9))
        assert not any(is_available(own, HERE, moment) for moment in later)


@given(rights)
def test_nothing_is_shown_on_a_guess(own: list[RightsWindow]) -> None:
    if is_available(own, Vantage(), NOW):
        assert is_available(own, HERE, NOW)
