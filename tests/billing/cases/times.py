"""What the rules answer to cases of anchors, time zones and shares of periods."""

from datetime import date, timedelta
from fractions import Fraction

from matinee.billing.rules import calendar, course
from matinee.billing.rules.calendar import Cycle, Stretch
from matinee.billing.rules.invoicing import Item, Span, bill, credit_unused
from matinee.billing.rules.proration import Unit, days360
from matinee.kernel.money import Money, half_up
from tests.billing.cases.reading import (
    Answer,
    Case,
    charged_for,
    inclusive_days,
    interval_of,
    invoices_at,
    minor,
    moment,
    paid_at,
    terms_of,
    unit_of,
)


def anchor_answer(case: Case, given: Answer) -> Answer:
    if "bcd" in given:
        day = date.fromisoformat(given["proposed"])
        found = calendar.aligned(day, given["bcd"], given.get("direction", "next"))
        return {"aligned": found.isoformat()}
    interval, count = interval_of(case)
    cycle = Cycle(moment(given["anchor"]), interval, count)
    first = 1
    while "from" in given and cycle.boundary(first).strftime("%Y-%m") < given["from"]:
        first += 1
    periods = [
        Stretch(cycle.boundary(number - 1), cycle.boundary(number))
        for number in range(first, first + given["count"])
    ]
    inclusive = [inclusive_days(period) for period in periods]
    held = course.why_unchangeable(
        paid_at(case, 1000, cycle.anchor_at).course._replace(held_at=cycle.boundary(1)),
        terms_of(case, 1000),
        cycle.boundary(1),
    )
    return {
        "next_dates": [period.end.date().isoformat() for period in periods],
        "periods_inclusive": inclusive,
        "period_inclusive": inclusive[0],
        "plan_change_while_on_hold": "rejected" if held else "accepted",
    }


def timezone_answer(case: Case, given: Answer) -> Answer:
    if "timezones" in given:
        instant = moment(given["instant"])
        days = [calendar.local_day(instant, zone).day for zone in given["timezones"]]
        return {"bill_cycle_day": days}
    if "ticks" in given:
        return {"new_invoices_at_tick": invoices_at(given, terms_of(case, 1000))}
    zone = given["tz"]
    step = paid_at(case, 1000, moment(given["start"]), zone)
    assert step.charge is not None
    left = Stretch(moment(given["cancel_local_date"], zone), step.course.period.end)
    credit = credit_unused(charged_for(1000, step.charge, ()), left)
    return {"invoices": 1, "repair_lines": int(credit.total_minor > 0)}


def by_second_answer(_case: Case, given: Answer) -> Answer:
    if "elapsed_fraction" in given:
        start, whole = moment("2024-06-01"), timedelta(days=30)
        period = Stretch(start, start + whole)
        change_at = start + whole * float(Fraction(given["elapsed_fraction"]))
    else:
        period = Stretch(moment("1970-01-01"), moment("1970-01-01"))
        moments = (given["period_start"], given["period_end"], given["change_at"])
        first, end, change_at = (period.start + timedelta(seconds=each) for each in moments)
        period = Stretch(first, end)
    left = Stretch(change_at, period.end)
    old = minor(given.get("old_minor", given.get("price_minor")))
    credit = credit_unused(charged_for(old, Span(period, period, "second"), ()), left)
    new = bill([Item(given.get("new_minor", 0), (), Span(left, period, "second"))], "USD")
    return {
        "credit_minor": -credit.net_minor,
        "debit_minor": new.total_minor,
        "net_minor": new.total_minor - credit.net_minor,
    }


def by_day_answer(case: Case, given: Answer) -> Answer:
    unit = unit_of(case)
    end = given.get("next_cycle", given.get("end"))
    stubs = given.get("stubs", [[given.get("start"), end]])
    is_first = "next_cycle" in given or "stubs" in given
    spans = [_stub(case, stub, unit, is_first=is_first) for stub in stubs]
    shares = {span.share for span in spans}
    rate = minor(given.get("price", given.get("price_minor", 0)))
    amount = Money(half_up(rate * spans[0].share), "USD")
    days = [days360(*(date.fromisoformat(day) for day in stub)) for stub in stubs]
    return {"cycles": shares.pop(), "amount": str(amount).split()[0], "days": days}


def _stub(case: Case, stub: list[str], unit: Unit, *, is_first: bool) -> Span:
    """The part of a cycle that lies before a billing day, or after the last one."""
    interval, count = interval_of(case)
    part = Stretch(*map(moment, stub))
    cycle = Cycle(part.end if is_first else part.start, interval, count)
    return Span(part, cycle.period(part.start), unit)
