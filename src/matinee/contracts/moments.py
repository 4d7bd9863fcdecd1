"""Moments that somebody writes, as services work with them: in UTC."""

from datetime import UTC, datetime

from pydantic import AfterValidator


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        msg = "must be a moment of the years 1 to 9999, in UTC as well"
        raise ValueError(msg) from error


InUtc = AfterValidator(_in_utc)
"""Of a moment with a zone: PostgreSQL knows none that is sixteen hours away or more."""
