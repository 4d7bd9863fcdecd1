"""How worked cases are read. What a case has no key for is looked for in its words."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from matinee.billing.rules import calendar, course
from matinee.billing.rules.calendar import Alignment, Interval, Stretch, midnight
from matinee.billing.rules.course import Payer
from matinee.billing.rules.invoicing import Charged, Item, Span, bill
from matinee.billing.rules.pricing import Anchor, Manner, Terms
from matinee.billing.rules.proration import Unit
from matinee.billing.rules.taxes import Tax
from matinee.kernel.money import Money, parsed

Case = dict[str, Any]
Answer = dict[str, Any]

_INTERVALS: dict[str, tuple[Interval, int]] = {
    "daily": ("day", 1),
    "week": ("week", 1),
    "month": ("month", 1),
    "quarter": ("month", 3),
    "half-year": ("month", 6),
    "semi": ("month", 6),
    "year": ("year", 1),
    "annual": ("year", 1),
}


def words_of(case: Case, key: str) -> str:
    """What a case says about something that it has no key for."""
    words = f"{case.get('title', '')} {case.get('convention', '')} {case.get('note', '')}"
    return str(case["input"].get(key, words)).lower()


def interval_of(case: Case) -> tuple[Interval, int]:
    """How often it recurs; monthly where nothing is said."""
    said = str(case["input"].get("interval", case.get("title", ""))).lower()
    if said == "day":
        return "day", 1
    found = [meaning for word, meaning in _INTERVALS.items() if word in said]
    return found[-1] if found else ("month", 1)


def alignment_of(case: Case) -> Alignment:
    """Whether periods follow the calendar."""
    said = str(case["input"].get("alignment", case.get("title", ""))).lower()
    return "calendar" if "calendar" in said and "calendar day" not in said else "anniversary"


def unit_of(case: Case, default: Unit = "day") -> Unit:
    said = words_of(case, "unit")
    if "day30" in said or "30-day" in said or "30/360" in said:
        return "day30"
    return "second" if "second" in said else default


def moment(text: str, zone: str = "UTC") -> datetime:
    """A moment, or the midnight that a date begins with."""
    if len(text) == len("2024-01-01"):
        return midnight(date.fromisoformat(text), zone)
    return datetime.fromisoformat(text)


def minor(value: Any) -> int:
    """Minor units of dollars, from minor units or from how people write an amount."""
    return value if isinstance(value, int) else parsed(value, "USD").amount_minor


def terms_of(case: Case, price: int, manner: Manner = "day") -> Terms:
    interval, count = interval_of(case)
    return Terms(
        Money(price, "USD"), interval, 0, 1, 1080, count, alignment_of(case), manner, manner
    )


def tax_of(given: Any, *, inclusive: bool = False) -> tuple[Tax, ...]:
    return (Tax("VAT", Decimal(str(given)), inclusive),) if given else ()


def inclusive_days(period: Stretch, zone: str = "UTC") -> list[str]:
    """The first and the last day of a period."""
    last = calendar.local_day(period.end, zone) - timedelta(days=1)
    return [calendar.local_day(period.start, zone).isoformat(), last.isoformat()]


def paid_at(case: Case, price: int, at: datetime, zone: str = "UTC") -> course.Step:
    """A subscription that was begun and paid at a moment."""
    terms = terms_of(case, price)
    step = course.start(terms, Anchor(at, zone))
    return replace(step, course=course.settled(step.course, terms, at, zone))


def charged_for(price: int, span: Span, taxes: tuple[Tax, ...]) -> Charged:
    return Charged(bill([Item(price, taxes, span)], "USD").lines[0])


def invoices_at(given: Answer, terms: Terms) -> list[int]:
    """How many invoices each tick of the clock brings, what was begun being paid."""
    zone = given.get("tz", "UTC")
    begun = course.start(terms, Anchor(moment(given["created"]), zone))
    now = begun.course
    if begun.charge is not None:
        now = course.settled(now, terms, now.started_at, zone)
    made = []
    for tick in given["ticks"]:
        count = 0
        while (step := course.advance(now, terms, moment(tick), Payer(zone, True))) is not None:
            count += step.charge is not None
            now = course.settled(step.course, terms, moment(tick), zone)
        made.append(count)
    return made
