"""Which fits and which reports are kept: enough to go back to and to compare with, and no more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

REPORTS_NEWEST = 50
REPORT_DAYS = 90


@dataclass(frozen=True)
class Kept:
    """One training as far as keeping it goes."""

    version: int
    published: bool
    started_at: datetime
    in_service: bool


@dataclass(frozen=True)
class Bounds:
    """How many published fits can be gone back to, and for how many days any is kept."""

    fits: int
    days: int


def bodies(trainings: Sequence[Kept], bounds: Bounds, now: datetime) -> set[int]:
    """The versions whose arrays stay: what is in service, the newest published, one a day.

    None but the first of these is older than `bounds.days`, so that what somebody had erased is not
    known for longer.
    """
    oldest = now - timedelta(days=bounds.days)
    published = [one for one in trainings if one.published and one.started_at >= oldest]
    newest = sorted((one.version for one in published), reverse=True)[: bounds.fits]
    served = (one.version for one in trainings if one.in_service)
    return {*served, *newest, *_first_of_each_day(published)}


def reports(trainings: Sequence[Kept], now: datetime) -> set[int]:
    """The versions whose reports stay: the newest, one published a day, and what is in service."""
    oldest = now - timedelta(days=REPORT_DAYS)
    published = [one for one in trainings if one.published and one.started_at >= oldest]
    newest = sorted((one.version for one in trainings), reverse=True)[:REPORTS_NEWEST]
    served = (one.version for one in trainings if one.in_service)
    return {*served, *newest, *_first_of_each_day(published)}


def _first_of_each_day(trainings: Iterable[Kept]) -> Iterable[int]:
    """The first of a day is what the days after it can be judged on."""
    found: dict[object, int] = {}
    for one in sorted(trainings, key=lambda one: one.version):
        found.setdefault(one.started_at.date(), one.version)
    return found.values()
