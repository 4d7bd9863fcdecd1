"""When a payment that failed is tried again, and what becomes of the subscription meanwhile.

First comes grace: watching goes on. Then the subscription is on hold; retries go on
until two weeks after the first failure. What is still unpaid some time later is given up.
A card whose bank will never agree is not tried again: only another card helps, and that
is tried as soon as it is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

Step = Literal["retry", "hold", "end"]
# On the same moment a retry comes first: it may help.
_ORDER: dict[Step, int] = {"retry": 0, "hold": 1, "end": 2}


@dataclass(frozen=True)
class Schedule:
    """Days after the first failure. Retries fall on different weekdays: wages come on some."""

    retry_days: tuple[int, ...] = (1, 3, 6, 10, 14)
    grace_days: int = 7
    end_days: int = 28

    def __post_init__(self) -> None:
        days = (0, *self.retry_days)
        is_rising = all(one < two for one, two in pairwise(days))
        if not is_rising or not 0 <= self.grace_days < self.end_days:
            raise ValueError("Retries come later and later, and the end after the grace.")
        if self.retry_days and self.retry_days[-1] >= self.end_days:
            raise ValueError("The last retry comes before the end.")


@dataclass(frozen=True)
class Due:
    """A step and when it is to be done."""

    step: Step
    at: datetime


def grace_until(failed_at: datetime, schedule: Schedule) -> datetime:
    """When watching stops, if nothing is paid."""
    return failed_at + timedelta(days=schedule.grace_days)


def end_at(failed_at: datetime, schedule: Schedule) -> datetime:
    """When it is given up."""
    return failed_at + timedelta(days=schedule.end_days)


@dataclass(frozen=True)
class Case:
    """How far things have come with an invoice that could not be collected."""

    failed_at: datetime
    is_held: bool = False
    is_final: bool = False
    """Whether the card's bank will never agree."""


def following(case: Case, now: datetime, schedule: Schedule) -> Due:
    """What is to be done next, after something was done just now.

    Retries that were missed are left out, one is enough; a hold or an end that was missed comes.
    """
    grace = grace_until(case.failed_at, schedule)
    end = end_at(case.failed_at, schedule)
    days = () if case.is_final else schedule.retry_days
    retries = (case.failed_at + timedelta(days=day) for day in days)
    found = [Due("retry", at) for at in retries if at > now and at < end]
    if not case.is_held:
        found.append(Due("hold", grace))
    found.append(Due("end", end))
    return min(found, key=lambda due: (due.at, _ORDER[due.step]))
