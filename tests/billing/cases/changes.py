"""What the rules answer to cases of plans that are changed."""

from dataclasses import replace

from matinee.billing.rules import course
from matinee.billing.rules.calendar import Cycle, Stretch
from matinee.billing.rules.course import Payer
from matinee.billing.rules.invoicing import Item, Span, bill, credit_unused
from matinee.billing.rules.pricing import Anchor, Terms, change
from matinee.kernel.money import Money
from tests.billing.cases.reading import (
    Answer,
    Case,
    charged_for,
    inclusive_days,
    interval_of,
    minor,
    moment,
    tax_of,
    unit_of,
)


def plan_change_answer(case: Case, given: Answer) -> Answer:
    if "plans_minor" in given:
        return _two_changes(case, given)
    if "yearly_minor" in given:
        return _downgrade_later(given)
    if case.get("convention") == "none" or given.get("type") == "upgrade":
        return _streaming_upgrade(given)
    change_at = moment(given["change"])
    first = given.get("period", ["", ""])[0] or change_at.replace(day=1).date().isoformat()
    cycle = Cycle(moment(first), *interval_of(case)).period(change_at)
    span = Span(cycle, cycle, unit_of(case))
    old = charged_for(minor(given.get("old", given.get("line"))), span, ())
    goodwill = -minor(given.get("goodwill_adjustment", 0))
    old = replace(old, credited_net_minor=goodwill)
    left = Stretch(change_at, cycle.end)
    repair = credit_unused(old, left).net_minor
    new = bill([Item(minor(given["new"]), (), replace(span, part=left))], "USD").total_minor
    return {
        name: str(Money(amount, "USD")).split()[0]
        for name, amount in (
            ("repair", -repair),
            ("charge", new),
            ("account_credit", repair - new),
        )
    }


def _two_changes(case: Case, given: Answer) -> Answer:
    """The first plan is left after some days for the second, and that at once for the third."""
    start, change_at = moment(given["start"]), moment(given["change"])
    cycle = Cycle(start, *interval_of(case)).period(start)
    left = Stretch(change_at, cycle.end)
    taxes = tax_of(given.get("tax_pct"))
    whole, part = Span(cycle, cycle), Span(left, cycle)
    prices = given["plans_minor"]
    charged = [charged_for(price, part if at else whole, taxes) for at, price in enumerate(prices)]
    names = ("first", "second", "third", "fourth")
    amounts = {
        f"{name}_minor": each.line.net_minor for name, each in zip(names, charged, strict=False)
    }
    credits_ = {
        f"credit{at}_minor": credit_unused(each, left).total_minor
        for at, each in enumerate(charged[:-1], start=1)
    }
    return amounts | credits_


def _downgrade_later(given: Answer) -> Answer:
    """A cheaper plan for a longer interval comes at the period's end, on the same anchor."""
    anchor, at = Anchor(moment(given["anchor"])), moment(given["requested"])
    monthly = Terms(Money(given["monthly_minor"], "USD"), "month", 0, 1, 1080)
    yearly = Terms(Money(given["yearly_minor"], "USD"), "year", 0, 1, 1080)
    plan = change(monthly, yearly)
    assert (plan.direction, plan.gives_at_once) == ("downgrade", False)
    now = course.settled(course.start(monthly, anchor).course, monthly, anchor.at, "UTC")
    while now.period.end <= at:
        step = course.advance(now, monthly, now.period.end, Payer("UTC", True))
        assert step is not None
        now = course.settled(step.course, monthly, at, "UTC")
    step = course.advance(now, yearly, now.period.end, Payer("UTC", True))
    assert step is not None
    assert step.charge is not None
    effective = step.charge.part.start.date().isoformat()
    charge = bill([Item(given["yearly_minor"], (), step.charge)], "USD").total_minor
    return {
        "effective": effective,
        "charge_minor": charge,
        "period_inclusive": inclusive_days(step.charge.part),
        "old_plan_active_until": effective,
    }


def _streaming_upgrade(given: Answer) -> Answer:
    """More at once, and its price from the next billing date."""
    anchor, at = Anchor(moment(given["anchor"])), moment(given["change"])
    old = Terms(Money(given["old_minor"], "USD"), "month", 0, 1, 720)
    new = Terms(Money(given["new_minor"], "USD"), "month", 0, 4, 2160)
    plan = change(old, new)
    now = course.settled(course.start(old, anchor).course, old, anchor.at, "UTC")
    step = course.advance(now, new, now.period.end, Payer("UTC", True))
    assert step is not None
    assert step.charge is not None
    return {
        "features_from": (at if plan.gives_at_once else now.period.end).date().isoformat(),
        "charge_today_minor": new.price.amount_minor if plan.charges_at_once else 0,
        "charge_on": step.charge.part.start.date().isoformat(),
        "charge_minor": bill([Item(given["new_minor"], (), step.charge)], "USD").total_minor,
    }
