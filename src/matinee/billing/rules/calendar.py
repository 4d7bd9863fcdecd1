"""Where periods begin and end, in the customer's own time zone.

A boundary is always computed from the anchor, never from the boundary before:
31 January → 28 February → 31 March. The wall clock counts: a period that begins
at 9 in the morning ends at 9 in the morning, whatever happens to summer time.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

Interval = Literal["day", "week", "month", "year"]
Alignment = Literal["anniversary", "calendar"]
Direction = Literal["next", "previous"]

_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")


class Stretch(NamedTuple):
    """A time from a moment to another, which is no longer part of it."""

    start: datetime
    end: datetime


@lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo:
    """A time zone by its IANA name ('Europe/Paris') or its offset ('+03:00'); else ValueError."""
    offset = _OFFSET.fullmatch(name)
    try:
        if offset is None:
            return ZoneInfo(name)
        sign, hours, minutes = offset.groups()
        ahead = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(ahead if sign == "+" else -ahead)
    except (KeyError, ValueError, OSError) as error:
        msg = f"{name!r} is not a time zone; use a name like 'Europe/Paris' or an offset '+03:00'"
        raise ValueError(msg) from error


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day of a moment, where the customer is."""
    return moment.astimezone(zone_of(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """When a day begins there, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Cycle:
    """How often something recurs, counted from which moment, in whose time zone."""

    anchor_at: datetime
    interval: Interval
    count: int = 1
    zone: str = "UTC"

    def boundary(self, number: int) -> datetime:
        """Where period `number` begins; on the anchor's day, or else the month's last.

        Number 0 begins at the anchor; those before it have negative numbers.
        """
        local = self.anchor_at.astimezone(zone_of(self.zone))
        if self.interval in _DAYS:
            moved = local + timedelta(days=number * self.count * _DAYS[self.interval])
        else:
            moved = _months_later(local, number * self.count * _MONTHS[self.interval])
        return moved.astimezone(UTC)

    def period(self, at: datetime) -> Stretch:
        """The period that the moment lies in."""
        number = self._number_near(at)
        while (start := self.boundary(number)) > at:
            number -= 1
        while (end := self.boundary(number + 1)) <= at:
            start = end
            number += 1
        return Stretch(start, end)

    def _number_near(self, at: datetime) -> int:
        """The number of a period at most one away from that of the moment."""
        zone = zone_of(self.zone)
        local, anchor = at.astimezone(zone), self.anchor_at.astimezone(zone)
        if self.interval in _DAYS:
            return (local.date() - anchor.date()).days // (self.count * _DAYS[self.interval])
        months = (local.year - anchor.year) * 12 + local.month - anchor.month
        return months // (self.count * _MONTHS[self.interval])


def first_anchor(at: datetime, interval: Interval, alignment: Alignment, zone: str) -> datetime:
    """What the periods of something that begins now are counted from.

    Anniversary: that moment. Calendar: midnight of the first day of its month or
    year, of its week's Monday, or of the day itself.
    """
    if alignment == "anniversary":
        return at
    day = local_day(at, zone)
    match interval:
        case "year":
            first = day.replace(month=1, day=1)
        case "month":
            first = day.replace(day=1)
        case "week":
            first = day - timedelta(days=day.weekday())
        case "day":
            first = day
    return midnight(first, zone)


def aligned(day: date, bill_cycle_day: int, direction: Direction) -> date:
    """The nearest billing day from `day` on, or the last one up to it; itself if it is one.

    The billing day of a month that is too short is its last.
    """
    here = _on_day(day.year, day.month, bill_cycle_day)
    if direction == "next":
        return here if here >= day else _on_day(*_month_later(day, 1), bill_cycle_day)
    return here if here <= day else _on_day(*_month_later(day, -1), bill_cycle_day)


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _month_later(day: date, months: int) -> tuple[int, int]:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return year, month + 1


def _on_day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
