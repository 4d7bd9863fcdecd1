from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from matinee.recommendations.rules.training.keeping import (
    REPORT_DAYS,
    REPORTS_NEWEST,
    Bounds,
    Kept,
    bodies,
    reports,
)
from tests.recommendations import builders

BOUNDS = Bounds(fits=3, days=7)


@st.composite
def histories(draw: st.DrawFn) -> list[Kept]:
    hours = sorted(draw(st.lists(st.integers(0, 24 * 120), max_size=80)), reverse=True)
    served = draw(st.integers(0, len(hours)))
    return [
        Kept(number, draw(st.booleans()), builders.NOW - timedelta(hours=ago), number == served)
        for number, ago in enumerate(hours, 1)
    ]


@given(histories())
def test_what_is_kept_is_bounded_and_what_is_served_stays(history: list[Kept]) -> None:
    arrays, told = bodies(history, BOUNDS, builders.NOW), reports(history, builders.NOW)
    served = {one.version for one in history if one.in_service}
    assert served <= arrays <= told
    assert len(arrays) <= BOUNDS.fits + BOUNDS.days + 1 + len(served)
    assert len(told) <= REPORTS_NEWEST + REPORT_DAYS + 1 + len(served)


@given(histories())
def test_nothing_that_is_too_old_is_kept(history: list[Kept]) -> None:
    by_version = {one.version: one for one in history}
    for version in bodies(history, BOUNDS, builders.NOW):
        one = by_version[version]
        age = builders.NOW - one.started_at
        assert one.in_service or (one.published and age <= timedelta(days=BOUNDS.days))


def test_a_day_keeps_its_first() -> None:
    ago = [70, 60, 50, 5, 4, 3, 2, 1]
    history = [
        Kept(
            number,
            published=True,
            started_at=builders.NOW - timedelta(hours=hours),
            in_service=False,
        )
        for number, hours in enumerate(ago)
    ]
    # It is 20:00: the second and the third are of one day, all behind them of today.
    assert bodies(history, BOUNDS, builders.NOW) == {0, 1, 3, 5, 6, 7}
