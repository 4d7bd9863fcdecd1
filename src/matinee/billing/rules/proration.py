"""Which share of a whole period a part of it is, exactly.

second: seconds of seconds. day: the customer's calendar days of calendar days. day30:
every month has thirty days (30E/360, ISDA 2006 section 4.16(g)).
"""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Literal

from matinee.billing.rules.calendar import Stretch, local_day, midnight

Unit = Literal["second", "day", "day30"]
_LAST = 30


def length(part: Stretch, unit: Unit, zone: str) -> Fraction:
    """How long a stretch is, in its unit (microseconds count as parts of seconds)."""
    if unit == "second":
        microseconds = (part.end - part.start) // timedelta(microseconds=1)
        return Fraction(microseconds, 1_000_000)
    start, end = local_day(part.start, zone), local_day(part.end, zone)
    return Fraction(days360(start, end) if unit == "day30" else (end - start).days)


def share(part: Stretch, whole: Stretch, unit: Unit, zone: str) -> Fraction:
    """The share of `whole` that lies in `part`; between 0 and 1."""
    start, end = max(part.start, whole.start), min(part.end, whole.end)
    if start >= end:
        return Fraction(0)
    if (start, end) == whole:
        return Fraction(1)
    all_of_it = length(whole, unit, zone)
    if all_of_it <= 0:
        return Fraction(1)
    return min(length(Stretch(start, end), unit, zone) / all_of_it, Fraction(1))


def days360(start: date, end: date) -> int:
    """The days from one date to another where every month has thirty."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months * 30 + min(end.day, _LAST) - min(start.day, _LAST)


def unused_from(at: datetime, unit: Unit, zone: str) -> datetime:
    """From when on a period is not used by somebody who leaves at that moment.

    By the day, the day that has begun is used.
    """
    if unit == "second":
        return at
    return midnight(local_day(at, zone) + timedelta(days=1), zone)
