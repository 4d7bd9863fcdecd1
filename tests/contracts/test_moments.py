"""Moments that somebody writes are worked with in UTC, wherever their clock stands."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from matinee.contracts import figures
from matinee.contracts.catalog import rights

KINDS: dict[str, TypeAdapter[datetime]] = {
    "of figures": TypeAdapter(figures.Moment),
    "of rights": TypeAdapter(rights.Moment),
}
_ANY_OFFSET = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59))


@pytest.mark.parametrize("kind", KINDS)
@given(
    at=st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)),  # noqa: DTZ001 - has a zone next
    offset=_ANY_OFFSET,
)
def test_a_moment_is_the_same_one_in_utc(kind: str, at: datetime, offset: timedelta) -> None:
    minutes = timedelta(minutes=offset // timedelta(minutes=1))
    written = at.replace(tzinfo=timezone(minutes))
    read = KINDS[kind].validate_python(written.isoformat())
    assert read == written
    assert read.tzinfo is UTC


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "told", ["2027-03-01T12:00:00", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-00:01"]
)
def test_what_is_no_moment_in_utc_is_refused(kind: str, told: Any) -> None:
    with pytest.raises(ValidationError):
        KINDS[kind].validate_python(told)
