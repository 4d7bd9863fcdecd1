"""Which hours of which days a row is shown, and whom it is for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from matinee.contracts.catalog import Audience, EditorialRowDraft, Hours

FRIDAY = datetime(2026, 1, 30, tzinfo=UTC)
TIMES = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


def at(hours: float) -> datetime:
    """So many hours after Friday's midnight in UTC."""
    return FRIDAY + timedelta(hours=hours)


def test_an_evening_begins_and_ends_to_the_minute() -> None:
    evening = Hours(days=[5], starts="18:00", ends="23:30")
    shown = [evening.cover(at(one)) for one in (17.99, 18, 23.49, 23.5)]
    assert shown == [False, True, True, False]
    assert not evening.cover(at(24 + 19)), "the next day is a Saturday"


def test_a_night_goes_on_past_midnight_and_the_end_of_a_month() -> None:
    night = Hours(days=[6], starts="22:00", ends="02:00")
    shown = [night.cover(at(24 + one)) for one in (1, 21, 22.5, 25.9, 26)]
    assert shown == [False, False, True, True, False]


def test_hours_are_those_of_their_time_zone_in_summer_and_in_winter() -> None:
    breakfast = Hours(starts="07:00", ends="09:00", time_zone="Europe/Berlin")
    winter = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
    summer = datetime(2026, 7, 6, 6, 30, tzinfo=UTC)
    assert breakfast.cover(winter)
    assert breakfast.cover(summer)
    assert not breakfast.cover(winter - timedelta(hours=1))
    assert breakfast.cover(summer - timedelta(hours=1))


@given(TIMES, TIMES, st.integers(0, 7 * 24 * 60 - 1))
def test_every_minute_of_a_day_is_in_hours_or_in_their_rest(
    starts: str, ends: str, minute: int
) -> None:
    now = FRIDAY + timedelta(minutes=minute)
    inside = Hours(starts=starts, ends=ends).cover(now)
    rest = Hours(starts=ends, ends=starts).cover(now)
    assert inside != rest if starts != ends else inside


def test_languages_are_those_of_a_tag_and_below_it() -> None:
    german = Audience(languages=["de", "pt-BR"])
    spoken = ("de", "de-AT", "DE-at", "den", "pt-BR", "pt", "en", "")
    included = [german.includes(one, is_kids=False) for one in spoken]
    assert included == [True, True, True, False, True, False, False, False]
    assert Audience().includes("", is_kids=True)


def test_children_and_grown_ups_are_told_apart() -> None:
    found = {
        viewers: [Audience(viewers=viewers).includes("en", is_kids=kids) for kids in (True, False)]
        for viewers in ("everybody", "children", "grown_ups")
    }
    assert found == {
        "everybody": [True, True],
        "children": [True, False],
        "grown_ups": [False, True],
    }


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"hours": {"time_zone": "Mars/Olympus"}}, "Europe/Berlin"),
        ({"hours": {"starts": "24:00"}}, "starts"),
        ({"hours": {"days": [0]}}, "days"),
        ({"shown_as": "hero", "place": 2}, "leave place out"),
    ],
)
def test_what_is_wrong_is_said(wrong: dict[str, object], why: str) -> None:
    row = {"name": "Row", "title_ids": ["0195a000-0000-7000-8000-000000000001"], **wrong}
    with pytest.raises(ValidationError, match=why):
        EditorialRowDraft.model_validate(row)
