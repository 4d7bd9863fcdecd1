"""What the rules answer to cases of trials, coupons, taxes, refunds and currencies."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from matinee.billing.rules import course
from matinee.billing.rules.calendar import Stretch, local_day
from matinee.billing.rules.course import Payer
from matinee.billing.rules.discounts import Discount, Rounding
from matinee.billing.rules.invoicing import Bill, Charged, Credit, Item, bill, credit_unused
from matinee.billing.rules.pricing import Anchor
from matinee.billing.rules.proration import unused_from
from matinee.kernel.money import Money, parsed
from tests.billing.cases.reading import (
    Answer,
    Case,
    charged_for,
    invoices_at,
    minor,
    moment,
    paid_at,
    tax_of,
    terms_of,
    words_of,
)


def trial_answer(case: Case, given: Answer) -> Answer:
    price = minor(given.get("price_minor", given.get("price")))
    terms = replace(terms_of(case, price), trial_days=given["trial_days"])
    zone = given.get("tz", "UTC")
    begun = course.start(terms, Anchor(moment(given["created"], zone), zone)).course
    assert begun.trial_ends_at is not None
    step = course.advance(begun, terms, begun.trial_ends_at, Payer(zone, True))
    assert step is not None
    assert step.charge is not None
    amount = bill([Item(price, (), step.charge)], "USD").total_minor
    ticks = invoices_at(given, terms) if "ticks" in given else []
    return {
        "trial_end": local_day(begun.trial_ends_at, zone).isoformat(),
        "first_period": [local_day(each, zone).isoformat() for each in step.charge.part],
        "amount": str(Money(amount, "USD")).split()[0],
        "first_amount_minor": amount,
        "invoices_at_tick": ticks,
    }


def coupon_answer(case: Case, given: Answer) -> Answer:
    if "percent_off" in given:
        said = words_of(case, "rounding")
        rounding: Rounding = "down" if "down" in said or "truncate" in said else "half_up"
        percents = given["percent_off"]
        sums = [
            _bill([given["price_minor"]], [0], Discount(Decimal(each), None, rounding))
            for each in (percents if isinstance(percents, list) else [percents])
        ]
        return {"price_after": [each.total_minor for each in sums]}
    if "percent" in given:
        off = Discount(percent=Decimal(str(given["percent"])))
    else:
        off = Discount(amount=Money(given["coupon_minor"], "USD"))
    sums_ = _bill(given["lines_minor"], given["tax_pct"], off)
    return {
        "coupon_per_line": [line.discount_minor for line in sums_.lines],
        "tax_per_line": [sum(line.tax_minor) for line in sums_.lines],
        "subtotal_ex_tax": sums_.net_minor,
        "tax": sums_.tax_minor,
        "total": sums_.total_minor,
    }


def _bill(lines: list[int], taxes: list[Any], discount: Discount | None = None) -> Bill:
    items = [Item(each, tax_of(tax)) for each, tax in zip(lines, taxes, strict=True)]
    return bill(items, "USD", discount)


def taxes_answer(_case: Case, given: Answer) -> Answer:
    lines = given.get("lines_minor", [given.get("price_minor")])
    taxes = tax_of(given["tax_pct"], inclusive=given.get("inclusive", False))
    sums = bill([Item(each, taxes) for each in lines], "USD")
    return {
        "line_tax": [sum(line.tax_minor) for line in sums.lines],
        "tax": sums.tax_minor,
        "tax_minor": sums.tax_minor,
        "net_minor": sums.net_minor,
        "subtotal": sums.net_minor,
        "subtotal_minor": sums.net_minor,
        "total": sums.total_minor,
        "total_minor": sums.total_minor,
    }


def refund_answer(case: Case, given: Answer) -> Answer:
    zones = given.get("tz", ["UTC"])
    start = moment(str(given.get("instant", given.get("start", "2024-01-01"))))
    rows = [_ended_early(case, given, start, zone) for zone in zones]
    charged, given_back = rows[0]
    return {
        "net_minor": given_back.net_minor,
        "tax_minor": given_back.tax_minor,
        "total_minor": given_back.total_minor,
        "invoice_tax": sum(charged.line.tax_minor),
        "invoice_total": charged.line.total_minor,
        "invoice_total_minor": [each.line.total_minor for each, _ in rows],
        "credit_total_minor": [each.total_minor for _, each in rows],
    }


def _ended_early(case: Case, given: Answer, start: datetime, zone: str) -> tuple[Charged, Credit]:
    """What was charged, and what is given back to somebody who leaves on the last used day."""
    step = paid_at(case, given["price_minor"], start, zone)
    assert step.charge is not None
    charged = charged_for(given["price_minor"], step.charge, tax_of(given["tax_pct"]))
    credited = re.search(r"(\d+)/(\d+)", words_of(case, "credited"))
    last = moment(given["end"], zone) if "end" in given else start
    if credited and "end" not in given and "instant" not in given:
        left, whole = map(int, credited.groups())
        last = start + timedelta(days=whole - left - 1)
    unused = Stretch(unused_from(last, "day", zone), step.course.period.end)
    return charged, credit_unused(charged, unused)


def currency_answer(_case: Case, given: Answer) -> Answer:
    return {"minor": [parsed(amount, code).amount_minor for code, amount in given["amounts"]]}
