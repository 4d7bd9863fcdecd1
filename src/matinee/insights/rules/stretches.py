"""Stretches of time, cut where hours, days, weeks or months begin, and the same earlier."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from matinee.contracts.figures import Comparison, Step

USUAL: Final = timedelta(days=7)
_LONGEST: Final = timedelta(days=3660)
_POINTS_MAX = 1000
# Of the steps that give no more points than this, the finest is taken.
_POINTS_USUAL = 200
_LENGTHS: Final[dict[Step, timedelta]] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
_MONTHS = 12


class WrongStretchError(ValueError):
    """No figures can be told of such a stretch; the message says what to ask for instead."""


@dataclass(frozen=True)
class Cut:
    """A stretch of time in pieces: piece number n lasts from `edges[n]` until `edges[n + 1]`."""

    edges: tuple[datetime, ...]

    @property
    def since(self) -> datetime:
        """When it begins."""
        return self.edges[0]

    @property
    def until(self) -> datetime:
        """When it ends; that moment is not in it."""
        return self.edges[-1]

    @property
    def length_s(self) -> float:
        """How long it is."""
        return (self.until - self.since).total_seconds()

    def whole(self) -> "Cut":
        """The same in one piece."""
        return Cut((self.since, self.until))


def zone_named(name: str) -> ZoneInfo:
    """A time zone; WrongStretchError if there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        msg = f"There is no time zone {name!r}. Write it as in Europe/Berlin."
        raise WrongStretchError(msg) from error


def step_for(since: datetime, until: datetime) -> Step:
    """The finest step that gives no more points than can be looked at."""
    for step, length in _LENGTHS.items():
        if (until - since) / length <= _POINTS_USUAL:
            return step
    return "month"


def cut(since: datetime, until: datetime, step: Step, zone: ZoneInfo) -> Cut:
    """A stretch cut where steps begin in a time zone; its first and last piece may be shorter.

    WrongStretchError if it ends before it begins, is too long, or would be in too many pieces.
    """
    if until <= since:
        raise WrongStretchError("The time ends before it begins. Choose a later end.")
    if until - since > _LONGEST:
        raise WrongStretchError("The time is too long. Choose at most ten years.")
    if (until - since) / _LENGTHS[step] > _POINTS_MAX:
        msg = f"There would be over {_POINTS_MAX} points. Choose a longer step or a shorter time."
        raise WrongStretchError(msg)
    inner = (at for at in _beginnings(since, step, zone, until) if since < at < until)
    return Cut((since.astimezone(UTC), *inner, until.astimezone(UTC)))


def earlier(pieces: Cut, compare: Comparison, zone: ZoneInfo) -> Cut | None:
    """The stretch to compare with, in as many pieces; None where nothing is compared."""
    match compare:
        case "before":
            length = pieces.until - pieces.since
            return Cut(tuple(edge - length for edge in pieces.edges))
        case "year":
            moved = [_year_ago(edge, zone) for edge in pieces.edges]
            # Both ends of a leap day are the same a year ago.
            return Cut(tuple(_growing(moved)))
        case "none":
            return None


def _beginnings(since: datetime, step: Step, zone: ZoneInfo, until: datetime) -> Iterator[datetime]:
    if step in {"minute", "hour"}:
        length_s = int(_LENGTHS[step].total_seconds())
        at = datetime.fromtimestamp(since.timestamp() // length_s * length_s, UTC)
        while at < until:
            yield at
            at += _LENGTHS[step]
        return
    day = since.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    day = _first_day(day, step)
    while (at := day.replace(tzinfo=zone).astimezone(UTC)) < until:
        yield at
        day = _next_day(day, step)


def _first_day(day: datetime, step: Step) -> datetime:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _next_day(day: datetime, step: Step) -> datetime:
    if step == "month":
        years, month = divmod(day.month, _MONTHS)
        return day.replace(year=day.year + years, month=month + 1)
    return day + _LENGTHS[step]


def _year_ago(at: datetime, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    try:
        moved = local.replace(year=local.year - 1)
    except ValueError:  # the 29th of February
        moved = local.replace(year=local.year - 1, day=28)
    return moved.astimezone(UTC)


def _growing(edges: Sequence[datetime]) -> Iterator[datetime]:
    yield edges[0]
    for before, after in pairwise(edges):
        yield max(before, after)
